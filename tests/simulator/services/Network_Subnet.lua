-- Subnets.

local events = require "slsim.model.events"
local tags   = require "slsim.model.tags"

return { methods = {
  editNote = { args = "note:string", run = function(subnet, call, note)
    subnet.note = note
    events.log(call, "Edit Subnet", "Subnet", subnet)
    return true
  end },
  setTags = { args = "tags:string", run = function(subnet, call, text)
    tags.set(subnet, "NETWORK_SUBNET", text)
    events.log(call, "Set Tags", "Subnet", subnet)
    return true
  end },
} }
