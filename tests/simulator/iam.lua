-- IAM's token endpoint, /identity/token: tokens for a key, a password, a passcode or a refresh token.

local auth    = require "slsim.auth"
local beside  = require "slsim.beside"
local clock   = require "slsim.clock"
local guess   = require "slsim.guess"
local json    = require "core.json"
local path    = require "slsim.path"
local quirks  = require "slsim.quirks"
local random  = require "slsim.random"
local sys     = require "core.sys"
local tokens  = require "slsim.tokens"
local users   = require "slsim.model.users"

guess("[G]", "IAM: the codes for an unknown grant type, a wrong client, a wrong passcode and an inactive user")
guess("[G]", "IAM: refresh tokens last 30 days; a passcode is good once; another content type answers 415")

local iam = {}

local REFRESH_SECONDS = 30 * 86400
local PREFIX = "urn:ibm:params:oauth:grant-type:"
local CLIENT = "bx:bx"

local Refusal = {}

local function refuse(status, code, message, details)
  error(setmetatable({ status = status, document = { errorCode = code, errorMessage = message, errorDetails = details,
    context = { requestId = random.hex(16), requestType = "incoming.Identity_Token" } } }, Refusal), 0)
end

-- A condition of the web server before IAM's own.
local function refuse_request(status, details)
  refuse(status, "BXNIM0060E", "Web application exception 'javax.ws.rs.ClientErrorException' during request processing.",
    details)
end

local function field(form, name)
  local value = form[name]
  if value and value ~= "" then return value end
  refuse(400, "BXNIM0109E", "Property missing or empty.", ("Property '%s' either missing or empty."):format(name))
end

local grants = {}

grants[PREFIX .. "apikey"] = function(form)
  return users.by_iam_key(field(form, "apikey")) or refuse(400, "BXNIM0415E", "Provided API key could not be found.")
end

grants[PREFIX .. "passcode"] = function(form)
  return users.by_passcode(field(form, "passcode")) or refuse(400, "BXNIM0408E", "Provided passcode is invalid.")
end

grants.password = function(form)
  local username, password = field(form, "username"), field(form, "password")
  return auth.by_password(username, password) or refuse(401, "BXNIM0602E", "The credentials you provided are incorrect",
    ("The credentials you entered for the user '%s' are incorrect"):format(username))
end

grants.refresh_token = function(form, client)
  local entry, expired = tokens.find("refresh", field(form, "refresh_token"))
  if not entry or quirks.on "refresh-needs-client" and not client then
    refuse(400, "BXNIM0407E", "Provided refresh token is invalid.")
  end
  if expired then refuse(400, "BXNIM0408E", "Provided refresh token is expired") end
  return entry.user
end

-- The public client is optional, a wrong one is not.
local function client_of(headers)
  local scheme, rest = (headers.authorization or ""):match("^(%a+)%s+(.+)$")
  if not headers.authorization then return nil end
  if not scheme or scheme:lower() ~= "basic" or sys.unbase64(rest) ~= CLIENT then
    refuse(400, "BXNIM0137E", "Provided client credentials are invalid.")
  end
  return CLIENT
end

local function asks_for(form, response_type)
  return ("," .. (form.response_type or "") .. ","):find("," .. response_type .. ",", 1, true) ~= nil
end

local function grant(user, form, client)
  local seconds, now = tokens.lifetime(), math.floor(clock.time())
  local refreshes = client or not quirks.on "refresh-needs-client"
  local portal = asks_for(form, "ims_portal")
  return { token_type = "Bearer", scope = "ibm openid", expires_in = seconds, expiration = now + seconds,
    access_token = tokens.issue("access", user, seconds),
    refresh_token = refreshes and tokens.issue("refresh", user, REFRESH_SECONDS) or "not_supported",
    refresh_token_expiration = refreshes and now + REFRESH_SECONDS or nil,
    ims_user_id = portal and user.id or nil, ims_token = portal and tokens.issue("portal", user, seconds) or nil }
end

local function check_request(request)
  if request.method ~= "POST" then refuse_request(405, "HTTP 405 Method Not Allowed") end
  local kind = (request.headers["content-type"] or ""):lower():match("^%s*([^;%s]*)")
  if kind ~= "application/x-www-form-urlencoded" then refuse_request(415, "HTTP 415 Unsupported Media Type") end
end

local function exchange(request, form)
  check_request(request)
  local client = client_of(request.headers)
  local kind = field(form, "grant_type")
  local authenticate = grants[kind] or refuse(400, "BXNIM0106E", "Property value is invalid.",
    "Property 'grant_type' has an unsupported value.")
  local user = authenticate(form, client)
  if user.__disabled then refuse(400, "BXNIM0410E", "Provided user not found or active") end
  return grant(user, form, client)
end

local function carry_out(request, form)
  local ok, value = pcall(exchange, request, form)
  if ok then return beside.reply(200, value) end
  if getmetatable(value) ~= Refusal then error(value, 0) end
  local document = value.document
  return beside.reply(value.status, document), { code = document.errorCode, error = document.errorMessage }
end

---@param request table from slsim.httpd
---@return table reply
function iam.serve(request)
  local _, form = path.split("?" .. request.body)
  local call = { service_name = "IAM", method_name = "token", location = "/identity/token",
    arguments = json.array { form.grant_type or "", form } }
  return beside.serve(request, call, function() return carry_out(request, form) end)
end

return iam
