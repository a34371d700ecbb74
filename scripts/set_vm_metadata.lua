local sl = require "softlayer"
local tags = require "bosh.tags"
local virtual_guest = require "softlayer.virtual_guest"

description = [[
Writes a VM's metadata as tags "key:value". Tags that are there stay, those of the same key are replaced.
]]
arguments = { "vm_cid: cid", "metadata: object" }
effect = "write"
timeout = 5 * 60

-- The guest with its tags.
function find(vm_cid)
  return must(virtual_guest.get(vm_cid, "id,tagReferences.tag.name"))
end

-- Replaces the guest's tags.
function write(guest, names)
  must(sl.Virtual_Guest:id(guest.id):setTags(table.concat(names, ", ")))
end

function run(vm_cid, metadata)
  local guest = find(vm_cid)
  local names, changed = tags.merge(tags.names(guest.tagReferences), tags.of(metadata))
  if changed then write(guest, names) end
end
