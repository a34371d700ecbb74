local json = require "core.json"
local virtual_guest = require "softlayer.virtual_guest"

description = [[
The cids of the block volumes that a guest may mount, and of the file volumes where these can be disks
(softlayer.preformatted_disks).
]]
arguments   = { "vm_cid: cid" }
effect      = "read"
timeout     = 5 * 60

local function is_disk(volume)
  local kind = volume.nasType == "ISCSI" or volume.nasType == "NAS" and config.softlayer.preformatted_disks
  return kind and volume.billingItem ~= nil
end

function run(vm_cid)
  local guest = must(virtual_guest.get(vm_cid, "id,allowedNetworkStorage[id,nasType,billingItem.id]"))
  local cids = json.array {}
  for _, volume in ipairs(guest.allowedNetworkStorage or {}) do
    if is_disk(volume) then cids[#cids + 1] = tostring(volume.id) end
  end
  table.sort(cids)
  return cids
end
