-- cck: a disk is inactive, as one is when a migration was interrupted. It is deleted, or takes the place of the other.
local scenario = require "support.scenario"

describe("an inactive disk", function()
  scenario("is activated, and the other one, inactive now, deleted, attached or not", function(director)
    local vm = director:create_vm { stemcell = director:upload_stemcell() }
    local old, new = director:create_disk(vm, 2048), director:create_disk(vm, 4096)
    director:attach_disk(vm, old)
    director:attach_disk(vm, new)
    vm.agent:write(old, "data")
    vm.agent:migrate_disk(old, new)
    for _, disk in ipairs { old, new } do assert.is_true(director:has_disk(disk)) end

    for _ = 1, 2 do director:detach_disk(vm, old, true) end
    director:delete_disk(old)
    vm.agent:restart()
    assert.equal("data", vm.agent:read(new))
    assert.same({ new }, director:call("get_disks", { vm.cid }))

    director:detach_disk(vm, new)
    director:delete_vm(vm)
    director:delete_disk(new)
  end)
end)
