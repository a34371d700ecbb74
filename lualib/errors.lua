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
---@field read_only boolean? the effect forbids the call
---@field transient boolean? a later try of the same call may succeed
---@field misuse boolean? a command line that makes no sense: nothing was tried

---@class errors
---@field cpi fun(format: string, ...: any): Error a request that is wrong in itself
---@field cloud fun(format: string, ...: any): Error whatever has no type of its own
---@field not_implemented fun(format: string, ...: any): Error
---@field not_supported fun(format: string, ...: any): Error on which a director goes another way
---@field vm_not_found fun(format: string, ...: any): Error
---@field vm_creation_failed fun(format: string, ...: any): Error
---@field disk_not_found fun(format: string, ...: any): Error
---@field disk_not_attached fun(format: string, ...: any): Error
---@field no_disk_space fun(format: string, ...: any): Error
---@field network_not_found fun(format: string, ...: any): Error
local errors = {}

local Error = { __name = "error" }
Error.__index = Error

function Error:__tostring()
  return (self.type:gsub("^Bosh::Clouds::", "")) .. ": " .. self.message
end

--- An error with these fields; the others have defaults.
---@param fields table kind and message at least
---@return Error
function errors.new(fields)
  fields.kind = fields.kind or "refused"
  fields.type = fields.type or "Bosh::Clouds::CloudError"
  fields.ok_to_retry = fields.ok_to_retry or false
  return setmetatable(fields, Error)
end

--- Whether a value is one of these.
---@param value any
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
  errors[name] = function(format, ...)
    return errors.new { type = "Bosh::Clouds::" .. type, message = format:format(...) }
  end
end

--- What was raised, as an error object: strings and other values are bugs of a script.
---@param raised any
---@return Error
function errors.wrap(raised)
  if errors.is(raised) then return raised end
  return errors.new { kind = "bug", message = tostring(raised) }
end

--- The error of a time limit.
---@param format string
---@param ... any
---@return Error
function errors.timeout(format, ...)
  return errors.new { kind = "timeout", message = format:format(...) }
end

--- Why the engine stops the running code: "deadline" or "signal".
---@param reason "deadline"|"signal"
---@param what string "create_vm, which may take 7200 s,"
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
