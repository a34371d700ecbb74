--- What the agent in the VM must know, as it reads it from the user metadata (CPI API v2: no registry).

local errors = require "errors"
local json = require "core.json"
local sys = require "core.sys"

local agent_settings = {}

-- What a guest's answer must hold for the settings; merged into the mask of the readiness poll.
local COMPONENT = "[port,macAddress,primaryIpAddress,networkVlan[id,networkSpace],"
  .. "ipAddressBindings[type,ipAddress[ipAddress,subnet[netmask,gateway]]]]"
agent_settings.MASK = "fullyQualifiedDomainName,primaryIpAddress,primaryBackendIpAddress,tagReferences.tag.name,"
  .. "primaryNetworkComponent" .. COMPONENT .. ",primaryBackendNetworkComponent" .. COMPONENT

local function mbus_of_env(env)
  local bosh = type(env) == "table" and env.bosh
  local mbus = type(bosh) == "table" and bosh.mbus
  return type(mbus) == "table" and type(mbus.urls) == "table" and mbus.urls[1]
end

-- Where a guest has its second disk: device 2, after the root disk and swap.
local SECOND_DISK = "/dev/xvdc"

--- The agent cannot start without a message bus; better known before anything is ordered.
---@param agent table of the configuration
---@param env table?
---@return Error?
function agent_settings.check(agent, env)
  if agent.mbus or mbus_of_env(env) then return nil end
  return errors.cloud("cloud.properties.agent.mbus is missing in the configuration: the agent needs a message bus")
end

local function is_on(component, vlan_ids)
  if #vlan_ids == 0 then return true end
  for _, id in ipairs(vlan_ids) do
    if component.networkVlan and component.networkVlan.id == id then return true end
  end
  return false
end

-- The interface that carries a network: the one on its VLAN; of two the public one, in whatever order
-- the VLANs were named.
local function component_for(network, guest)
  local public, private = guest.primaryNetworkComponent, guest.primaryBackendNetworkComponent
  if not (public and public.primaryIpAddress) then return private end
  if is_on(public, network.vlan_ids) or not private then return public end
  return is_on(private, network.vlan_ids) and private or public
end

local function primary_subnet(component)
  for _, binding in ipairs(component.ipAddressBindings or {}) do
    local address = binding.ipAddress
    if address and address.ipAddress == component.primaryIpAddress then return address.subnet or {} end
  end
  return {}
end

-- SoftLayer configures the primary addresses of a guest itself and has no DHCP for them, so the
-- agent is told that the interface is as it must be (`preconfigured`); the address is for reading.
local function network_settings(network, guest)
  local settings = {}
  for name, value in pairs(network.settings) do settings[name] = value end
  local component = component_for(network, guest)
  local subnet = component and primary_subnet(component) or {}
  settings.preconfigured = true
  settings.mac = component and component.macAddress and component.macAddress:lower()
  settings.ip = component and component.primaryIpAddress or settings.ip
  settings.netmask = subnet.netmask or settings.netmask
  settings.gateway = subnet.gateway or settings.gateway
  return settings
end

--- The settings document.
---@param agent_id string
---@param guest table a ready guest with the members of agent_settings.MASK
---@param networks Network[]
---@param agent table of the configuration
---@param env table? the request's, verbatim
---@param ephemeral boolean? the guest was ordered with a second disk
---@return table
function agent_settings.build(agent_id, guest, networks, agent, env, ephemeral)
  local described = {}
  for _, network in ipairs(networks) do described[network.name] = network_settings(network, guest) end
  return {
    agent_id = agent_id,
    vm = { name = tostring(guest.id), id = tostring(guest.id) },
    mbus = agent.mbus,
    ntp = agent.ntp or json.array {},
    blobstore = agent.blobstore or {},
    disks = { system = "", ephemeral = ephemeral and SECOND_DISK or nil, persistent = {} },
    networks = described,
    env = env or {},
  }
end

--- The text for setUserMetadata: the agent's source decodes base64url without padding.
---@param settings table
---@return string
function agent_settings.encode(settings)
  return sys.base64url(assert(json.encode(settings)))
end

return agent_settings
