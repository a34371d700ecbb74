-- VLANs and the primary addresses on them: an account's networks in each datacenter, made when they are needed.

local guess   = require "slsim.guess"
local random  = require "slsim.random"
local subnets = require "slsim.model.subnets"
local world   = require "slsim.world"

guess("[G]", "without VLANs in the order the pod with the account's oldest VLANs is taken, else a pair is made "
  .. "in the first pod")
guess("[G]", "a subnet's first address after the gateway that is free is assigned; a full VLAN gets another "
  .. "primary subnet")
guess("[G]", "when a machine goes, so do the routes to its addresses")

local network = {}

local PRIMARY_CIDR = { PRIVATE = 26, PUBLIC = 27 }

---@param kind string subnetType
function network.add_subnet(vlan, kind, cidr, fields)
  local subnet = subnets.add({ accountId = vlan.accountId, space = vlan.networkSpace, datacenter = vlan.__datacenter }, kind, cidr,
    fields)
  subnets.put_on(subnet, vlan)
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
  network.add_subnet(vlan, "PRIMARY", PRIMARY_CIDR[space])
  return vlan
end

local function is_free(ip)
  return not (ip.isNetwork or ip.isGateway or ip.isBroadcast or ip.isReserved or ip.__guest)
end

--- The primary addresses of the VLAN (of that subnet, if one is given) that no machine has.
---@return table[]
function network.free_addresses(vlan, subnet)
  local free = {}
  for _, candidate in ipairs(subnet and { subnet } or vlan.subnets) do
    if candidate.version == 4 and candidate.subnetType:find("PRIMARY") then
      for _, ip in ipairs(candidate.ipAddresses) do
        if is_free(ip) then free[#free + 1] = ip end
      end
    end
  end
  return free
end

--- Takes an address of the VLAN (of that subnet, if one is given) for a machine.
---@return table ip the Network_Subnet_IpAddress
function network.assign(vlan, machine, subnet)
  local ip = subnet and network.free_addresses(vlan, subnet)[1] or network.free_addresses(vlan)[1]
  if not ip then
    local more = network.add_subnet(vlan, "ADDITIONAL_PRIMARY", PRIMARY_CIDR[vlan.networkSpace])
    ip = network.free_addresses(vlan, more)[1]
  end
  ip.__guest = machine
  return ip
end

function network.release(ip)
  if not ip then return end
  ip.__guest = nil
  subnets.free(ip)
end

---@return table? vlan the account's VLAN of that space in a pod
function network.find_vlan(account, pod, space)
  return world.find("Network_Vlan", function(vlan)
    return vlan.accountId == account.id and vlan.__pod == pod and vlan.networkSpace == space
  end)
end

--- The account's VLAN of that space in a pod, made if there is none yet.
function network.vlan_in(account, pod, space)
  return network.find_vlan(account, pod, space) or network.add_vlan(account, pod, space)
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

return network
