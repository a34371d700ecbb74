-- Applies a compiled filter to lists: which elements pass, and in which order.

local allowance = require "slsim.allowance"
local json      = require "core.json"
local types     = require "slsim.types"

local evaluator = {}

local matches

local function known(value)
  if value == json.null then return nil end
  return value
end

-- The values a leaf is tested on: a list gives each of its elements, and null if it has none.
local function leaf_matches(term, value)
  if not term.property.many or not term.property.kind then
    if term.property.many and #(value or {}) == 0 then value = nil end
    return term.test(value)
  end
  if #(value or {}) == 0 then return term.test(nil) end
  for _, element in ipairs(value) do
    if term.test(element) then return true end
  end
  return false
end

local function below_matches(term, value, read)
  if not term.node.tests then return true end
  if value == nil then return false end
  if not term.property.many then return matches(term.node, value, read) end
  for _, element in ipairs(value) do
    if matches(term.node, element, read) then return true end
  end
  return false
end

local function value_of(object, name, property, type_name, read)
  if property.form == "count" then return #(read(object, property.of, type_name) or {}) end
  return known(read(object, name, type_name))
end

function matches(node, object, read)
  for _, term in ipairs(node.terms) do
    local value = value_of(object, term.name, term.property, node.type, read)
    local ok
    if term.node then ok = below_matches(term, value, read) else ok = leaf_matches(term, value) end
    if not ok then return false end
  end
  return true
end

-- The value at the end of a path; a list on the way gives its first element.
local function sort_key(object, path, type_name, read)
  for _, name in ipairs(path) do
    local property = types.get(type_name).properties[name]
    object = value_of(object, name, property, type_name, read)
    if property.many then object = object and object[1] end
    if object == nil then return nil end
    type_name = property.type
  end
  if type(object) == "boolean" then return object and 1 or 0 end
  return object
end

-- -1, 0 or 1; text and numbers do not mix in one column, but if they do numbers come first.
local function order_of(a, b)
  if a == b then return 0 end
  if a == nil then return -1 end
  if b == nil then return 1 end
  if type(a) ~= type(b) then return type(a) == "number" and -1 or 1 end
  return a < b and -1 or 1
end

local function decorated(list, orders, type_name, read)
  local rows = {}
  for i, object in ipairs(list) do
    local keys = {}
    for k, order in ipairs(orders) do keys[k] = sort_key(object, order.path, type_name, read) end
    rows[i] = { object = object, keys = keys, index = i }
  end
  return rows
end

local function by_place(orders)
  local sorted = {}
  for i, order in ipairs(orders) do
    sorted[i] = { path = order.path, descending = order.descending, place = order.place, index = i }
  end
  table.sort(sorted, function(a, b)
    if a.place ~= b.place then return a.place < b.place end
    return a.index < b.index
  end)
  return sorted
end

local function sorted_list(list, orders, type_name, read)
  orders = by_place(orders)
  local rows = decorated(list, orders, type_name, read)
  table.sort(rows, function(a, b)
    for k, order in ipairs(orders) do
      local place = order_of(a.keys[k], b.keys[k])
      if place ~= 0 then return (place < 0) ~= order.descending end
    end
    return a.index < b.index
  end)
  local out = {}
  for i, row in ipairs(rows) do out[i] = row.object end
  return out
end

--- The elements of a list that pass, in the order that the filter asks for.
---@param compiled table? nil passes everything
---@param list any[]
---@param type_name string? declared type of the elements; default the compiled root's
---@param read fun(object: any, name: string, type_name: string): any
---@return any[]
function evaluator.apply(compiled, list, type_name, read)
  if not compiled then return list end
  read = allowance.bounded(read)
  local passed = {}
  for _, object in ipairs(list) do
    if matches(compiled, object, read) then passed[#passed + 1] = object end
  end
  if #compiled.orders == 0 then return passed end
  return sorted_list(passed, compiled.orders, type_name or compiled.type, read)
end

return evaluator
