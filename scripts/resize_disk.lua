local disk_properties = require "bosh.disk_properties"
local errors = require "errors"
local volume_change = require "softlayer.volume_change"

description = [[
Enlarges a volume in place and waits until that has happened, if `softlayer.native_resize` is true and the volume can
be enlarged; otherwise it is not supported, and the director copies the disk.
]]
arguments = { "disk_cid: cid", "new_size: integer" }
effect    = "write"
timeout   = 4 * 60 * 60

-- Changes in place have to be allowed by the configuration.
function permit()
  if config.softlayer.native_resize then return end
  error(errors.not_supported "disks are copied, not changed in place, because softlayer.native_resize is not true", 0)
end

-- Enlarges the volume and waits until that has happened.
---@param size integer GB
function change(disk_cid, size)
  return volume_change.to(disk_cid, { size = size })
end

function run(disk_cid, new_size)
  permit()
  change(disk_cid, disk_properties.gigabytes(new_size))
end
