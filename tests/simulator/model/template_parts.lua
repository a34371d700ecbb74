-- What a guest's create template and an order container have in common: names, networks, keys, flags.

local errors  = require "slsim.errors"
local guess   = require "slsim.guess"
local json    = require "core.json"
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

---@return table key the account's SSH key of that id
function parts.ssh_key(id, user)
  local key = id and world.get("Security_Ssh_Key", id)
  if not key or not world.may_see(user, key) then errors.not_found(id or 0) end
  return key
end

function parts.check_script(uri, name)
  if type(uri) ~= "string" or not uri:find("^https?://[^/%s]") then errors.invalid(name, "The URI is not valid.") end
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
  local subnet = subnet_id and world.get("Network_Subnet", subnet_id)
  if subnet_id and (not subnet or subnet.accountId ~= plan.user.accountId) then errors.not_found(subnet_id) end
  if subnet and not subnet.subnetType:find("PRIMARY$") then errors.invalid(side, "The subnet is not a primary subnet.") end
  local id = parts.integer(parts.path_of(wanted, "id"), side .. ".networkVlan.id") or subnet and subnet.networkVlanId
  local vlan = id and world.get("Network_Vlan", id) or no_vlan(id or 0)
  if vlan.accountId ~= plan.user.accountId or vlan.__datacenter ~= plan.datacenter then no_vlan(id) end
  if subnet and subnet.networkVlan ~= vlan then errors.invalid(side, "The subnet is not on the VLAN.") end
  if vlan.networkSpace ~= space then
    errors.public("The VLAN with id #%d is not a %s VLAN.", vlan.id, space:lower())
  end
  return vlan, subnet
end

local CLASS = { PRIVATE = "SoftLayer_Hardware_Router_Backend", PUBLIC = "SoftLayer_Hardware_Router_Frontend" }

local function router_pod(fields, side, space, plan)
  local id = parts.integer(parts.path_of(fields, side, "router", "id"), side .. ".router.id")
  if not id then return nil end
  local router = world.get("Hardware_Router", id)
  if not router or router.__datacenter ~= plan.datacenter or router.__type ~= CLASS[space] then
    errors.invalid(side .. ".router.id", "No such router.")
  end
  return plan.datacenter.__pods[router.__pod]
end

local function security_groups(fields, side, user)
  local groups = {}
  for i, binding in ipairs(parts.list(fields[side] or {}, "securityGroupBindings")) do
    local id = parts.integer(parts.path_of(binding, "securityGroup", "id"), side .. ".securityGroupBindings")
    local group = id and world.get("Network_SecurityGroup", id)
    if not group or not world.may_see(user, group) then errors.not_found(id or 0) end
    groups[i] = group
  end
  return groups
end

local SIDES = { { "primaryBackendNetworkComponent", "PRIVATE", "backend", 0 }, { "primaryNetworkComponent", "PUBLIC",
  "frontend", 1 } }

-- Everything that names a router must name one pod.
local function same_pod(plan, pod, explanation)
  if pod and plan.pod and plan.pod ~= pod then errors.public("%s", explanation) end
  plan.pod = plan.pod or pod
end

--- VLANs, subnets, routers and security groups of both sides; plan.pod stays nil where nothing says which.
function parts.networks(fields, plan)
  plan.security_groups = {}
  if plan.private_only and parts.given(fields.primaryNetworkComponent) then
    errors.invalid("primaryNetworkComponent", "A private network only guest has no primary network component.")
  end
  for _, entry in ipairs(SIDES) do
    local side, space, name, port = table.unpack(entry)
    plan[name], plan[name .. "_subnet"] = vlan_of(fields, side, space, plan)
    plan.security_groups[port] = security_groups(fields, side, plan.user)
  end
  if plan.backend and plan.frontend then
    same_pod({ pod = plan.frontend.__pod }, plan.backend.__pod,
      ("The VLANs #%d and #%d are not in the same pod."):format(plan.frontend.id, plan.backend.id))
  end
  plan.pod = plan.backend and plan.backend.__pod or plan.frontend and plan.frontend.__pod
  for _, entry in ipairs(SIDES) do
    same_pod(plan, router_pod(fields, entry[1], entry[2], plan),
      ("The router of %s is not in the pod of the order's other networks."):format(entry[1]))
  end
end

return parts
