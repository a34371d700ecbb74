-- Who calls: classic user and key, an IAM api key as user "apikey", or an IAM token.

local clock  = require "slsim.clock"
local guess  = require "slsim.guess"
local random = require "slsim.random"
local sys    = require "core.sys"
local users  = require "slsim.model.users"
local errors = require "slsim.errors"

guess("[G]", "IAM tokens are opaque here; they last an hour of virtual time")

local auth = {}

auth.IAM_KEY, auth.TOKEN_SECONDS = "sim-iam-key", 3600

local tokens, refreshes = {}, {}

local function bearer(token)
  local known = tokens[token]
  if not known then return nil end
  if known.expires <= clock.now() then
    errors.raise("Account_Authentication_AccessTokenValidation", "Access token has expired.")
  end
  return users.by_name(known.username)
end

local function basic(name, key)
  if name == "apikey" then return key == auth.IAM_KEY and users.by_name("sim") or nil end
  local user = users.by_name(name)
  return user and not user.__disabled and user.__key == key and user or nil
end

---@param headers table<string, string>
---@return table? user
function auth.user(headers)
  local scheme, rest = (headers.authorization or ""):match("^(%a+)%s+(.+)$")
  if not scheme then return nil end
  if scheme:lower() == "bearer" then return bearer(rest) end
  local pair = scheme:lower() == "basic" and sys.unbase64(rest)
  local name, key = (pair or ""):match("^([^:]*):(.*)$")
  return name and basic(name, key) or nil
end

local function grant(username)
  local token, refresh = "eyJ" .. random.text(60), random.text(40)
  tokens[token] = { username = username, expires = clock.now() + auth.TOKEN_SECONDS }
  refreshes[refresh] = username
  return { access_token = token, refresh_token = refresh, token_type = "Bearer", expires_in = auth.TOKEN_SECONDS,
    expiration = clock.time() + auth.TOKEN_SECONDS, scope = "ibm openid" }
end

--- The IAM endpoint /identity/token.
---@param form table<string, string>
---@return integer status, table document
function auth.token(form)
  local kind = form.grant_type
  if kind == "urn:ibm:params:oauth:grant-type:apikey" and form.apikey == auth.IAM_KEY then return 200, grant("sim") end
  if kind == "refresh_token" and refreshes[form.refresh_token] then
    return 200, grant(refreshes[form.refresh_token])
  end
  return 400, { errorCode = "BXNIM0415E", errorMessage = "Provided API key could not be found",
    context = { requestId = random.hex(16) } }
end

--- Ends every token that was granted: from now on they are expired.
function auth.expire()
  for _, token in pairs(tokens) do token.expires = 0 end
end

function auth.reset() tokens, refreshes = {}, {} end

return auth
