-- BATs, persistent_disks: `bosh attach-disk` gives an orphaned disk to another instance; its cid may be one that this
-- director never created.
local scenario = require "support.scenario"

describe("bosh attach-disk", function()
  scenario("brings back a disk that was orphaned, with its data", function(director)
    local stemcell = director:upload_stemcell()
    local first = director:create_vm { stemcell = stemcell }
    local disk = director:create_disk(first, 1024)
    director:attach_disk(first, disk)
    first.agent:write(disk, "data")
    director:detach_disk(first, disk)
    director:delete_vm(first)

    local second = director:create_vm { stemcell = stemcell }
    local own = director:create_disk(second, 1024)
    director:attach_disk(second, own)
    director:detach_disk(second, own) -- stopped; its own disk becomes an orphan instead
    director:attach_disk(second, disk)
    assert.equal("data", second.agent:read(disk))
    assert.same({ disk }, director:call("get_disks", { second.cid }))

    director:detach_disk(second, disk)
    director:delete_vm(second)
    for _, cid in ipairs { own, disk } do director:delete_disk(cid) end
  end)

  scenario("takes a volume of the account that the director never created", function(director, w)
    local vm = director:create_vm { stemcell = director:upload_stemcell() }
    local disk = tostring(w.sim:ask("POST", "volume", { datacenter = "lon02" }).id)
    director:attach_disk(vm, disk)
    vm.agent:write(disk, "data")
    director:detach_disk(vm, disk)
    director:delete_vm(vm)
    director:delete_disk(disk)
  end)
end)
