-- Where subnets are routed: to an address, a machine or a VLAN that is named in one of several ways; and their way there.

local errors = require "slsim.errors"
local events = require "slsim.model.events"
local guess  = require "slsim.guess"
local subnets = require "slsim.model.subnets"
local transactions = require "slsim.transactions"
local world  = require "slsim.world"

guess("[D]", "Network_Subnet.route answers false if it would change nothing; the codes of its exceptions")
guess("[G]", "the texts of a route's exceptions, and their status 500; the name of its transaction")
guess("[G]", "a route is changed 90 s after the call (route_seconds in POST settings); a route that is there goes halfway")
guess("[D]", "an end point is on no static subnet, is assigned if it is a primary address, and is no network, gateway or "
  .. "broadcast address; it is in the subnet's datacenter unless the subnet is a global one")
guess("[G]", "an end point is of the subnet's address space; a VLAN, too, is of its datacenter and its address space, and takes "
  .. "no subnet of fewer than 4 addresses and no global one")
guess("[G]", "a route whose end point went meanwhile comes to nothing")

local routes = {}

routes.SETTINGS = { route_seconds = 90 }

local SECONDARY = { SECONDARY = true, SECONDARY_ON_VLAN = true, STATIC_IP_ROUTED = true, GLOBAL_IP = true }
local STATIC = { SECONDARY = true, STATIC_IP_ROUTED = true, GLOBAL_IP = true }

local function refuse(kind, identifier)
  errors.raise("NotFound", ("The route destination '%s' of the type '%s' is invalid or unknown."):format(identifier, kind))
end

local function same_region(subnet, other) return subnet.globalIpRecord or other == subnet.datacenter end

local function can_end_at(subnet, ip)
  local host = ip.subnet
  return not STATIC[host.subnetType] and host ~= subnet and host.version == subnet.version
    and host.addressSpace == subnet.addressSpace and same_region(subnet, host.datacenter)
    and (ip.__guest or not host.subnetType:find("PRIMARY"))
    and not (ip.isNetwork or ip.isGateway or ip.isBroadcast or ip.isReserved)
end

local function can_be_on(subnet, vlan)
  return not subnet.globalIpRecord and vlan.networkSpace == subnet.addressSpace and vlan.__datacenter == subnet.datacenter
    and #subnet.ipAddresses >= 4
end

-- What may be meant, by the type of the identifier: lists.
local named = {}

function named.SoftLayer_Network_Subnet_IpAddress(identifier)
  return world.select("Network_Subnet_IpAddress", function(ip)
    return tostring(ip.id) == identifier or ip.ipAddress == identifier
  end)
end

-- "dal13.fcr01.1234", with or without the router's redundancy letter.
local function semantic(name) return (name:gsub("^(%w+%.%l+%d+)[ab](%.%d+)$", "%1%2")) end

function named.SoftLayer_Network_Vlan(identifier)
  return world.select("Network_Vlan", function(vlan)
    return tostring(vlan.id) == identifier or semantic(vlan.fullyQualifiedName) == semantic(identifier)
  end)
end

local function primary_of(machine, subnet)
  for _, component in ipairs(machine.networkComponents) do
    if component.networkVlan.networkSpace == subnet.addressSpace then
      return component[subnet.version == 6 and "primaryVersion6IpAddressRecord" or "primaryIpAddressRecord"]
    end
  end
end

local function machines(kind)
  return function(identifier, call)
    return world.select(kind, function(machine)
      local full = ("%s<%s>"):format(machine.hostname, machine.domain)
      return world.may_see(call.user, machine) and (tostring(machine.id) == identifier
        or machine.globalIdentifier == identifier or machine.hostname == identifier or full == identifier)
    end)
  end
end
named.SoftLayer_Virtual_Guest = machines "Virtual_Guest"
named.SoftLayer_Hardware_Server = machines "Hardware"

--- What a type and an identifier name.
---@return table vlan, table? ip
local function destination(subnet, kind, identifier, call)
  local find = named[kind] or refuse(kind, identifier)
  local found = find(identifier, call)
  if #found > 1 then
    errors.raise("ObjectDuplication", ("The identifier '%s' names several destinations."):format(identifier))
  end
  local target = found[1] or refuse(kind, identifier)
  if target.__kind == "Network_Vlan" then
    return can_be_on(subnet, target) and target or refuse(kind, identifier)
  end
  local ip = target.networkComponents and primary_of(target, subnet) or target
  if not ip.subnet or not can_end_at(subnet, ip) then refuse(kind, identifier) end
  return ip.subnet.networkVlan, ip
end

local function check(subnet, call)
  if not call.user.__permissions.NETWORK_ROUTE_MANAGE then
    errors.raise("AccessDenied", "The permission to manage network subnet routes is required.")
  end
  if not SECONDARY[subnet.subnetType] then
    errors.raise("Unavailable", ("The route of the subnet %s/%d cannot be changed."):format(subnet.networkIdentifier, subnet.cidr))
  end
  if subnet.activeTransaction then
    errors.raise("NotReady", ("The subnet %s/%d is not ready: its route is being changed."):format(
      subnet.networkIdentifier, subnet.cidr))
  end
end

-- Half of the time for the route that is there, the rest for the new one.
local function change(subnet, call, arrive)
  local half = world.settings.route_seconds / 2
  transactions.start(subnet, { name = "Subnet Route Update", average = "1.5" }, {
    { name = "REMOVE_ROUTE", seconds = half, leave = function() if subnet.networkVlan then subnets.unroute(subnet) end end },
    { name = "ADD_ROUTE", seconds = half, leave = arrive },
  })
  events.log(call, "Change Route", "Subnet", subnet)
  return true
end

--- Routes a subnet.
---@param kind string "SoftLayer_Network_Subnet_IpAddress", …
---@return boolean changes false if it is routed there already
function routes.route(subnet, call, kind, identifier)
  check(subnet, call)
  local vlan, ip = destination(subnet, kind, identifier, call)
  if subnet.networkVlan == vlan and subnet.endPointIpAddress == ip then return false end
  return change(subnet, call, function()
    if not ip or can_end_at(subnet, ip) then subnets.route(subnet, vlan, ip) end
  end)
end

--- Takes away a subnet's route.
---@return boolean changes false if it has none
function routes.clear(subnet, call)
  check(subnet, call)
  return subnet.networkVlan ~= nil and change(subnet, call)
end

--- Routes a subnet as the calls do that route's own replaced: to an address, or nowhere.
function routes.to_address(subnet, call, address)
  if not address then return routes.clear(subnet, call) end
  return routes.route(subnet, call, "SoftLayer_Network_Subnet_IpAddress", address)
end

--- The addresses to which a subnet can be routed.
function routes.end_points(subnet)
  return world.select("Network_Subnet_IpAddress", function(ip) return can_end_at(subnet, ip) end)
end

return routes
