--- Object filters judged over whole objects: which elements of a list pass, and in which order. Conditions are
--- trees { name = {below = tree} | {leaf = it} }; a leaf has a `sign`, or `sort` and `place`.

local dates = require "corpus.dates"
local draw  = require "corpus.draw"
local json  = require "core.json"
local leaf  = require "corpus.leaf"

local filters = {}

local function has_tests(conditions)
  for _, node in pairs(conditions) do
    if node.leaf and node.leaf.sign or node.below and has_tests(node.below) then return true end
  end
  return false
end

local function known(value)
  if value == json.null then return nil end
  return value
end

local passes

local function leaf_passes(it, value, property)
  if it.sort then return true end
  if not property.many then return leaf.passes(it, value, property.kind) end
  if #(value or {}) == 0 then return leaf.passes(it, nil, property.kind) end
  for _, element in ipairs(value) do
    if leaf.passes(it, element, property.kind) then return true end
  end
  return false
end

local function below_passes(conditions, value, property)
  if not has_tests(conditions) then return true end
  if value == nil then return false end
  for _, element in ipairs(property.many and value or { value }) do
    if passes(element, property.type, conditions) then return true end
  end
  return false
end

local function value_of(object, name, property)
  if property.form == "count" then return #(object[property.of] or {}) end
  return known(object[name])
end

function passes(object, type_name, conditions)
  for name, node in pairs(conditions) do
    local property = draw.property(type_name, name)
    local judge = node.leaf and leaf_passes or below_passes
    if not judge(node.leaf or node.below, value_of(object, name, property), property) then return false end
  end
  return true
end

local function orders_of(conditions, path, found)
  for name, node in pairs(conditions) do
    local here = table.move(path, 1, #path, 1, {})
    here[#here + 1] = name
    if node.below then
      orders_of(node.below, here, found)
    elseif node.leaf.sort then
      found[#found + 1] = { path = here, descending = node.leaf.sort == "DESC", place = node.leaf.place }
    end
  end
  return found
end

local function sort_value(object, path, type_name)
  local property
  for _, name in ipairs(path) do
    if object == nil then return nil end
    property = draw.property(type_name, name)
    object = value_of(object, name, property)
    if property.many then object = object and object[1] end
    type_name = property.type
  end
  if property.kind == "date" and object then return dates.moment(object) end
  if type(object) == "boolean" then return object and 1 or 0 end
  return object
end

local function before(a, b)
  if a == nil or b == nil then return a == nil and b ~= nil end
  return a < b
end

-- An insertion sort: simple, and it keeps what is equal in its order.
local function insert_sorted(list, row, orders)
  local at = #list + 1
  local function precedes(other)
    for i, order in ipairs(orders) do
      local a, b = row.keys[i], other.keys[i]
      if order.descending then a, b = b, a end
      if before(a, b) then return true end
      if before(b, a) then return false end
    end
    return false
  end
  while at > 1 and precedes(list[at - 1]) do at = at - 1 end
  table.insert(list, at, row)
end

local function sorted(list, orders, type_name)
  table.sort(orders, function(a, b) return a.place < b.place end)
  local rows = {}
  for _, object in ipairs(list) do
    local row = { object = object, keys = {} }
    for i, order in ipairs(orders) do row.keys[i] = sort_value(object, order.path, type_name) end
    insert_sorted(rows, row, orders)
  end
  for i, row in ipairs(rows) do rows[i] = row.object end
  return rows
end

--- The elements of a list that pass, in the order that the conditions ask for.
function filters.pass(list, type_name, conditions)
  local kept = {}
  for _, object in ipairs(list) do
    if passes(object, type_name, conditions) then kept[#kept + 1] = object end
  end
  local orders = orders_of(conditions, {}, {})
  return #orders > 0 and sorted(kept, orders, type_name) or kept
end

return filters
