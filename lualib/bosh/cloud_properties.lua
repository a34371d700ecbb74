--- A VM's cloud_properties: the Go CPI's names and those of the legacy CPI, in any case, with the
--- defaults and checks of one table.

local errors = require "errors"
local folded = require "folded"
local json = require "core.json"
local log = require "core.log"
local properties = require "bosh.properties"
local ssh_key = require "softlayer.ssh_key"

local cloud_properties = {}

local named = properties.named -- datacenter: {name: "ams01"} or "ams01"
local unless_zero = properties.unless_zero

local function list(value) -- sshKeys: [{id: 1}], or one alone
  local entries = {}
  if type(value) == "table" and next(value) and not json.is_array(value) then value = { value } end
  for i, entry in ipairs(type(value) == "table" and value or { value }) do
    entries[i] = type(entry) == "table" and (entry.id or entry.Id or entry.ID) or entry
  end
  return entries
end

local function speed(value) -- networkComponents: [{maxSpeed: 1000}]
  local first = type(value) == "table" and value[1]
  for key, inner in pairs(type(first) == "table" and first or {}) do
    if folded(key) == "maxspeed" then return inner end
  end
end

local function inner_vlan(value) -- primaryNetworkComponent: {networkVlan: {id: 1}}
  if type(value) ~= "table" then return value end
  for key, vlan in pairs(value) do
    if folded(key) == "networkvlan" and type(vlan) == "table" then
      for name, id in pairs(vlan) do
        if folded(name) == "id" then return id end
      end
    end
  end
end

-- Each property: its type, its default, the legacy names, and how a legacy value is read.
local of_vm = {
  hostname_prefix = { "string", "bosh", legacy = { "vmNamePrefix", "hostname" } },
  domain = { "string", "softlayer.com" },
  datacenter = { "string", convert = named },
  flavor_key_name = { "string" },
  cpu = { "integer", legacy = { "startCpus" }, convert = unless_zero },
  memory = { "integer", legacy = { "maxMemory" }, convert = unless_zero },
  ephemeral_disk_size = { "integer", 0 },
  ssh_keys = { "ids or keys", legacy = { "ssh_key", "sshKeys" }, convert = list },
  hourly_billing_flag = { "boolean", true },
  local_disk_flag = { "boolean", false },
  dedicated_account_host_only_flag = { "boolean", false },
  dedicated_host_id = { "integer", convert = unless_zero },
  dedicated_host = { "string" },
  placement_group = { "id or name" },
  reserved_capacity_group = { "id or name" },
  transient = { "boolean", false },
  transient_fallback = { "boolean", true },
  public_security_groups = { "ids or names", convert = list },
  private_security_groups = { "ids or names", convert = list },
  boot_mode = { "string" },
  post_install_script_uri = { "string" },
  max_network_speed = { "integer", 1000, convert = unless_zero },
  network_components = { "integer", convert = speed },
  private_network_only_flag = { "boolean", false },
  public_vlan_id = { "integer", legacy = { "primaryNetworkComponent",
    "PrimaryNetworkComponent.NetworkVlan.Id" }, convert = inner_vlan },
  private_vlan_id = { "integer", legacy = { "primaryBackendNetworkComponent",
    "PrimaryBackendNetworkComponent.NetworkVlan.Id" }, convert = inner_vlan },
  bare_metal = { "boolean", false, legacy = { "baremetal" } },
}

-- Understood and without effect here: each create has its own name, no machine is reused by its
-- address, and the agent's settings are in the user metadata.
local ignored = [[deployed_by_boshcli disable_os_reload bosh_ip root_disk_size block_devices user_data
  block_device_template_group]]

local declared = properties.declare(of_vm, ignored)

-- What excludes what; the first one of a pair is named first.
local exclusive = {
  { "dedicated_host_id", "dedicated_account_host_only_flag" },
  { "dedicated_host", "dedicated_account_host_only_flag" },
  { "dedicated_host", "dedicated_host_id" },
  { "flavor_key_name", "dedicated_account_host_only_flag" },
  { "flavor_key_name", "dedicated_host_id" },
  { "flavor_key_name", "dedicated_host" },
  { "placement_group", "dedicated_host_id" },
  { "placement_group", "dedicated_host" },
  { "transient", "reserved_capacity_group" },
}

local flavor_only = { "reserved_capacity_group", "transient" }

local function check_together(values)
  if values.flavor_key_name and (values.cpu or values.memory) then
    return errors.cloud "The property 'flavor_key_name' can not be set with 'memory/cpu'"
  end
  for _, pair in ipairs(exclusive) do
    if values[pair[1]] and values[pair[2]] then
      return errors.cloud("The property '%s' can not be set with '%s'", pair[1], pair[2])
    end
  end
  for _, name in ipairs(flavor_only) do
    if values[name] and not values.flavor_key_name then
      return errors.cloud("The property '%s' needs a 'flavor_key_name'", name)
    end
  end
  if values.transient and not values.hourly_billing_flag then
    return errors.cloud "The property 'transient' needs 'hourly_billing_flag: true'"
  end
end

local function check_script(uri)
  if not uri:find "^https?://[^/%s]%S*$" then
    return errors.cloud("The property 'post_install_script_uri' must be an https URL, not '%s'", uri)
  end
  if uri:find "^http:" then
    log.warn("SoftLayer only downloads %s to the VM; a script that is to run needs https", uri)
  end
end

local function check_each(values)
  if values.boot_mode and values.boot_mode ~= "HVM" and values.boot_mode ~= "PV" then
    return errors.cloud("The property 'boot_mode' must be HVM or PV, not '%s'", values.boot_mode)
  end
  for _, key in ipairs(values.ssh_keys or {}) do
    local err = type(key) == "string" and ssh_key.check(key)
    if err then return errors.cloud("The property 'ssh_keys': %s", err.message) end
  end
  return values.post_install_script_uri and check_script(values.post_install_script_uri) or nil
end

local function check(values)
  if values.bare_metal then
    return errors.cloud "The property 'bare_metal' is not supported: this CPI creates virtual guests only"
  end
  if not values.datacenter then return errors.cloud "The property 'datacenter' must be set to create an instance" end
  return check_together(values) or check_each(values)
end

--- Reads a VM's cloud_properties.
---@param given table
---@param defaults table? by canonical name, from the configuration
---@param strict boolean? an unknown property is an error
---@return table? values by canonical name, defaults filled in
---@return Error? err
function cloud_properties.of_vm(given, defaults, strict)
  local values, err = declared:read(given, strict)
  if not values then return nil, err end
  values.max_network_speed = values.max_network_speed or values.network_components
  values.network_components = nil
  declared:complete(values, defaults)
  err = check(values)
  if err then return nil, err end
  if not values.flavor_key_name then
    values.cpu, values.memory = values.cpu or 4, values.memory or 8192
  end
  return values
end

return cloud_properties
