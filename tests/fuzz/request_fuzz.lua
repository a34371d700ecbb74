-- Any bytes as a request: a document that request.check has nothing against, or an error. Its arguments are read as
-- those of create_vm, and whatever comes of it is one answer that decodes, of at most 64 KiB.
local arguments = require "arguments"
local dispatch = require "dispatch"
local errors = require "errors"
local json = require "core.json"
local request = require "request"

local declared = assert(arguments.parse {
  "agent_id: string", "stemcell_cid: cid", "cloud_properties: object", "networks: object",
  "disk_cids: array?", "env: object?",
})

local function outcome(text)
  local document, err = request.parse(text)
  if not document then return false, err end
  assert(type(document.method) == "string" and json.is_array(document.arguments) and not request.check(document))
  local values, message = arguments.check(declared, document.arguments)
  if not values then return false, errors.cpi("%s", message) end
  return true, json.array(values)
end

return function(text)
  local ok, result = outcome(text)
  assert(ok or errors.is(result), "no error of ours")
  local answer = dispatch.response(ok, ok and #text or result)
  assert(#answer <= 65536 and json.decode(answer), answer)
end
