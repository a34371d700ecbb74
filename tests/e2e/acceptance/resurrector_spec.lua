-- The resurrector: several VMs died at once. The scan asks has_vm and has_disk of all, then each is made anew.
local scenario = require "support.scenario"

describe("the resurrector", function()
  scenario("makes what died anew, with its disk, and leaves what lives", function(director, w)
    local stemcell, vms, disks = director:upload_stemcell(), {}, {}
    for i = 1, 3 do
      vms[i] = director:create_vm { stemcell = stemcell }
      disks[i] = director:create_disk(vms[i], 2048)
      director:attach_disk(vms[i], disks[i])
      vms[i].agent:write(disks[i], "data " .. i)
    end
    for i = 1, 2 do
      w.sim:api("SoftLayer_Virtual_Guest/" .. vms[i].cid .. "/deleteObject")
      vms[i].agent = nil
    end
    director:changes()
    for i = 1, 3 do
      assert.same({ i == 3, true }, { director:has_vm(vms[i]), director:has_disk(disks[i]) })
    end
    assert.equal("", director:changes())
    for i = 1, 2 do vms[i] = director:recreate_vm(vms[i]) end
    assert.equal(("createObject setUserMetadata setTags allowAccessFromVirtualGuest editObject "):rep(2),
      director:changes() .. " ")
    for i, vm in ipairs(vms) do
      assert.equal("data " .. i, vm.agent:read(disks[i]))
      director:detach_disk(vm, disks[i])
      director:delete_vm(vm)
      director:delete_disk(disks[i])
    end
  end)
end)
