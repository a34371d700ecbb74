-- `bosh stop --hard` and `bosh start`: the VM goes, its disk stays, and the new VM has it.
local client = require "support.director_client"
local scenario = require "support.scenario"

describe("bosh stop --hard", function()
  scenario("keeps the disk alone, for the VM of bosh start", function(director, w)
    local vm = director:create_vm { stemcell = director:upload_stemcell() }
    local disk = director:create_disk(vm, 2048)
    director:attach_disk(vm, disk)
    vm.agent:write(disk, "data")
    director:changes()

    director:detach_disk(vm, disk)
    director:delete_vm(vm)
    assert.equal("removeAccessFromVirtualGuest deleteObject", director:changes())
    w.sim:ask("POST", "advance", { seconds = 100000 })
    assert.same({ 0, 1 }, { #w.sim:inventory().guests, #w.sim:inventory().volumes })

    local new = director:create_vm(client.successor(vm, { disks = { disk } }))
    director:attach_disk(new, disk)
    assert.equal("data", new.agent:read(disk))
    director:detach_disk(new, disk)
    director:delete_vm(new)
    director:delete_disk(disk)
  end)
end)
