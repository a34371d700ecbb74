-- cck: the agent has not mounted what the director's database says. The disk is attached again, with a reboot or without.
local scenario = require "support.scenario"

describe("a disk that is not mounted", function()
  scenario("is attached again, with a reboot or without, also where its VM had lost it", function(director, w)
    local vm = director:create_vm { stemcell = director:upload_stemcell() }
    local disk = director:create_disk(vm, 2048)
    director:attach_disk(vm, disk)
    vm.agent:write(disk, "data")
    director:changes()

    local function again(steps, reboot)
      vm.agent:remove_persistent_disk(disk)
      vm.disks = {}
      director:attach_disk(vm, disk)
      if reboot then director:call("reboot_vm", { vm.cid }) end
      assert.equal(steps, director:changes())
      vm.agent:restart()
      assert.equal("data", vm.agent:read(disk))
    end

    again "editObject"
    again("editObject rebootDefault", true)
    w.sim:api("SoftLayer_Network_Storage/" .. disk .. "/removeAccessFromVirtualGuest", nil, { { id = tonumber(vm.cid) } })
    again "allowAccessFromVirtualGuest editObject"

    director:detach_disk(vm, disk)
    director:delete_vm(vm)
    director:delete_disk(disk)
  end)
end)
