-- The API's description of itself (/metadata/v3.1): types with their properties, services with their
-- methods, generated from what this simulator has.

local json     = require "core.json"
local registry = require "slsim.registry"
local types    = require "slsim.types"

local description = {}

local FORMS = { relation = "relational", ["local"] = "local", count = "count" }

local function properties_of(type)
  local out = {}
  for name, property in pairs(type.properties) do
    out[name] = { name = name, form = FORMS[property.form], type = property.type or property.kind,
      typeArray = property.many or nil }
  end
  return out
end

local function parameters_of(method)
  local list = json.array {}
  for name, kind, optional in (method.args or ""):gmatch("([%w_]+):(%l+)(%??)") do
    list[#list + 1] = { name = name, type = kind, typeArray = kind == "list" or nil, defaultValue = optional == "?" and json.null or nil }
  end
  return list
end

local function described(name, method)
  local many, element = (method.returns or ""):match("^(%*?)(.+)$")
  return { name = name, static = method.static or nil, parameters = parameters_of(method), typeArray = many == "*" or nil,
    type = element and "SoftLayer_" .. element or method.kind or "unknown" }
end

local function methods_of(name)
  local service, out = registry.service(name), {}
  if not service then return nil end
  for getter in pairs((types.get(name) or { getters = {} }).getters) do
    out[getter] = described(getter, (registry.method(service, getter)))
  end
  local level = service
  while level do
    for method_name, method in pairs(level.methods) do out[method_name] = out[method_name] or described(method_name, method) end
    level = level.parent
  end
  local object = registry.method(service, "getObject")
  if object then out.getObject = described("getObject", object) end
  return out
end

--- The whole document.
function description.document()
  local out = {}
  for _, name in ipairs(types.names()) do
    local type = types.get(name)
    out[name] = { name = name, base = type.extends or "SoftLayer_Entity", properties = properties_of(type) }
  end
  for _, short in ipairs(require "slsim.services") do
    local name = "SoftLayer_" .. short
    out[name] = out[name] or { name = name, base = "SoftLayer_Entity" }
    out[name].methods = methods_of(name)
  end
  return out
end

return description
