-- vm_resources: the director asks for cloud properties, and creates the VM with them.
local scenario = require "support.scenario"

describe("calculate_vm_cloud_properties", function()
  scenario("gives what holds the request and can be ordered", function(director, w)
    local properties = director:call("calculate_vm_cloud_properties", { { cpu = 3, ram = 5000, ephemeral_disk_size = 10240 } })
    assert.same({ cpu = 4, memory = 6144, ephemeral_disk_size = 10 }, properties)
    local vm = director:create_vm { stemcell = director:upload_stemcell(), vm_type = properties }
    local guest = w.sim:api("SoftLayer_Virtual_Guest/" .. vm.cid .. "/getObject", "maxCpu,maxMemory")
    assert.same({ 4, 6144 }, { guest.maxCpu, guest.maxMemory })
    assert.equal("/dev/xvdc", vm.agent.told.disks.ephemeral)
    director:delete_vm(vm)

    local err = director:refused("CloudError", "calculate_vm_cloud_properties", { { cpu = 500, ram = 1024, ephemeral_disk_size = 1 } })
    assert.matches("the most is 56", err.message)
  end)
end)
