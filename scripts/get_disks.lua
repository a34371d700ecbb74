local json = require "core.json"
local virtual_guest = require "softlayer.virtual_guest"

description = "The cids of the block volumes that a guest may mount."
arguments   = { "vm_cid: cid" }
effect      = "read"
timeout     = 5 * 60

function run(vm_cid)
  local guest = must(virtual_guest.get(vm_cid, "id,allowedNetworkStorage[id,nasType,billingItem.id]"))
  local cids = json.array {}
  for _, volume in ipairs(guest.allowedNetworkStorage or {}) do
    if volume.nasType == "ISCSI" and volume.billingItem then cids[#cids + 1] = tostring(volume.id) end
  end
  table.sort(cids)
  return cids
end
