-- BATs, with_release_stemcell_failed_deployment: a canary that fails ends the deployment, and the next one, too.
local scenario = require "support.scenario"

describe("a canary that fails", function()
  scenario("in its job keeps its VM, which the second deployment finds", function(director)
    local stemcell, vms = director:upload_stemcell(), {}
    for i = 1, 2 do vms[i] = director:create_vm { stemcell = stemcell } end -- all VMs come before the first update
    director:changes()
    for _, vm in ipairs(vms) do vm.agent:restart() end -- the job fails: agents alone are asked, both times
    assert.equal("", director:changes())
    for _, vm in ipairs(vms) do director:delete_vm(vm) end
  end)

  scenario("because its agent never answers costs a VM each time, and leaves none", function(director, w)
    local stemcell = director:upload_stemcell()
    for _ = 1, 2 do
      assert.error_matches(function() director:create_vm { stemcell = stemcell, deaf = true } end, "does not answer")
      assert.equal("createObject setUserMetadata setTags deleteObject", director:changes())
      assert.equal(0, w.sim:inventory().billed)
    end
  end)
end)
