--- A name for the account that a configuration is for, fit for a directory. No two accounts have the same one: what is
--- on record, kept or locked for one of them is not there for another.

local sys = require "core.sys"

local USUAL_PATH = "/rest/v3.1"
local UNFIT = "[^%w._@-]"

-- Tells apart what a name cannot: IAM keys, and what does not fit into it as it is.
local function digest(text) return sys.nonce(text):sub(1, 8) end

--- The user and the API's host.
---@param config table
---@return string
return function(config)
  local softlayer = config.softlayer
  local user = config.engine.account or softlayer.iam_token and "apikey" or softlayer.username
  if user == "apikey" then user = "apikey-" .. digest(softlayer.api_key) end
  local host, path = softlayer.endpoint:match "^https?://([^/]+)(.*)$"
  local name = user .. "@" .. (host or "unknown")
  if user:find(UNFIT) or path ~= USUAL_PATH then name = name .. "-" .. digest(user .. " " .. softlayer.endpoint) end
  return (name:gsub(UNFIT, "_"))
end
