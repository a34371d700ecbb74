-- info answers always, at once, and without what only API calls need.
local requests = require "support.requests"
local world = require "support.world"

describe("info", function()
  local w
  before_each(function() w = world.start { offline = true } end)
  after_each(function() w:close() end)

  local expected = { api_version = 3, stemcell_formats = { "softlayer-light", "softlayer-ovf" } }

  it("needs no configuration", function()
    assert.same(expected, w:result(requests.of "info", { config = "" }))
  end)

  it("answers with a configuration that is missing, broken or empty", function()
    assert.same(expected, w:result(requests.of "info", { config = w.at.path .. "/none.json" }))
    for i, text in ipairs { "", "{", "[]", "null", '{"cloud":{"properties":5}}', '{"engine":{"speed":"fast"}}', "\0\255" } do
      local path = w.at:write(("broken-%d.json"):format(i), text)
      assert.same(expected, w:result(requests.of "info", { config = path }))
    end
  end)

  it("does not load libcurl", function()
    local _, run = w:result(requests.of "info", { environment = { "LD_DEBUG=libs" } })
    assert.truthy(run.stderr:find("libc.so", 1, true))
    assert.falsy(run.stderr:find("libcurl", 1, true))
  end)

  it("differs in that from a request that calls the API", function()
    w:configure { cloud = { properties = { softlayer = { api_endpoint = "http://127.0.0.1:9/rest/v3.1" } } }, engine = { speed = 1e6 } }
    local _, run = w:failure(requests.of("has_vm", "5"), { environment = { "LD_DEBUG=libs" } })
    assert.truthy(run.stderr:find("libcurl", 1, true))
  end)
end)

describe("a configuration that cannot be used", function()
  local w
  before_each(function() w = world.start { offline = true } end)
  after_each(function() w:close() end)

  it("is an error that names the file and the trouble for what needs it", function()
    local missing = w:failure(requests.of("has_vm", "5"), { config = w.at.path .. "/none.json" })
    assert.truthy(missing.message:find("none.json: No such file", 1, true))
    local broken = w:failure(requests.of("has_vm", "5"), { config = w.at:write("broken.json", "{") })
    assert.truthy(broken.message:find("broken.json is no JSON object", 1, true))
    local none = w:failure(requests.of("has_vm", "5"), { config = "" })
    assert.truthy(none.message:find("--config", 1, true))
  end)
end)
