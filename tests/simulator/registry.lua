-- The services: methods by name, their parameters, and what they return.
--
-- services/<Service>.lua returns { extends?, kind?, guid?, find?, methods }. A method is
--   { static?, args = "tags:string note:string?", returns = "Virtual_Guest" | "*Virtual_Guest" | nil,
--     root?, status?, run = function(object | nil, call, ...) end }
-- Getters of relations need no method: they follow from the types.

local clock  = require "slsim.clock"
local errors = require "slsim.errors"
local guess  = require "slsim.guess"
local json   = require "core.json"
local quirks = require "slsim.quirks"
local types  = require "slsim.types"
local world  = require "slsim.world"

guess("[G]", "a service without its SoftLayer_ prefix does not exist")
guess("[G]", "missing, surplus or mistyped parameters answer 500 SoftLayer_Exception_Public; nulls count as missing")

local registry = {}

local PREFIX = "SoftLayer_"

-- nil only if there is no such source; a source that does not load is a bug and raises.
local function load_source(short)
  local ok, service = pcall(require, "slsim.services." .. short)
  if ok then return service end
  if tostring(service):find("^module '") then return nil end
  error(service, 0)
end

local known = {}

local function prepare(short, service)
  service.name = short
  service.type = PREFIX .. short
  service.parent = service.extends and registry.service(PREFIX .. service.extends)
  service.kind = service.kind or service.parent and service.parent.kind or short
  service.find = service.find or service.parent and service.parent.find
  if service.guid == nil then service.guid = service.parent and service.parent.guid end
  return service
end

---@param name string with the prefix
---@return table? service
function registry.service(name)
  local short = name:match("^SoftLayer_([%w_]+)$") or quirks.on "unprefixed-services" and name:match("^[%w_]+$")
  if not short then return nil end
  if known[short] == nil then
    local service = load_source(short)
    known[short] = service and prepare(short, service) or false
  end
  return known[short] or nil
end

--- The service behind an object that was reached through a chain of getters.
function registry.of_type(type_name)
  local short = type_name:sub(#PREFIX + 1)
  return registry.service(type_name) or { name = short, type = type_name, kind = short, methods = {} }
end

local function own_method(service, name)
  while service do
    if service.methods[name] then return service.methods[name] end
    service = service.parent
  end
end

-- Account's relations lead from the account of the user who asks.
local function getter(service, name)
  local property_name, property = types.getter(service.type, name)
  if not property_name then return nil end
  return {
    static = service.static_getters, root = property_name, root_type = service.type, kind = property.kind,
    returns = property.type and (property.many and "*" or "") .. property.type:sub(#PREFIX + 1) or nil,
    run = function(object, call)
      return call.read(object or service.subject(call), property_name, service.type)
    end,
  }
end

local function get_object(service, name)
  if name ~= "getObject" or not (service.find or service.subject or service.kind) then return nil end
  return { static = service.static_getters, returns = service.name,
    run = function(object, call) return object or service.subject(call) end }
end

---@return table? method, string? name the name in full
function registry.method(service, name)
  local full = "get" .. name:sub(1, 1):upper() .. name:sub(2)
  for _, candidate in ipairs { name, full } do
    local method = own_method(service, candidate) or get_object(service, candidate) or getter(service, candidate)
    if method then return method, candidate end
  end
end

local function by_guid(service, guid)
  return world.find(service.kind, function(object) return object.globalIdentifier == guid end)
end

local function is_hidden(object)
  return quirks.on "lagged-objects" and (object.__listed or 0) > clock.now()
end

--- The object that an init parameter names, if the caller may see it.
function registry.object(service, init, call)
  local object
  if service.find then
    object = service.find(init, call)
  elseif init:find("^%d+$") then
    object = world.get(service.kind, init)
  elseif service.guid then
    object = by_guid(service, init)
  end
  if not object or not types.accepts(service.type, object.__type) or not world.may_see(call.user, object)
    or is_hidden(object) then
    errors.not_found(init)
  end
  return object
end

local function is_list(value) return json.is_array(value) or next(value) == nil end

local CHECKS = {
  string = function(v) return type(v) == "string" or math.type(v) == "integer" end,
  int = function(v) return math.type(v) == "integer" or type(v) == "string" and v:find("^%d+$") end,
  boolean = function(v) return type(v) == "boolean" or v == 0 or v == 1 end,
  object = function(v) return type(v) == "table" and not json.is_array(v) end,
  list = function(v) return type(v) == "table" and is_list(v) end,
  any = function() return true end,
}

--- What a method takes.
---@return { name: string, kind: string, optional: boolean }[]
function registry.parameters(method)
  if method.parameters then return method.parameters end
  method.parameters = {}
  for name, kind, optional in (method.args or ""):gmatch("([%w_]+):(%l+)(%??)") do
    method.parameters[#method.parameters + 1] = { name = name, kind = kind, optional = optional == "?" }
  end
  return method.parameters
end

-- Paths and lenient clients give numbers as text.
local function convert(kind, value)
  if kind == "int" and type(value) == "string" then return math.tointeger(value) end
  if kind == "string" and value ~= nil then return tostring(value) end
  if kind == "boolean" and type(value) == "number" then return value == 1 end
  return value
end

--- Checks the arguments of a call and returns them, null as nil.
---@return table packed
function registry.arguments(method, given)
  local parameters, packed = registry.parameters(method), { n = 0 }
  if #given > #parameters then errors.public("Too many parameters were provided.") end
  for i, parameter in ipairs(parameters) do
    local value = given[i]
    if value == json.null then value = nil end
    if value == nil and not parameter.optional then
      errors.public("The parameter '%s' is required.", parameter.name)
    end
    if value ~= nil and not CHECKS[parameter.kind](value) then
      errors.public("The parameter '%s' has the wrong type.", parameter.name)
    end
    packed[i], packed.n = convert(parameter.kind, value), i
  end
  return packed
end

--- Whether a method takes anything.
function registry.takes_arguments(method) return #registry.parameters(method) > 0 end

return registry
