-- Whether the VLANs and subnets of an order have addresses left for its guests, those included that still wait for theirs.

local errors  = require "slsim.errors"
local guess   = require "slsim.guess"
local network = require "slsim.model.network"
local quirks  = require "slsim.quirks"
local world   = require "slsim.world"

guess("[G]", "a guest for a subnet without a free address is refused; so is one for a full VLAN with the quirk full-vlan-refused; "
  .. "the texts")

local room = {}

local SIDES = { { "backend", "PRIVATE", "primaryBackendIpAddress" }, { "frontend", "PUBLIC", "primaryIpAddress" } }

-- A VLAN that the order does not name is chosen with it, if the account has one.
local function choose(plan, side, space)
  if plan[side] or space == "PUBLIC" and plan.private_only then return end
  plan[side] = network.find_vlan(plan.user.account, plan.pod, space)
end

-- How many guests are ordered onto a VLAN or a subnet and have no address yet.
local function waiting(key, target, address)
  return #world.select("Virtual_Guest", function(guest)
    return guest.__plan[key] == target and not guest[address] and guest.billingItem ~= nil
  end)
end

local function take(left, key, target, address, free)
  left[target] = (left[target] or #free - waiting(key, target, address)) - 1
  return left[target] >= 0
end

local function check_side(plan, left, side, address)
  local vlan, subnet = plan[side], plan[side .. "_subnet"]
  if subnet and not take(left, side .. "_subnet", subnet, address, network.free_addresses(vlan, subnet)) then
    errors.public("There are no available IP addresses on the subnet with id #%d", subnet.id)
  end
  if vlan and not take(left, side, vlan, address, network.free_addresses(vlan)) and quirks.on "full-vlan-refused" then
    errors.public("There are no available IP addresses on the network VLAN with id #%d", vlan.id)
  end
end

--- Refuses plans for which there is no room.
function room.check(plans)
  local left = {}
  for _, plan in ipairs(plans) do
    for _, entry in ipairs(SIDES) do
      local side, space, address = table.unpack(entry)
      choose(plan, side, space)
      check_side(plan, left, side, address)
    end
  end
end

return room
