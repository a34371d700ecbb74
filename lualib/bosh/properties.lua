--- cloud_properties by tables: present and legacy names in any case, types, defaults, and the nearest name
--- for what is not known. Older spellings are told in one line, with the present ones.

local errors = require "errors"
local folded = require "folded"
local json = require "core.json"
local log = require "core.log"

local properties = {}

local function is_reference(v) return math.type(v) == "integer" and v > 0 or type(v) == "string" and v ~= "" end

local function are_references(v)
  for _, each in ipairs(v) do
    if not is_reference(each) then return false end
  end
  return true
end

local fits = {
  string = function(v) return type(v) == "string" and v ~= "" end,
  boolean = function(v) return type(v) == "boolean" end,
  integer = function(v) return math.type(v) == "integer" and v >= 0 end,
  number = function(v) return type(v) == "number" and v >= 0 end,
  ["id or name"] = is_reference,
  ["ids or names"] = are_references,
  ["ids or keys"] = are_references,
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

-- The present name that was most likely meant; a short name leaves room for fewer slips.
local function nearest(by_name, name)
  local wanted, best, fewest = folded(name), nil, nil
  for candidate, property in pairs(by_name) do
    local edits = distance(wanted, candidate)
    if not fewest or edits < fewest or edits == fewest and property.name < best then
      best, fewest = property.name, edits
    end
  end
  return fewest <= math.min(3, #wanted // 2) and (" (did you mean '%s'?)"):format(best) or ""
end

local function sorted_names(map)
  local names = {}
  for name in pairs(map) do names[#names + 1] = name end
  table.sort(names)
  return names
end

--- The value of a legacy object {name: …}, or the value itself.
---@param value any
---@return any
function properties.named(value)
  if type(value) ~= "table" then return value end
  for key, inner in pairs(value) do
    if folded(key) == "name" then return inner end
  end
end

--- The value; nothing for 0, by which manifests of the Go CPI said that there is none.
---@param value any
---@return any
function properties.unless_zero(value)
  if value ~= 0 then return value end
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

local function check_unknown(self, given, strict)
  for _, name in ipairs(sorted_names(given)) do
    if not self.by_name[folded(name)] and not self.without_effect[folded(name)] then
      local hint = nearest(self.by_name, name)
      if strict then return errors.cloud("the cloud property '%s' is not known%s", name, hint) end
      log.warn("the cloud property '%s' is not known and has no effect%s", name, hint)
    end
  end
end

local function tell_older_names(self, given)
  local told = {}
  for _, name in ipairs(sorted_names(given)) do
    local property = self.by_name[folded(name)]
    if property and property.name ~= name then
      told[#told + 1] = ("'%s' is now '%s'"):format(name, property.name)
    elseif self.without_effect[folded(name)] then
      told[#told + 1] = ("'%s' has no effect"):format(name)
    end
  end
  if #told > 0 then log.info("cloud properties: %s", table.concat(told, ", ")) end
end

--- Reads what a manifest gives.
---@param given table
---@param strict boolean? what is not known is an error instead of a warning
---@return table? values by present name, without defaults
---@return Error? err
function Properties:read(given, strict)
  local values, err = {}, check_unknown(self, given, strict)
  if err then return nil, err end
  tell_older_names(self, given)
  for name, value in pairs(given) do
    local property = self.by_name[folded(name)]
    if property and value ~= json.null then
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
