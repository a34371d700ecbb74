-- What VLANs, subnets and addresses show of each other and of the machines on them.

local guess   = require "slsim.guess"
local subnets = require "slsim.model.subnets"
local world   = require "slsim.world"

guess("[G]", "an address that is routed to a machine, or that its operating system has taken, is not the machine's: only primary "
  .. "addresses have a virtualGuest, a hardware and a component")

local function machines_in(vlan, kind)
  return world.select(kind, function(machine)
    for _, component in ipairs(machine.networkComponents or {}) do
      if component.networkVlan == vlan then return true end
    end
  end)
end

local function subnets_like(vlan, kind)
  local found = {}
  for _, subnet in ipairs(vlan.subnets) do
    if subnet.subnetType:find(kind, 1, true) then found[#found + 1] = subnet end
  end
  return found
end

world.derive("Network_Vlan", {
  virtualGuests = function(vlan) return machines_in(vlan, "Virtual_Guest") end,
  hardware = function(vlan) return machines_in(vlan, "Hardware") end,
  datacenter = function(vlan) return vlan.__datacenter end,
  podName = function(vlan) return vlan.__pod.name end,
  primarySubnets = function(vlan) return subnets_like(vlan, "PRIMARY") end,
  additionalPrimarySubnets = function(vlan) return subnets_like(vlan, "ADDITIONAL_PRIMARY") end,
  secondarySubnets = function(vlan) return subnets_like(vlan, "SECONDARY") end,
  guestNetworkComponents = function(vlan)
    return world.select("Virtual_Guest_Network_Component", function(component) return component.networkVlan == vlan end)
  end,
  totalPrimaryIpAddressCount = function(vlan)
    return vlan.primarySubnet and math.tointeger(vlan.primarySubnet.totalIpAddresses)
  end,
})

local function on_subnet(subnet, kind)
  local found, seen = {}, {}
  for _, ip in ipairs(subnet.ipAddresses) do
    local machine = ip.__guest
    if machine and machine.__kind == kind and not seen[machine] then
      seen[machine] = true
      found[#found + 1] = machine
    end
  end
  return found
end

world.derive("Network_Subnet", {
  virtualGuests = function(subnet) return on_subnet(subnet, "Virtual_Guest") end,
  hardware = function(subnet) return on_subnet(subnet, "Hardware") end,
  podName = function(subnet) return subnet.networkVlan and subnet.networkVlan.__pod.name end,
  utilizedIpAddressCount = function(subnet)
    local count = 0
    for _, ip in ipairs(subnet.ipAddresses) do
      if ip.__guest then count = count + 1 end
    end
    return count
  end,
})

local function component_of(ip)
  for _, component in ipairs(ip.__guest and ip.__guest.networkComponents or {}) do
    if component.primaryIpAddressRecord == ip or component.primaryVersion6IpAddressRecord == ip then return component end
  end
end

world.derive("Network_Subnet_IpAddress", {
  guestNetworkComponent = component_of,
  guestNetworkComponentBinding = function(ip)
    local component = component_of(ip)
    for _, binding in ipairs(component and component.ipAddressBindings or {}) do
      if binding.ipAddress == ip then return binding end
    end
  end,
  virtualGuest = function(ip) return ip.__guest and ip.__guest.__kind == "Virtual_Guest" and ip.__guest or nil end,
  hardware = function(ip) return ip.__guest and ip.__guest.__kind == "Hardware" and ip.__guest or nil end,
  endpointSubnets = subnets.behind,
})

world.derive("Network_Subnet_IpAddress_Global", {
  destinationIpAddress = function(record) return record.__subnet.endPointIpAddress end,
  destinationIpAddressId = function(record)
    local ip = record.__subnet.endPointIpAddress
    return ip and ip.id
  end,
  activeTransaction = function(record) return record.__subnet.activeTransaction end,
})
