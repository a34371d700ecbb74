--- The object storage of the configuration, through which images come into the account: IBM Cloud Object Storage
--- (COS), or Swift. Its credentials are here, out of the reach of scripts.

local errors = require "errors"
local state_directory = require "state_directory"

local object_storage = {}

local softlayer, credentials, http -- of this request

--- Names the configuration; called for each request.
---@param properties table softlayer's, without credentials
---@param secret table what was taken out of them
---@param options http.options
function object_storage.configure(properties, secret, options)
  softlayer, credentials, http = properties, secret, options
end

-- The IAM key that SoftLayer reads the object with, and that uploads are made with where there is no HMAC key.
local function iam_key() return credentials.cos_api_key or credentials.iam_token and credentials.api_key or nil end

-- Tokens are asked for again a while before they end.
local function tokens(api_key)
  local sys = require "core.sys"
  local held
  return function()
    if held and held.expires_at - 300 > sys.now() then return held.text end
    local err
    held, err = require "softlayer.iam".token { api_key = api_key, directory = state_directory.current(),
      iam_endpoint = credentials.iam_endpoint, ca_file = http.ca_file, proxy = http.proxy,
      user_agent = http.user_agent }
    return held and held.text, err
  end
end

local function open_cos()
  if not softlayer.cos_region then return nil, errors.cloud "softlayer.cos_bucket needs softlayer.cos_region" end
  if not iam_key() then
    return nil, errors.cloud("softlayer.cos_bucket needs softlayer.cos_api_key, an IAM key: SoftLayer reads the image "
      .. "with it. HMAC keys are good for the upload only")
  end
  local id, secret = credentials.cos_access_key_id, credentials.cos_secret_access_key
  if (id == nil) ~= (secret == nil) then
    return nil, errors.cloud "softlayer.cos_access_key_id and cos_secret_access_key belong together"
  end
  return require "object_storage.cos".open { endpoint = softlayer.cos_endpoint, region = softlayer.cos_region,
    bucket = softlayer.cos_bucket, access_key_id = id, secret_access_key = secret,
    token = tokens(iam_key()), http = http }
end

-- SoftLayer's own clusters are named after their datacenters; others by whoever asks.
local function open_swift(cluster)
  if not softlayer.swift_username then
    return nil, errors.cloud "softlayer.swift_endpoint needs softlayer.swift_username"
  end
  return require "object_storage.swift".open { endpoint = softlayer.swift_endpoint, username = softlayer.swift_username,
    key = credentials.api_key, cluster = cluster or softlayer.datacenter, http = http }
end

--- The storage: put(name, source), holds(name), delete(name), uri(name).
---@param cluster string? for Swift: the datacenter that it is in
---@return Cos|Swift|nil store
---@return Error? err what the configuration lacks
function object_storage.open(cluster)
  if softlayer and softlayer.cos_bucket then return open_cos() end
  if softlayer and softlayer.swift_endpoint then return open_swift(cluster) end
  return nil, errors.cloud("an image is imported through object storage, and the configuration has none: set "
    .. "softlayer.cos_bucket, cos_region and cos_api_key (or swift_endpoint and swift_username)")
end

--- The call that has SoftLayer fetch a file, and what it needs besides the image's name, note and system.
---@param store Cos|Swift
---@param name string
---@return string method
---@return table fields
function object_storage.import_of(store, name)
  local uri = store:uri(name)
  if uri:find "^swift:" then return "createFromExternalSource", { uri = uri } end
  return "createFromIcos", { uri = uri, ibmApiKey = iam_key() }
end

return object_storage
