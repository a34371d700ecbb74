local errors = require "errors"
local json   = require "core.json"
local network_storage = require "softlayer.network_storage"
local notes  = require "bosh.notes"
local snapshot_order = require "softlayer.snapshot_order"
local state  = require "state"

description = [[
Makes a snapshot of a volume that has snapshot space (`snapshot_space` in the disk's cloud_properties). The metadata is
in its notes, with a mark by which a snapshot whose answer was lost is found again.
]]
arguments = { "disk_cid: cid", "metadata: object?" }
effect    = "write"
timeout   = 30 * 60

-- The volume; one without space for snapshots is an error.
function find(disk_cid)
  local volume = must(network_storage.get(disk_cid, "snapshotCapacityGb"))
  if (tonumber(volume.snapshotCapacityGb) or 0) > 0 then return volume end
  error(errors.cloud("disk %s has no space for snapshots: `snapshot_space` (GB) in its cloud_properties orders it with "
    .. "the disk", disk_cid), 0)
end

-- The id of an earlier try's snapshot; nil: there is none.
function resume(record, volume)
  return record.id or record.stage == "SENT" and snapshot_order.look(record, volume.id) or nil
end

-- Makes the snapshot, once; gives its id.
function provision(record, volume, metadata)
  local mark = snapshot_order.mark(record)
  local text = notes.of(metadata, #mark + 1)
  return snapshot_order.place(record, volume.id, text == "" and mark or text .. " " .. mark)
end

function run(disk_cid, metadata)
  metadata = metadata or {}
  local volume = find(disk_cid)
  local record = must(state.take("snapshot_disk", json.encode { disk_cid, metadata }, true))
  local id = resume(record, volume) or provision(record, volume, metadata)
  must(record:save { stage = "READY", id = id })
  return tostring(id)
end
