--- Object filters from Lua tables. Conditions stand below the names of properties, without the root,
--- which follows from the method:
--
--   sl.Account:filter { hostname = "web*", datacenter = { name = { "dal10", "dal13" } } }:getVirtualGuests()
--
--   "web"               equal                     "web*" "*web" "*web*"  begins with, ends with, contains
--   5, true             equal                     { "a", "b" }           one of these
--   "> 5", "!= x", …    the API's own operation   filter.between(a, b), filter.any_of(…), …: see below
--
-- A table in which any condition is spelt as the API has it, { operation = …, options = … }, is passed
-- on as it is, with its root.

local errors = require "errors"
local json = require "core.json"

local filter = {}

local Condition = { __name = "condition" }

local function condition(operation, name, values)
  local options
  if name then options = json.array { { name = name, value = json.array(values) } } end
  return setmetatable({ operation = operation, options = options }, Condition)
end

local function is_condition(value) return getmetatable(value) == Condition end

--- One of these values.
---@param list any[]
---@return table condition
function filter.one_of(list) return condition("in", "data", table.move(list, 1, #list, 1, {})) end

--- None of these values.
---@param list any[]
---@return table condition
function filter.none_of(list) return condition("not in", "data", table.move(list, 1, #list, 1, {})) end

--- At least one of these operations holds: filter.any_of("^= web", "^= db").
---@param ... string
---@return table condition
function filter.any_of(...) return condition("or", "data", { ... }) end

--- All of these operations hold: filter.all_of("> 5", "< 9").
---@param ... string
---@return table condition
function filter.all_of(...) return condition("and", "data", { ... }) end

--- At that time.
---@param date string "MM/DD/YYYY" or "MM/DD/YYYY HH:MM:SS"
---@return table condition
function filter.on(date) return condition("isDate", "date", { date }) end

--- Earlier.
---@param date string
---@return table condition
function filter.before(date) return condition("lessThanDate", "date", { date }) end

--- Later.
---@param date string
---@return table condition
function filter.after(date) return condition("greaterThanDate", "date", { date }) end

--- From one time to another.
---@param first string a date as above
---@param last string
---@return table condition
function filter.between(first, last)
  local between = condition("betweenDate")
  between.options = json.array { { name = "startDate", value = json.array { first } },
    { name = "endDate", value = json.array { last } } }
  return between
end

--- The list comes in the order of this property. The API refuses a condition on the same one.
---@param direction "ASC"|"DESC"|nil
---@return table condition
function filter.sorted(direction) return condition("orderBy", "sort", { direction or "ASC" }) end

local function literal(text)
  if text:find("^[!<>~]") or text:find("^[%^%$%*_]=") then return text end
  local front, inner, back = text:match("^(%*?)(.-)(%*?)$")
  if inner == "" or front == back and front == "" then return text end
  return (front == back and "*= " or front == "" and "^= " or "$= ") .. inner
end

local compile

local function says_nothing(value)
  if is_condition(value) then return value.options and #value.options[1].value == 0 end
  return type(value) == "table" and next(value) == nil
end

local function leaf(name, value)
  if says_nothing(value) then
    error(errors.cloud("a filter's '%s' is empty, so it could let everything through", name), 0)
  end
  if is_condition(value) then return { operation = value.operation, options = value.options } end
  if type(value) == "table" then
    return #value > 0 and leaf(name, filter.one_of(value)) or compile(value)
  end
  return { operation = type(value) == "string" and literal(value) or value }
end

function compile(conditions)
  local compiled = {}
  for name, value in pairs(conditions) do
    if type(name) ~= "string" then error(errors.cloud("a filter names properties, not '%s'", name), 0) end
    compiled[name] = leaf(name, value)
  end
  return compiled
end

local function is_raw(value)
  if type(value) ~= "table" or is_condition(value) then return false end
  if value.operation ~= nil then return true end
  for _, member in pairs(value) do
    if is_raw(member) then return true end
  end
  return false
end

-- Getters that are static filter by the fields of what they list, getObject by those of the object (for a
-- filteredMask); all others below the relation's name.
local rootless = { getObject = true, getAllObjects = true, getDatacenters = true, getPublicImages = true,
  getPublicCustomerOwnedImages = true }

local function root_of(method)
  if rootless[method] then return nil end
  local first, rest = method:match("^get(%u)(.*)$")
  return first and first:lower() .. rest
end

--- The filter that goes to the API.
---@param given table? as above
---@param method string "getVirtualGuests"
---@return table?
function filter.of(given, method)
  if not given or is_raw(given) then return given end
  local root, compiled = root_of(method), compile(given)
  return root and { [root] = compiled } or compiled
end

local function mentions_order(value)
  if type(value) ~= "table" then return false end
  if value.operation == "orderBy" then return true end
  for _, member in pairs(value) do
    if mentions_order(member) then return true end
  end
  return false
end

--- The same filter with the list sorted by id, so that pages fit together; lists have no order of
--- their own. One that already sorts, or has a condition on id, stays as it is.
---@param given table?
---@param method string
---@return table
function filter.in_stable_order(given, method)
  local wire = filter.of(given, method) or {}
  if mentions_order(wire) then return wire end
  local root = root_of(method)
  local inside = root and wire[root] or not root and wire or {}
  if inside.id then return wire end
  local sorted = { id = leaf("id", filter.sorted()) }
  for name, value in pairs(inside) do sorted[name] = value end
  if not root then return sorted end
  local copy = { [root] = sorted }
  for name, value in pairs(wire) do copy[name] = copy[name] or value end
  return copy
end

return filter
