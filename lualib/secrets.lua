--- Which values are secret: found by the names of the leaves that hold them, masked by value.

local folded = require "folded"
local log = require "core.log"
local sys = require "core.sys"

local secrets = {}

local telling = { "pass", "secret", "token", "credential", "privatekey", "apikey", "accesskey", "key$", "auth$" }
local harmless = { "public", "keyname$" }

local function matches(name, patterns)
  for _, pattern in ipairs(patterns) do
    if name:find(pattern) then return true end
  end
  return false
end

local PUBLIC_KEY = "^%l[%w@.-]+ AAAA" -- an SSH key as it is given to servers
local known = {} -- by name: answers repeat theirs

--- Whether a leaf of that name holds a secret.
---@param name string
---@param value string
---@return boolean
function secrets.named(name, value)
  if known[name] == nil then
    local plain = folded(name)
    known[name] = matches(plain, telling) and not matches(plain, harmless)
  end
  return known[name] and not value:find(PUBLIC_KEY)
end

local function register(value)
  log.secret(value)
  for line in value:gmatch("[^\n]+") do -- a PEM key is quoted line by line, too
    if #line >= 32 then log.secret(line) end
  end
end

--- Registers every secret-named string in a decoded JSON value, and the passwords in its URLs.
---@param value any
---@param name string? the leaf's name
function secrets.learn(value, name)
  if type(value) == "table" then
    for key, inner in pairs(value) do
      secrets.learn(inner, type(key) == "string" and key or name)
    end
  elseif type(value) == "string" then
    if name and secrets.named(name, value) then register(value) end
    for password in value:gmatch("://[^/@:]*:([^/]+)@") do log.secret(password) end
  end
end

--- Registers the passwords of the proxies that the environment names, however they are spelt: libcurl quotes
--- what it cannot read.
function secrets.learn_environment()
  for _, name in ipairs { "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY" } do
    local place = (sys.getenv(name) or ""):gsub("^%w+://", "")
    local password = place:match "^[^:@]*:(.*)@"
    if password then log.secret(password) end
  end
end

return secrets
