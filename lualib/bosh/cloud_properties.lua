--- A VM's cloud_properties: the Go CPI's names and those of the legacy CPI, in any case, with the
--- defaults and checks of one table.

local errors = require "errors"
local folded = require "folded"
local json = require "core.json"
local log = require "core.log"

local cloud_properties = {}

local function named(value) -- datacenter: {name: "ams01"} or "ams01"
  if type(value) ~= "table" then return value end
  for key, inner in pairs(value) do
    if folded(key) == "name" then return inner end
  end
end

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
local properties = {
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

local by_folded_name, without_effect = {}, {}
for name, property in pairs(properties) do
  property.name = name
  by_folded_name[folded(name)] = property
  for _, legacy in ipairs(property.legacy or {}) do by_folded_name[folded(legacy)] = property end
end
for name in ignored:gmatch("%S+") do without_effect[folded(name)] = true end

local fits = {
  string = function(v) return type(v) == "string" and v ~= "" end,
  boolean = function(v) return type(v) == "boolean" end,
  integer = function(v) return math.type(v) == "integer" and v >= 0 end,
  integers = function(v)
    for _, each in ipairs(v) do
      if math.type(each) ~= "integer" then return false end
    end
    return true
  end,
}

-- The number of edits between two names, for the hint behind a misspelt one.
local function distance(a, b)
  local row = {}
  for j = 0, #b do row[j] = j end
  for i = 1, #a do
    local diagonal = row[0]
    row[0] = i
    for j = 1, #b do
      local cost = a:byte(i) == b:byte(j) and 0 or 1
      diagonal, row[j] = row[j], math.min(row[j] + 1, row[j - 1] + 1, diagonal + cost)
    end
  end
  return row[#b]
end

local function nearest(name)
  local best, fewest
  for known in pairs(properties) do
    local edits = distance(folded(name), folded(known))
    if not fewest or edits < fewest or edits == fewest and known < best then best, fewest = known, edits end
  end
  return fewest <= 3 and (" (did you mean '%s'?)"):format(best) or ""
end

local function read(given)
  local values = {}
  for name, value in pairs(given) do
    local property = by_folded_name[folded(name)]
    if not property and not without_effect[folded(name)] then
      log.warn("the cloud property '%s' is not known and has no effect%s", name, nearest(name))
    elseif property and value ~= json.null then
      if property.convert then value = property.convert(value) end
      if value ~= nil and not fits[property[1]](value) then
        return nil, errors.cloud("The property '%s' must be of type %s", name, property[1])
      end
      -- The present name wins over a legacy one that stands beside it.
      if values[property.name] == nil or name == property.name then values[property.name] = value end
    end
  end
  return values
end

local function check(values)
  local function refuse(...) return nil, errors.cloud(...) end
  if values.bare_metal then
    return refuse "The property 'bare_metal' is not supported: this CPI creates virtual guests only"
  end
  if values.ephemeral_disk_size > 0 then
    return refuse "The property 'ephemeral_disk_size' is not supported: the root disk holds the ephemeral data"
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
  local values, err = read(given)
  if not values then return nil, err end
  values.max_network_speed = values.max_network_speed or values.network_components
  values.network_components = nil
  for name, property in pairs(properties) do
    if values[name] == nil then values[name] = (defaults or {})[name] end
    if values[name] == nil then values[name] = property[2] end
  end
  values, err = check(values)
  if not values then return nil, err end
  if not values.flavor_key_name then
    values.cpu, values.memory = values.cpu or 4, values.memory or 8192
  end
  return values
end

return cloud_properties
