-- Subnets and their addresses: blocks of the address space, what each kind of subnet makes of them, and where it is routed.

local clock = require "slsim.clock"
local guess = require "slsim.guess"
local world = require "slsim.world"

guess("[G]", "private addresses are of 10.112.0.0/12, public ones of 198.18.0.0/15")
guess("[G]", "a static or global subnet has no gateway and no broadcast address, and all of its addresses are usable")
guess("[G]", "a subnet without a route is of the type SECONDARY and on no VLAN; a global one stays GLOBAL_IP")
guess("[G]", "a routed subnet is on the VLAN of its end point, a global one, too")

local subnets = {}

local next_free = {}

-- Kinds that are routed as a whole: no address of theirs is the router's.
local WHOLE = { STATIC_IP_ROUTED = true, GLOBAL_IP = true, SECONDARY = true }

local function to_ip(number)
  return ("%d.%d.%d.%d"):format(number >> 24 & 255, number >> 16 & 255, number >> 8 & 255, number & 255)
end

---@param text string
---@return integer?
local function to_number(text)
  local a, b, c, d = text:match("^(%d+)%.(%d+)%.(%d+)%.(%d+)$")
  return a and ((a * 256 + b) * 256 + c) * 256 + d
end

-- The next free block of addresses, aligned to its size.
local function block(space, size)
  local base = (next_free[space] + size - 1) // size * size
  next_free[space] = base + size
  return base
end

-- What the kind makes of the addresses.
local function shape(subnet, kind)
  local list, whole = subnet.ipAddresses, WHOLE[kind] or false
  subnet.subnetType = kind
  subnet.gateway = not whole and list[2].ipAddress or nil
  subnet.broadcastAddress = not whole and list[#list].ipAddress or nil
  subnet.usableIpAddressCount = ("%d"):format(whole and #list or #list - 3)
  for i, ip in ipairs(list) do
    ip.isNetwork, ip.isGateway, ip.isBroadcast = not whole and i == 1, not whole and i == 2, not whole and i == #list
  end
end

local function addresses(subnet, base, size, first_id)
  for i = 0, size - 1 do
    subnet.ipAddresses[i + 1] = world.create("Network_Subnet_IpAddress", {
      id = first_id and first_id + i, accountId = subnet.accountId, ipAddress = to_ip(base + i), subnetId = subnet.id,
      subnet = subnet, note = nil, isReserved = false })
  end
end

---@param place { accountId: integer, space: string, datacenter: table? }
---@param kind string subnetType
---@param fields? { id?: integer, base?: string, first_id?: integer }
---@return table subnet
function subnets.add(place, kind, cidr, fields)
  fields = fields or {}
  local size = 1 << (32 - cidr)
  local base = fields.base and to_number(fields.base) or block(place.space, size)
  local subnet = world.create("Network_Subnet", {
    id = fields.id, accountId = place.accountId, networkIdentifier = to_ip(base), cidr = cidr, version = 4,
    netmask = to_ip(0xffffffff << (32 - cidr) & 0xffffffff), totalIpAddresses = ("%d"):format(size), sortOrder = "4",
    isCustomerOwned = false, isCustomerRoutable = false, addressSpace = place.space, datacenter = place.datacenter,
    modifyDate = nil, ipAddresses = {} })
  addresses(subnet, base, size, fields.first_id)
  shape(subnet, kind)
  return subnet
end

local function leave(subnet, vlan)
  for i, other in ipairs(vlan.subnets) do
    if other == subnet then return table.remove(vlan.subnets, i) end
  end
end

---@param vlan table?
function subnets.put_on(subnet, vlan)
  if subnet.networkVlan then leave(subnet, subnet.networkVlan) end
  subnet.networkVlan, subnet.networkVlanId = vlan, vlan and vlan.id
  if vlan then vlan.subnets[#vlan.subnets + 1] = subnet end
end

--- Routes a subnet to a VLAN, as portable, or to an address, as static.
---@param vlan table
---@param ip table? the end point
function subnets.route(subnet, vlan, ip)
  local static = ip and "STATIC_IP_ROUTED" or "SECONDARY_ON_VLAN"
  shape(subnet, subnet.globalIpRecord and "GLOBAL_IP" or static)
  subnets.put_on(subnet, vlan)
  subnet.endPointIpAddress, subnet.modifyDate = ip, clock.time()
end

--- The subnets that are routed to an address.
function subnets.behind(ip)
  return world.select("Network_Subnet", function(subnet) return subnet.endPointIpAddress == ip end)
end

--- Takes away a subnet's route, and the routes to its addresses.
function subnets.unroute(subnet)
  for _, ip in ipairs(subnet.ipAddresses) do subnets.free(ip) end
  shape(subnet, subnet.globalIpRecord and "GLOBAL_IP" or "SECONDARY")
  subnets.put_on(subnet, nil)
  subnet.endPointIpAddress, subnet.modifyDate = nil, clock.time()
end

--- Takes away the routes to an address.
function subnets.free(ip)
  for _, behind in ipairs(subnets.behind(ip)) do subnets.unroute(behind) end
end

--- A global address: a subnet of one, with a record that tells where it is routed.
---@return table record
function subnets.add_global(account_id, fields)
  local subnet = subnets.add({ accountId = account_id, space = "PUBLIC" }, "GLOBAL_IP", 32, fields)
  local ip = subnet.ipAddresses[1]
  subnet.globalIpRecord = world.create("Network_Subnet_IpAddress_Global", { id = fields and fields.record_id,
    accountId = account_id, ipAddressId = ip.id, ipAddress = ip, typeId = nil, __subnet = subnet })
  return subnet.globalIpRecord
end

function subnets.reset()
  next_free = { PRIVATE = to_number "10.112.0.0", PUBLIC = to_number "198.18.0.0" }
end

return subnets
