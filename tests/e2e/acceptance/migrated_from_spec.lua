-- A director with several CPIs: the entries of its CPI config change their names, or one follows the single CPI of before
-- (migrated_from), and what was there is found under the same cids.
local scenario = require "support.scenario"

describe("a CPI that is migrated_from another name", function()
  scenario("goes on with the VM and the disk of before", function(director, w)
    local vm = director:create_vm { stemcell = director:upload_stemcell() }
    local disk = director:create_disk(vm, 2048)
    director:attach_disk(vm, disk)
    vm.agent:write(disk, "data")

    director.cpi = { username = "sim", api_key = "sim-api-key", endpoint = w.sim.url, datacenter = "lon02" }
    assert.same({ true, true }, { director:has_vm(vm), director:has_disk(disk) })
    director:set_vm_metadata(vm, { cpi = "lon02" })
    vm = director:recreate_vm(vm)
    assert.equal("data", vm.agent:read(disk))
    director:detach_disk(vm, disk)
    director:delete_vm(vm)
    director:delete_disk(disk)
  end)
end)
