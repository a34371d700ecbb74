--- What a request has of its account: sessions to the API, whose credentials no script sees, and a place for what
--- must be remembered.

local configuration = require "configuration"
local object_storage = require "object_storage"
local secrets = require "secrets"
local session = require "session"
local state_directory = require "state_directory"

local account = {}

-- Fills in who calls: by user name and key, or by a token that IAM gives for the key.
local function authenticate(credentials, options, renew)
  options.endpoint = credentials.endpoint
  if not credentials.iam_token then
    options.username, options.api_key = credentials.username, credentials.api_key
    return true
  end
  local token, err = require "softlayer.iam".token({ api_key = credentials.api_key,
    directory = state_directory.current(), iam_endpoint = credentials.iam_endpoint, ca_file = options.ca_file,
    proxy = options.proxy, user_agent = options.user_agent }, renew and credentials.spent or nil)
  if not token then return nil, err end
  options.token, credentials.spent = token.text, token.text
  return true
end

local function set_pace(settings)
  local rate = require "rate" -- needed by calls only
  rate.configure { limit = settings.rate_limit or rate.DEFAULT, speed = settings.speed,
    directory = state_directory.current() }
end

local function ways(version, settings)
  return { user_agent = "slcpi/" .. version, ca_file = settings.ca_file, proxy = settings.proxy }
end

local function opener(version, settings, credentials)
  return function(kind, renew)
    local options = ways(version, settings)
    if kind == "metadata" then
      options.endpoint = settings.metadata_endpoint or configuration.endpoint "private"
      options.proxy = "" -- none: the service knows its caller by the address
    else
      local ready, err = authenticate(credentials, options, renew)
      if not ready then return nil, err end
      set_pace(settings)
    end
    return require "core.softlayer".open(options)
  end
end

-- The credentials leave the configuration before the first script loads.
local function take_credentials(softlayer)
  local credentials = { endpoint = softlayer.endpoint }
  for _, name in ipairs { "username", "api_key", "iam_token", "iam_endpoint", "cos_api_key", "cos_access_key_id",
    "cos_secret_access_key" } do
    credentials[name], softlayer[name] = softlayer[name], nil
  end
  return credentials
end

local function check(config, context)
  configuration.overlay(config, context)
  for _, part in ipairs { config.softlayer, config.agent, config.registry, config.engine } do secrets.learn(part) end
  return configuration.check(config)
end

--- Makes the account of a request the one that everything talks to. Without a usable configuration nothing can be
--- called, which matters only to scripts that call something.
---@param version string slcpi's
---@param config table the configuration, which loses its credentials
---@param config_error Error? what is wrong with it already
---@param context table the request's, whose credentials come before the configuration's
---@return Error? err
function account.open(version, config, config_error, context)
  local err = config_error or check(config, context)
  if err then
    state_directory.configure(nil, "")
    session.configure(function() return nil, err end)
    return err
  end
  state_directory.configure(config, tostring(context.director_uuid or ""))
  local credentials = take_credentials(config.softlayer)
  object_storage.configure(config.softlayer, credentials, ways(version, config.engine))
  session.configure(opener(version, config.engine, credentials))
  return nil
end

return account
