local errors = require "errors"

description = [[
Answers NotSupported, on which an old director makes the VM anew with its new networks; present ones do not ask.
]]
arguments = { "vm_cid: cid", "networks: object" }
effect = "read"
timeout = 10

function run()
  error(errors.not_supported("the networks of a VM are what it was ordered with; a new VM gets the new ones"), 0)
end
