-- A director with several CPIs, one of which is migrated_from another name, or gets from its entry in the CPI config what
-- the installed file had: what was there before is found under the same cids.
local scenario = require "support.scenario"

describe("a CPI that is migrated_from another name", function()
  scenario("goes on with the VM and the disk of before", function(director, w)
    director.cpi = { api_key = "sim-api-key" }
    local vm = director:create_vm { stemcell = director:upload_stemcell() }
    local disk = director:create_disk(vm, 2048)
    director:attach_disk(vm, disk)
    vm.agent:write(disk, "data")

    director.cpi = { username = "sim", api_key = "sim-api-key", endpoint = w.sim.url, datacenter = "lon02" }
    assert.same({ true, true }, { director:has_vm(vm), director:has_disk(disk) })
    vm = director:recreate_vm(vm)
    assert.equal("data", vm.agent:read(disk))
    director:detach_disk(vm, disk)
    director:delete_vm(vm)
    director:delete_disk(disk)
  end, { config = { cloud = { properties = { softlayer = { api_key = "of-another-account" } } } } })
end)
