-- What a ticket can be about.

local world = require "slsim.world"

return { methods = {
  getAllObjects = { static = true, returns = "*Ticket_Subject", run = function(_,
    call) return world.listed("Ticket_Subject", call) end },
} }
