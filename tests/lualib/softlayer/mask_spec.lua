-- Object masks from tables: the text that goes to the API.
local errors = require "errors"
local mask = require "softlayer.mask"

describe("a mask", function()
  for _, row in ipairs {
    { "id,hostname", "id,hostname" },
    { "mask[id]", "mask[id]" },
    { {}, "mask" },
    { { "id" }, "mask[id]" },
    { { "hostname", "id", "datacenter.name" }, "mask[hostname,id,datacenter.name]" },
    { { datacenter = { "name" } }, "mask[datacenter[name]]" },
    { { datacenter = "name,id" }, "mask[datacenter[name,id]]" },
    { { datacenter = true }, "mask[datacenter]" },
    { { datacenter = {} }, "mask[datacenter]" },
    { { "id", zebra = { "a" }, apple = { b = { "c" } } }, "mask[id,apple[b[c]],zebra[a]]" },
    { { ["(Hardware_Server)"] = { "networkVlans" } }, "mask(SoftLayer_Hardware_Server)[networkVlans]" },
    { { "id", ["(Hardware_Server)"] = { "networkVlans" } },
      "[mask[id],mask(SoftLayer_Hardware_Server)[networkVlans]]" },
    { { resource = { "id", ["(SoftLayer_Network_Storage)"] = { "username" } } },
      "mask[resource[id],resource(SoftLayer_Network_Storage)[username]]" },
    { { resource = { ["(Virtual_Guest)"] = "id", ["(Network_Storage)"] = "username" } },
      "mask[resource(SoftLayer_Network_Storage)[username],resource(SoftLayer_Virtual_Guest)[id]]" },
  } do
    it("is " .. row[2], function() assert.equal(row[2], mask.text(row[1])) end)
  end

  it("can filter inside", function()
    assert.equal("filteredMask[id,tagReferences[tag[name]]]",
      mask.text({ "id", tagReferences = { tag = { "name" } } }, "filteredMask"))
    assert.equal("filteredMask[id;hostname]", mask.text("id;hostname", "filteredMask"))
  end)

  for what, wrong in pairs {
    ["a number"] = 5, ["a property that is none"] = { "id]" }, ["a nested number"] = { datacenter = 5 },
    ["a number in the list"] = { 7 },
  } do
    it("is never made of " .. what, function()
      local ok, err = pcall(mask.text, wrong)
      assert.is_false(ok)
      assert.is_true(errors.is(err))
    end)
  end
end)
