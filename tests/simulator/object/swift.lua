-- SoftLayer's Object Storage: OpenStack Swift with its first way to authenticate.

local answers = require "slsim.object.swift_answers"
local beside  = require "slsim.beside"
local guess   = require "slsim.guess"
local json    = require "core.json"
local names   = require "slsim.object.swift_names"
local path    = require "slsim.path"
local tokens  = require "slsim.tokens"
local users   = require "slsim.model.users"

guess("[G]", "Swift: a token lasts a day; one address serves all clusters; the account is SLOS<account>-1 with the users' API keys")

local swift = {}

local DAY = 86400
local operations = {}
for _, name in ipairs { "containers", "objects" } do
  for method, run in pairs(require("slsim.object.swift_" .. name)) do operations[method] = run end
end

-- Storage URLs do not tell the account's name.
local STORAGE = "AUTH_5e6b1b3a-3d6a-4d2c-9f0e-2a7c41d0b8f1"

local function auth(request, base)
  local account, name = (request.headers["x-auth-user"] or ""):match("^([^:]+):(.+)$")
  local user = account == users.OBJECT_STORAGE and users.by_name(name)
  if not user or user.__disabled or user.__key ~= request.headers["x-auth-key"] then answers.refuse(401) end
  local token = tokens.issue("swift", user, DAY)
  return user, answers.new(200, { ["X-Auth-Token"] = token, ["X-Storage-Token"] = token, ["X-Auth-Token-Expires"] = ("%d"):format(DAY),
    ["X-Storage-Url"] = ("%s/swift/v1/%s"):format(base, STORAGE) })
end

local function user_of(request)
  local entry, expired = tokens.find("swift", request.headers["x-auth-token"] or "")
  if not entry or expired or entry.user.__disabled or request.account ~= STORAGE then answers.refuse(401) end
  return entry.user
end

local function carry_out(request, call, base)
  if request.name == "auth" then
    local reply
    call.user, reply = auth(request, base)
    return reply
  end
  call.user = user_of(request)
  if request.too_big then answers.refuse(413) end
  return (operations[request.name] or answers.refuse(405))(request)
end

local TOLD = { "x-object-manifest", "x-delete-after", "x-delete-at" }

-- What the journal tells of a request.
local function told(request)
  local shown = { bytes = #request.body }
  for name, value in pairs(request.query) do shown[path.text(name)] = path.text(value) end
  for _, name in ipairs(TOLD) do shown[name] = request.headers[name] end
  return json.array { shown }
end

local function respond(request, call, base)
  local ok, value = pcall(carry_out, request, call, base)
  if ok then return value end
  if not answers.is_refusal(value) then error(value, 0) end
  return answers.page(value.status, value.explanation)
end

---@param http table from slsim.httpd
---@param base string the server's URL
---@return table reply
function swift.serve(http, base)
  local request = names.understood(http.method, http.uri)
  if not request then return (answers.page(404)) end
  request.headers, request.body, request.too_big = http.headers, http.body, http.too_big
  local call = names.call(request)
  call.location, call.arguments = path.text(request.location), told(request)
  call.refuse = function(reply, kind, rule)
    local page = answers.of_fault(kind, rule)
    reply.status, reply.body, reply.headers = page.status, page.body, page.headers
  end
  local reply = beside.serve(http, call, function() return respond(request, call, base) end)
  reply.as_is = true
  return reply
end

return swift
