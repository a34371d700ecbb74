--- What a director accepts as the answer to a request.

local json = require "core.json"

local director = {}

local KNOWN = {}
for name in ([[CpiError NotImplemented NotSupported CloudError VMNotFound NetworkNotFound NoDiskSpace DiskNotAttached
  DiskNotFound VMCreationFailed]]):gmatch("%S+") do KNOWN["Bosh::Clouds::" .. name] = true end

local MEMBERS = { result = true, error = true, log = true }

local function check_error(err)
  if err == json.null then return end
  assert(type(err) == "table" and not json.is_array(err), "error is no object")
  assert(KNOWN[err.type], ("directors do not know the error type '%s'"):format(tostring(err.type)))
  assert(type(err.message) == "string" and err.message ~= "", "an error needs a message")
  assert(type(err.ok_to_retry) == "boolean", "ok_to_retry must be a boolean")
end

--- Reads stdout as the director does: exactly one document of its schema, in ASCII.
---@param stdout string
---@return table document { result, error, log }
function director.read(stdout)
  assert(not stdout:find("[^%g \n]"), "the answer holds bytes that are not printable ASCII")
  local document, message = json.decode(stdout)
  assert(type(document) == "table" and not json.is_array(document), ("no JSON object: %s\n%s"):format(message, stdout))
  for name in pairs(MEMBERS) do assert(document[name] ~= nil, "the answer lacks " .. name) end
  for name in pairs(document) do assert(MEMBERS[name], "the answer has the unknown member " .. name) end
  assert(type(document.log) == "string", "log must be a string")
  check_error(document.error)
  return document
end

return director
