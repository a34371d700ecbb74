--- What a recording says in the place of secrets: the same mark for the same value, wherever it was found. A mark is a
--- digest of the value and of the account's API key, so nobody can try out values without that key.

local folded = require "folded"
local json = require "core.json"
local log = require "core.log"
local secrets = require "secrets"

local disguise = {}

disguise.MARK = "<secret%-%w+>" -- a Lua pattern

---@class Disguise
---@field key string
local Disguise = {}
Disguise.__index = Disguise

---@param key string the same for all recordings in which marks are compared
---@return Disguise
function disguise.new(key) return setmetatable({ key = key }, Disguise) end

-- User data as a whole: agents' settings are in it, with all their credentials.
local function is_user_data(name)
  return name ~= nil and folded(name):find "user%l*data$" ~= nil
end

local function document_in(text)
  if not text:find "^%s*[%[{]" then return nil end
  local document = json.decode(text)
  return type(document) == "table" and document or nil
end

local function text(self, value, name, hidden)
  if value == "" or value:find("^" .. disguise.MARK .. "$") then return value end
  if hidden or name and secrets.named(name, value) then return log.mark(value, self.key) end
  local document = document_in(value)
  if document then
    local plain = json.encode(document)
    local masked = json.encode(self:value(document))
    if plain ~= masked then return masked end
  end
  return log.redact(value, self.key)
end

local function copy(self, value, name, hidden)
  if type(value) == "string" then return text(self, value, name, hidden) end
  if type(value) ~= "table" then return value end
  local result = json.is_array(value) and json.array {} or {}
  for key, inner in pairs(value) do
    local named = type(key) == "string"
    result[named and log.redact(key, self.key) or key] =
      copy(self, inner, named and key or name, hidden or named and is_user_data(key))
  end
  return result
end

--- A copy of a JSON value without secrets: neither those that are known nor those that are named like one.
---@param value any
---@param name string? of the leaf or the method that it is for
---@return any
function Disguise:value(value, name)
  secrets.learn(value, name)
  return copy(self, value, name, is_user_data(name))
end

--- A text without the secrets that are known.
---@param value string
---@return string
function Disguise:text(value) return log.redact(value, self.key) end

return disguise
