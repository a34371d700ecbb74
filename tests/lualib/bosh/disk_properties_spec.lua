local disk_properties = require "bosh.disk_properties"
local json = require "core.json"
local log = require "core.log"
local property = require "lualib.property"

local GIB = 1024 -- MiB

describe("a disk's cloud_properties", function()
  before_each(function() log.level "off" end)
  after_each(function() log.level "info" end)

  it("have defaults", function()
    assert.same({ snapshot_space = 0, hourly_billing_flag = true, protocol = "iscsi" }, disk_properties.read {})
  end)

  for name, case in pairs {
    ["the legacy CPI's names"] = { { useHourlyPricing = false, Iops = 1000, DATACENTER = { Name = "ams01" } },
      { hourly_billing_flag = false, iops = 1000, datacenter = "ams01" } },
    ["names with other separators"] = { { snapshotSpace = 5, ["snapshot-space"] = 5 }, { snapshot_space = 5 } },
    ["null as absent"] = { { protocol = json.null, snapshot_space = json.null }, { protocol = "iscsi", snapshot_space = 0 } },
    ["tiers with a fraction"] = { { tier = 0.25 }, { tier = 0.25 } },
    ["the present name before the legacy one"] = { { hourly_billing_flag = true, useHourlyPricing = false },
      { hourly_billing_flag = true } },
    ["a dynamic disk's name, which has no effect"] = { { name = "x", tier = 2 }, { tier = 2 } },
  } do
    it("understand " .. name, function()
      local values = assert(disk_properties.read(case[1]))
      for key, value in pairs(case[2]) do assert.same(value, values[key]) end
    end)
  end

  for text, given in pairs {
    ["exclude each other"] = { iops = 1000, tier = 4 },
    ["must be iscsi or nfs, not 'smb'"] = { protocol = "smb" },
    ["'iops' must be of type integer"] = { iops = "1000" },
    ["'tier' must be of type number"] = { tier = "4" },
    ["'snapshot_space' must be of type integer"] = { snapshot_space = 5.5 },
    ["'datacenter' must be of type string"] = { datacenter = { name = 5 } },
    ["'useHourlyPricing' must be of type boolean"] = { useHourlyPricing = "yes" },
    ["'protocol' must be of type string"] = { protocol = "" },
  } do
    it("are refused: " .. text, function()
      local values, err = disk_properties.read(given)
      assert.is_nil(values)
      assert.truthy(err.message:find(text, 1, true), err.message)
    end)
  end

  it("are refused when a number is negative", function()
    for _, name in ipairs { "iops", "tier", "snapshot_space" } do
      assert.is_nil(disk_properties.read { [name] = -1 })
    end
  end)

  for mebibytes, gigabytes in pairs { [1] = 1, [GIB] = 1, [GIB + 1] = 2, [20 * GIB - 1] = 20, [20 * GIB] = 20,
    [20 * GIB + 1] = 21, [12000 * GIB] = 12000 } do
    it(("make %d GB of %d MiB"):format(gigabytes, mebibytes), function()
      assert.equal(gigabytes, disk_properties.gigabytes(mebibytes))
    end)
  end

  it("never make a disk smaller than what was asked for, nor a GB too large", function()
    property.holds(500, function()
      local mebibytes = math.random(1, 13000 * GIB)
      local gigabytes = disk_properties.gigabytes(mebibytes)
      assert.equal("integer", math.type(gigabytes))
      assert.is_true(gigabytes * GIB >= mebibytes and (gigabytes - 1) * GIB < mebibytes)
    end)
  end)
end)
