-- What was given out in place of a password: IAM's access and refresh tokens, the portal's login tokens, Swift's.

local clock  = require "slsim.clock"
local json   = require "core.json"
local random = require "slsim.random"
local sys    = require "core.sys"
local world  = require "slsim.world"

local tokens = {}

local granted

function tokens.reset() granted = { access = {}, refresh = {}, portal = {}, swift = {} } end
tokens.reset()

---@return integer seconds that an access or portal token lasts
function tokens.lifetime() return math.floor(world.settings.token_seconds) end

local function base64url(text)
  return (sys.base64(text):gsub("[+/=]", { ["+"] = "-", ["/"] = "_", ["="] = "" }))
end

-- IAM's access tokens are JWTs; the signature is as good as any.
local function jwt(user, seconds)
  local now = math.floor(clock.time())
  return ("%s.%s.%s"):format(base64url '{"alg":"RS256","kid":"slsim"}', base64url(json.encode {
    iam_id = ("IBMid-%d"):format(user.id), sub = user.username, iat = now, exp = now + seconds,
    account = { ims = ("%d"):format(user.accountId) }, scope = "ibm openid" }), random.text(86))
end

local OPAQUE = { portal = function() return random.hex(64) end, swift = function() return "AUTH_tk" .. random.hex(32) end }

---@param kind "access"|"refresh"|"portal"|"swift"
---@param user table
---@param seconds integer
---@return string token
function tokens.issue(kind, user, seconds)
  local text = kind == "access" and jwt(user, seconds) or OPAQUE[kind] and OPAQUE[kind]() or random.text(120)
  granted[kind][text] = { user = user, expires = clock.now() + seconds }
  return text
end

---@return table? entry `{ user, expires }`
---@return boolean expired
function tokens.find(kind, text)
  local entry = granted[kind][text]
  return entry, entry ~= nil and entry.expires <= clock.now()
end

--- Ends every access, portal and Swift token: from now on they are expired.
function tokens.expire()
  for _, kind in ipairs { "access", "portal", "swift" } do
    for _, entry in pairs(granted[kind]) do entry.expires = 0 end
  end
end

return tokens
