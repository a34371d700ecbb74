-- One API call: of which object, with which arguments its methods run.

local errors   = require "slsim.errors"
local guess    = require "slsim.guess"
local json     = require "core.json"
local quirks   = require "slsim.quirks"
local registry = require "slsim.registry"
local world    = require "slsim.world"

guess("[G]", "a further getter of a relation that is unset answers ObjectNotFound")

local api = {}

local function parameters_of(call)
  if call.body == "" or call.verb == "GET" and quirks.on "get-body-ignored" then return json.array {} end
  local document = json.decode(call.body)
  if type(document) ~= "table" or json.is_array(document) then errors.bad_body() end
  local given = document.parameters
  if given == nil or given == json.null then return json.array {} end
  if type(given) ~= "table" or not (json.is_array(given) or next(given) == nil) then errors.bad_body() end
  return given
end

--- Reads the call's arguments from its body or its path. Raises an exception of the API.
function api.read_arguments(call)
  local given = parameters_of(call)
  if #given == 0 then given = call.path_arguments or given end
  call.arguments = given
end

local function target(call, step)
  if step.method.static then return nil end
  if not call.first_init then
    if step.service.subject then return nil end
    errors.no_object(step.service.name, step.name)
  end
  return registry.object(step.service, call.first_init, call)
end

local function picked(list, id)
  for _, object in ipairs(list or {}) do
    if tostring(object.id) == id then return object end
  end
  errors.not_found(id)
end

--- Does what the call asks for. Raises an exception of the API.
---@return any result world objects, or plain values
function api.execute(call)
  local object, last = target(call, call.steps[1]), #call.steps
  api.read_arguments(call)
  call.read = world.reader(call)
  for i, step in ipairs(call.steps) do
    if i > 1 and object == nil then errors.no_object(step.service.name, step.name) end
    local packed = registry.arguments(step.method, i == last and call.arguments or {})
    object = step.method.run(object, call, table.unpack(packed, 1, packed.n))
    if step.pick then object = picked(object, step.pick) end
  end
  return object
end

return api
