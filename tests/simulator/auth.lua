-- Who calls: a classic user with its key, an IAM API key as user "apikey", a user's id with a portal token,
-- or an IAM access token.

local errors = require "slsim.errors"
local guess  = require "slsim.guess"
local sys    = require "core.sys"
local tokens = require "slsim.tokens"
local users  = require "slsim.model.users"

guess("[G]", "an expired portal token answers SoftLayer_Exception_EncryptedToken_Expired, an unknown token 401")
guess("[G]", "the tokens of a disabled user are refused with 401")

local auth = {}

local function bearer(token)
  local entry, expired = tokens.find("access", token)
  if expired then errors.raise("Account_Authentication_AccessTokenValidation", "Access token has expired.") end
  return entry and entry.user
end

local function by_portal_token(id, token)
  local entry, expired = tokens.find("portal", token)
  if not entry or ("%d"):format(entry.user.id) ~= id then return nil end
  if expired then errors.raise("EncryptedToken_Expired", "The token has expired.") end
  return entry.user
end

local function basic(name, key)
  if name == "apikey" then return users.by_iam_key(key) end
  local user = users.by_name(name)
  if user then return user.__key == key and user or nil end
  return by_portal_token(name, key)
end

local function claimed(scheme, rest)
  if scheme == "bearer" then return bearer(rest) end
  local pair = scheme == "basic" and sys.unbase64(rest)
  local name, key = (pair or ""):match("^([^:]*):(.*)$")
  return name and basic(name, key)
end

---@param headers table<string, string>
---@return table? user
function auth.user(headers)
  local scheme, rest = (headers.authorization or ""):match("^(%a+)%s+(.+)$")
  local user = scheme and claimed(scheme:lower(), rest)
  return user and not user.__disabled and user or nil
end

--- What User_Customer.getPortalLoginToken checks.
---@return table? user
function auth.by_password(username, password)
  local user = users.by_name(username)
  return user and not user.__disabled and user.__password == password and user or nil
end

return auth
