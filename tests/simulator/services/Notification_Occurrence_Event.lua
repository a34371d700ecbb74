-- Announcements of maintenance and incidents; this cloud has none.

local world = require "slsim.world"

return { methods = {
  getAllObjects = { static = true, returns = "*Notification_Occurrence_Event",
    run = function(_, call) return world.listed("Notification_Occurrence_Event", call) end },
} }
