-- Dynamic disks: a job asks the director for a disk while its VM runs. Its name comes with the cloud properties.
local scenario = require "support.scenario"

describe("a dynamic disk", function()
  scenario("is created with a name, attached beside others, moved to another VM and deleted", function(director)
    local stemcell = director:upload_stemcell()
    local first, second = director:create_vm { stemcell = stemcell }, director:create_vm { stemcell = stemcell }
    local own = director:create_disk(first, 2048)
    director:attach_disk(first, own)
    local disk = director:create_disk(first, 2048, { name = "pvc-1", tier = 2 })
    assert.not_matches("is not known", director.log, nil, true)
    director:attach_disk(first, disk)
    first.agent:write(disk, "data")
    director:detach_disk(first, disk)
    director:detach_disk(first, disk) -- "not attached" would be as good
    director:attach_disk(second, disk)
    assert.equal("data", second.agent:read(disk))
    assert.same({ own }, first.agent:list_disk())

    director:detach_disk(second, disk)
    assert.is_true(director:has_disk(disk))
    director:delete_disk(disk)
    assert.is_false(director:has_disk(disk))
    director:detach_disk(first, own)
    for _, vm in ipairs { first, second } do director:delete_vm(vm) end
    director:delete_disk(own)
  end)
end)
