-- The registry of BOSH that agents asked for their settings before they found them in the metadata: GET, PUT and DELETE of
-- /registry/instances/<id>/settings. It answers as bosh-registry did.

local beside = require "slsim.beside"
local guess  = require "slsim.guess"
local json   = require "core.json"
local path   = require "slsim.path"
local quirks = require "slsim.quirks"
local sys    = require "core.sys"

guess("[C]", "the BOSH registry answers an unknown instance with 500 and status error (404 and not_found in old versions)")
guess("[C]", "the BOSH registry gives settings without credentials to callers from this machine")

local registry = {}

local user, password, settings

---@param credentials string? "user:password"; without them there is no registry
---@return boolean valid
function registry.start(credentials)
  settings = {}
  user, password = (credentials or ""):match("^([^:]+):(.+)$")
  return user ~= nil or credentials == nil
end

function registry.is_there() return user ~= nil end

-- Sinatra calls its JSON text/html.
local function answer(status, document)
  local reply = beside.reply(status, document)
  reply.headers["Content-Type"] = "text/html;charset=utf-8"
  return reply
end

local function refused(status, code)
  return answer(status, { status = code }), { code = code }
end

local function denied()
  local reply, refusal = refused(401, "access_denied")
  reply.headers["WWW-Authenticate"] = 'Basic realm="Bosh Registry"'
  return reply, refusal
end

local verbs = {}

function verbs.GET(id)
  if settings[id] then return answer(200, { status = "ok", settings = settings[id] }) end
  if quirks.on "registry-404" then return refused(404, "not_found") end
  return refused(500, "error")
end

function verbs.PUT(id, body)
  settings[id] = body
  return answer(200, { status = "ok" })
end

function verbs.DELETE(id)
  settings[id] = nil
  return answer(200, { status = "ok" })
end

local function is_authorized(headers)
  local rest = (headers.authorization or ""):match("^[Bb]asic%s+(.+)$")
  return rest ~= nil and sys.unbase64(rest) == user .. ":" .. password
end

---@param request table from slsim.httpd
---@return table reply
function registry.serve(request)
  local location = path.split(request.uri)
  local parts, known = path.segments(location), is_authorized(request.headers)
  local verb = parts[2] == "instances" and parts[4] == "settings" and #parts == 4 and request.method
  local call = { service_name = "Registry", method_name = request.method:lower() .. "Settings", location = location,
    init = parts[3], user = known and { username = user } or nil,
    arguments = json.array { request.body ~= "" and request.body or nil } }
  return beside.serve(request, call, function()
    if not verbs[verb] then return refused(404, "not_found") end
    if verb ~= "GET" and not known then return denied() end
    return verbs[verb](parts[3], request.body)
  end)
end

return registry
