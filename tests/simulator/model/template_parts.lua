-- What a guest's create template and an order container have in common: names, networks, keys, flags.

local errors  = require "slsim.errors"
local guess   = require "slsim.guess"
local json    = require "core.json"
local network = require "slsim.model.network"
local world   = require "slsim.world"

guess("[G]", "the texts for a VLAN of another pod, another side or another datacenter")
guess("[G]", "hostname and domain together may have 253 characters, a label 63")

local parts = {}

-- Null counts as absent: slcli sends explicit nulls.
function parts.given(value) return value ~= nil and value ~= json.null end

function parts.path_of(object, ...)
  for _, key in ipairs { ... } do
    if type(object) ~= "table" then return nil end
    object = object[key]
    if not parts.given(object) then return nil end
  end
  return object
end

function parts.check_names(fields)
  local host, domain = fields.hostname, fields.domain
  if type(host) ~= "string" or not host:find("^%w[%w-]*$") or host:find("-$") or #host > 63 then
    errors.raise("InvalidHostname", ("The hostname '%s' is invalid. Hostnames may contain letters, digits and '-', "
      .. "must not start or end with '-', and may have at most 63 characters."):format(tostring(host)))
  end
  if type(domain) ~= "string" or not domain:find("^%w[%w.-]*%.%a[%w-]*$") or domain:find("%.%.")
    or #host + #domain > 252 then
    errors.raise("InvalidHostname", ("The domain '%s' is invalid."):format(tostring(domain)))
  end
end

--- A list of objects; absent is empty.
function parts.list(fields, name)
  local value = fields[name]
  if not parts.given(value) then return {} end
  if type(value) ~= "table" or not (json.is_array(value) or next(value) == nil) then
    errors.invalid(name, "A list must be provided.")
  end
  for _, member in ipairs(value) do
    if type(member) ~= "table" or member == json.null then errors.invalid(name, "A list of objects must be provided.") end
  end
  return value
end

function parts.boolean(fields, name)
  local value = fields[name]
  if parts.given(value) and type(value) ~= "boolean" then errors.invalid(name, "A boolean must be provided.") end
  return value == true
end

function parts.integer(value, name)
  if not parts.given(value) then return nil end
  local number = math.type(value) == "integer" and value or type(value) == "string" and math.tointeger(value)
  if not number then errors.invalid(name, "An integer must be provided.") end
  return number
end

local function no_vlan(id)
  errors.public("Could not obtain network VLAN with id #%s", tostring(id))
end

-- networkVlan{id} and/or a primary subnet in one of its three spellings.
local function vlan_of(fields, side, space, plan)
  local wanted = parts.path_of(fields, side, "networkVlan")
  if not wanted then return nil end
  local subnet_id = parts.integer(parts.path_of(wanted, "primarySubnet", "id") or parts.path_of(wanted,
    "primarySubnetId"), side)
  local subnet = subnet_id and (world.get("Network_Subnet", subnet_id) or errors.not_found(subnet_id))
  local id = parts.integer(parts.path_of(wanted, "id"), side .. ".networkVlan.id") or subnet and subnet.networkVlanId
  local vlan = id and world.get("Network_Vlan", id) or no_vlan(id or 0)
  if vlan.accountId ~= plan.user.accountId or vlan.__datacenter ~= plan.datacenter then no_vlan(id) end
  if subnet and subnet.networkVlan ~= vlan then errors.invalid(side, "The subnet is not on the VLAN.") end
  if vlan.networkSpace ~= space then
    errors.public("The VLAN with id #%d is not a %s VLAN.", vlan.id, space:lower())
  end
  return vlan, subnet
end

local function router_pod(fields, side, plan)
  local id = parts.integer(parts.path_of(fields, side, "router", "id"), side .. ".router.id")
  if not id then return nil end
  local router = world.get("Hardware_Router", id)
  if not router or router.__datacenter ~= plan.datacenter then errors.invalid(side .. ".router.id",
    "No such router.") end
  return plan.datacenter.__pods[router.__pod]
end

function parts.networks(fields, plan)
  plan.backend, plan.backend_subnet = vlan_of(fields, "primaryBackendNetworkComponent", "PRIVATE", plan)
  if plan.private_only and parts.path_of(fields, "primaryNetworkComponent", "networkVlan") then
    errors.invalid("primaryNetworkComponent", "A private network only guest has no primary network component.")
  end
  plan.frontend, plan.frontend_subnet = vlan_of(fields, "primaryNetworkComponent", "PUBLIC", plan)
  if plan.backend and plan.frontend and plan.backend.__pod ~= plan.frontend.__pod then
    errors.public("The VLANs #%d and #%d are not in the same pod.", plan.frontend.id, plan.backend.id)
  end
  plan.pod = plan.backend and plan.backend.__pod or plan.frontend and plan.frontend.__pod
    or router_pod(fields, "primaryBackendNetworkComponent", plan) or router_pod(fields, "primaryNetworkComponent", plan)
    or network.pod_for(plan.user.account, plan.datacenter)
end

return parts
