--- Where the registry is: `registry` in cpi.json as the Go CPI's job and the legacy CPI's write it.

local errors = require "errors"
local json = require "core.json"
local log = require "core.log"
local percent = require "percent"

local registry_address = {}

local PORT = 25777

---@class RegistryAddress
---@field base string the URL without user and password
---@field username string?
---@field password string?
---@field ca_file string?

-- The first of these members that is given; the jobs render "" for what is not.
local function given(settings, ...)
  for _, name in ipairs { ... } do
    local value = settings[name]
    if value ~= nil and value ~= "" and value ~= json.null then return tostring(value) end
  end
end

local function object(value) return type(value) == "table" and value or {} end

local function url_of(settings, http)
  local host = given(settings, "address", "host")
  local url = given(settings, "endpoint")
  if url or not host then return url end
  return ("%s://%s:%s"):format(given(settings, "protocol") or "http", host, given(http, "port")
    or given(settings, "port") or PORT)
end

-- The URL without user and password, then these.
local function split(url)
  local scheme, rest = url:match "^(https?://)([^?#]*)$"
  local userinfo, place = (rest or ""):match "^([^/]*)@(.*)$"
  place = place or rest
  if not place or not place:find "^[^/]" then return nil end
  local username, password = (userinfo or ""):match "^([^:]*):?(.*)$"
  return scheme .. place:gsub("/+$", ""), { username = percent.decode(username), password = percent.decode(password) }
end

--- The configured registry; nil without an error when there is none.
---@param config table
---@return RegistryAddress?
---@return Error? err
function registry_address.of(config)
  local settings = config.registry
  local http = object(settings.http)
  local url = url_of(settings, http)
  if not url then return nil end
  local base, inside = split(url)
  if not base then
    return nil, errors.cpi "cloud.properties.registry.endpoint must be a URL such as http://10.0.0.4:25777"
  end
  local password = given(inside, "password") or given(http, "password") or given(settings, "password")
  if password then log.secret(password) end
  return { base = base, password = password,
    username = given(inside, "username") or given(http, "user", "username") or given(settings, "user", "username"),
    ca_file = given(object(settings.tls), "cacertfile") or config.engine.ca_file }
end

--- The URL with user and password.
---@param address RegistryAddress
---@return string
function registry_address.with_credentials(address)
  if not address.username then return address.base end
  local scheme, rest = address.base:match "^(%l+://)(.*)$"
  return ("%s%s:%s@%s"):format(scheme, percent.encode(address.username), percent.encode(address.password or ""), rest)
end

return registry_address
