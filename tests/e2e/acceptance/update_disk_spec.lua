-- director.enable_cpi_update_disk: another type of disk in place, nothing at all, or a copy.
local scenario = require "support.scenario"

local function with_disk(director)
  local vm = director:create_vm { stemcell = director:upload_stemcell() }
  local disk = director:create_disk(vm, 20480, { tier = 2 })
  director:attach_disk(vm, disk)
  vm.agent:write(disk, "data")
  director:changes()
  return vm, disk
end

local function finish(director, vm, disk)
  assert.equal("data", vm.agent:read(disk))
  director:detach_disk(vm, disk)
  director:delete_vm(vm)
  director:delete_disk(disk)
end

describe("update_disk", function()
  scenario("orders nothing for what the disk is already, changes the tier in place, and copies for IOPS", function(director, w)
    local vm, disk = with_disk(director)
    local now, copied = director:change_disk(vm, disk, "update_disk", 20480, { tier = 2 })
    assert.same({ disk, false, 0 }, { now, copied, #w.sim:journal "placeOrder" - 1 })

    now, copied = director:change_disk(vm, disk, "update_disk", 20480, { tier = 4 })
    assert.same({ disk, false, 1 }, { now, copied, #w.sim:journal "placeOrder" - 1 })
    assert.equal("WRITEHEAVY_TIER", w.sim:api("SoftLayer_Network_Storage/" .. disk .. "/getObject", "storageTierLevel").storageTierLevel)

    now, copied = director:change_disk(vm, disk, "update_disk", 20480, { iops = 500 })
    assert.is_true(copied)
    assert.equal("500", w.sim:api("SoftLayer_Network_Storage/" .. now .. "/getObject", "provisionedIops").provisionedIops)
    assert.is_false(director:has_disk(disk))
    finish(director, vm, now)
  end, { config = { cloud = { properties = { softlayer = { native_resize = true } } } } })

  scenario("is not supported unless the configuration allows it: the disk is copied", function(director)
    local vm, disk = with_disk(director)
    local now, copied = director:change_disk(vm, disk, "update_disk", 20480, { tier = 4 })
    assert.is_true(copied)
    finish(director, vm, now)
  end)
end)
