-- A VM whose creation fails leaves nothing, and the director tries again, with the same arguments, where it is told to.
local scenario = require "support.scenario"

describe("a creation that fails", function()
  scenario("after the order is tried again, and only the VM of the last try is there", function(director, w)
    local stemcell = director:upload_stemcell()
    w.sim:fault "Virtual_Guest.setUserMetadata count=2 do=error text=refused"
    local vm = director:create_vm { stemcell = stemcell }
    assert.equal(("createObject setUserMetadata deleteObject "):rep(2) .. "createObject setUserMetadata setTags", director:changes())
    assert.equal(1, w.sim:inventory().billed)
    director:delete_vm(vm)
  end)

  scenario("every time ends after five tries with an empty account", function(director, w)
    local stemcell = director:upload_stemcell()
    w.sim:fault "Virtual_Guest.setUserMetadata do=error text=refused"
    assert.error_matches(function() director:create_vm { stemcell = stemcell } end, "VMCreationFailed")
    assert.equal(5, #w.sim:journal "deleteObject")
    assert.equal(0, w.sim:inventory().billed)
  end)

  scenario("for good is not tried again", function(director, w)
    local stemcell = director:upload_stemcell()
    w.sim:ask("POST", "fault", { on = "Virtual_Guest.createObject", ["do"] = "error", code = "Public",
      text = "There are insufficient resources behind router bcr01a.lon02 to fulfill the request" })
    assert.error_matches(function() director:create_vm { stemcell = stemcell } end, "insufficient resources")
    assert.equal("createObject", director:changes())
  end)

  scenario("in its metadata makes the director delete the VM", function(director, w)
    local stemcell = director:upload_stemcell()
    w.sim:fault "Virtual_Guest.setTags do=error code=Public text=refused"
    assert.error_matches(function() director:create_vm { stemcell = stemcell } end, "set_vm_metadata")
    assert.equal("createObject setUserMetadata setTags deleteObject", director:changes())
  end)
end)
