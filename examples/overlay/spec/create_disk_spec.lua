-- hooks/create_disk.lua against slsim: the tier of a disk is its deployment's, unless the manifest says.
local requests = require "support.requests"
local json = require "core.json"
local world = require "support.world"

local OVERLAY = debug.getinfo(1, "S").source:match "^@(.+)/spec/"
local SITE = { arguments = { "--overlay", OVERLAY } }

describe("create_disk at this site", function()
  local w, vm

  setup(function()
    w = world.start()
    vm = w:result(requests.create_vm())[1]
  end)
  teardown(function() w:close() end)

  local function tagged(deployment)
    w:result(requests.of("set_vm_metadata", vm, { deployment = deployment, job = "db" }))
  end

  -- IOPS per GB of a new disk, which is deleted again.
  local function tier_of(properties, vm_cid)
    properties.datacenter = "ams01"
    local disk = w:result(requests.of("create_disk", 20480, properties, vm_cid or vm), SITE)
    local volume = w.sim:api(("SoftLayer_Network_Storage/%s/getObject"):format(disk), "storageTierLevel,iops")
    w:result(requests.of("delete_disk", disk), SITE)
    local level = volume.storageTierLevel
    return type(level) == "string" and level or level and level.name or volume.iops
  end

  it("has the tier of the VM's deployment", function()
    tagged "cf"
    local cf = tier_of {}
    tagged "logs"
    local logs = tier_of {}
    assert.same({ tier_of { tier = 4 }, tier_of { tier = 2 } }, { cf, logs })
    assert.not_equal(cf, logs)
  end)

  it("has the usual speed in another deployment, or without a VM", function()
    tagged "other"
    local plain = tier_of {}
    tagged "cf"
    assert.equal(plain, tier_of({}, json.null))
    assert.not_equal(plain, tier_of {})
  end)

  it("has what the manifest says", function()
    tagged "cf"
    assert.equal(tier_of({ iops = 200 }, json.null), tier_of { iops = 200 })
    assert.equal(tier_of({ tier = 10 }, json.null), tier_of { tier = 10 })
  end)

  it("is left nowhere in the end", function()
    w:result(requests.of("delete_vm", vm), SITE)
    w.sim:ask("POST", "advance", { seconds = 7200 })
    local left = w.sim:inventory()
    assert.same({ 0, 0, 0 }, { #left.guests, #left.volumes, left.billed })
  end)
end)
