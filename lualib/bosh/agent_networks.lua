--- The networks as the agent in the VM must see them.
--
-- SoftLayer itself gives a guest's interfaces their primary addresses, statically: eth0 is private, eth1
-- public. As long as a VM has dynamic networks only, the agent is told that all is as it must be
-- (`preconfigured`). An address of its own, of a manual or a vip network, is an alias that only the agent can
-- set up, and an agent that sets up anything writes the configuration of all interfaces. So then every
-- interface is described in full: its primary address static, aliases beside it, the default route through one of
-- them, and SoftLayer's service networks through the private one.

local errors = require "errors"
local json = require "core.json"

local agent_networks = {}

local INTERFACES = { private = "eth0", public = "eth1" }

-- What SoftLayer reaches over the private network: customers' and its own 10.0.0.0/8, and its services.
local SERVICES = { { "10.0.0.0", "255.0.0.0" }, { "161.26.0.0", "255.255.0.0" } }

local function primary_subnet(component)
  for _, binding in ipairs(component.ipAddressBindings or {}) do
    local address = binding.ipAddress
    if address and address.ipAddress == component.primaryIpAddress then return address.subnet or {} end
  end
  return {}
end

-- An interface of the guest: its primary address and where it leads.
local function interface_of(component)
  if not component or not component.primaryIpAddress then return nil end
  local subnet = primary_subnet(component)
  return { ip = component.primaryIpAddress, netmask = subnet.netmask, gateway = subnet.gateway,
    mac = component.macAddress and component.macAddress:lower() }
end

local function routes_of(interface)
  local routes = json.array {}
  if interface.gateway then
    for i, service in ipairs(SERVICES) do
      routes[i] = { Destination = service[1], Gateway = interface.gateway, Netmask = service[2] }
    end
  end
  return routes
end

-- What BOSH sent stays, but for what must be of another type for the agent's decoder.
local function copy_of(settings)
  local copy = {}
  for name, value in pairs(settings) do copy[name] = value end
  if type(copy.prefix) == "number" then copy.prefix = ("%.0f"):format(copy.prefix) end
  return copy
end

local function without(words, dropped)
  local left = json.array {}
  for _, word in ipairs(type(words) == "table" and words or {}) do
    if word ~= dropped then left[#left + 1] = word end
  end
  return left
end

-- The side whose gateway is the VM's default route: of the network that BOSH says, else the public one. A lone
-- network is the default of everything, whether or not it says so.
local function default_side(list, interfaces)
  for _, network in ipairs(list) do
    if network.has_gateway or #list == 1 then return network.side end
  end
  return interfaces.public and "public" or "private"
end

-- With dynamic networks only: for reading, not for setting up.
local function as_it_is(list, interfaces)
  local described = {}
  for _, network in ipairs(list) do
    local interface, settings = interfaces[network.side], copy_of(network.settings)
    settings.preconfigured = true
    settings.mac, settings.ip = interface.mac, interface.ip
    settings.netmask, settings.gateway = interface.netmask or settings.netmask, interface.gateway or settings.gateway
    described[network.name] = settings
  end
  return described
end

local function primary(settings, interface, side, is_default, has_public)
  settings.type, settings.use_dhcp = "manual", false -- to the agent "dynamic" means DHCP, which SoftLayer has not
  settings.mac, settings.ip, settings.netmask = interface.mac, interface.ip, interface.netmask
  settings.gateway = is_default and interface.gateway or nil
  settings.default = without(settings.default, "gateway")
  if is_default then table.insert(settings.default, 1, "gateway") end
  if side == "private" and has_public then settings.routes = routes_of(interface) end
  return settings
end

-- An address beside the primary one. The default route is the interface's own.
local function alias(network, settings, name)
  settings.type, settings.use_dhcp, settings.alias = "manual", false, name
  settings.ip, settings.netmask = network.ip, network.address and network.address.netmask or settings.netmask
  settings.gateway, settings.mac = nil, nil
  settings.default = without(settings.default, "gateway")
  return settings
end

local function set_up(list, interfaces)
  local described, covered, aliases = {}, {}, { private = 0, public = 0 }
  local default, has_public = default_side(list, interfaces), interfaces.public ~= nil
  for _, network in ipairs(list) do
    local side, settings = network.side, copy_of(network.settings)
    if #list == 1 then settings.default = json.array { "dns", "gateway" } end
    if network.type == "dynamic" then
      described[network.name] = primary(settings, interfaces[side], side, default == side, has_public)
      covered[side] = true
    else
      described[network.name] = alias(network, settings, ("%s:%d"):format(INTERFACES[side], aliases[side]))
      aliases[side] = aliases[side] + 1
    end
  end
  for side, interface in pairs(interfaces) do
    if not covered[side] then
      described["generated-" .. side] = primary({}, interface, side, default == side, has_public)
    end
  end
  return described
end

--- The `networks` of the agent's settings.
---@param list Network[] with their sides, see softlayer.network_plan
---@param guest table a ready guest with the members of bosh.agent_settings.MASK
---@return table? networks name → settings
---@return Error? err
function agent_networks.build(list, guest)
  local interfaces, build = { private = interface_of(guest.primaryBackendNetworkComponent),
    public = interface_of(guest.primaryNetworkComponent) }, as_it_is
  for _, network in ipairs(list) do
    if not interfaces[network.side] then
      return nil, errors.cloud("network '%s' is %s, but guest %d has no such address", network.name, network.side,
        guest.id)
    end
    if network.type ~= "dynamic" then build = set_up end
  end
  return build(list, interfaces)
end

return agent_networks
