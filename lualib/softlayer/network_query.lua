--- What must be asked of the API about a request's networks, all in one flight.

local network_plan = require "softlayer.network_plan"
local sl = require "softlayer"

local ROUTER = "primaryRouter[hostname,datacenter.name]"
local VLAN = "id,networkSpace," .. ROUTER
local SUBNET = "id,subnetType,netmask,gateway,networkVlan[" .. VLAN .. "]"
local ADDRESS = "id,ipAddress,note,isNetwork,isGateway,isBroadcast,isReserved,virtualGuest.id,hardware.id,"
  .. "subnet[" .. SUBNET .. ",endPointIpAddress[id,ipAddress]]"

local function each_id(list, key, ...)
  local ids, seen = {}, {}
  local function add(id)
    if id and not seen[id] then ids[#ids + 1], seen[id] = id, true end
  end
  for _, network in ipairs(list) do
    for _, id in ipairs(network[key]) do add(id) end
  end
  for i = 1, select("#", ...) do add((select(i, ...))) end
  return ids
end

--- The calls that ask for all of it, to be sent in one flight, and what makes a plan of their answers.
---@param list Network[]
---@param size table cloud properties: datacenter, private_vlan_id, public_vlan_id
---@return table[] calls
---@return fun(answers: table): table?, Error? resolve gets the answers from its first index on
return function(list, size)
  local calls = {}
  local vlan_ids = each_id(list, "vlan_ids", size.private_vlan_id, size.public_vlan_id)
  local subnet_ids = each_id(list, "subnet_ids")
  local wanted = {}
  if #vlan_ids > 0 then
    calls[1] = sl.Account:mask(VLAN):filter({ id = vlan_ids }):later "getNetworkVlans"
    wanted[1] = "vlans"
  end
  if #subnet_ids > 0 then
    calls[#calls + 1] = sl.Account:mask(SUBNET):filter({ id = subnet_ids }):later "getSubnets"
    wanted[#calls] = "subnets"
  end
  for _, network in ipairs(list) do
    if network.ip then
      calls[#calls + 1] = sl.Network_Subnet_IpAddress:mask(ADDRESS):later("getByIpAddress", network.ip)
      wanted[#calls] = network
    end
  end
  return calls, function(answers)
    local found = { addresses = {} }
    for i, key in pairs(wanted) do
      if type(key) == "string" then found[key] = answers[i] or {} else found.addresses[key] = answers[i] end
    end
    return network_plan.resolve(list, size, found)
  end
end
