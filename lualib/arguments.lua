--- Typed arguments: what a script declares as "vm_cid: cid" or "env: object?" and how a request's
--- JSON values are held against it.

local json = require "core.json"

local arguments = {}

---@class Argument
---@field name string
---@field type string
---@field optional boolean null and absent are allowed

local function is_object(value)
  return type(value) == "table" and not json.is_array(value)
end

local function is_array(value)
  return type(value) == "table" and (json.is_array(value) or next(value) == nil)
end

-- Clients send cids as strings; manifests and old directors also as plain numbers.
local function is_cid(value)
  return math.type(value) == "integer" or type(value) == "string" and value ~= ""
end

local checks = {
  any = function() return true end,
  string = function(value) return type(value) == "string" end,
  boolean = function(value) return type(value) == "boolean" end,
  integer = function(value) return math.type(value) == "integer" end,
  number = function(value) return type(value) == "number" end,
  object = is_object,
  array = is_array,
  cid = is_cid,
}

--- Parses declarations such as { "vm_cid: cid", "env: object?" }.
---@param declared string[]
---@return Argument[]? parsed
---@return string? message
function arguments.parse(declared)
  local parsed = {}
  for i, text in ipairs(declared) do
    local name, kind, mark = text:match("^([%l_][%w_]*): (%l+)(%??)$")
    if not checks[kind] then return nil, ("argument %d is '%s', not like 'vm_cid: cid'"):format(i, text) end
    parsed[i] = { name = name, type = kind, optional = mark == "?" }
  end
  return parsed
end

local function json_type(value)
  if value == json.null or value == nil then return "null" end
  if is_object(value) then return "an object" end
  if type(value) == "table" then return "an array" end
  return "a " .. type(value)
end

-- "4 to 6"
local function expected(parsed)
  local least = #parsed
  while least > 0 and parsed[least].optional do least = least - 1 end
  return least < #parsed and ("%d to %d"):format(least, #parsed) or tostring(#parsed)
end

--- Holds values against declarations. Values beyond them are dropped: newer clients send more.
---@param parsed Argument[]
---@param values table an array; json.null and absent mean null
---@return table? checked with its length in `n`; null is nil, a cid is a string
---@return string? message
function arguments.check(parsed, values)
  local checked = { n = #parsed }
  for i, argument in ipairs(parsed) do
    local value = values[i]
    if value == json.null then value = nil end
    if value == nil and i > #values and not argument.optional then
      return nil, ("not enough arguments: expected %s, got %d (%s is missing)"):format(expected(parsed), #values,
        argument.name)
    end
    if value == nil and not argument.optional or value ~= nil and not checks[argument.type](value) then
      return nil, ("argument %d, %s, must be of type %s, but is %s")
        :format(i, argument.name, argument.type, json_type(value))
    end
    checked[i] = argument.type == "cid" and value ~= nil and tostring(value) or value
  end
  return checked
end

local function value_of(argument, word)
  if argument.type == "string" or argument.type == "cid" then return word end
  local value, message = json.decode(word)
  if message then return word end -- the check names the argument
  return value
end

local function place_of(parsed, word)
  local name, rest = word:match("^([%l_][%w_]*)=(.*)$")
  local names = {}
  for i, argument in ipairs(parsed) do
    if argument.name == name then return i, rest end
    names[i] = argument.name
  end
  if not name then return nil end
  return nil, ("there is no argument '%s' but %s"):format(name, #names == 0 and "none" or table.concat(names, ", "))
end

--- Reads the words of a command line: in the order of the declarations, or as name=value.
---@param parsed Argument[]
---@param words string[]
---@return table? checked as arguments.check gives them
---@return string? message
function arguments.read(parsed, words)
  local values, next_place = {}, 1
  for i = 1, #parsed do values[i] = json.null end
  for _, word in ipairs(words) do
    local place, text = place_of(parsed, word)
    if not place and text then return nil, text end
    if not place then place, text, next_place = next_place, word, next_place + 1 end
    if not parsed[place] then return nil, ("too many arguments: '%s'"):format(word) end
    if values[place] ~= json.null then return nil, ("the argument %s is given twice"):format(parsed[place].name) end
    values[place] = value_of(parsed[place], text)
  end
  for i, argument in ipairs(parsed) do
    if values[i] == json.null and not argument.optional then
      return nil, ("the argument %s is missing"):format(argument.name)
    end
  end
  return arguments.check(parsed, values)
end

return arguments
