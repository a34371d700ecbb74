-- Pods: which pair of routers serves which part of a datacenter.

local world = require "slsim.world"

return { methods = {
  getAllObjects = { static = true, returns = "*Network_Pod", run = function(_, call) return world.listed("Network_Pod",
    call) end },
} }
