-- Snapshots of a volume, and the schedules that make them.

local clock   = require "slsim.clock"
local errors  = require "slsim.errors"
local guess   = require "slsim.guess"
local storage = require "slsim.model.storage"
local world   = require "slsim.world"

guess("[G]", "a snapshot is there at once and needs snapshot space; schedules are kept but make no snapshots")

local snapshots = {}

local SNAPSHOT_TYPE = "16"
local TYPES = { INTERVAL = 1, HOURLY = 3, DAILY = 4, WEEKLY = 5 }
local DAYS = { SUNDAY = 0, MONDAY = 1, TUESDAY = 2, WEDNESDAY = 3, THURSDAY = 4, FRIDAY = 5, SATURDAY = 6 }

local function property(snapshot, key, name, description, value)
  snapshot.properties[#snapshot.properties + 1] = world.value("Network_Storage_Property", {
    createDate = snapshot.createDate, modifyDate = nil, value = value, volumeId = snapshot.id, volume = snapshot,
    type = key and world.value("Network_Storage_Property_Type", { keyname = key, name = name, description = description }) })
end

local function must_have_space(volume)
  if not volume.__snapshot_space then
    errors.public("The volume %s has no snapshot space.", volume.username)
  end
end

--- Refuses what a volume cannot do with snapshots now.
local function check(volume, operation)
  storage.must_be_paid(volume)
  if not volume.__mountable then
    errors.public("%s is not possible on volume %s: please try again after Volume Provisioning is complete.", operation,
      volume.username)
  end
  must_have_space(volume)
  storage.must_be_idle(volume, operation)
end

---@param notes string?
---@return table snapshot
function snapshots.create(volume, notes)
  check(volume, "Snapshot creation")
  local parent = volume.parentVolume
  local snapshot = world.create("Network_Storage_Snapshot", {
    accountId = volume.accountId, account = volume.account, capacityGb = volume.capacityGb, createDate = clock.time(),
    nasType = "SNAPSHOT", notes = notes ~= "" and notes or nil, serviceProviderId = 1, storageTypeId = SNAPSHOT_TYPE,
    storageType = world.value("Network_Storage_Type", { id = 16, keyName = "SNAPSHOT", description = "Snapshot" }),
    upgradableFlag = true, username = parent.username, parentVolume = volume, serviceResource = volume.serviceResource,
    serviceResourceName = volume.serviceResourceName, volumeName = volume.username,
    serviceResourceBackendIpAddress = parent.serviceResourceBackendIpAddress, properties = {} }, "Network_Storage")
  property(snapshot, "MOUNTABLE", "Mountable", "Determines whether the volume is currently mountable", "0")
  property(snapshot, "VOLUME_NAME", "Volume Name", "Volume name", os.date("!manual.%Y-%m-%d_%H%M", snapshot.createDate))
  property(snapshot, "SNAPSHOT_SPACE_USED", "Snapshot Used", "The amount of space used by snapshots.", "72000")
  property(snapshot, nil, nil, nil, os.date("!%Y-%m-%dT%H:%M:%S+00:00", snapshot.createDate))
  table.insert(volume.__snapshots, snapshot)
  return snapshot
end

function snapshots.delete(snapshot)
  storage.must_be_idle(snapshot.parentVolume, "Snapshot Deletion")
  storage.take(snapshot.parentVolume.__snapshots, snapshot)
  world.remove(snapshot)
end

function snapshots.restore(volume, id)
  storage.snapshot(volume, id)
  check(volume, "Snapshot Restore")
  storage.change(volume, "Snapshot Restore")
end

local function schedule_type(name)
  return TYPES[name] and "SNAPSHOT_" .. name
    or errors.invalid("scheduleType", "The type must be INTERVAL, HOURLY, DAILY or WEEKLY.")
end

local function schedule_property(schedule, key, value)
  schedule.properties[#schedule.properties + 1] = world.create("Network_Storage_Schedule_Property", {
    scheduleId = schedule.id, schedule = schedule, createDate = schedule.createDate, modifyDate = nil,
    value = ("%d"):format(value),
    type = world.value("Network_Storage_Schedule_Property_Type", { keyname = key, name = key, description = key }) })
end

local function within(name, value, low, high)
  if value < low or value > high then
    errors.invalid(name, ("The value must be from %d to %d."):format(low, high))
  end
end

local function drop(volume, key)
  for i, schedule in ipairs(volume.schedules) do
    if schedule.type.keyname == key then return world.remove(table.remove(volume.schedules, i)) or true end
  end
end

--- Keeps a schedule in place of the volume's own of that type.
function snapshots.enable(volume, kind, retention, minute, hour, day)
  local key = schedule_type(kind)
  check(volume, "Snapshot scheduling")
  within("minute", minute, kind == "INTERVAL" and 30 or 0, 59)
  within("hour", hour, 0, 23)
  within("retentionCount", retention, 1, 1000)
  local weekday = DAYS[day] or errors.invalid("dayOfWeek", "The day does not exist.")
  drop(volume, key)
  local schedule = world.create("Network_Storage_Schedule", { active = 1, typeId = TYPES[kind], volumeId = volume.id,
    volume = volume, createDate = clock.time(), modifyDate = nil, name = key, minute = ("%d"):format(minute),
    hour = ("%d"):format(hour), dayOfWeek = ("%d"):format(weekday), retentionCount = ("%d"):format(retention),
    snapshots = {}, properties = {},
    type = world.value("Network_Storage_Schedule_Type", { id = TYPES[kind], keyname = key, name = key, description = key }) })
  schedule_property(schedule, "MINUTE", minute)
  if kind == "DAILY" or kind == "WEEKLY" then schedule_property(schedule, "HOUR", hour) end
  if kind == "WEEKLY" then schedule_property(schedule, "DAY_OF_WEEK", weekday) end
  schedule_property(schedule, "SNAPSHOT_LIMIT", retention)
  table.insert(volume.schedules, schedule)
end

function snapshots.disable(volume, kind)
  if not drop(volume, schedule_type(kind)) then
    errors.public("The volume %s has no %s snapshot schedule.", volume.username, kind)
  end
end

return snapshots
