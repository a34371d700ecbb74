-- cck: a disk is missing. Its reference is deleted: has_vm, unmount, a tolerant detach_disk, and the orphan's cleanup.
local scenario = require "support.scenario"

describe("a missing disk", function()
  scenario("is told by has_disk, and leaves the director's database without trouble", function(director, w)
    local vm = director:create_vm { stemcell = director:upload_stemcell() }
    local disk = director:create_disk(vm, 2048)
    director:attach_disk(vm, disk)
    assert.is_true(director:has_disk(disk))
    local volume = w.sim:api("SoftLayer_Network_Storage/" .. disk .. "/getObject", "billingItem.id")
    w.sim:api(("SoftLayer_Billing_Item/%d/cancelItem"):format(volume.billingItem.id), nil, { true, true, "", "" })
    director:changes()

    assert.is_false(director:has_disk(disk))
    assert.is_true(director:has_vm(vm))
    vm.agent:remove_persistent_disk(disk)
    director:tolerant("DiskNotAttached DiskNotFound", "detach_disk", { vm.cid, disk }, vm.stemcell)
    director:delete_disk(disk)
    assert.equal("", director:changes())

    local other = director:create_disk(vm, 2048)
    director:attach_disk(vm, other)
    director:detach_disk(vm, other)
    director:delete_vm(vm)
    director:delete_disk(other)
  end)
end)
