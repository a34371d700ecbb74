--- cpi.json: the Go CPI's file, with an `engine` object beside `cloud`. Keys are matched without
--- regard to case, '_' and '-', so that the legacy CPI's names (apiKey) are understood too.

local errors = require "errors"
local folded = require "folded"
local json = require "core.json"
local loopback = require "loopback"
local sys = require "core.sys"

local configuration = {}

local LONGEST = 7 * 86400 -- seconds that a request may take

local endpoints = {
  public = "https://api.softlayer.com/rest/v3.1",
  private = "https://api.service.softlayer.com/rest/v3.1",
}

-- The known names by their folded form, for each object of the file.
local function names(list)
  local known = {}
  for name in list:gmatch("%S+") do known[folded(name)] = name end
  return known
end

local softlayer_names = names [[username api_key api_endpoint endpoint iam_token iam_endpoint
  ssh_public_key ssh_public_key_fingerprint native_resize preformatted_disks strict
  datacenter disable_os_reload trace enable_vps vps_host vps_port vps_use_ssl swift_username swift_endpoint
  cos_endpoint cos_region cos_bucket cos_api_key cos_access_key_id cos_secret_access_key feature_options]]
local agent_names = names [[mbus ntp blobstore vcappassword]]
local registry_names = names [[endpoint protocol address host port user username password http tls]]

---@param object any
---@param known table<string, string>
---@return table
local function canonical(object, known)
  local result = {}
  for name, value in pairs(type(object) == "table" and object or {}) do
    if value ~= json.null then result[known[folded(name)] or name] = value end
  end
  return result
end

local function member(object, name)
  for key, value in pairs(type(object) == "table" and object or {}) do
    if folded(key) == name then return value end
  end
end

--- The API's base URL: a name ("public", "private"), a URL, or the legacy CPI's bare host.
---@param value string?
---@return string
function configuration.endpoint(value)
  if not value or value == "" then return endpoints.public end
  if type(value) ~= "string" then return value end -- configuration.check names it
  if endpoints[value] then return endpoints[value] end
  return value:find("://", 1, true) and value or ("https://%s/rest/v3.1"):format(value)
end

local function legacy_endpoint(softlayer)
  return member(softlayer.feature_options, "apiendpoint")
end

local function one_of(list)
  local words = {}
  for word in list:gmatch("%S+") do words[word] = true end
  return function(value) return words[value] == true end
end

local function between(low, high)
  return function(value) return type(value) == "number" and value >= low and value <= high end
end

local function whole(low, high)
  local fits = between(low, high)
  return function(value) return math.type(value) == "integer" and fits(value) end
end

local function is_text(value) return type(value) == "string" and value ~= "" end

local proxy_schemes = one_of "http https socks5 socks5h"

-- libcurl takes no more than this, and its complaints about the rest would show the password.
local function is_proxy(value)
  local scheme, place = (is_text(value) and value or ""):match "^(%l[%l%d]*)://([^/?#%s]+)/?$"
  local host = place and (place:match "^[^@]*@([^@]+)$" or place)
  local port = host and (host:match "^[%w._-]+(:?%d*)$" or host:match "^%[[%x:.]+%](:?%d*)$")
  return port ~= nil and (tonumber(port:sub(2)) or 0) < 65536 and proxy_schemes(scheme)
end

local function are_timeouts(value)
  if type(value) ~= "table" then return false end
  for name, seconds in pairs(value) do
    if type(name) ~= "string" or not between(0.001, LONGEST)(seconds) then return false end
  end
  return true
end

local is_source_folder = one_of "scripts hooks lualib"

-- A directory, or the files themselves.
local function is_overlay(value)
  if type(value) ~= "table" then return is_text(value) end
  for name, text in pairs(value) do
    local folder = type(name) == "string" and name:match "^(%l+)/[%w_/]+%.lua$"
    if type(text) ~= "string" or not is_source_folder(folder) then return false end
  end
  return true
end

-- The keys of `engine` and what each must be. docs/engine.md is the table for people.
local engine_keys = {
  state_dir = { is_text, "a directory" },
  overlay = { is_overlay, "a directory, or an object of Lua texts by names such as hooks/create_vm.lua" },
  ca_file = { is_text, "a PEM file" },
  account = { is_text, "a name" },
  metadata_endpoint = { is_text, "a URL" },
  proxy = { is_proxy, "a URL such as http://user:password@proxy.example:3128, odd characters as %40" },
  log_level = { one_of "debug info warn error off", "debug, info, warn, error or off" },
  trace_dir = { is_text, "a directory" },
  trace_days = { between(0.001, 3650), "a number of days, at most 3650" },
  trace_mb = { whole(1, 1048576), "a whole number from 1 to 1048576" },
  speed = { between(0, 1e6), "a number from 0 to 1000000" },
  rate_limit = { between(0, 1000), "a number from 0 to 1000" },
  record_days = { whole(1, 3650), "a whole number from 1 to 3650" },
  record_mb = { whole(1, 1 << 20), "a whole number from 1 to 1048576" },
  memory_mb = { whole(8, 4096), "a whole number from 8 to 4096" },
  timeouts = { are_timeouts, "an object of methods and their seconds, at most 604800" },
}

