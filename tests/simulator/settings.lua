-- What can be changed while the simulator runs: POST /control/settings.

local quirks = require "slsim.quirks"
local rate   = require "slsim.rate"
local routes = require "slsim.model.routes"
local storage = require "slsim.model.storage"
local world  = require "slsim.world"

local settings = {}

--- Those that are numbers, kept in world.settings.
settings.NUMBERS = { "lag", "latency", "provision", "reclaim", "token_seconds" }
for _, defaults in ipairs { storage.SETTINGS, routes.SETTINGS } do
  for name in pairs(defaults) do table.insert(settings.NUMBERS, name) end
end

local setters = {}

function setters.quirks(wanted)
  if type(wanted) ~= "table" then return nil, "quirks must be an object" end
  for name, on in pairs(wanted) do
    local done, problem = quirks.set(name, on)
    if not done then return nil, problem end
  end
  return true
end

function setters.rps(value)
  if not tonumber(value) then return nil, "rps must be a number" end
  rate.set(tonumber(value))
  return true
end

for _, name in ipairs(settings.NUMBERS) do
  setters[name] = function(value)
    if not tonumber(value) then return nil, name .. " must be a number" end
    world.settings[name] = tonumber(value)
    return true
  end
end

---@param wanted table<string, any>
---@return boolean? done, string? problem
function settings.apply(wanted)
  for name, value in pairs(wanted) do
    if not setters[name] then return nil, "unknown setting " .. name end
    local done, problem = setters[name](value)
    if not done then return nil, problem end
  end
  return true
end

---@return table<string, any>
function settings.state()
  local state = { rps = rate.limit(), quirks = quirks.state() }
  for _, name in ipairs(settings.NUMBERS) do state[name] = world.settings[name] end
  return state
end

return settings
