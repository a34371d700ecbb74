-- Tags: of the runtime config and of the instance, at the creation, and changed without a new VM.
local client = require "support.director_client"
local scenario = require "support.scenario"

local function tags_of(w, vm)
  local names = {}
  for _, reference in ipairs(w.sim:api("SoftLayer_Virtual_Guest/" .. vm.cid .. "/getObject", "tagReferences.tag.name").tagReferences) do
    local key, value = reference.tag.name:match "^([^:]*):(.*)$"
    names[key] = value
  end
  return names
end

describe("tags", function()
  scenario("are there from the order on, and follow the manifest", function(director, w)
    local vm = director:create_vm { stemcell = director:upload_stemcell(), group = "db", tags = { owner = "us", cost = "12" } }
    local first = tags_of(w, vm)
    assert.same({ "us", "12", "db", "0", "cf" }, { first.owner, first.cost, first.job, first.index, first.deployment })
    assert.equal("bosh", first.director)

    local disk = director:create_disk(vm, 2048)
    director:attach_disk(vm, disk)
    director:changes()
    vm.wanted.tags.cost = "13"
    director:call("set_disk_metadata", { disk, client.metadata(vm.wanted) })
    director:set_vm_metadata(vm)
    assert.equal("editObject setTags", director:changes())
    local second = tags_of(w, vm)
    assert.same({ "us", "13", "db" }, { second.owner, second.cost, second.job })
    assert.matches("cost:13", w.sim:api("SoftLayer_Network_Storage/" .. disk .. "/getObject", "notes").notes)

    director:detach_disk(vm, disk)
    director:delete_vm(vm)
    director:delete_disk(disk)
  end)
end)
