-- VLANs, subnets and addresses: an account's networks in each datacenter, made when they are needed.

local world  = require "slsim.world"
local guess  = require "slsim.guess"
local random = require "slsim.random"

guess("[G]", "without VLANs in the order the pod with the account's oldest VLANs is taken, else a pair is made "
  .. "in the first pod")
guess("[G]", "a subnet's first address after the gateway that is free is assigned; a full VLAN gets another "
  .. "primary subnet")
guess("[G]", "IPv6 addresses are of 2001:db8::/32, one /64 per public VLAN, made when the first is ordered")
guess("[G]", "private addresses are of 10.112.0.0/12, public ones of 198.18.0.0/15")

local network = {}

local next_private, next_public

local function to_ip(number)
  return ("%d.%d.%d.%d"):format(number >> 24 & 255, number >> 16 & 255, number >> 8 & 255, number & 255)
end

---@param text string
---@return integer?
function network.to_number(text)
  local a, b, c, d = tostring(text):match("^(%d+)%.(%d+)%.(%d+)%.(%d+)$")
  return a and ((a * 256 + b) * 256 + c) * 256 + d
end

local function addresses(subnet, base, size)
  subnet.ipAddresses = {}
  for i = 0, size - 1 do
    subnet.ipAddresses[i + 1] = world.create("Network_Subnet_IpAddress", {
      ipAddress = to_ip(base + i), subnetId = subnet.id, subnet = subnet, note = nil,
      isNetwork = i == 0, isGateway = i == 1, isBroadcast = i == size - 1, isReserved = false,
    })
  end
end

-- The next free block of addresses, aligned to its size.
local function block(space, size)
  local base = space == "PRIVATE" and next_private or next_public
  base = (base + size - 1) // size * size
  if space == "PRIVATE" then next_private = base + size else next_public = base + size end
  return base
end

