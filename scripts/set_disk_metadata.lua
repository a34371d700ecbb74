local network_storage = require "softlayer.network_storage"
local notes = require "bosh.notes"
local sl    = require "softlayer"

description = "Writes a disk's metadata into the notes of its volume, sorted, as \"key:value\"."
arguments   = { "disk_cid: cid", "metadata: object" }
effect      = "write"
timeout     = 5 * 60

-- The volume with its notes.
function find(disk_cid)
  return must(network_storage.get(disk_cid, "notes"))
end

-- Replaces the notes.
function write(volume, text)
  must(sl.Network_Storage:id(volume.id):editObject { notes = text })
end

function run(disk_cid, metadata)
  local volume, text = find(disk_cid), notes.of(metadata)
  if volume.notes ~= text then write(volume, text) end
end
