-- Block and file volumes, and their snapshots.

local access    = require "slsim.model.storage_access"
local errors    = require "slsim.errors"
local events    = require "slsim.model.events"
local guess     = require "slsim.guess"
local json      = require "core.json"
local parts     = require "slsim.model.template_parts"
local rules     = require "slsim.model.storage_rules"
local snapshots = require "slsim.model.storage_snapshots"
local storage   = require "slsim.model.storage"
local world     = require "slsim.world"

guess("[G]", "a volume may be replicated to every other datacenter; a LUN id is free unless a host's other volume has it")
guess("[G]", "connection details: the id is the volume's, the address its first portal")

local PREFIX = "^SoftLayer_"
local EVENT = "Network Storage"

local methods = {}

-- Volumes and snapshots share the service, not all of its methods.
local function on_volume(name, method)
  local run = method.run
  method.run = function(volume, call, ...)
    if volume.nasType == "SNAPSHOT" then errors.public("%s is not possible on a snapshot.", name) end
    local result = run(volume, call, ...)
    if not method.silent then events.log(call, name:gsub("%f[%u]", " "):gsub("^%l", string.upper), EVENT, volume) end
    return result
  end
  methods[name] = method
end

-- Access.
for kind, entry in pairs(access.KINDS) do
  local function hosts_of(list, call)
    local hosts = {}
    for i, fields in ipairs(parts.list({ list = list }, "list")) do hosts[i] = access.host(kind, fields, call.user) end
    return hosts
  end
  for verb, act in pairs { allow = "allow", remove = "remove" } do
    on_volume(("%sAccessFrom%s"):format(verb, entry.type), { args = "host:object", run = function(volume, call, fields)
      return access[act](volume, access.host(kind, fields, call.user))
    end })
    on_volume(("%sAccessFrom%sList"):format(verb, entry.type), { args = "hosts:list", run = function(volume, call, list)
      access[act .. "_all"](volume, hosts_of(list, call))
      return true
    end })
  end
end

local function templates(list, call)
  local hosts = {}
  for i, fields in ipairs(parts.list({ hosts = list }, "hosts")) do
    local kind = tostring(fields.objectType):gsub(PREFIX, ""):gsub("^Hardware_Server$", "Hardware")
    if not access.KINDS[kind] then errors.invalid("objectType", "The type of host is not supported.") end
    hosts[i] = access.host(kind, fields, call.user)
  end
  return hosts
end

for verb, act in pairs { allow = "allow_all", remove = "remove_all" } do
  on_volume(verb .. "AccessFromHostList", { args = "hosts:list", returns = "*Network_Storage_Allowed_Host",
    run = function(volume, call, list) return access[act](volume, templates(list, call)) end })
end

-- Snapshots.
on_volume("createSnapshot", { args = "notes:string?", returns = "Network_Storage",
  run = function(volume, _, notes) return snapshots.create(volume, notes) end })

on_volume("restoreFromSnapshot", { args = "snapshotId:int", run = function(volume, _, id)
  snapshots.restore(volume, id)
  return true
end })

on_volume("enableSnapshots", {
  args = "scheduleType:string retentionCount:int minute:int? hour:int? dayOfWeek:string? dayOfMonth:string?",
  run = function(volume, _, kind, retention, minute, hour, day)
    snapshots.enable(volume, kind, retention, minute or 0, hour or 0, day or "SUNDAY")
    return true
  end })

on_volume("disableSnapshots", { args = "scheduleType:string", run = function(volume, _, kind)
  snapshots.disable(volume, kind)
  return true
end })

on_volume("setSnapshotNotification", { args = "enable:boolean", run = function(volume, _, enable)
  volume.snapshotNotificationStatus = enable and "1" or "0"
  return true
end })

methods.deleteObject = { run = function(snapshot, call)
  if snapshot.nasType ~= "SNAPSHOT" then
    errors.public("The volume %s cannot be deleted; its billing item can be cancelled.", snapshot.username)
  end
  snapshots.delete(snapshot)
  events.log(call, "Delete Snapshot", EVENT, snapshot)
  return true
end }

-- The volume itself.
methods.editObject = { args = "templateObject:object", run = function(volume, call, fields)
  if type(fields.notes) == "string" then volume.notes = fields.notes end
  if fields.notes == json.null then volume.notes = nil end
  events.log(call, "Edit", EVENT, volume)
  return true
end }

local function shares_lun(volume, lun)
  for _, host in ipairs(volume.__hosts) do
    for _, other in ipairs(host.__volumes) do
      if other ~= volume and other.lunId == lun then return true end
    end
  end
end

on_volume("createOrUpdateLunId", { args = "lunId:int", returns = "Network_Storage_Property", run = function(volume, _, lun)
  if volume.nasType ~= "ISCSI" then
    errors.raise("Network_Storage_Iscsi_UnableToChangeLunId", "Only block volumes have a LUN id.")
  end
  storage.must_be_paid(volume)
  storage.must_be_idle(volume, "Change LUN ID")
  local text = ("%d"):format(lun)
  if lun > 255 then
    errors.raise("Network_Storage_Iscsi_InvalidLunId", ("The LUN id %d is not from 0 to 255."):format(lun))
  end
  if shares_lun(volume, text) then
    errors.raise("Network_Storage_Group_AccessControlError_LunMappingConflict",
      ("The LUN id %d is in use on a host of the volume %s."):format(lun, volume.username))
  end
  volume.lunId = text
  return world.value("Network_Storage_Property", { volumeId = volume.id, volume = volume, value = text,
    createDate = volume.createDate, modifyDate = nil,
    type = world.value("Network_Storage_Property_Type", { keyname = "LUN_ID", name = "LUN Id", description = "LUN Id" }) })
end })

on_volume("convertCloneDependentToIndependent", { run = function(volume)
  if not volume.__origin then errors.public("The volume %s is not a dependent duplicate.", volume.username) end
  storage.must_be_idle(volume, "Convert Duplicate")
  storage.change(volume, "Convert Duplicate", function()
    storage.take(volume.__origin.dependentDuplicates, volume)
    volume.__origin, volume.dependentDuplicate = nil, nil
  end)
  return true
end })

on_volume("getNetworkConnectionDetails", { returns = "Container_Network_Storage_NetworkConnectionInformation", silent = true,
  run = function(volume)
    return world.value("Container_Network_Storage_NetworkConnectionInformation", { id = ("%d"):format(volume.id),
      ipAddress = volume.serviceResourceBackendIpAddress, storageType = volume.storageType.keyName })
  end })

on_volume("getValidReplicationTargetDatacenterLocations", { returns = "*Location", silent = true, run = function(volume, call)
  return world.listed("Location", call, function(place) return place ~= volume.datacenter end)
end })

methods.getVolumeCountLimits = { static = true, run = function(_, call)
  return json.array { { datacenterName = "global", maximumAvailableCount = rules.LIMIT,
    provisionedCount = rules.count(call.user) } }
end }

return { methods = methods }
