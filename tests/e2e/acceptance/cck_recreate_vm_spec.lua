-- BATs, cck: recreate_vm and recreate_vm_without_wait, which differ in what the agent runs afterwards and are the same to
-- a CPI. Nothing is detached: there is no agent to unmount.
local scenario = require "support.scenario"

describe("cck's recreate_vm", function()
  scenario("gives a new VM the disk of the old, whose agent was silent or which was missing", function(director, w)
    local vm = director:create_vm { stemcell = director:upload_stemcell() }
    local disk = director:create_disk(vm, 2048)
    director:attach_disk(vm, disk)
    vm.agent:write(disk, "data")

    local function recreate(steps)
      director:changes()
      vm.agent = nil
      local new = director:recreate_vm(vm)
      assert.equal(steps .. "createObject setUserMetadata setTags allowAccessFromVirtualGuest editObject", director:changes())
      assert.not_equal(vm.cid, new.cid)
      assert.is_false(director:has_vm(vm))
      assert.same({ disk }, director:call("get_disks", { new.cid }))
      assert.equal("data", new.agent:read(disk))
      return new
    end

    assert.is_true(director:has_vm(vm)) -- unresponsive, not missing
    vm = recreate "deleteObject "
    w.sim:api("SoftLayer_Virtual_Guest/" .. vm.cid .. "/deleteObject")
    assert.is_false(director:has_vm(vm))
    vm = recreate ""

    director:detach_disk(vm, disk)
    director:delete_vm(vm)
    director:delete_disk(disk)
  end)
end)
