-- BATs, cck: reboot_vm. The VM is the same, and its agent finds its settings again.
local scenario = require "support.scenario"

describe("cck's reboot_vm", function()
  scenario("brings the same VM back with its disk, but not one that is gone", function(director)
    local vm = director:create_vm { stemcell = director:upload_stemcell() }
    local disk = director:create_disk(vm, 2048)
    director:attach_disk(vm, disk)
    director:changes()
    assert.is_true(director:has_vm(vm))
    director:call("reboot_vm", { vm.cid })
    assert.equal("rebootDefault", director:changes())
    vm.agent:restart()
    assert.same({ disk }, director:call("get_disks", { vm.cid }))
    assert.is_true(director:has_vm(vm))
    director:detach_disk(vm, disk)
    director:delete_vm(vm)
    director:delete_disk(disk)
    director:refused("VMNotFound", "reboot_vm", { vm.cid })
  end)
end)
