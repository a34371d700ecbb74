-- Compiles a decoded filter against the declared types.
-- A compiled node is { type, terms = { {name, property, test | node} }, tests, orders = { {path, descending, place} } };
-- `tests` tells whether anything in it or below it can refuse an element.

local json       = require "core.json"
local types      = require "slsim.types"
local operations = require "slsim.filter.operations"

local compiler = {}

local MAX_DEPTH = 32

local function refuse(format, ...) error({ reason = format:format(...) }, 0) end

local function is_object(value) return type(value) == "table" and not json.is_array(value) end

local function sorted_keys(map)
  local keys = {}
  for key in pairs(map) do keys[#keys + 1] = tostring(key) end
  table.sort(keys)
  return keys
end

local compile

local function compile_leaf(node, name, property, leaf, context)
  if leaf.operation ~= "orderBy" then
    table.insert(node.terms, { name = name, property = property, test = operations.compile(leaf, property, context) })
    node.tests = true
    return
  end
  if not property.kind then refuse("cannot sort by '%s'", name) end
  local descending, place = operations.order(leaf)
  table.insert(node.orders, { path = { name }, descending = descending, place = place })
end

local function compile_below(node, name, property, value, context, depth)
  if not property.type then refuse("'%s' has no properties", name) end
  local sub = compile(property.type, value, context, depth + 1)
  table.insert(node.terms, { name = name, property = property, node = sub })
  node.tests = node.tests or sub.tests
  for _, order in ipairs(sub.orders) do
    local path = table.move(order.path, 1, #order.path, 2, { name })
    table.insert(node.orders, { path = path, descending = order.descending, place = order.place })
  end
end

function compile(type_name, object, context, depth)
  if depth > MAX_DEPTH then refuse("nested deeper than %d levels", MAX_DEPTH) end
  local type = types.get(type_name) or refuse("the type '%s' has no filters", type_name)
  local node = { type = type_name, terms = {}, orders = {} }
  for _, name in ipairs(sorted_keys(object)) do
    local value = object[name]
    local property = type.properties[name] or refuse("'%s' is no property of '%s'", name, type_name)
    if not is_object(value) then refuse("'%s' holds no condition", name) end
    if value.operation ~= nil then
      compile_leaf(node, name, property, value, context)
    else
      compile_below(node, name, property, value, context, depth)
    end
  end
  return node
end

local function other_roots(decoded, root)
  local others = {}
  for _, name in ipairs(sorted_keys(decoded)) do
    if name ~= root then others[#others + 1] = name end
  end
  return #others > 0 and "no effect: " .. table.concat(others, ", ") or nil
end

local function rooted(decoded, root_type, root_property)
  if not is_object(decoded) then refuse("the filter is no object") end
  if not root_property then return root_type, decoded end
  local type = types.get(root_type)
  local property = type and type.properties[root_property]
  if not property or not property.type then refuse("'%s' of '%s' cannot be filtered", root_property, root_type) end
  if not is_object(decoded[root_property]) then refuse("the root '%s' is missing", root_property) end
  return property.type, decoded[root_property], other_roots(decoded, root_property)
end

--- Compiles a decoded filter.
---@param decoded any
---@param root_type string the service's type; for a static getter the type of the elements
---@param root_property? string the relation that the getter serves, nil for a static getter
---@param now? number virtual time in epoch seconds, for relative dates; default the machine's time
---@param zone? fun(epoch: number): integer offset of the user's zone, default US Central
---@return table? compiled nil: the filter has no effect
---@return string? reason why the filter, or a part of it, has no effect
function compiler.parse(decoded, root_type, root_property, now, zone)
  local reason
  local ok, result = pcall(function()
    local type_name, object, others = rooted(decoded, root_type, root_property)
    reason = others
    return compile(type_name, object, { now = now or os.time(), zone = zone }, 1)
  end)
  if ok then return result, reason end
  if type(result) ~= "table" then error(result, 0) end
  return nil, result.reason
end

return compiler
