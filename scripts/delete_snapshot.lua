local network_storage = require "softlayer.network_storage"
local refusal = require "softlayer.refusal"
local sl    = require "softlayer"
local wait  = require "wait"

description = "Deletes a snapshot. One that is gone, or whose volume is, is a success."
arguments   = { "snapshot_cid: cid" }
effect      = "write"
timeout     = 30 * 60

-- A volume that is being changed refuses for a while.
local function delete(id)
  local done, err = sl.Network_Storage:id(id):deleteObject()
  if err and refusal.not_found(err) then return true end
  return done, err
end

-- Deletes the snapshot, as soon as its volume lets it go.
function remove(snapshot)
  must(wait { what = ("snapshot %d to go"):format(snapshot.id), at_most = 25 * 60, network_storage.taken, function()
    return delete(snapshot.id)
  end })
end

function run(snapshot_cid)
  local snapshot = must(network_storage.find_snapshot(snapshot_cid))
  if snapshot then remove(snapshot) else log.info("snapshot %s is already gone", snapshot_cid) end
end
