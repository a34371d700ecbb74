-- Rules of placement groups.

local world = require "slsim.world"

return { methods = {
  getAllObjects = { static = true, returns = "*Virtual_PlacementGroup_Rule",
    run = function(_, call) return world.listed("Virtual_PlacementGroup_Rule", call) end },
} }
