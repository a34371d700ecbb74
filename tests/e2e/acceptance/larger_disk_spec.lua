-- BATs, with_release_stemcell (persistent_disk): 2048 MiB become 4096 MiB, and the data are there.
local scenario = require "support.scenario"

describe("a larger persistent disk", function()
  scenario("takes over the data of the old one beside it", function(director)
    local vm = director:create_vm { stemcell = director:upload_stemcell() }
    local old = director:create_disk(vm, 2048)
    director:attach_disk(vm, old)
    vm.agent:write(old, "data")
    director:changes()

    local new = director:create_disk(vm, 4096)
    director:attach_disk(vm, new)
    assert.same({ old, new }, vm.agent:list_disk())
    assert.same({ old, new }, director:call("get_disks", { vm.cid }))
    vm.agent:migrate_disk(old, new)
    director:detach_disk(vm, old)
    assert.equal("placeOrder allowAccessFromVirtualGuest editObject removeAccessFromVirtualGuest", director:changes())
    assert.same({ new }, director:call("get_disks", { vm.cid }))
    assert.equal("data", vm.agent:read(new))
    assert.is_true(director:has_disk(old))

    director:delete_disk(old)
    vm.agent:restart()
    local moved = director:recreate_vm(vm)
    assert.equal("data", moved.agent:read(new))
    director:detach_disk(moved, new)
    director:delete_vm(moved)
    director:delete_disk(new)
  end)
end)
