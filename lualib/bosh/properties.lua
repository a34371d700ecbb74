--- cloud_properties by tables: present and legacy names in any case, types, defaults, and a warning with
--- the nearest name for what is not known.

local errors = require "errors"
local folded = require "folded"
local json = require "core.json"
local log = require "core.log"

local properties = {}

local fits = {
  string = function(v) return type(v) == "string" and v ~= "" end,
  boolean = function(v) return type(v) == "boolean" end,
  integer = function(v) return math.type(v) == "integer" and v >= 0 end,
  number = function(v) return type(v) == "number" and v >= 0 end,
  integers = function(v)
    for _, each in ipairs(v) do
      if math.type(each) ~= "integer" then return false end
    end
    return true
  end,
}

-- The number of edits between two names, for the hint behind a misspelt one.
local function distance(a, b)
  local row = {}
  for j = 0, #b do row[j] = j end
  for i = 1, #a do
    local diagonal = row[0]
    row[0] = i
    for j = 1, #b do
      local cost = a:byte(i) == b:byte(j) and 0 or 1
      diagonal, row[j] = row[j], math.min(row[j] + 1, row[j - 1] + 1, diagonal + cost)
    end
  end
  return row[#b]
end

local function nearest(known, name)
  local best, fewest
  for candidate in pairs(known) do
    local edits = distance(folded(name), folded(candidate))
    if not fewest or edits < fewest or edits == fewest and candidate < best then best, fewest = candidate, edits end
  end
  return fewest <= 3 and (" (did you mean '%s'?)"):format(best) or ""
end

--- The value of a legacy object {name: …}, or the value itself.
function properties.named(value)
  if type(value) ~= "table" then return value end
  for key, inner in pairs(value) do
    if folded(key) == "name" then return inner end
  end
end

---@class Properties
---@field declared table<string, table> by name: { type, default?, legacy = names?, convert = of a legacy value? }
---@field by_name table the same by every folded name
---@field without_effect table<string, boolean>
local Properties = {}
Properties.__index = Properties

--- Declares the properties of one kind of thing.
---@param declared table
---@param ignored string? names that are understood and have no effect
---@return Properties
function properties.declare(declared, ignored)
  local self = setmetatable({ declared = declared, by_name = {}, without_effect = {} }, Properties)
  for name, property in pairs(declared) do
    property.name = name
    self.by_name[folded(name)] = property
    for _, legacy in ipairs(property.legacy or {}) do self.by_name[folded(legacy)] = property end
  end
  for name in (ignored or ""):gmatch("%S+") do self.without_effect[folded(name)] = true end
  return self
end

--- Reads what a manifest gives.
---@param given table
---@return table? values by present name, without defaults
---@return Error? err
function Properties:read(given)
  local values = {}
  for name, value in pairs(given) do
    local property = self.by_name[folded(name)]
    if not property and not self.without_effect[folded(name)] then
      log.warn("the cloud property '%s' is not known and has no effect%s", name, nearest(self.declared, name))
    elseif property and value ~= json.null then
      if property.convert then value = property.convert(value) end
      if value ~= nil and not fits[property[1]](value) then
        return nil, errors.cloud("The property '%s' must be of type %s", name, property[1])
      end
      -- The present name wins over a legacy one that stands beside it.
      if values[property.name] == nil or name == property.name then values[property.name] = value end
    end
  end
  return values
end

--- Fills in what was not given: from the configuration, else the declared defaults.
---@param values table
---@param defaults table? by present name
function Properties:complete(values, defaults)
  for name, property in pairs(self.declared) do
    if values[name] == nil then values[name] = (defaults or {})[name] end
    if values[name] == nil then values[name] = property[2] end
  end
end

return properties
