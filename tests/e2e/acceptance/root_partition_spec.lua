-- BATs, with_release_stemcell (root_partition): where the agent finds room for its data.
local scenario = require "support.scenario"

local function disks_of(w, vm)
  local devices = {}
  for _, device in ipairs(w.sim:api("SoftLayer_Virtual_Guest/" .. vm.cid .. "/getObject", "blockDevices[device]").blockDevices) do
    devices[device.device] = true
  end
  return devices
end

describe("an agent's data", function()
  scenario("is on the root disk of a VM without an ephemeral one", function(director, w)
    local vm = director:create_vm { stemcell = director:upload_stemcell() }
    assert.is_nil(vm.agent.told.disks.ephemeral)
    assert.is_nil(disks_of(w, vm)["2"])
    director:delete_vm(vm)
  end)

  scenario("is on the second disk where the VM type has one", function(director, w)
    local vm = director:create_vm { stemcell = director:upload_stemcell(), vm_extensions = { { ephemeral_disk_size = 20 } } }
    assert.equal("/dev/xvdc", vm.agent.told.disks.ephemeral)
    assert.is_true(disks_of(w, vm)["2"])
    assert.equal("placeOrder setUserMetadata setTags", director:changes())
    director:delete_vm(vm)
  end)
end)
