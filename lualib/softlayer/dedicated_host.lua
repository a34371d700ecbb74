--- Dedicated hosts of the account: one by its name, or those that have room for a guest.

local errors = require "errors"
local sl = require "softlayer"

local dedicated_host = {}

local MASK = "id,name,datacenter.name,backendRouter.hostname,"
  .. "allocationStatus[cpuAvailable,memoryAvailable,diskAvailable]"

local FIRST_DISK = 25 -- GB, the smallest on sale

--- Stands for a choice of ours instead of a name.
dedicated_host.AUTO = "auto"

--- The call that asks for the host of that name, or for all of the datacenter.
---@param size table dedicated_host, datacenter
function dedicated_host.query(size)
  local filter = { name = { size.dedicated_host } }
  if size.dedicated_host == dedicated_host.AUTO then filter = { datacenter = { name = { size.datacenter } } } end
  return sl.Account:mask(MASK):filter(filter):later "getDedicatedHosts"
end

-- The private VLANs of a pod hang on the router that its hosts hang on: "bcr01a.dal13" is pod 01.
local function is_there(host, datacenter, pod)
  local router = host.backendRouter and host.backendRouter.hostname or ""
  return host.datacenter ~= nil and host.datacenter.name == datacenter
    and (pod == nil or router:match "^%a+(%d+)" == pod)
end

local function room(host, resource) return tonumber((host.allocationStatus or {})[resource .. "Available"]) or 0 end

local function has_room(host, size)
  local disk = size.local_disk_flag and FIRST_DISK + size.ephemeral_disk_size or 0
  return room(host, "cpu") >= size.cpu and room(host, "memory") * 1024 >= size.memory and room(host, "disk") >= disk
end

-- The fullest first, so that hosts fill up one after the other.
local function is_fuller(a, b)
  for _, resource in ipairs { "cpu", "memory" } do
    local left, right = room(a, resource), room(b, resource)
    if left ~= right then return left < right end
  end
  return a.id < b.id
end

local function no_room(hosts, size)
  local rooms = {}
  for i, host in ipairs(hosts) do
    rooms[i] = ("%s has %.0f cores, %.0f GB and %.0f GB of disk left"):format(host.name, room(host, "cpu"),
      room(host, "memory"), room(host, "disk"))
  end
  return errors.vm_creation_failed("no dedicated host has room for %d cores and %d MiB: %s", size.cpu, size.memory,
    table.concat(rooms, "; "))
end

--- The hosts that a guest of that size fits on, the fullest first.
---@param hosts table[] the answer to dedicated_host.query
---@param size table
---@param pod string? of the VM's VLANs: "01"
---@return table[]? hosts
---@return Error? err
function dedicated_host.with_room(hosts, size, pod)
  local there, fitting = {}, {}
  for _, host in ipairs(hosts) do
    if is_there(host, size.datacenter, pod) then
      there[#there + 1] = host
      if has_room(host, size) then fitting[#fitting + 1] = host end
    end
  end
  if #there == 0 then
    return nil, errors.cloud("the account has no dedicated host in %s%s", size.datacenter,
      pod and (" that is behind the router of the VM's VLANs (pod %s)"):format(pod) or "")
  end
  table.sort(there, is_fuller)
  if #fitting == 0 then return nil, no_room(there, size) end
  table.sort(fitting, is_fuller)
  return fitting
end

return dedicated_host
