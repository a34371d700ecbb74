-- Too few arguments, or such of a wrong type, are a clean error of a kind that directors know; more are of a later
-- version and do no harm.
local json = require "core.json"
local scenario = require "support.scenario"

-- The arguments that each method needs.
local NEEDED = { delete_stemcell = 1, create_stemcell = 1, create_vm = 4, delete_vm = 1, has_vm = 1, reboot_vm = 1,
  set_vm_metadata = 2, set_disk_metadata = 2, create_disk = 2, has_disk = 1, delete_disk = 1, attach_disk = 2, detach_disk = 2,
  snapshot_disk = 2, delete_snapshot = 1, resize_disk = 2, update_disk = 3, get_disks = 1, calculate_vm_cloud_properties = 1 }

describe("a call", function()
  scenario("with too few arguments, or with such of a wrong type, reaches nothing", function(director, w)
    local first = {}
    for method, count in pairs(NEEDED) do
      assert.matches(method, director:refused("CpiError", method, {}).message)
      for i = 1, count do first[i] = true end
      director:refused("CpiError", method, { table.unpack(first, 1, count) })
    end
    assert.same({}, w.sim:journal())
  end)

  scenario("with more arguments than the method has is answered", function(director)
    assert.is_false(director:call("has_vm", { "118000000", "another", { a = json.array {} } }))
  end)
end)
