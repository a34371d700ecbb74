-- BATs, with_release_stemcell_deployment: a release and a stemcell are deployed, and all that is done to a deployment.
local scenario = require "support.scenario"

describe("a deployment", function()
  scenario("is created, lives through what only the agent sees, is made anew and deleted", function(director)
    local stemcell = director:upload_stemcell()
    local vm = director:create_vm { stemcell = stemcell, group = "batlight" }
    assert.equal("createObject setUserMetadata setTags", director:changes())
    assert.equal("batlight", vm.agent.told.env.bosh.groups[3])
    assert.equal("nats://nats:nats-password@10.0.0.4:4222", vm.agent.told.mbus)

    vm.agent:restart() -- killed, or started again after a stop

    local new = director:recreate_vm(vm)
    assert.not_equal(vm.cid, new.cid)
    assert.same({ false, true }, { director:has_vm(vm), director:has_vm(new) })
    assert.equal("deleteObject createObject setUserMetadata setTags", director:changes())

    director:delete_vm(new)
    director:delete_stemcell(stemcell)
    assert.equal("deleteObject", director:changes())
  end)

  scenario("on an AZ, a VM type and its extensions is ordered as the last of them says", function(director, w)
    local vm = director:create_vm { stemcell = director:upload_stemcell(), az = { datacenter = "lon02", cpu = 8 },
      vm_type = { cpu = 2, memory = 2048, hostname_prefix = "bat" }, vm_extensions = { { memory = 4096 }, { cpu = 4 } } }
    local guest = w.sim:api("SoftLayer_Virtual_Guest/" .. vm.cid .. "/getObject", "maxCpu,maxMemory,hostname,datacenter.name")
    assert.same({ 4, 4096, "lon02" }, { guest.maxCpu, guest.maxMemory, guest.datacenter.name })
    assert.matches("^bat%-", guest.hostname)
    director:delete_vm(vm)
  end)
end)
