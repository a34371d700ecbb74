--- What may be shown of a value: JSON's types only, valid UTF-8, and no secret. A secret is masked by the name of
--- its leaf, as a password in a URL, inside a text that is itself JSON, and by value as in the log.

local json = require "core.json"
local log = require "core.log"
local secrets = require "secrets"
local sys = require "core.sys"

local MASK = "<redacted>"
local DEEPEST = 100 -- levels; JSON has 128

local plain -- (value, name, owner, above, depth)

-- SSH keys of the account are public, whatever their leaf is called.
-- What a guest is told at its first boot holds the agent's credentials, in whatever form.
local function is_user_data(name, owner)
  return name == "value" and owner ~= nil and owner:lower() == "userdata"
end

-- The text of a JSON object with its secrets masked; nil if it is none, or has none.
local function masked_document(text)
  local document = json.decode(text)
  if type(document) ~= "table" then return nil end
  local shown = json.encode(plain(document, nil, nil, {}, 0))
  return shown ~= json.encode(document) and shown or nil
end

local function masked_text(text)
  if text:find "^%s*[{%[]" then return masked_document(text) end
  local decoded = text:find "^[eW][%w+/_-]+=*$" and sys.unbase64(text)
  return decoded and decoded:find "^%s*[{%[]" and masked_document(decoded) and MASK
end

local function plain_text(text, name, owner)
  if text == "" then return text end
  if name and (secrets.named(name, text) or is_user_data(name, owner)) then return MASK end
  text = masked_text(text) or text
  if text:find("://", 1, true) then text = text:gsub("(://[^/@:%s]*:)[^/%s]+@", "%1" .. MASK .. "@") end
  return log.redact(json.clean(text))
end

local function plain_table(value, name, above, depth)
  if above[value] or depth > DEEPEST then return "…" end
  above[value] = true
  local copy = {}
  if json.is_array(value) then
    copy = json.array(copy)
    for i = 1, #value do copy[i] = plain(value[i], name, nil, above, depth + 1) end
  else
    for key, inner in next, value do
      key = tostring(key)
      copy[log.redact(json.clean(key))] = plain(inner, key, name, above, depth + 1)
    end
  end
  above[value] = nil
  return copy
end

-- What JSON does not have is its text.
function plain(value, name, owner, above, depth)
  local kind, metatable = type(value), getmetatable(value)
  if kind == "string" then return plain_text(value, name, owner) end
  if kind == "nil" or value == json.null then return json.null end
  if kind == "boolean" or kind == "number" and value - value == 0 then return value end
  if kind == "table" and not (type(metatable) == "table" and metatable.__tostring) then
    return plain_table(value, name, above, depth)
  end
  return plain_text(tostring(value), name, owner)
end

--- A copy to be shown.
---@param value any
---@return any plain null is json.null
return function(value) return plain(value, nil, nil, {}, 0) end
