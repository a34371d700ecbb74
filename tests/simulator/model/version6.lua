-- IPv6: a subnet per VLAN, made with the first address that is wanted of it.

local guess   = require "slsim.guess"
local subnets = require "slsim.model.subnets"
local world   = require "slsim.world"

guess("[G]", "IPv6 addresses are of 2001:db8::/32, one /64 per public VLAN, made when the first is ordered")
guess("[F]", "IPv6 addresses are written in full: eight groups of four digits")

local version6 = {}

local function address(prefix, number) return ("%s:0000:0000:0000:%04x"):format(prefix, number) end

local function subnet_of(vlan)
  if vlan.primarySubnetVersion6 then return vlan.primarySubnetVersion6 end
  local prefix = ("2001:0db8:%04x:%04x"):format(vlan.id >> 16, vlan.id & 0xffff)
  local subnet = world.create("Network_Subnet", { accountId = vlan.accountId,
    networkIdentifier = address(prefix, 0), gateway = address(prefix, 1), broadcastAddress = "",
    netmask = "ffff:ffff:ffff:ffff:0000:0000:0000:0000", cidr = 64, subnetType = "PRIMARY_6", version = 6,
    totalIpAddresses = "18446744073709551616", usableIpAddressCount = "0",
    sortOrder = "4", isCustomerOwned = false, isCustomerRoutable = false, addressSpace = vlan.networkSpace,
    datacenter = vlan.__datacenter, modifyDate = nil, ipAddresses = {}, __prefix = prefix, __next = 2 })
  vlan.primarySubnetVersion6 = subnet
  subnets.put_on(subnet, vlan)
  return subnet
end

--- Takes an IPv6 address of a public VLAN for a machine.
---@return table ip
function version6.assign(vlan, machine)
  local subnet = subnet_of(vlan)
  local ip = world.create("Network_Subnet_IpAddress_Version6", { ipAddress = address(subnet.__prefix, subnet.__next),
    accountId = subnet.accountId, subnetId = subnet.id, subnet = subnet, isNetwork = false, isGateway = false,
    isBroadcast = false, isReserved = false, __guest = machine }, "Network_Subnet_IpAddress")
  subnet.__next = subnet.__next + 1
  subnet.ipAddresses[#subnet.ipAddresses + 1] = ip
  return ip
end

return version6