---@param kind string subnetType
function network.add_subnet(vlan, kind, cidr, fields)
  local size = 1 << (32 - cidr)
  local base = fields and fields.base and network.to_number(fields.base) or block(vlan.networkSpace, size)
  local subnet = world.create("Network_Subnet", {
    id = fields and fields.id, networkVlanId = vlan.id, networkVlan = vlan, accountId = vlan.accountId,
    networkIdentifier = to_ip(base), gateway = to_ip(base + 1), broadcastAddress = to_ip(base + size - 1),
    netmask = to_ip(0xffffffff << (32 - cidr) & 0xffffffff), cidr = cidr, subnetType = kind, version = 4,
    totalIpAddresses = ("%d"):format(size), usableIpAddressCount = ("%d"):format(size - 3), sortOrder = "4",
    isCustomerOwned = false, isCustomerRoutable = false, addressSpace = vlan.networkSpace,
    datacenter = vlan.__datacenter, modifyDate = vlan.modifyDate,
  })
  addresses(subnet, base, size)
  vlan.subnets[#vlan.subnets + 1] = subnet
  if kind == "PRIMARY" then vlan.primarySubnetId, vlan.primarySubnet = subnet.id, subnet end
  return subnet
end

---@param space "PRIVATE"|"PUBLIC"
---@return table vlan
function network.add_vlan(account, pod, space, fields)
  fields = fields or {}
  local router = space == "PRIVATE" and pod.__backend or pod.__frontend
  local number = fields.vlanNumber or random.between(700, 2900)
  local vlan = world.create("Network_Vlan", {
    id = fields.id, accountId = account.id, name = fields.name, networkSpace = space, vlanNumber = number,
    fullyQualifiedName = ("%s.%s.%d"):format(pod.datacenterName, router.hostname:match("^%w+"), number),
    primaryRouter = router, subnets = {}, __pod = pod, __datacenter = router.__datacenter, modifyDate = nil,
  })
  network.add_subnet(vlan, "PRIMARY", space == "PRIVATE" and 26 or 27)
  return vlan
end

local function is_free(ip)
  return not (ip.isNetwork or ip.isGateway or ip.isBroadcast or ip.isReserved or ip.__guest)
end

local function free_address(vlan, subnet)
  for _, candidate in ipairs(subnet and { subnet } or vlan.subnets) do
    if candidate.version == 4 and candidate.subnetType:find("PRIMARY") then
      for _, ip in ipairs(candidate.ipAddresses) do
        if is_free(ip) then return ip end
      end
    end
  end
end

--- Takes an address of the VLAN (of that subnet, if one is given) for a machine.
---@return table ip the Network_Subnet_IpAddress
function network.assign(vlan, machine, subnet)
  local ip = free_address(vlan, subnet) or free_address(vlan)
  if not ip then
    network.add_subnet(vlan, "ADDITIONAL_PRIMARY", vlan.networkSpace == "PRIVATE" and 26 or 27)
    ip = free_address(vlan)
  end
  ip.__guest = machine
  return ip
end

-- A VLAN's IPv6 subnet, made with the first address that is wanted of it.
local function version6_subnet(vlan)
  if vlan.primarySubnetVersion6 then return vlan.primarySubnetVersion6 end
  local prefix = ("2001:db8:%x:%x:"):format(vlan.id >> 16, vlan.id & 0xffff)
  local subnet = world.create("Network_Subnet", { networkVlanId = vlan.id, networkVlan = vlan, accountId = vlan.accountId,
    networkIdentifier = prefix .. ":", gateway = prefix .. ":1", broadcastAddress = "", netmask = "ffff:ffff:ffff:ffff::",
    cidr = 64, subnetType = "PRIMARY_6", version = 6, totalIpAddresses = "18446744073709551616", usableIpAddressCount = "0",
    sortOrder = "4", isCustomerOwned = false, isCustomerRoutable = false, addressSpace = vlan.networkSpace,
    datacenter = vlan.__datacenter, modifyDate = nil, ipAddresses = {}, __prefix = prefix, __next = 2 })
  vlan.primarySubnetVersion6 = subnet
  vlan.subnets[#vlan.subnets + 1] = subnet
  return subnet
end

--- Takes an IPv6 address of a public VLAN for a machine.
---@return table ip
function network.assign_version6(vlan, machine)
  local subnet = version6_subnet(vlan)
  local ip = world.create("Network_Subnet_IpAddress_Version6", { ipAddress = ("%s:%x"):format(subnet.__prefix, subnet.__next),
    subnetId = subnet.id, subnet = subnet, isNetwork = false, isGateway = false, isBroadcast = false, isReserved = false,
    __guest = machine }, "Network_Subnet_IpAddress")
  subnet.__next = subnet.__next + 1
  subnet.ipAddresses[#subnet.ipAddresses + 1] = ip
  return ip
end

function network.release(ip)
  if ip then ip.__guest = nil end
end

--- The account's VLAN of that space in a pod, made if there is none yet.
function network.vlan_in(account, pod, space)
  return world.find("Network_Vlan", function(vlan)
    return vlan.accountId == account.id and vlan.__pod == pod and vlan.networkSpace == space
  end) or network.add_vlan(account, pod, space)
end

--- The pod where a machine without VLANs goes.
function network.pod_for(account, datacenter)
  local used = world.find("Network_Vlan", function(vlan)
    return vlan.accountId == account.id and vlan.__datacenter == datacenter
  end)
  return used and used.__pod or datacenter.__pods[1]
end

---@return table? ip the Network_Subnet_IpAddress with that address
function network.find_ip(address)
  return world.find("Network_Subnet_IpAddress", function(ip) return ip.ipAddress == address end)
end

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

world.derive("Network_Subnet_IpAddress", {
  guestNetworkComponent = function(ip)
    for _, component in ipairs(ip.__guest and ip.__guest.networkComponents or {}) do
      if component.primaryIpAddressRecord == ip or component.primaryVersion6IpAddressRecord == ip then return component end
    end
  end,
  virtualGuest = function(ip) return ip.__guest and ip.__guest.__kind == "Virtual_Guest" and ip.__guest or nil end,
  hardware = function(ip) return ip.__guest and ip.__guest.__kind == "Hardware" and ip.__guest or nil end,
})

function network.reset()
  next_private, next_public = network.to_number("10.112.0.0"), network.to_number("198.18.0.0")
end

return network