local function check_engine(engine)
  for name, value in pairs(engine) do
    local check = engine_keys[name]
    if not check then return ("engine.%s is no known key"):format(name) end
    if not check[1](value) then return ("engine.%s must be %s"):format(name, check[2]) end
  end
end

local function build(document)
  local properties = member(member(document, "cloud"), "properties")
  if type(properties) ~= "table" then return nil, "cloud.properties is missing" end
  if type(document.engine or {}) ~= "table" then return nil, "engine must be an object" end
  local softlayer = canonical(member(properties, "softlayer"), softlayer_names)
  local config = {
    softlayer = softlayer,
    agent = canonical(member(properties, "agent"), agent_names),
    registry = canonical(member(properties, "registry"), registry_names),
    engine = canonical(document.engine, {}),
  }
  local named = softlayer.endpoint or softlayer.api_endpoint or legacy_endpoint(softlayer)
  softlayer.endpoint = configuration.endpoint(named)
  softlayer.api_endpoint = nil
  local complaint = check_engine(config.engine)
  if complaint then return nil, complaint end
  return config
end

--- Reads the file.
---@param path string?
---@return table? config {softlayer=, agent=, registry=, engine=}
---@return Error? err
function configuration.read(path)
  if not path then return nil, errors.cpi("no configuration: name the CPI's cpi.json with --config FILE") end
  local text, message = sys.read(path, 4 * 1024 * 1024)
  if not text then return nil, errors.cpi("the configuration cannot be read: %s", message) end
  local document
  document, message = json.decode(text)
  if type(document) ~= "table" then
    return nil, errors.cpi("the configuration %s is no JSON object: %s", path, message or "another value")
  end
  local config
  config, message = build(document)
  if not config then return nil, errors.cpi("the configuration %s: %s", path, message) end
  local ca_file = config.engine.ca_file
  if ca_file and ca_file:sub(1, 1) ~= "/" then config.engine.ca_file = (path:match "^.*/" or "") .. ca_file end
  return config
end

--- Lays the properties of a request's context (multi-CPI) over those of the file.
---@param config table
---@param context table
function configuration.overlay(config, context)
  local softlayer, username, api_key = config.softlayer, config.softlayer.username, config.softlayer.api_key
  for name, value in pairs(context) do
    local known = softlayer_names[folded(name)]
    if known and value ~= json.null then softlayer[known] = value end
  end
  -- The file names the directory of its own account only.
  if softlayer.username ~= username or softlayer.api_key ~= api_key then config.engine.account = nil end
  local named = config.softlayer.api_endpoint
  if named then config.softlayer.endpoint = configuration.endpoint(named) end
  config.softlayer.endpoint = configuration.endpoint(config.softlayer.endpoint)
  config.softlayer.api_endpoint = nil
end

--- Checks what only makes sense together; called once the context was laid over the file.
---@param config table
---@return Error?
function configuration.check(config)
  local softlayer = config.softlayer
  for _, name in ipairs { "iam_token", "native_resize", "preformatted_disks", "strict" } do
    if softlayer[name] ~= nil and type(softlayer[name]) ~= "boolean" then
      return errors.cpi("cloud.properties.softlayer.%s must be true or false", name)
    end
  end
  softlayer.username = softlayer.username or softlayer.iam_token and "apikey" or nil
  for _, name in ipairs { "username", "api_key" } do
    if type(softlayer[name]) ~= "string" or softlayer[name] == "" then
      return errors.cpi("cloud.properties.softlayer.%s is missing in the configuration", name)
    end
  end
  for _, name in ipairs { "endpoint", "iam_endpoint", "datacenter", "ssh_public_key", "cos_endpoint", "cos_region",
    "cos_bucket", "cos_api_key", "cos_access_key_id", "cos_secret_access_key", "swift_username", "swift_endpoint" } do
    if softlayer[name] ~= nil and type(softlayer[name]) ~= "string" then
      return errors.cpi("cloud.properties.softlayer.%s must be a string", name)
    end
  end
  local proxy = config.engine.proxy
  for _, name in ipairs { "endpoint", "iam_endpoint", "cos_endpoint", "swift_endpoint" } do
    local url = softlayer[name]
    if proxy and url and url:find "^http://" and not loopback(proxy) then
      return errors.cpi("engine.proxy is on another machine, so what goes to %s would be readable on the way", url)
    end
  end
  local speed = config.engine.speed or 1
  if speed ~= 1 and not loopback(softlayer.endpoint) then
    return errors.cpi("engine.speed is for a simulator: it needs an endpoint on this machine, not %s",
      softlayer.endpoint)
  end
end

return configuration
