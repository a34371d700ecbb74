local virtual_guest = require "softlayer.virtual_guest"

description = [[
Tells whether a virtual guest exists. False only when the API says so to a user who would see it, and
from the moment of its cancellation.
]]
arguments = { "vm_cid: cid" }
effect = "read"
timeout = 5 * 60

function run(vm_cid)
  return must(virtual_guest.find(vm_cid, "id")) ~= nil
end
