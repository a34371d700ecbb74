-- What every CPI's suite asks of things that are gone: quiet where a director deletes, errors it knows elsewhere.
local json = require "core.json"
local scenario = require "support.scenario"

local VM, DISK = "118000000", "17000000"

describe("what is missing", function()
  scenario("is deleted and detached in silence, and has_… says false", function(director)
    director:call("delete_vm", { VM }, { api_version = 2 }) -- what a director says of a VM that it does not know
    for _, method in ipairs { "delete_disk", "delete_snapshot", "delete_stemcell" } do
      director:call(method, { method == "delete_stemcell" and "999" or DISK })
    end
    assert.is_false(director:call("has_vm", { VM }))
    assert.is_false(director:call("has_disk", { DISK }))
    assert.equal("", director:changes())
  end)

  scenario("is an error that a director knows where it must be there", function(director)
    local stemcell = director:upload_stemcell()
    local vm = director:create_vm { stemcell = stemcell }
    local disk = director:create_disk(vm, 2048)
    director:changes()
    for method, arguments in pairs { reboot_vm = { VM }, set_vm_metadata = { VM, { a = "b" } }, get_disks = { VM },
      attach_disk = { VM, disk } } do
      director:refused("VMNotFound", method, arguments)
    end
    for method, arguments in pairs { attach_disk = { vm.cid, DISK }, detach_disk = { vm.cid, DISK },
      set_disk_metadata = { DISK, { a = "b" } }, snapshot_disk = { DISK, {} } } do
      director:refused("DiskNotFound", method, arguments)
    end
    director:refused("CloudError", "create_vm", { "agent", "999", { datacenter = "lon02" }, { default = { type = "dynamic" } },
      json.array {}, {} }, stemcell)
    director:refused("CloudError", "create_stemcell", { "image", { ["virtual-disk-image-id"] = 999 } })
    for _ = 1, 2 do director:call("detach_disk", { vm.cid, disk }, stemcell) end
    assert.equal("", director:changes())
    director:delete_vm(vm)
    director:delete_disk(disk)
  end)
end)
