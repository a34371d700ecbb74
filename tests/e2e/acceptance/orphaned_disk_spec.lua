-- Orphaned disks: each snapshot and then the disk are deleted, every thirty minutes until the CPI says that they are gone.
local scenario = require "support.scenario"

describe("the cleanup of an orphaned disk", function()
  scenario("deletes its snapshots and it, and is quiet when it comes again", function(director)
    local vm = director:create_vm { stemcell = director:upload_stemcell() }
    local disk = director:create_disk(vm, 2048, { snapshot_space = 5 })
    director:attach_disk(vm, disk)
    local snapshots = {}
    for index = 1, 2 do
      snapshots[index] = director:call("snapshot_disk", { disk, { deployment = "cf", job = "db", index = index } })
    end
    assert.not_equal(snapshots[1], snapshots[2])
    director:detach_disk(vm, disk)
    director:delete_vm(vm)
    assert.is_true(director:has_disk(disk))
    director:changes()
    director:delete_disk(disk, snapshots)
    assert.equal("deleteObject deleteObject cancelItem", director:changes())
    assert.is_false(director:has_disk(disk))
    director:delete_disk(disk, snapshots)
    assert.equal("", director:changes())
  end)
end)
