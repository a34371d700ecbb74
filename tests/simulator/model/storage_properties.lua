-- What a volume's properties show, in the encodings of the API: numbers as text, what is unset absent.

local clock = require "slsim.clock"
local dates = require "slsim.dates"
local guess = require "slsim.guess"
local world = require "slsim.world"

guess("[G]", "an endurance volume's iops are its size times its tier; a volume of packages 222 and 240 has staasVersion 1")
guess("[G]", "bytesUsed is 0 and a snapshot's size 72000; getNetworkStorage lists no snapshots")
guess("[G]", "new snapshots are listed as late as other new objects")

local SNAPSHOT_BYTES = 72000

local function text(number) return number and ("%d"):format(number) end

local function iops(volume)
  return text(volume.__iops or volume.__tier and math.floor(volume.capacityGb * volume.__tier.iops))
end

local function all_snapshots(volume) return volume.__snapshots or {} end

local function snapshots(volume)
  local shown = {}
  for _, snapshot in ipairs(all_snapshots(volume)) do
    if world.is_listed(snapshot) then shown[#shown + 1] = snapshot end
  end
  return shown
end

local function hosts(kind)
  return function(volume, call)
    local found = {}
    for _, host in ipairs(volume.__hosts or {}) do
      if host.__kind == kind and world.may_see(call and call.user, host) then found[#found + 1] = host end
    end
    return found
  end
end

local function schedule(key)
  return function(volume)
    for _, own in ipairs(volume.schedules or {}) do
      if own.type.keyname == key then return own end
    end
  end
end

local function ready(volume)
  return not volume.activeTransaction and volume.__mountable ~= nil and clock.now() >= volume.__mountable
end

local function bytes(volume)
  if volume.nasType == "SNAPSHOT" then return text(SNAPSHOT_BYTES) end
  return text(SNAPSHOT_BYTES * #all_snapshots(volume.__volume or volume))
end

world.derive("Network_Storage", {
  activeTransactions = function(volume) return { volume.activeTransaction } end,
  allowedVirtualGuests = hosts "Virtual_Guest",
  allowedHardware = hosts "Hardware",
  allowedSubnets = hosts "Network_Subnet",
  allowedIpAddresses = hosts "Network_Subnet_IpAddress",
  billingItemCategory = function(volume) return volume.billingItem and volume.billingItem.category end,
  bytesUsed = function(volume) return volume.__hosts and "0" end,
  dailySchedule = schedule "SNAPSHOT_DAILY",
  fileNetworkMountAddress = function(volume)
    if volume.nasType ~= "NAS" then return nil end
    return ("%s:/%s/data01"):format(volume.serviceResourceBackendIpAddress, volume.username)
  end,
  hourlySchedule = schedule "SNAPSHOT_HOURLY",
  intervalSchedule = schedule "SNAPSHOT_INTERVAL",
  iops = iops,
  isReadyForSnapshot = function(volume) return volume.__snapshot_space ~= nil and not volume.activeTransaction end,
  isReadyToMount = ready,
  manualSnapshots = snapshots,
  mountableFlag = function(volume) return volume.__hosts and (ready(volume) and "1" or "0") end,
  provisionedIops = iops,
  snapshotCapacityGb = function(volume) return text(volume.__snapshot_space) end,
  snapshotCreationTimestamp = function(volume, call)
    if volume.nasType ~= "SNAPSHOT" then return nil end
    return dates.writer(call and call.user.__zone or dates.zone "UTC")(volume.createDate)
  end,
  snapshotSizeBytes = bytes,
  snapshotSpaceAvailable = function(volume) return text(volume.__snapshot_space) end,
  snapshots = snapshots,
  storageTierLevel = function(volume) return volume.__tier and volume.__tier.key end,
  totalBytesUsed = function(volume) return volume.__hosts and "0" end,
  volumeStatus = function(volume)
    return volume.__hosts and (volume.__mountable and "PROVISION_COMPLETED" or "PROVISION_INPROGRESS")
  end,
  weeklySchedule = schedule "SNAPSHOT_WEEKLY",
})
