-- director.enable_cpi_resize_disk: a disk grows in place where that is allowed, else the director copies it.
local scenario = require "support.scenario"

local IN_PLACE = { config = { cloud = { properties = { softlayer = { native_resize = true } } } } }

local function grow(director, w, size)
  local vm = director:create_vm { stemcell = director:upload_stemcell() }
  local disk = director:create_disk(vm, 20480)
  director:attach_disk(vm, disk)
  vm.agent:write(disk, "data")
  director:changes()
  local now, copied = director:change_disk(vm, disk, "resize_disk", size)
  assert.equal("data", vm.agent:read(now))
  assert.same({ now }, director:call("get_disks", { vm.cid }))
  local capacity = w.sim:api("SoftLayer_Network_Storage/" .. now .. "/getObject", "capacityGb").capacityGb
  assert.equal(size // 1024, capacity)
  return vm, now, copied, disk
end

local function finish(director, vm, disk)
  director:detach_disk(vm, disk)
  director:delete_vm(vm)
  director:delete_disk(disk)
end

describe("resize_disk", function()
  scenario("enlarges a detached disk in place, and never shrinks one", function(director, w)
    local vm, now, copied, disk = grow(director, w, 40960)
    assert.same({ disk, false }, { now, copied })
    assert.equal("removeAccessFromVirtualGuest placeOrder allowAccessFromVirtualGuest editObject",
      director:changes())
    assert.matches("smaller", director:refused("NotSupported", "resize_disk", { disk, 20480 }).message)
    assert.equal("", director:changes())
    finish(director, vm, now)
  end, IN_PLACE)

  scenario("is not supported otherwise: the disk is copied, and the old one goes", function(director, w)
    local vm, now, copied, disk = grow(director, w, 40960)
    assert.is_true(copied)
    assert.not_equal(disk, now)
    assert.is_false(director:has_disk(disk))
    finish(director, vm, now)
  end)
end)
