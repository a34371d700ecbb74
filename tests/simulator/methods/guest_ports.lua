-- The two ports of a guest: their speed, on and off.

local errors       = require "slsim.errors"
local events       = require "slsim.model.events"
local guess        = require "slsim.guess"
local provisioning = require "slsim.model.provisioning"
local transactions = require "slsim.transactions"

guess("[G]", "a port is switched at once and without a transaction; a speed of 0 switches it off, too")

local PUBLIC, PRIVATE = 1, 0
local SPEEDS = { [0] = true, [10] = true, [100] = true, [1000] = true }

local function component_of(guest, port)
  for _, component in ipairs(guest.networkComponents) do
    if component.port == port then return component end
  end
  errors.public("The guest has no %s network port.", port == PUBLIC and "public" or "private")
end

local function set_speed(port)
  return { args = "newSpeed:int", run = function(guest, call, speed)
    if not SPEEDS[speed] then errors.invalid("newSpeed", "The speed must be 0, 10, 100 or 1000.") end
    provisioning.must_be_idle(guest)
    local component = component_of(guest, port)
    component.maxSpeed, component.speed = speed, speed
    component.status = speed == 0 and "DISABLED" or "ACTIVE"
    transactions.start(guest, { name = "Set Network Speed", average = ".5" }, { { name = "CHANGE_PORT_SPEED",
      seconds = 15 } })
    events.log(call, "Set Network Speed", "CCI", guest)
    return true
  end }
end

local function switch(port, status, event)
  return { run = function(guest, call)
    provisioning.must_be_idle(guest)
    component_of(guest, port).status = status
    events.log(call, event, "CCI", guest)
    return true
  end }
end

return {
  setPublicNetworkInterfaceSpeed = set_speed(PUBLIC),
  setPrivateNetworkInterfaceSpeed = set_speed(PRIVATE),
  activatePublicPort = switch(PUBLIC, "ACTIVE", "Activate Public Port"),
  activatePrivatePort = switch(PRIVATE, "ACTIVE", "Activate Private Port"),
  shutdownPublicPort = switch(PUBLIC, "DISABLED", "Shutdown Public Port"),
  shutdownPrivatePort = switch(PRIVATE, "DISABLED", "Shutdown Private Port"),
}
