-- BATs, cck: delete_vm_reference, after which `bosh delete-vm` ends a VM that the director's database has no more.
local scenario = require "support.scenario"

describe("cck's delete_vm_reference", function()
  scenario("leaves a VM that delete-vm ends, once and again", function(director)
    local vm = director:create_vm { stemcell = director:upload_stemcell() }
    director:changes()
    local unknown = { cid = vm.cid, stemcell = { api_version = 2 } } -- the reference is gone: what a director assumes
    assert.is_true(director:has_vm(unknown))
    director:delete_vm(unknown)
    assert.is_false(director:has_vm(unknown))
    director:delete_vm(unknown)
    assert.equal("deleteObject", director:changes())
  end)
end)
