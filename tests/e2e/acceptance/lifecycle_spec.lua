-- The lifecycle that each CPI's own suite runs: a light stemcell, a VM, a disk with a snapshot, and all of it gone again.
local scenario = require "support.scenario"

-- How many calls have asked the API for a password.
local function passwords_asked(w)
  local count = 0
  for _, call in ipairs(w.sim:journal()) do
    local asked = (call.user_agent or ""):find "^slcpi" and (call.mask or ""):find "password"
    count = asked and count + 1 or count
  end
  return count
end

describe("the lifecycle", function()
  scenario("of a stemcell, a VM, a disk and a snapshot leaves nothing", function(director, w)
    local stemcell = director:upload_stemcell()
    local vm = director:create_vm { stemcell = stemcell }
    assert.equal("createObject setUserMetadata setTags", director:changes())
    assert.is_true(director:has_vm(vm))
    director:set_vm_metadata(vm, { deployment = "deployment" })
    assert.equal("setTags", director:changes())

    local disk = director:create_disk(vm, 2048, { snapshot_space = 5 })
    assert.equal("placeOrder", director:changes())
    assert.is_true(director:has_disk(disk))
    assert.equal(0, passwords_asked(w))
    director:attach_disk(vm, disk)
    assert.equal(2, passwords_asked(w)) -- before the host was authorised, and after
    assert.equal("allowAccessFromVirtualGuest editObject", director:changes())
    assert.same({ disk }, director:call("get_disks", { vm.cid }))
    vm.agent:write(disk, "data")
    assert.equal("data", vm.agent:read(disk))

    local snapshot = director:call("snapshot_disk", { disk, { deployment = "deployment", job = "web", index = 0,
      director_name = "bosh", director_uuid = director.uuid, agent_id = vm.agent.told.agent_id, instance_id = vm.wanted.id } })
    director:call("delete_snapshot", { snapshot })
    assert.equal("createSnapshot deleteObject", director:changes())
    director:detach_disk(vm, disk)
    assert.equal("removeAccessFromVirtualGuest", director:changes())

    assert.is_false(director:delete_vm(vm))
    assert.is_false(director:has_vm(vm))
    assert.equal("deleteObject", director:changes())
    director:delete_disk(disk)
    assert.is_false(director:has_disk(disk))
    assert.equal("cancelItem", director:changes())
    director:delete_stemcell(stemcell)
    assert.equal("", director:changes())
    assert.equal(2, passwords_asked(w))
  end)
end)
