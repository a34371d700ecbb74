--- What the agent in the VM must know, as it reads it from the user metadata (CPI API v2: no registry).

local agent_networks = require "bosh.agent_networks"
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

--- The settings document.
---@param agent_id string
---@param guest table a ready guest with the members of agent_settings.MASK
---@param networks Network[] with their sides
---@param agent table of the configuration
---@param env table? the request's, verbatim
---@param ephemeral boolean? the guest was ordered with a second disk
---@return table? settings
---@return Error? err
function agent_settings.build(agent_id, guest, networks, agent, env, ephemeral)
  local described, err = agent_networks.build(networks, guest)
  if not described then return nil, err end
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
