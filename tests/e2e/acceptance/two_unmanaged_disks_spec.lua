-- BATs, persistent_disks: two disks of one VM that its jobs use themselves. The smallest volume has 20 GB, so that a
-- comparison of sizes byte by byte is not for this cloud.
local scenario = require "support.scenario"

describe("two unmanaged disks", function()
  scenario("of 5 and 4 GiB are there together, and after a reboot of the machine", function(director, w)
    local vm = director:create_vm { stemcell = director:upload_stemcell() }
    local disks = {}
    for i, size in ipairs { 5120, 4096 } do
      disks[i] = director:create_disk(vm, size)
      director:attach_disk(vm, disks[i])
      vm.agent:write(disks[i], "data " .. size)
    end
    for _, cid in ipairs(disks) do
      assert.equal(20, w.sim:api("SoftLayer_Network_Storage/" .. cid .. "/getObject", "capacityGb").capacityGb)
    end
    assert.same(disks, director:call("get_disks", { vm.cid }))
    director:call("reboot_vm", { vm.cid })
    vm.agent:restart()
    assert.same({ "data 5120", "data 4096" }, { vm.agent:read(disks[1]), vm.agent:read(disks[2]) })
    local new = director:recreate_vm(vm)
    assert.same(disks, new.agent:list_disk())
    for _, cid in ipairs(disks) do
      director:detach_disk(new, cid)
      director:delete_disk(cid)
    end
    director:delete_vm(new)
  end)
end)
