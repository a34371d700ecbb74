local network_storage = require "softlayer.network_storage"
local registry = require "bosh.registry"
local sl   = require "softlayer"
local virtual_guest = require "softlayer.virtual_guest"
local wait = require "wait"

description = [[
Takes a volume away from a guest. One that is not attached, or whose guest is gone, is a success; a volume that is
gone is a DiskNotFound.
]]
arguments = { "vm_cid: cid", "disk_cid: cid" }
effect    = "write"
timeout   = 30 * 60

-- The volume, and the guest's id, which need not exist any more.
function find(vm_cid, disk_cid)
  local guest_id = must(virtual_guest.id_of(vm_cid))
  return must(network_storage.get(disk_cid, "allowedVirtualGuests.id")), guest_id
end

-- Takes the volume away, as soon as it can be changed.
function revoke(volume, guest_id)
  must(wait { what = ("volume %d to leave guest %d"):format(volume.id, guest_id), at_most = 25 * 60,
    network_storage.taken, function()
      return sl.Network_Storage:id(volume.id):removeAccessFromVirtualGuest { id = guest_id }
    end })
end

function run(vm_cid, disk_cid)
  local volume, guest_id = find(vm_cid, disk_cid)
  if network_storage.is_allowed(volume, guest_id) then
    revoke(volume, guest_id)
  else
    log.info("volume %s is not attached to guest %s", disk_cid, vm_cid)
  end
  local store = must(registry.of(config, request))
  if store then must(store:remove_disk(vm_cid, disk_cid)) end
end
