--- A VM's cloud_properties: the Go CPI's names and those of the legacy CPI, in any case, with the
--- defaults and checks of one table.

local errors = require "errors"
local folded = require "folded"
local json = require "core.json"
local properties = require "bosh.properties"

local cloud_properties = {}

local named = properties.named -- datacenter: {name: "ams01"} or "ams01"

local function ids(value) -- sshKeys: [{id: 1}]
  local list = {}
  if type(value) == "table" and next(value) and not json.is_array(value) then value = { value } end
  for i, entry in ipairs(type(value) == "table" and value or { value }) do
    list[i] = type(entry) == "table" and (entry.id or entry.Id or entry.ID) or entry
  end
  return list
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
  cpu = { "integer", legacy = { "startCpus" } },
  memory = { "integer", legacy = { "maxMemory" } },
  ephemeral_disk_size = { "integer", 0 },
  ssh_keys = { "integers", legacy = { "ssh_key", "sshKeys" }, convert = ids },
  hourly_billing_flag = { "boolean", true },
  local_disk_flag = { "boolean", false },
  dedicated_account_host_only_flag = { "boolean", false },
  dedicated_host_id = { "integer" },
  max_network_speed = { "integer", 1000 },
  network_components = { "integer", convert = speed },
  private_network_only_flag = { "boolean", false },
  public_vlan_id = { "integer", legacy = { "primaryNetworkComponent" }, convert = inner_vlan },
  private_vlan_id = { "integer", legacy = { "primaryBackendNetworkComponent" }, convert = inner_vlan },
  bare_metal = { "boolean", false, legacy = { "baremetal" } },
}

-- Understood and without effect here: each create has its own name, no machine is reused by its
-- address, and the agent's settings are in the user metadata.
local ignored = [[deployed_by_boshcli disable_os_reload bosh_ip root_disk_size block_devices user_data
  block_device_template_group post_install_script_uri]]

local declared = properties.declare(of_vm, ignored)

local function check(values)
  local function refuse(...) return nil, errors.cloud(...) end
  if values.bare_metal then
    return refuse "The property 'bare_metal' is not supported: this CPI creates virtual guests only"
  end
  if not values.datacenter then return refuse "The property 'datacenter' must be set to create an instance" end
  if values.flavor_key_name and (values.cpu or values.memory) then
    return refuse "The property 'flavor_key_name' can not be set with 'memory/cpu'"
  end
  if values.dedicated_account_host_only_flag and values.dedicated_host_id then
    return refuse "The property 'dedicated_host_id' can not be set with 'dedicated_account_host_only_flag'"
  end
  return values
end

--- Reads a VM's cloud_properties.
---@param given table
---@param defaults table? by canonical name, from the configuration
---@return table? values by canonical name, defaults filled in
---@return Error? err
function cloud_properties.of_vm(given, defaults)
  local values, err = declared:read(given)
  if not values then return nil, err end
  values.max_network_speed = values.max_network_speed or values.network_components
  values.network_components = nil
  declared:complete(values, defaults)
  values, err = check(values)
  if not values then return nil, err end
  if not values.flavor_key_name then
    values.cpu, values.memory = values.cpu or 4, values.memory or 8192
  end
  return values
end

return cloud_properties
