-- The cids that a director knows, in each form in which they come.
local fake = require "lualib.fake"
local known_cids = require "bosh.known_cids"

local function read(text)
  local path = os.tmpname()
  fake.spill(path, text)
  local cids = {}
  local done, err = known_cids.read(cids, path)
  os.remove(path)
  return done and cids, err
end

describe("known cids", function()
  for text, wanted in pairs {
    [""] = {}, ["\n \n"] = {}, ["12"] = { ["12"] = "any" }, ["12\n13\r\n"] = { ["12"] = "any", ["13"] = "any" },
    ['["12", 13]'] = { ["12"] = "any", ["13"] = "any" }, ["[]"] = {},
    ['{"Tables": [{"Content": "vms", "Header": {"vm_cid": "VM CID"}, "Rows": [{"instance": "a/0", "vm_cid": "12"}]}]}'] =
      { ["12"] = "VM" },
    ['{"Tables": [{"Rows": [{"vm_cid": "12", "disk_cids": "17\\n18"}, {"vm_cid": ""}]}, {"Rows": [{"disk_cid": "19"}]}]}'] =
      { ["12"] = "VM", ["17"] = "disk", ["18"] = "disk", ["19"] = "disk" },
  } do
    it("from " .. text:gsub("%s", " "), function() assert.same(wanted, (read(text))) end)
  end

  for _, text in ipairs { "VM CID\n12", "{}", '{"vm_cid": "12"}', "true", "null", "12.5", '["x"]',
    '{"Tables": [{"Rows": [{"vm_cid": "i-1"}]}]}' } do
    it("not from " .. text:gsub("%s", " "), function()
      local cids, err = read(text)
      assert.is_false(cids or false)
      assert.truthy(err.message)
    end)
  end

  it("not from a file that is missing", function()
    local done, err = known_cids.read({}, "/none/at/all")
    assert.is_nil(done)
    assert.truthy(err.message:find("/none/at/all", 1, true))
  end)
end)
