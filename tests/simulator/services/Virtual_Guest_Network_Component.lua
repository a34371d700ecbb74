-- The ports of guests.

local errors = require "slsim.errors"
local events = require "slsim.model.events"

local function switch(status, event)
  return { run = function(component, call)
    if component.guest.activeTransaction then errors.public("There is currently an active transaction on the guest.") end
    component.status = status
    events.log(call, event, "CCI", component.guest)
    return true
  end }
end

return { methods = {
  disable = switch("DISABLED", "Disable Network Component"),
  enable = switch("ACTIVE", "Enable Network Component"),
  isPingable = { run = function(component)
    return component.guest.powerState.keyName == "RUNNING" and component.status == "ACTIVE"
      and component.primaryIpAddress ~= nil
  end },
  securityGroupsReady = { run = function() return true end },
} }
