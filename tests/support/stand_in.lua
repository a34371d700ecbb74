--- The agent of one VM, as far as a director's steps need it: it finds its settings where a stemcell looks, and mounts
--- what the account lets it mount. What it writes to a disk stays with the disk.

local agent = require "support.agent"
local json = require "core.json"

local stand_in = {}

---@class StandIn
---@field told table the settings of its start
local StandIn = {}
StandIn.__index = StandIn

--- Starts the agent: its settings must be there and be its own.
---@param sim table support.simulator
---@param cid string the VM's
---@param agent_id string
---@param by_registry boolean its stemcell is of API version 1
---@param volumes table<string, string> what is on the disks
---@return StandIn
function stand_in.start(sim, cid, agent_id, by_registry, volumes)
  local self = setmetatable({ sim = sim, cid = cid, by_registry = by_registry, volumes = volumes, hints = {},
    mounted = {} }, StandIn)
  self.told = self:settings()
  assert(self.told.agent_id == agent_id, "these are another agent's settings")
  assert(json.encode(self.told.disks.persistent) == "{}", "a new VM has no persistent disk")
  return self
end

--- Its settings as they are now.
function StandIn:settings()
  if self.by_registry then return assert(agent.registered(self.sim, self.cid)) end
  return agent.settings(self.sim, self.cid)
end

--- An agent of version 1 is told of its disks by the registry alone.
function StandIn:add_persistent_disk(cid, hint)
  self.hints[cid] = self.by_registry and self:settings().disks.persistent[cid] or hint
end

local function host_of(self)
  return self.sim:api("SoftLayer_Virtual_Guest/" .. self.cid .. "/getObject",
    "allowedHost[name,credential[username,password]]").allowedHost
end

-- As open-iscsi would: with the initiator's name and the credentials of the hint, at its target.
local function log_in(self, cid)
  local hint = assert(self.hints[cid], "the agent knows nothing of disk " .. cid)
  assert(hint.path == nil, "an agent does not log in where a path is given")
  local volume = self.sim:api("SoftLayer_Network_Storage/" .. cid .. "/getObject",
    "serviceResourceBackendIpAddress,allowedVirtualGuests.id")
  local host, settings, allowed = host_of(self), hint.iscsi_settings, false
  for _, guest in ipairs(volume.allowedVirtualGuests) do allowed = allowed or tostring(guest.id) == self.cid end
  assert(allowed, ("disk %s is not for guest %s"):format(cid, self.cid))
  assert(settings.target == volume.serviceResourceBackendIpAddress, "this is not the volume's target")
  assert(settings.initiator_name == host.name and settings.username == host.credential.username
    and settings.password == host.credential.password, "the target refuses this initiator")
end

function StandIn:mount_disk(cid)
  log_in(self, cid)
  self.mounted[cid] = true
end

--- Unmounts a disk and forgets it.
function StandIn:remove_persistent_disk(cid) self.mounted[cid], self.hints[cid] = nil, nil end

--- The mounted disks, as `list_disk` tells them.
function StandIn:list_disk()
  local cids = {}
  for cid in pairs(self.mounted) do cids[#cids + 1] = cid end
  table.sort(cids)
  return cids
end

-- A mount lasts only as long as the account lets the guest in.
local function reach(self, cid)
  assert(self.mounted[cid], "disk " .. cid .. " is not mounted")
  log_in(self, cid)
end

function StandIn:write(cid, text)
  reach(self, cid)
  self.volumes[cid] = text
end

function StandIn:read(cid)
  reach(self, cid)
  return self.volumes[cid]
end

--- Copies what is on one disk to another; both are attached.
function StandIn:migrate_disk(old, new) self:write(new, self:read(old)) end

--- The VM boots again: its settings must still be there, and its disks be let in.
function StandIn:restart()
  assert(self:settings().agent_id == self.told.agent_id, "the settings have changed")
  for cid in pairs(self.mounted) do log_in(self, cid) end
end

return stand_in
