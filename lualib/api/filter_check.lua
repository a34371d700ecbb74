--- Filters that let everything through: the API ignores a property that it does not know, and an empty filter.

local nearest = require "nearest"

local function unknown(api, type, name)
  local guess = nearest(name, api:property_names(type))
  return ("the filter's '%s' is no property of %s%s The API would ignore it and let everything through"):format(name,
    (type:gsub("^SoftLayer_", "")), guess and (", did you mean '%s'?"):format(guess) or ".")
end

-- Conditions stand at the leaves: { operation =, options = }.
local function walk(api, type, node)
  if next(node) == nil then return "the filter is empty, so everything would pass" end
  for name, inner in pairs(node) do
    local property = api:property(type, name)
    if not property then return unknown(api, type, name) end
    local is_node = _G.type(inner) == "table" and inner.operation == nil
    local problem = is_node and property.type:find "^SoftLayer_" and walk(api, property.type, inner)
    if problem then return problem end
  end
end

--- What is wrong with the filter of a call; nil when nothing is, or when its service is not known.
---@param api Api
---@param call { service: string, filter: table? } with the filter as the API takes it
---@return string?
return function(api, call)
  local type = api:type_of(call.service)
  return type and call.filter and walk(api, type, call.filter) or nil
end
