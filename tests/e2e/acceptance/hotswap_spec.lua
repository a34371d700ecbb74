-- create-swap-delete: the new VM is there before the old one goes, both of one instance; then the disk changes over.
local client = require "support.director_client"
local scenario = require "support.scenario"

describe("create-swap-delete", function()
  scenario("has both VMs alive, and the disk moves between them", function(director, w)
    local old = director:create_vm { stemcell = director:upload_stemcell() }
    local disk = director:create_disk(old, 2048)
    director:attach_disk(old, disk)
    old.agent:write(disk, "data")
    director:changes()

    local new = director:create_vm(client.successor(old))
    assert.equal("createObject setUserMetadata setTags", director:changes())
    old.agent:restart()
    assert.equal("data", old.agent:read(disk))
    local names = {}
    for i, guest in ipairs(w.sim:inventory().guests) do names[i] = guest.hostname end
    assert.equal(2, #names)
    assert.not_equal(names[1], names[2])

    director:detach_disk(old, disk)
    director:attach_disk(new, disk)
    assert.equal("data", new.agent:read(disk))
    director:delete_vm(old)
    assert.equal("removeAccessFromVirtualGuest allowAccessFromVirtualGuest editObject deleteObject", director:changes())
    assert.same({ false, true }, { director:has_vm(old), director:has_vm(new) })
    assert.same({ disk }, director:call("get_disks", { new.cid }))

    director:detach_disk(new, disk)
    director:delete_vm(new)
    director:delete_disk(disk)
  end)
end)
