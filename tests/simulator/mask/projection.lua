-- What a mask makes of an object: the selection rules, key presence and lists of the API.
--
-- An unset local property is null, or absent where the type says so; an unset relation is absent, an empty
-- list is []. Masks name what comes; where a level names no local property, all of them come too.

local allowance = require "slsim.allowance"
local filter    = require "slsim.filter"
local json      = require "core.json"
local types     = require "slsim.types"

local projection = {}

local function typed_part(node, type_name)
  node.typed = node.typed or {}
  node.typed[type_name] = node.typed[type_name] or {}
  return node.typed[type_name]
end

local function merge(into, props)
  for name, node in pairs(props) do
    local known = into[name]
    if known then
      local both = { props = {} }
      for _, source in ipairs { known, node } do
        merge(both.props, source.props)
        for type_name, typed in pairs(source.typed or {}) do merge(typed_part(both, type_name), typed) end
      end
      node = both
    end
    into[name] = node
  end
end

-- What a node selects from an object of this type.
local function selected_from(node, type_name)
  if not node.typed then return node.props end
  local all = {}
  merge(all, node.props)
  for wanted, props in pairs(node.typed) do
    if types.accepts(wanted, type_name) then merge(all, props) end
  end
  return all
end

local function names_a_local(type, props)
  for name in pairs(props) do
    local declared = type.properties[name]
    if declared and declared.form == "local" then return true end
  end
  return false
end

local EMPTY = { props = {} }

-- The names that come along although the mask does not name them.
local function implied(type, props)
  local names = {}
  if names_a_local(type, props) then return names end
  for _, list in ipairs { type.locals, type.defaults } do
    for _, name in ipairs(list) do
      if not props[name] then names[#names + 1] = name end
    end
  end
  return names
end

local function scalar(value, declared, context)
  if declared.kind == "date" and context.date and type(value) == "number" then return context.date(value) end
  return value
end

local project

local function project_list(list, node, declared, context)
  local out = json.array {}
  if declared.kind then
    for i, value in ipairs(list) do out[i] = scalar(value, declared, context) end
    return out
  end
  if context.filter then list = filter.apply(context.filter, list, declared.type, context.read) end
  for i, value in ipairs(list) do out[i] = project(value, node, declared.type, context) end
  return out
end

local function below(context, name)
  if not context.filter then return context end
  return { read = context.read, date = context.date, filter = filter.nested(context.filter, name) }
end

local function relation(value, node, declared, context)
  if declared.many then return project_list(value or {}, node, declared, context) end
  if value == nil or declared.kind then return scalar(value, declared, context) end
  return project(value, node, declared.type, context)
end

local function put(out, object, type, name, node, explicit, context)
  local declared = type.properties[name]
  if not declared then return end
  if declared.form == "count" then
    out[name] = #(context.read(object, declared.of, type.name) or {})
    return
  end
  local value = context.read(object, name, type.name)
  if value == json.null then value = nil end
  if declared.form == "relation" then
    out[name] = relation(value, node, declared, below(context, name))
  elseif value ~= nil then
    out[name] = scalar(value, declared, context)
  elseif explicit or not declared.optional then
    out[name] = json.null
  end
end

function project(object, node, declared_type, context)
  local type = types.get(context.read(object, "__type", declared_type)) or types.get(declared_type)
  if not type then return object end
  local out = {}
  local props = selected_from(node, type.name)
  for _, name in ipairs(implied(type, props)) do put(out, object, type, name, EMPTY, false, context) end
  for name, sub in pairs(props) do put(out, object, type, name, sub, true, context) end
  return out
end

--- Projects one object. An object whose type is not declared is returned as it is.
---@param object any an object of the world
---@param tree table? a parsed mask; nil is "no mask"
---@param type_name string declared type of the object
---@param read fun(object: any, name: string, type_name: string): any `__type` gives the object's own type
---@param options? { filter: table?, date: fun(epoch: number): any, read: function? } filter: the compiled filter, for a
---filteredMask; read is set here: the objects of one answer, which share their options, share one allowance
---@return table
function projection.project(object, tree, type_name, read, options)
  options = options or {}
  options.read = options.read or allowance.bounded(read)
  local context = { read = options.read, date = options.date, filter = tree and tree.filtered and options.filter or nil }
  return project(object, tree or EMPTY, type_name, context)
end

return projection
