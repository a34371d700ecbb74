--- A cloud config as a director reads it: what it refuses, and what it makes of it for a VM.

local ip = require "ip"
local json = require "core.json"

local cloud_config = {}

--- The entry of that name.
---@param list table[]
---@param name string
function cloud_config.named(list, name)
  for _, entry in ipairs(list) do
    if entry.name == name then return entry end
  end
  error("there is no " .. name, 2)
end

---@param list table[]
---@return string[] sorted
function cloud_config.names(list)
  local names = {}
  for i, entry in ipairs(list) do names[i] = entry.name end
  table.sort(names)
  return names
end

--- A VM's cloud_properties as a director merges them: AZ, VM type, extensions, a later one wins.
---@param config table
---@param az string
---@param vm_type string
---@param extensions string[]?
---@return table
function cloud_config.merged(config, az, vm_type, extensions)
  local parts = { cloud_config.named(config.azs, az), cloud_config.named(config.vm_types, vm_type) }
  for _, name in ipairs(extensions or {}) do parts[#parts + 1] = cloud_config.named(config.vm_extensions, name) end
  local all = {}
  for _, part in ipairs(parts) do
    for name, value in pairs(part.cloud_properties or {}) do all[name] = value end
  end
  return all
end

local function netmask(range) return ("255.255.255.%d"):format(256 - (1 << (32 - tonumber(range:match "/(%d+)$")))) end

local function subnet_of(network, az)
  for _, subnet in ipairs(network.subnets or {}) do
    for _, name in ipairs(subnet.azs) do
      if name == az then return subnet end
    end
  end
  error(("network %s has no subnet in %s"):format(network.name, az), 0)
end

--- A VM's networks as a director sends them; a manual one has an address.
---@param config table
---@param az string
---@param wanted table[] of an instance group: { name, default?, ip? }
---@return table<string, table>
function cloud_config.networks(config, az, wanted)
  local networks = {}
  for _, each in ipairs(wanted) do
    local network = cloud_config.named(config.networks, each.name)
    local subnet = network.type ~= "vip" and subnet_of(network, az) or {}
    local sent = { type = network.type, cloud_properties = subnet.cloud_properties or {}, dns = subnet.dns, ip = each.ip,
      default = each.default and json.array(each.default) }
    if network.type == "manual" then
      sent.netmask, sent.gateway, sent.prefix = netmask(subnet.range), subnet.gateway, subnet.range:match "/(%d+)$"
      sent.ip = each.ip or subnet.static[1]:match "^%S+"
    end
    networks[each.name] = sent
  end
  return networks
end

local KEYS = { azs = true, networks = true, vm_types = true, vm_extensions = true, disk_types = true, compilation = true }

-- "10.0.0.2", "10.0.0.2 - 10.0.0.9" or "10.0.0.0/26" as its first and last number.
local function span(text)
  local first, size = text:match "^([%d.]+)/(%d+)$"
  if size then return ip.number(first), ip.number(first) + (1 << (32 - tonumber(size))) - 1 end
  local from, to = text:match "^(%S+) %- (%S+)$"
  return ip.number(from or text), ip.number(to or text)
end

local function overlap(a, b)
  local from, to = span(a)
  local first, last = span(b)
  return from <= last and first <= to
end

local function check_subnet(subnet, complain)
  local from, to = span(subnet.range)
  for _, kind in ipairs { "gateway", "reserved", "static" } do
    for _, text in ipairs(type(subnet[kind]) == "table" and subnet[kind] or { subnet[kind] }) do
      local first, last = span(text)
      if first <= from or last >= to then complain("%s %s is not in %s", kind, text, subnet.range) end
    end
  end
  for _, static in ipairs(subnet.static) do
    for _, other in ipairs { subnet.gateway, table.unpack(subnet.reserved) } do
      if overlap(static, other) then complain("static %s and %s overlap", static, other) end
    end
  end
end

local function check_network(network, zones, complain)
  local ranges = {}
  for _, subnet in ipairs(network.subnets or {}) do
    for _, az in ipairs(subnet.azs) do
      if not zones[az] then complain("network %s: there is no AZ %s", network.name, az) end
    end
    if network.type == "manual" then check_subnet(subnet, complain) end
    for _, other in ipairs(ranges) do
      if overlap(subnet.range, other) then complain("%s and %s overlap", subnet.range, other) end
    end
    ranges[#ranges + 1] = subnet.range
  end
end

local function set_of(list)
  local set = {}
  for _, name in ipairs(cloud_config.names(list)) do set[name] = true end
  return set
end

--- What a director refuses about it.
---@param config table
---@return string[] complaints sorted
function cloud_config.problems(config)
  local found = {}
  local function complain(...) found[#found + 1] = string.format(...) end
  for name in pairs(config) do
    if not KEYS[name] then complain("unknown key %s", name) end
  end
  local zones = set_of(config.azs)
  for _, network in ipairs(config.networks) do check_network(network, zones, complain) end
  local compilation = config.compilation
  for kind, names in pairs { az = zones, vm_type = set_of(config.vm_types), network = set_of(config.networks) } do
    if not names[compilation[kind]] then complain("compilation: there is no %s %s", kind, tostring(compilation[kind])) end
  end
  table.sort(found)
  return found
end

return cloud_config
