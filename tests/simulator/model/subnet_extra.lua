-- Subnets that are there without an order, for tests: portable, static, global or primary ones.

local network = require "slsim.model.network"
local json    = require "core.json"
local places  = require "slsim.model.places"
local subnets = require "slsim.model.subnets"
local users   = require "slsim.model.users"
local world   = require "slsim.world"

local extra = {}

local KINDS = { portable = "SECONDARY_ON_VLAN", primary = "ADDITIONAL_PRIMARY", static = "SECONDARY", global = "GLOBAL_IP" }
local ON_VLAN = { portable = true, primary = true }
local SPACES = { PRIVATE = true, PUBLIC = true }

local function cidr_of(size)
  local cidr = 32
  while 1 << (32 - cidr) < size do cidr = cidr - 1 end
  return 1 << (32 - cidr) == size and cidr or nil
end

local function vlan_of(fields, place, space)
  if fields.vlan then return world.get("Network_Vlan", fields.vlan) end
  local pod = place and network.pod_for(users.account(), place)
  return pod and network.vlan_in(users.account(), pod, space)
end

-- What the fields say, or what is wrong with them.
local function understood(fields)
  local kind, space = fields.kind or "portable", fields.space or "PUBLIC"
  local size = fields.size or ON_VLAN[kind] and 8 or 1
  if not KINDS[kind] then return nil, "kind must be portable, primary, static or global" end
  if not SPACES[space] then return nil, "space must be PRIVATE or PUBLIC" end
  local cidr = math.type(size) == "integer" and size >= 1 and size <= 1024 and cidr_of(size)
  if not cidr or ON_VLAN[kind] and size < 4 then return nil, "size must be a power of two, at least 4 on a VLAN" end
  if kind == "global" and size ~= 1 then return nil, "a global subnet is of size 1" end
  local vlan = kind ~= "global" and vlan_of(fields, places.datacenter(fields.datacenter), space)
  if kind ~= "global" and not vlan then return nil, "vlan or datacenter must be one that is there" end
  return { kind = kind, cidr = cidr, vlan = vlan }
end

local function made(wanted)
  local vlan, kind = wanted.vlan, KINDS[wanted.kind]
  if wanted.kind == "global" then return subnets.add_global(users.ACCOUNT).__subnet end
  if ON_VLAN[wanted.kind] then return network.add_subnet(vlan, kind, wanted.cidr) end
  return subnets.add({ accountId = vlan.accountId, space = vlan.networkSpace, datacenter = vlan.__datacenter }, kind, wanted.cidr)
end

local function usable(subnet)
  local list = json.array {}
  for _, ip in ipairs(subnet.ipAddresses) do
    if not (ip.isNetwork or ip.isGateway or ip.isBroadcast) then list[#list + 1] = ip end
  end
  return list
end

--- Makes a subnet; `reserved` is how many of its first usable addresses are reserved.
---@return table? summary, string? problem
function extra.add(fields)
  local wanted, problem = understood(fields)
  if not wanted then return nil, problem end
  local subnet = made(wanted)
  local addresses = usable(subnet)
  for i, ip in ipairs(addresses) do
    ip.isReserved = i <= (fields.reserved or 0)
    addresses[i] = ip.ipAddress
  end
  return { id = subnet.id, networkIdentifier = subnet.networkIdentifier, cidr = subnet.cidr, addresses = addresses,
    vlan = subnet.networkVlanId, global = subnet.globalIpRecord and subnet.globalIpRecord.id }
end

return extra
