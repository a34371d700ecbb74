-- IBM Cloud Object Storage as S3 clients see it, path style: /<bucket>/<key>.

local beside    = require "slsim.beside"
local errors    = require "slsim.object.s3_errors"
local json      = require "core.json"
local names     = require "slsim.object.s3_names"
local path      = require "slsim.path"
local signature = require "slsim.object.signature"

local s3 = {}

local operations = {}
for _, name in ipairs { "buckets", "objects", "multipart" } do
  for method, run in pairs(require("slsim.object.s3_" .. name)) do operations[method] = run end
end

local SECRET = { ["X-Amz-Signature"] = true, ["X-Amz-Credential"] = true, Signature = true, AWSAccessKeyId = true }

-- What the journal tells of a request.
local function told(request, body)
  local shown = { bytes = #body }
  for name, value in pairs(request.query) do
    if not SECRET[name] then shown[path.text(name)] = path.text(value) end
  end
  return json.array { shown }
end

local function carry_out(request, call)
  if request.too_big then errors.raise("EntityTooLarge") end
  local caller, by_token = signature.caller(request)
  call.user, request.by_token = { username = caller }, by_token
  local run = operations[request.name]
  if not run and request.word then
    errors.raise("NotImplemented", ("The subresource '%s' is not implemented."):format(request.word))
  end
  return (run or errors.raise("MethodNotAllowed"))(request)
end

local function respond(request, call)
  local ok, value = pcall(carry_out, request, call)
  if ok then return value end
  if not errors.is(value) then error(value, 0) end
  return errors.reply(value, request.location), { code = value.code, error = value.message }
end

---@param http table from slsim.httpd
---@return table reply
function s3.serve(http)
  local request = names.understood(http.method, http.uri)
  local call = names.call(request)
  request.headers, request.body, request.too_big = http.headers, http.body, http.too_big
  call.location, call.arguments = path.text(request.location), told(request, http.body)
  call.refuse = function(reply, kind, rule)
    local refusal = errors.reply(errors.of_fault(kind, rule), request.location)
    reply.status, reply.body, reply.headers = refusal.status, refusal.body, refusal.headers
  end
  local reply = beside.serve(http, call, function() return respond(request, call) end)
  reply.as_is = true
  return reply
end

return s3
