-- BATs, raw_ephemeral_disk: guests have no raw instance disks. A VM type that wants some gets a VM without, and a warning;
-- with softlayer.strict an error.
local scenario = require "support.scenario"

local RAW = { { raw_instance_storage = true } }

describe("raw_instance_storage", function()
  scenario("is not known, and the agent is told of no raw disk", function(director)
    local vm = director:create_vm { stemcell = director:upload_stemcell(), vm_extensions = RAW }
    assert.matches("raw_instance_storage", director.log)
    assert.is_nil(vm.agent.told.disks.raw_ephemeral)
    director:delete_vm(vm)
  end)

  scenario("is refused where properties must be known", function(director)
    local stemcell = director:upload_stemcell()
    assert.error_matches(function() director:create_vm { stemcell = stemcell, vm_extensions = RAW } end, "raw_instance_storage")
    assert.equal("", director:changes())
  end, { config = { cloud = { properties = { softlayer = { strict = true } } } } })
end)
