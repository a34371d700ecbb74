-- Orphaned VMs: deleted every five minutes until that works; an error of another kind is only tried again.
local scenario = require "support.scenario"

describe("the cleanup of an orphaned VM", function()
  scenario("is tried again after an error, and finds it gone at last", function(director, w)
    local vm = director:create_vm { stemcell = director:upload_stemcell() }
    director:changes()
    local rule = w.sim:fault "Virtual_Guest.deleteObject do=error code=Public text=refused"
    assert.error_matches(function() director:delete_vm(vm) end, "refused")
    assert.is_true(director:has_vm(vm))
    w.sim:ask("DELETE", "faults?number=" .. rule)
    w.sim:ask("POST", "advance", { seconds = 300 })
    director:delete_vm(vm)
    assert.is_false(director:has_vm(vm))
    director:changes()
    w.sim:ask("POST", "advance", { seconds = 300 })
    director:delete_vm(vm)
    assert.equal("", director:changes())
  end)
end)
