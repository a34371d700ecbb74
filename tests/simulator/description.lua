-- The API's description of itself (/metadata/v3.1): types with their properties, services with their
-- methods, generated from what this simulator has. As in the API's own, an entry tells what it adds to its base,
-- and the getters of relations are not told at all: they follow from the properties.

local guess    = require "slsim.guess"
local json     = require "core.json"
local registry = require "slsim.registry"
local types    = require "slsim.types"

guess("[G]", "metadata: an optional parameter has the default null; objects and lists that no declaration types are "
  .. "SoftLayer_Entity and string[]; a method that declares no result answers a boolean")
guess("[G]", "metadata: served without credentials, with and without a slash at its end; there are no doc texts")

local description = {}

local PREFIX = "SoftLayer_"
local FORMS = { relation = "relational", ["local"] = "local", count = "count" }
local NAMES = { date = "dateTime" }
local COUNT = "unsignedLong"

-- What methods answer that is neither a declared type nor a boolean.
local ANSWERS = {
  ["Virtual_Guest.reloadOperatingSystem"] = "string",
  ["Virtual_Guest.generateOrderTemplate"] = "Container_Product_Order",
  ["Virtual_Guest.getReverseDomainRecords"] = "*Dns_Domain",
  ["Virtual_Guest.reloadCurrentOperatingSystemConfiguration"] = "string",
  ["Virtual_Guest.getCreateObjectOptions"] = "Container_Virtual_Guest_Configuration",
  ["Virtual_Guest.captureImage"] = "Container_Disk_Image_Capture_Template",
  ["Virtual_Guest_Block_Device_Template_Group.getBootMode"] = "string",
  ["Virtual_Guest_Block_Device_Template_Group.getSupportedBootModes"] = "*string",
  ["Product_Order.placeOrder"] = "Container_Product_Order_Receipt",
  ["Product_Order.placeQuote"] = "Container_Product_Order_Receipt",
  ["Product_Order.verifyOrder"] = "Container_Product_Order",
  ["Billing_Order_Quote.placeOrder"] = "Container_Product_Order_Receipt",
  ["Billing_Order_Quote.verifyOrder"] = "Container_Product_Order",
  ["Billing_Order_Quote.getRecalculatedOrderContainer"] = "Container_Product_Order",
  ["Event_Log.getAllEventObjectNames"] = "*string", ["Event_Log.getAllEventNames"] = "*string",
  ["Event_Log.getAllUserTypes"] = "*string",
}

local is_plain = { string = true, int = true, boolean = true, float = true, dateTime = true }

local function type_name(name)
  name = NAMES[name] or name
  return is_plain[name] and name or PREFIX .. name
end

local function properties_of(type)
  local out, base = {}, types.get(type.extends)
  for name, property in pairs(type.properties) do
    if not base or base.properties[name] ~= property then
      out[name] = { name = name, form = FORMS[property.form], typeArray = property.many or nil,
        type = property.type or property.form == "count" and COUNT or NAMES[property.kind] or property.kind }
    end
  end
  return out
end

-- A template is of the service's own type.
local function parameter_type(service, parameter)
  if parameter.name:find("^templateObject") then return service.type end
  if parameter.kind == "object" or parameter.kind == "any" then return "SoftLayer_Entity" end
  return parameter.kind == "list" and "string" or parameter.kind
end

local function parameters_of(service, method)
  local list = json.array {}
  for i, parameter in ipairs(registry.parameters(method)) do
    list[i] = { name = parameter.name, type = parameter_type(service, parameter),
      typeArray = parameter.kind == "list" or nil, defaultValue = parameter.optional and json.null or nil }
  end
  return list[1] and list or nil
end

local function described(service, name, method)
  local answers = method.returns or method.kind or ANSWERS[("%s.%s"):format(service.name, name)] or "boolean"
  local many, element = answers:match("^(%*?)(.+)$")
  local typed = method.returns ~= nil
  return { name = name, type = type_name(element), typeArray = many == "*" or nil, static = method.static or nil,
    noauth = method.anonymous or nil, maskable = typed or nil,
    filterable = typed and (many == "*" or name == "getObject") or nil,
    limitable = typed and many == "*" or nil, parameters = parameters_of(service, method) }
end

local function methods_of(service)
  local out, names = {}, { getObject = true }
  for name in pairs(service.methods) do names[name] = true end
  for name in pairs(names) do
    local method, full = registry.method(service, name)
    if full == name then out[name] = described(service, name, method) end
  end
  return out
end

--- The whole document.
function description.document()
  local out = {}
  for _, name in ipairs(types.names()) do
    local type = types.get(name)
    out[name] = { name = name, base = type.extends or "SoftLayer_Entity", properties = properties_of(type),
      noservice = true }
  end
  for _, short in ipairs(require "slsim.services") do
    local name = PREFIX .. short
    out[name] = out[name] or { name = name, base = "SoftLayer_Entity", properties = {} }
    out[name].methods, out[name].noservice = methods_of(registry.service(name)), nil
  end
  return out
end

return description
