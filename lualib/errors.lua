--- Error objects: what went wrong, whose fault it is, and what a director may do about it.
--
-- Steps raise them, libraries return them as `nil, err`. `kind` tells where it happened:
-- transport, timeout, api, refused (by us, before sending), interrupted, bug.

---@class Error
---@field kind string
---@field type string the error type for the director, "Bosh::Clouds::…"
---@field message string one or two sentences for the operator
---@field ok_to_retry boolean only when the next try resumes or starts clean
---@field code string? the API's exception
---@field service string? of a failed call: "Virtual_Guest"
---@field status integer? the HTTP status
---@field sent boolean? false when nothing reached the server
---@field stopped boolean? the request's deadline or a signal ended the call
---@field transient boolean? a later try of the same call may succeed

local errors = {}

local Error = { __name = "error" }
Error.__index = Error

function Error:__tostring()
  return (self.type:gsub("^Bosh::Clouds::", "")) .. ": " .. self.message
end

---@param fields table kind and message at least
---@return Error
function errors.new(fields)
  fields.kind = fields.kind or "refused"
  fields.type = fields.type or "Bosh::Clouds::CloudError"
  fields.ok_to_retry = fields.ok_to_retry or false
  return setmetatable(fields, Error)
end

---@return boolean
function errors.is(value)
  return getmetatable(value) == Error
end

-- The ten types that directors know (facts of the CPI contract); any other one reads "Unknown CPI error".
local types = {
  cpi = "CpiError", cloud = "CloudError",
  not_implemented = "NotImplemented", not_supported = "NotSupported",
  vm_not_found = "VMNotFound", vm_creation_failed = "VMCreationFailed",
  disk_not_found = "DiskNotFound", disk_not_attached = "DiskNotAttached",
  no_disk_space = "NoDiskSpace", network_not_found = "NetworkNotFound",
}

for name, type in pairs(types) do
  --- errors.cloud("text with %s", …) and so on, one for each type.
  errors[name] = function(format, ...)
    return errors.new { type = "Bosh::Clouds::" .. type, message = format:format(...) }
  end
end

--- What was raised, as an error object: strings and other values are bugs of a script.
---@return Error
function errors.wrap(raised)
  if errors.is(raised) then return raised end
  return errors.new { kind = "bug", message = tostring(raised) }
end

--- The error of a time limit.
---@return Error
function errors.timeout(format, ...)
  return errors.new { kind = "timeout", message = format:format(...) }
end

--- Why the engine stops the running code: "deadline" or "signal".
---@return Error
function errors.stopped(reason, what)
  if reason == "signal" then
    return errors.new { kind = "interrupted", ok_to_retry = true, message = what .. " was asked to stop by a signal" }
  end
  return errors.timeout("%s reached its deadline", what)
end

--- What core.softlayer says of a failed call, in the operator's words.
---@param err table {kind, message, code?, status?, sent?, retry_after?}
---@param call table {service, method, id?}
---@return Error
function errors.of_call(err, call)
  local id = call.id and "(" .. tostring(call.id) .. ")" or ""
  local name = ("SoftLayer_%s%s::%s"):format(call.service, id, call.method)
  local detail = err.code and (" (%s, HTTP %s)"):format(err.code, err.status) or ""
  local verb = err.kind == "api" and " answered: " or " failed: "
  err.message, err.words = name .. verb .. err.message .. detail, err.message
  err.service = call.service
  err.ok_to_retry = err.kind == "interrupted" -- as any signal, see errors.stopped
  return errors.new(err)
end

return errors
