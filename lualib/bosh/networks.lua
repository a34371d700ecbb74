--- BOSH networks: which VLANs a guest must be on, and which interface carries which network.

local errors = require "errors"
local folded = require "folded"
local json = require "core.json"
local sl = require "softlayer"

local networks = {}

-- The legacy CPI's keys are dotted paths: "PrimaryNetworkComponent.NetworkVlan.Id".
local legacy_vlan = {
  primarynetworkcomponentnetworkvlanid = true,
  primarybackendnetworkcomponentnetworkvlanid = true,
}

local function vlans_of(name, properties)
  local ids = {}
  for key, value in pairs(type(properties) == "table" and properties or {}) do
    if folded(key) == "vlanids" and value ~= json.null then
      if type(value) ~= "table" or next(value) and not json.is_array(value) then
        return nil, errors.cloud("network '%s': vlan_ids must be a list of numbers", name)
      end
      for _, id in ipairs(value) do ids[#ids + 1] = id end
    elseif legacy_vlan[folded(key)] then
      ids[#ids + 1] = value
    elseif folded(key) == "subnetids" and value ~= json.null then
      return nil, errors.not_supported("network '%s': subnet_ids are not supported; name the subnet's VLAN in vlan_ids",
        name)
    end
  end
  for _, id in ipairs(ids) do
    if math.type(id) ~= "integer" then return nil, errors.cloud("network '%s': vlan_ids must be numbers", name) end
  end
  return ids
end

local function sorted_names(map)
  local names = {}
  for name in pairs(map) do names[#names + 1] = name end
  table.sort(names)
  return names
end

---@class Network
---@field name string
---@field settings table the network as BOSH sent it
---@field vlan_ids integer[]

--- Reads the networks of a create_vm request, in the order of their names.
---@param given table name → settings
---@return Network[]? list
---@return Error? err
function networks.read(given)
  local list = {}
  for _, name in ipairs(sorted_names(given)) do
    local settings = given[name]
    if type(settings) ~= "table" then return nil, errors.cloud("network '%s' must be a JSON object", name) end
    if settings.type ~= "dynamic" then
      return nil, errors.not_supported("network '%s': the type '%s' is not supported; use 'dynamic'", name,
        tostring(settings.type))
    end
    local vlan_ids, err = vlans_of(name, settings.cloud_properties)
    if not vlan_ids then return nil, err end
    list[#list + 1] = { name = name, settings = settings, vlan_ids = vlan_ids }
  end
  if #list == 0 then return nil, errors.cloud("a VM needs at least one network") end
  return list
end

--- Every VLAN id that the networks name, each once.
---@param list Network[]
---@param ... integer? ids from the VM's cloud_properties
---@return integer[]
function networks.vlan_ids(list, ...)
  local ids, seen = {}, {}
  local function add(id)
    if id and not seen[id] then
      ids[#ids + 1], seen[id] = id, true
    end
  end
  for _, network in ipairs(list) do
    for _, id in ipairs(network.vlan_ids) do add(id) end
  end
  for i = 1, select("#", ...) do add((select(i, ...))) end
  return ids
end

--- The call that asks for VLANs by id.
---@param ids integer[]
---@return table call
function networks.query(ids)
  local one_of = { operation = "in", options = { { name = "data", value = json.array(ids) } } }
  local filter = { networkVlans = { id = one_of } }
  return sl.Account:mask("id,networkSpace,primaryRouter.datacenter.name"):filter(filter):later("getNetworkVlans")
end

local function check_vlan(id, vlan, datacenter)
  if not vlan then
    return errors.cloud("VLAN %d not found: there is none with that id, or the account may not see it", id)
  end
  local there = vlan.primaryRouter and vlan.primaryRouter.datacenter and vlan.primaryRouter.datacenter.name
  if there and there ~= datacenter then
    return errors.cloud("VLAN %d is in %s, but the VM's datacenter is %s", id, there, datacenter)
  end
  if vlan.networkSpace ~= "PRIVATE" and vlan.networkSpace ~= "PUBLIC" then
    return errors.cloud("VLAN %d: unknown network space '%s'", id, tostring(vlan.networkSpace))
  end
end

--- Tells the VLANs' sides apart by the API's network space, in whatever order they were named.
---@param ids integer[]
---@param found table[] the answer to networks.query
---@param datacenter string
---@return table? sides { private = id?, public = id? }
---@return Error? err
function networks.sides(ids, found, datacenter)
  local by_id, sides = {}, {}
  for _, vlan in ipairs(found) do by_id[vlan.id] = vlan end
  for _, id in ipairs(ids) do
    local err = check_vlan(id, by_id[id], datacenter)
    if err then return nil, err end
    local side = by_id[id].networkSpace:lower()
    if sides[side] then
      return nil, errors.cloud("Only one %s VLAN is supported, but %d and %d are both %s", side, sides[side], id, side)
    end
    sides[side] = id
  end
  if #ids > 0 and not sides.private then
    return nil, errors.cloud("A private network is required. Please check vlan_ids: only a public VLAN is named")
  end
  return sides
end

return networks
