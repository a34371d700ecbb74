-- The metadata service: what a machine asks about itself, without credentials. The real one knows
-- the machine by its back-end address; here it is in the path, /metadata/<id or global identifier>/…,
-- or in the header X-Sim-Source-Ip.

local errors  = require "slsim.errors"
local guess   = require "slsim.guess"
local json    = require "core.json"
local network = require "slsim.model.network"
local world   = require "slsim.world"

guess("[G]", "there are no service resources: the list is empty, each name is null")
guess("[G]", "the metadata service answers 404 to a caller that is no machine of ours")

local metadata = {}

local function macs(machine, port)
  local list = json.array {}
  for _, component in ipairs(machine.networkComponents or {}) do
    if component.port == port then list[#list + 1] = component.macAddress end
  end
  return list
end

local function component_of(machine, mac)
  for _, component in ipairs(machine.networkComponents or {}) do
    if component.macAddress == (mac or ""):lower() then return component end
  end
  errors.public("Unable to find a network component with MAC address '%s'.", mac or "")
end

local function user_data(machine)
  local attribute = machine.userData and machine.userData[1]
  return attribute and attribute.value or json.null
end

local function tag_names(machine)
  local list = json.array {}
  for i, reference in ipairs(machine.tagReferences or {}) do list[i] = reference.tag.name end
  return list
end

local METHODS = {
  getAccountId = function(m) return m.accountId end,
  getBackendMacAddresses = function(m) return macs(m, 0) end,
  getFrontendMacAddresses = function(m) return macs(m, 1) end,
  getDatacenter = function(m) return m.datacenter.name end,
  getDatacenterId = function(m) return m.datacenter.id end,
  getDomain = function(m) return m.domain end,
  getFullyQualifiedDomainName = function(m) return m.fullyQualifiedDomainName end,
  getGlobalIdentifier = function(m) return m.globalIdentifier end,
  getHostname = function(m) return m.hostname end,
  getId = function(m) return m.id end,
  getPrimaryBackendIpAddress = function(m) return m.primaryBackendIpAddress end,
  getPrimaryIpAddress = function(m) return m.primaryIpAddress or m.primaryBackendIpAddress end,
  getProvisionState = function(m) return m.provisionDate and not m.activeTransaction and "COMPLETE" or "PROCESSING" end,
  getRouter = function(m, mac) return component_of(m, mac).networkVlan.primaryRouter.hostname end,
  getServiceResource = function() return json.null end,
  getServiceResources = function() return json.array {} end,
  getTags = tag_names,
  getUserMetadata = user_data,
  getVlanIds = function(m, mac) return json.array { component_of(m, mac).networkVlan.id } end,
  getVlans = function(m, mac) return json.array { component_of(m, mac).networkVlan.vlanNumber } end,
}

local function by_key(key)
  for _, kind in ipairs { "Virtual_Guest", "Hardware" } do
    local found = world.get(kind, key) or world.find(kind, function(m) return m.globalIdentifier == key end)
    if found then return found end
  end
end

local function by_address(address)
  local ip = address and network.find_ip(address)
  return ip and ip.subnet.addressSpace == "PRIVATE" and ip.__guest or nil
end

--- Answers /SoftLayer_Resource_Metadata/<method>[/argument] for a machine.
---@param machine table?
---@param parts string[] segments from the service on, without an extension
---@param body string
---@return any value
function metadata.answer(machine, parts, body)
  if parts[1] ~= "SoftLayer_Resource_Metadata" then errors.no_service() end
  local method = METHODS[parts[2]] or METHODS["get" .. tostring(parts[2])]
  if not method then errors.no_method(tostring(parts[2])) end
  if not machine then errors.not_found("unknown caller") end
  local posted = json.decode(body)
  local given = type(posted) == "table" and type(posted.parameters) == "table" and posted.parameters[1]
  return method(machine, given or parts[3])
end

---@return table? machine, string[] parts behind /metadata/<key>/rest/v3.1
function metadata.locate(parts)
  local machine = by_key(parts[2])
  return machine, table.move(parts, 5, #parts, 1, {})
end

metadata.by_address = by_address

return metadata
