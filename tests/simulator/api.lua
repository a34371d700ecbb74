-- One API call from its URI to its result: who calls, which method of which object, with what, and
-- what of the result the mask, the filter and the limit leave.

local dates    = require "slsim.dates"
local errors   = require "slsim.errors"
local filter   = require "slsim.filter"
local guess    = require "slsim.guess"
local json     = require "core.json"
local mask     = require "slsim.mask"
local path     = require "slsim.path"
local registry = require "slsim.registry"
local types    = require "slsim.types"
local world    = require "slsim.world"
local clock    = require "slsim.clock"

guess("[G]", "an explicit method name with DELETE answers 404 Service does not exist, other verbs 400 Bad request")
guess("[G]", "resultLimit that is no number or pair of numbers is ignored")

local api = {}

local IMPLIED = { GET = "getObject", POST = "createObject", PUT = "editObject", DELETE = "deleteObject" }

local function parameters_of(call, body)
  if body == "" or call.verb == "GET" then return json.array {} end
  local document = json.decode(body)
  if type(document) ~= "table" or json.is_array(document) then errors.bad_request() end
  local given = document.parameters
  if given == nil or given == json.null then return json.array {} end
  if type(given) ~= "table" or not (json.is_array(given) or next(given) == nil) then errors.bad_request() end
  return given
end

-- Consumes the init parameter, if the next segment is one and no method.
local function take_init(call, parts)
  local candidate = parts[1]
  if not candidate or registry.method(call.service, candidate) then return end
  if #parts == 1 and not candidate:find("^[%d]") and not candidate:find("^%x+%-%x+") then return end
  call.init = table.remove(parts, 1)
end

local function resolve(call, parts)
  local name = table.remove(parts, 1)
  if not name then
    name = IMPLIED[call.verb] or errors.bad_request()
  elseif call.verb == "DELETE" then
    errors.no_service()
  elseif call.verb ~= "GET" and call.verb ~= "POST" and call.verb ~= "PUT" then
    errors.bad_request()
  end
  local method, full = registry.method(call.service, name)
  call.method_name = full or name
  if not method then
    call.miss = true
    errors.no_method(name)
  end
  call.method = method
end

--- Finds the service and the method that a request names.
function api.resolve(call, location)
  local parts = path.segments(location)
  table.remove(parts, 1)
  table.remove(parts, 1)
  call.extension = path.take_extension(parts)
  call.service_name = table.remove(parts, 1) or ""
  call.service = registry.service(call.service_name)
  if not call.service then
    call.miss = true
    errors.no_service()
  end
  take_init(call, parts)
  resolve(call, parts)
  call.rest = parts
end

local function target(call)
  if call.method.static then return nil end
  if not call.init then
    if call.service.subject then return nil end
    errors.no_object(call.service.name, call.method_name)
  end
  return registry.object(call.service, call.init, call)
end

-- /Account/getHardware/365112/getNetworkComponents: further segments lead on from the result.
local function drill(call, result)
  while #call.rest > 0 do
    local many, element = (call.method.returns or ""):match("^(%*?)(.+)$")
    if not element then errors.no_method(call.rest[1]) end
    if many == "*" then
      local id, found = table.remove(call.rest, 1), nil
      for _, object in ipairs(result) do
        if tostring(object.id) == id then found = object end
      end
      result = found or errors.not_found(id)
      call.method = { returns = element }
    else
      local service, name = registry.of_type("SoftLayer_" .. element), table.remove(call.rest, 1)
      local method, full = registry.method(service, name)
      if not method then errors.no_method(name) end
      call.service, call.method, call.method_name = service, method, full
      result = method.run(result, call)
    end
  end
  return result
end

local function path_arguments(call)
  if #call.rest == 0 or not registry.takes_arguments(call.method) then return nil end
  local given = call.rest
  call.rest = {}
  return given
end

--- Reads the call's arguments from its body or its path. Raises an exception of the API.
function api.read_arguments(call)
  local given = parameters_of(call, call.body)
  if #given == 0 then given = path_arguments(call) or given end
  call.arguments = given
end

--- Does what the call asks for. Raises an exception of the API.
---@return any result world objects, or plain values
function api.execute(call)
  local object = target(call)
  api.read_arguments(call)
  local packed = registry.arguments(call.method, call.arguments)
  call.read = world.reader(call)
  return drill(call, call.method.run(object, call, table.unpack(packed, 1, packed.n)))
end

local function decoded_filter(call)
  if not call.filter or call.filter == "" then return nil end
  local decoded = json.decode(call.filter)
  if decoded == nil then
    call.filter_ignored = "not JSON"
    return nil
  end
  return decoded
end

local function compile(call, type_name)
  local decoded = decoded_filter(call)
  if decoded == nil then return nil end
  local root_type = call.method.root and call.method.root_type or type_name
  local compiled, reason = filter.parse(decoded, root_type, call.method.root, clock.now())
  call.filter_ignored = reason
  return compiled
end

local function page(call, list)
  local offset, limit = (call.limit or ""):match("^%s*(%d+)%s*,%s*(%d+)%s*$")
  if not offset then offset, limit = "0", (call.limit or ""):match("^%s*(%d+)%s*$") end
  if not limit then return list end
  return table.move(list, offset + 1, math.min(#list, offset + limit), 1, {})
end

local function one(call, object, type_name, options)
  if type(object) ~= "table" or not object.__type then return object end
  return mask.project(object, call.tree, type_name, call.read, options)
end

local function many(call, list, type_name, options)
  options.filter = compile(call, type_name)
  if options.filter then list = filter.apply(options.filter, list, type_name, call.read) end
  call.total = #list
  local out = json.array {}
  for i, object in ipairs(page(call, list)) do out[i] = one(call, object, type_name, options) end
  return out
end

--- The mask is checked before the call has any effect. A method may have one of its own for callers without.
function api.check_mask(call)
  local element = (call.method.returns or ""):match("^%*?(.+)$")
  local text = call.mask and call.mask ~= "" and call.mask or call.method.mask
  if not element or not text then return end
  local tree, err = mask.parse(text, "SoftLayer_" .. element)
  if not tree then errors.raise(err.code, err.error, err.status) end
  call.tree = tree
end

local function plain(value, write)
  if type(value) ~= "table" or value == json.null then return value end
  if not value.__type then return value end
  return mask.project(value, nil, value.__type, world.reader(), { date = write })
end

--- What of the result is answered: plain tables and values, ready for encoding.
function api.project(call, result)
  local star, element = (call.method.returns or ""):match("^(%*?)(.+)$")
  local write = dates.writer(call.user.__zone)
  if result == nil then return star == "*" and json.array {} or json.null end
  if not element then
    return call.method.kind == "date" and write(result) or plain(result, write)
  end
  local type_name, options = "SoftLayer_" .. element, { date = write }
  assert(types.get(type_name), type_name)
  if star == "*" then return many(call, result, type_name, options) end
  return one(call, result, type_name, options)
end

return api
