local disk_hint = require "bosh.disk_hint"
local errors = require "errors"
local network_storage = require "softlayer.network_storage"
local registry = require "bosh.registry"
local sl   = require "softlayer"
local virtual_guest = require "softlayer.virtual_guest"
local wait = require "wait"

description = [[
Lets a guest mount a volume and answers what its agent needs for that: the initiator's settings for a block volume, the
mount address of a file volume. A volume that is attached already gives the same answer.
]]
arguments = { "vm_cid: cid", "disk_cid: cid" }
effect    = "write"
timeout   = 30 * 60

-- The guest and the volume, both with what the answer needs.
function find(vm_cid, disk_cid)
  local guest = must(virtual_guest.get(vm_cid, "id,hostname," .. disk_hint.HOST))
  local volume = must(network_storage.get(disk_cid, "allowedVirtualGuests.id," .. disk_hint.VOLUME))
  return guest, volume
end

-- A volume that is being provisioned or changed refuses hosts for a while.
function authorise(volume, guest)
  must(wait { what = ("volume %d to take guest %d"):format(volume.id, guest.id), at_most = 25 * 60,
    network_storage.taken, function()
      return sl.Network_Storage:id(volume.id):allowAccessFromVirtualGuest { id = guest.id }
    end })
end

-- A guest has one initiator name and one password for all its volumes, from its first authorisation on.
function host_of(guest)
  return guest.allowedHost
    or must(sl.Virtual_Guest:id(guest.id):mask("id,name,credential[username,password]"):getAllowedHost())
    or error(errors.cloud("guest %d was authorised, but the API tells no initiator name for it", guest.id), 0)
end

function run(vm_cid, disk_cid)
  local guest, volume = find(vm_cid, disk_cid)
  if not network_storage.is_allowed(volume, guest.id) then authorise(volume, guest) end
  local hint = must(disk_hint.make(disk_cid, volume, volume.nasType ~= "NAS" and host_of(guest) or nil))
  local store = must(registry.of(config, request))
  if store then must(store:add_disk(vm_cid, disk_cid, hint)) end
  return hint
end

-- Version 1 tells the agent by the registry alone.
function v1()
  return nil
end
