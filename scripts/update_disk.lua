local disk_properties = require "bosh.disk_properties"
local errors = require "errors"
local volume_change = require "softlayer.volume_change"

description = [[
Changes size, IOPS or tier of a volume in place and waits until that has happened, if `softlayer.native_resize` is true
and the volume can be changed so; otherwise it is not supported, and the director copies the disk.
]]
arguments = { "disk_cid: cid", "new_size: integer", "cloud_properties: object" }
effect    = "write"
timeout   = 4 * 60 * 60

-- Changes in place have to be allowed by the configuration.
function permit()
  if config.softlayer.native_resize then return end
  error(errors.not_supported "disks are copied, not changed in place, because softlayer.native_resize is not true", 0)
end

-- What the volume shall become; size in GB.
function plan(new_size, properties)
  local wanted = must(disk_properties.read(properties, nil, config.softlayer.strict))
  wanted.size = disk_properties.gigabytes(new_size)
  return wanted
end

-- A volume stays what and where it is, and its snapshot space as it was ordered.
---@param wanted table of plan
function check(disk_cid, wanted)
  local volume = must(volume_change.find(disk_cid))
  if (wanted.protocol == "nfs") ~= (volume.nasType == "NAS") then
    error(errors.not_supported("volume %d cannot become one for %s", volume.id, wanted.protocol), 0)
  end
  local place = volume.serviceResource and volume.serviceResource.datacenter
  if wanted.datacenter and place and wanted.datacenter ~= place.name then
    error(errors.not_supported("volume %d cannot move from %s to %s", volume.id, place.name, wanted.datacenter), 0)
  end
  local space = tonumber(volume.snapshotCapacityGb) or 0
  if wanted.snapshot_space > space then
    error(errors.not_supported("volume %d has %d GB of snapshot space, not %d", volume.id, space,
      wanted.snapshot_space), 0)
  end
end

-- Changes the volume and waits until that has happened.
---@param wanted table of plan
function change(disk_cid, wanted)
  return volume_change.to(disk_cid, wanted)
end

function run(disk_cid, new_size, properties)
  permit()
  local wanted = plan(new_size, properties)
  check(disk_cid, wanted)
  change(disk_cid, wanted)
end
