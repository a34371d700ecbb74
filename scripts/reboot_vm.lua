local sl = require "softlayer"
local virtual_guest = require "softlayer.virtual_guest"
local wait = require "wait"

description = [[
Reboots a virtual guest, softly if it listens, and waits until it runs again.
]]
arguments = { "vm_cid: cid" }
effect = "write"
timeout = 30 * 60

-- Waits until the guest has no transaction.
function settle(vm_cid)
  must(wait { what = "an idle guest " .. vm_cid, at_most = 15 * 60, virtual_guest.idle, vm_cid })
end

-- A soft reboot; a hard one if the guest does not listen.
function reboot(vm_cid)
  must(sl.Virtual_Guest:id(vm_cid):rebootDefault())
end

-- Waits until the guest runs again.
function await(vm_cid)
  must(wait { what = "guest " .. vm_cid .. " to run", at_most = 10 * 60, virtual_guest.ready, vm_cid, "id" })
end

function run(vm_cid)
  must(virtual_guest.get(vm_cid))
  settle(vm_cid)
  reboot(vm_cid)
  await(vm_cid)
end
