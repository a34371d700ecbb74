-- Credentials that are wrong or missing give a clean error of each method that needs them, without the key in it.
local json = require "core.json"
local scenario = require "support.scenario"

local CALLS = {
  has_vm = { "118000000" }, delete_vm = { "118000000" }, has_disk = { "17000000" }, create_disk = { 2048, {}, "118000000" },
  create_stemcell = { "image", { ["virtual-disk-image-id"] = 879741 } },
  create_vm = { "agent", "879741", { datacenter = "lon02" }, { default = { type = "dynamic" } }, json.array {}, {} },
}

local function check(director, kind, text)
  for method, arguments in pairs(CALLS) do
    local err = director:refused(kind, method, arguments, { api_version = 3 })
    assert.matches(text, err.message, nil, true)
    assert.is_false(err.ok_to_retry)
  end
  assert.not_matches("a-wrong-key", director.log, nil, true)
  assert.equal("", director:changes())
end

describe("credentials", function()
  scenario("that are wrong", function(director) check(director, "CloudError", "HTTP 401") end,
    { config = { cloud = { properties = { softlayer = { api_key = "a-wrong-key" } } } } })

  scenario("that are missing", function(director) check(director, "CpiError", "api_key is missing") end,
    { config = { cloud = { properties = { softlayer = { api_key = "" } } } } })

  scenario("of a CPI config that are wrong, whatever the file says", function(director)
    director.cpi = { api_key = "a-wrong-key" }
    check(director, "CloudError", "HTTP 401")
  end)
end)
