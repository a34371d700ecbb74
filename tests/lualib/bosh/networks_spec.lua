local networks = require "bosh.networks"

local function dynamic(properties) return { type = "dynamic", cloud_properties = properties or {} } end

local function vlan(id, space, datacenter)
  return { id = id, networkSpace = space, primaryRouter = { datacenter = { name = datacenter or "lon02" } } }
end

describe("networks", function()
  it("are read in the order of their names, VLANs each once", function()
    local list = assert(networks.read { b = dynamic { vlan_ids = { 2, 1 } }, a = dynamic { vlanIds = { 1 } } })
    assert.same({ "a", "b" }, { list[1].name, list[2].name })
    assert.same({ 1, 2, 9 }, networks.vlan_ids(list, 9, nil, 1))
  end)

  it("understand the legacy CPI's keys", function()
    local list = assert(networks.read { a = dynamic { ["PrimaryNetworkComponent.NetworkVlan.Id"] = 5 } })
    assert.same({ 5 }, networks.vlan_ids(list))
  end)

  for text, given in pairs {
    ["at least one network"] = {},
    ["type 'manual' is not supported"] = { a = { type = "manual" } },
    ["type 'vip' is not supported"] = { a = { type = "vip" } },
    ["subnet_ids are not supported"] = { a = dynamic { subnet_ids = { 1 } } },
    ["vlan_ids must be numbers"] = { a = dynamic { vlan_ids = { "1" } } },
    ["vlan_ids must be a list"] = { a = dynamic { vlan_ids = 5 } },
    ["must be a JSON object"] = { a = "x" },
  } do
    it("are refused: " .. text, function()
      local list, err = networks.read(given)
      assert.is_nil(list)
      assert.truthy(err.message:find(text, 1, true), err.message)
    end)
  end

  it("are told apart by their space, in any order", function()
    local found = { vlan(1, "PRIVATE"), vlan(2, "PUBLIC") }
    for _, ids in ipairs { { 1, 2 }, { 2, 1 } } do
      assert.same({ private = 1, public = 2 }, networks.sides(ids, found, "lon02"))
    end
    assert.same({ private = 1 }, networks.sides({ 1 }, found, "lon02"))
    assert.same({}, networks.sides({}, {}, "lon02"))
  end)

  for text, case in pairs {
    ["VLAN 3 not found"] = { { 3 }, {} },
    ["VLAN 1 is in dal13"] = { { 1 }, { vlan(1, "PRIVATE", "dal13") } },
    ["A private network is required"] = { { 2 }, { vlan(2, "PUBLIC") } },
    ["1 and 2 are both private"] = { { 1, 2 }, { vlan(1, "PRIVATE"), vlan(2, "PRIVATE") } },
    ["unknown network space"] = { { 1 }, { vlan(1, "ODD") } },
  } do
    it("are refused: " .. text, function()
      local sides, err = networks.sides(case[1], case[2], "lon02")
      assert.is_nil(sides)
      assert.truthy(err.message:find(text, 1, true), err.message)
    end)
  end
end)
