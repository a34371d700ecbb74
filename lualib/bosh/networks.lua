--- BOSH networks as a create_vm request has them: what each asks for, checked as far as the request alone
--- allows. What only the API knows is softlayer.network_plan's.

local errors = require "errors"
local folded = require "folded"
local ip = require "ip"
local json = require "core.json"
local log = require "core.log"

local networks = {}

local present = { vlanids = "vlan_ids", subnetids = "subnet_ids" }

-- The legacy CPI's keys: "PrimaryNetworkComponent.NetworkVlan.Id" as a path, or as objects in objects.
local legacy = {
  primarynetworkcomponentnetworkvlanid = "vlan_ids",
  primarynetworkcomponentnetworkvlanprimarysubnetid = "subnet_ids",
  primarybackendnetworkcomponentnetworkvlanid = "vlan_ids",
  primarybackendnetworkcomponentnetworkvlanprimarysubnetid = "subnet_ids",
}

---@class Network
---@field name string
---@field type "dynamic"|"manual"|"vip"
---@field settings table the network as BOSH sent it
---@field vlan_ids integer[]
---@field subnet_ids integer[]
---@field ip string? of manual and vip networks
---@field only_private boolean? the legacy CPI's way to say so of the VM
---@field has_gateway boolean the VM's default route goes through it

local function sorted_names(map)
  local names = {}
  for name in pairs(map) do names[#names + 1] = name end
  table.sort(names)
  return names
end

local function take_ids(network, key, value, into)
  if type(value) ~= "table" or next(value) and not json.is_array(value) then
    return errors.cloud("network '%s': %s must be a list of numbers", network.name, key)
  end
  for _, id in ipairs(value) do
    if math.type(id) ~= "integer" then
      return errors.cloud("network '%s': %s must be numbers", network.name, key)
    end
    into[#into + 1] = id
  end
end

local function read_property(network, key, value)
  local name = folded(key)
  if present[name] then return take_ids(network, present[name], value, network[present[name]]) end
  if legacy[name] then
    log.info("network '%s': '%s' is the legacy CPI's name of %s", network.name, key, legacy[name])
    return take_ids(network, key, json.array { value }, network[legacy[name]])
  elseif name == "privatenetworkonlyflag" then
    log.info("network '%s': '%s' is a property of VMs: private_network_only_flag", network.name, key)
    network.only_private = value == true
  end
end

local function read_properties(network, properties, path)
  for _, key in ipairs(sorted_names(properties)) do
    local value, err = properties[key], nil
    if type(value) == "table" and not json.is_array(value) then
      err = read_properties(network, value, path .. key .. ".")
    elseif value ~= json.null then
      err = read_property(network, path .. key, value)
    end
    if err then return err end
  end
end

local function has_default(settings, what)
  for _, word in ipairs(type(settings.default) == "table" and settings.default or {}) do
    if word == what then return true end
  end
  return false
end

-- An address that the manifest fixes, within what the manifest says of its subnet.
local function check_address(network)
  local settings = network.settings
  local address = settings.ip
  if type(address) ~= "string" or address == "" then
    return errors.cloud("network '%s' is of type '%s' and needs an ip", network.name, network.type)
  end
  if address:find(":", 1, true) then
    return errors.not_supported("network '%s': the address %s is IPv6; SoftLayer chooses a VM's IPv6 address itself, "
      .. "so a manifest cannot fix it", network.name, address)
  end
  if not ip.number(address) then return errors.cloud("network '%s': '%s' is no IP address", network.name, address) end
  local netmask, gateway = settings.netmask, settings.gateway
  local known = network.type == "manual" and ip.number(netmask) and ip.number(gateway)
  if known and not ip.same(address, gateway, netmask) then
    return errors.cloud("network '%s': the address %s is outside the subnet of its gateway %s, netmask %s",
      network.name, address, gateway, netmask)
  end
  network.ip = address
end

local function read_one(name, settings)
  if type(settings) ~= "table" or json.is_array(settings) then
    return nil, errors.cloud("network '%s' must be a JSON object", name)
  end
  local kind = settings.type
  if kind == nil or kind == json.null or kind == "" then kind = "manual" end -- as BOSH understands it
  if kind ~= "dynamic" and kind ~= "manual" and kind ~= "vip" then
    return nil, errors.not_supported("network '%s': the type '%s' is not supported", name, tostring(kind))
  end
  local network = { name = name, type = kind, settings = settings, vlan_ids = {}, subnet_ids = {},
    has_gateway = has_default(settings, "gateway") }
  local properties = settings.cloud_properties
  local err = type(properties) == "table" and read_properties(network, properties, "") or nil
  if not err and kind ~= "dynamic" then err = check_address(network) end
  if err then return nil, err end
  return network
end

local function check_all(list)
  local by_ip, needs_machine = {}, false
  for _, network in ipairs(list) do
    local other = network.ip and by_ip[network.ip]
    if other then
      return errors.cloud("networks '%s' and '%s' have the same address %s", other, network.name, network.ip)
    end
    if network.ip then by_ip[network.ip] = network.name end
    needs_machine = needs_machine or network.type ~= "vip"
  end
  if not needs_machine then return errors.cloud "a VM needs at least one network that is not of type vip" end
end

--- Reads the networks of a create_vm request, in the order of their names.
---@param given table name → settings
---@return Network[]? list
---@return Error? err
function networks.read(given)
  local list = {}
  for i, name in ipairs(sorted_names(given)) do
    local err
    list[i], err = read_one(name, given[name])
    if err then return nil, err end
  end
  if #list == 0 then return nil, errors.cloud "a VM needs at least one network" end
  local err = check_all(list)
  if err then return nil, err end
  return list
end

return networks
