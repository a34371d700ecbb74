-- Compilation VMs: many short lives, with metadata for each package.
local scenario = require "support.scenario"

describe("compilation VMs", function()
  scenario("come and go, each with the package that it compiles in its tags", function(director, w)
    local stemcell, packages, seen = director:upload_stemcell(), { "ruby", "nginx" }, {}
    for worker = 1, 3 do
      local vm = director:create_vm { stemcell = stemcell, group = "compilation-" .. worker,
        metadata = { compiling = packages[1] } }
      director:set_vm_metadata(vm, { compiling = packages[2] })
      local tags = w.sim:api("SoftLayer_Virtual_Guest/" .. vm.cid .. "/getObject", "tagReferences.tag.name").tagReferences
      local compiling = {}
      for _, reference in ipairs(tags) do compiling[#compiling + 1] = reference.tag.name:match "^compiling:(.*)" end
      assert.same({ packages[2] }, compiling)
      director:delete_vm(vm)
      assert.is_nil(seen[vm.cid])
      seen[vm.cid] = true
    end
    assert.equal(("createObject setUserMetadata setTags setTags deleteObject "):rep(3), director:changes() .. " ")
  end)
end)
