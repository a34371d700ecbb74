-- BATs, cck: delete_vm. The old VM is really gone, its disk is not.
local scenario = require "support.scenario"

describe("cck's delete_vm", function()
  scenario("ends a VM whose agent is silent, and leaves its disk", function(director, w)
    local vm = director:create_vm { stemcell = director:upload_stemcell() }
    local disk = director:create_disk(vm, 2048)
    director:attach_disk(vm, disk)
    vm.agent = nil
    director:changes()
    director:delete_vm(vm)
    assert.equal("deleteObject", director:changes())
    assert.is_false(director:has_vm(vm))
    w.sim:ask("POST", "advance", { seconds = 1000 })
    assert.same({}, w.sim:inventory().guests)
    assert.is_true(director:has_disk(disk))
    director:delete_disk(disk)
  end)
end)
