-- An overlay's own reboot_vm: power-cycles at once instead of asking the guest first.
--   slcpi call reboot_vm 123 --config cpi.json --overlay examples/overlay
local sl = require "softlayer"
local virtual_guest = require "softlayer.virtual_guest"
local wait = require "wait"

description = "Resets a virtual guest, whatever it is doing, and waits until it runs again."
arguments = { "vm_cid: cid" }
effect = "write"
timeout = 15 * 60

function reboot(vm_cid)
  must(sl.Virtual_Guest:id(vm_cid):rebootHard())
end

function run(vm_cid)
  must(virtual_guest.get(vm_cid))
  reboot(vm_cid)
  must(wait { what = "guest " .. vm_cid .. " to run", at_most = 10 * 60, virtual_guest.ready, vm_cid, "id" })
end
