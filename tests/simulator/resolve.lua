-- Which method of which object a URI names: /rest/v3.1/Service[/init][/method][/…][.ext]. Further segments
-- lead on from a method's result, or are its parameters. All of it follows from the declared types, so
-- that a wrong name or mask is refused before the call has any effect.

local errors   = require "slsim.errors"
local guess    = require "slsim.guess"
local path     = require "slsim.path"
local quirks   = require "slsim.quirks"
local registry = require "slsim.registry"

guess("[G]", "an explicit method name with DELETE answers 404 Service does not exist, other verbs 400 Bad request")
guess("[G]", "segments behind a method that takes parameters are its parameters, all of them")

local resolve = {}

local IMPLIED = { GET = "getObject", POST = "createObject", PUT = "editObject", DELETE = "deleteObject" }

local function check_verb(verb, name)
  if not IMPLIED[verb] then errors.bad_verb() end
  if not name or verb ~= "DELETE" then return end
  if name ~= "deleteObject" or not quirks.on "delete-explicit" then errors.no_service() end
end

-- Consumes the init parameter, if the next segment is one and no method.
local function take_init(call, parts)
  local candidate = parts[1]
  if not candidate or registry.method(call.service, candidate) then return end
  if #parts == 1 and not candidate:find("^[%d]") and not candidate:find("^%x+%-%x+") then return end
  call.init = table.remove(parts, 1)
end

local function take_step(call, service, parts)
  local name = table.remove(parts, 1)
  if #parts == 0 then check_verb(call.verb, name) end
  name = name or IMPLIED[call.verb]
  local method, full = registry.method(service, name)
  if not method then
    call.miss, call.method_name = true, name
    errors.no_method(name)
  end
  local step = { service = service, method = method, name = full }
  if #parts > 0 and registry.takes_arguments(method) then
    call.path_arguments = table.move(parts, 1, #parts, 1, {})
    check_verb(call.verb, name)
    return step
  end
  return step, #parts > 0
end

-- /getHardware/365112: the element of the list that has this id.
local function take_pick(step, parts)
  local star, element = (step.method.returns or ""):match("^(%*?)(.+)$")
  if not element then errors.no_method(parts[1]) end
  if star == "*" then step.pick = table.remove(parts, 1) end
  return registry.of_type("SoftLayer_" .. element)
end

local function take_steps(call, parts)
  local service, steps, more = call.service, {}, true
  while more do
    steps[#steps + 1], more = take_step(call, service, parts)
    if more then
      local last = steps[#steps]
      service = take_pick(last, parts)
      call.init = last.pick
    end
  end
  return steps
end

--- Finds what a request names: call.service, call.init, call.steps, and the last step's method.
function resolve.call(call, location)
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
  call.first_init = call.init
  call.steps = take_steps(call, parts)
  local last = call.steps[#call.steps]
  call.service, call.method, call.method_name = last.service, last.method, last.name
  if #call.steps > 1 then call.service_name = last.service.type end
end

return resolve
