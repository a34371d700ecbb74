-- The API's description as it is served: fetched on the ways that calls take, kept, completed from.
local authority = require "support.authority"
local completion = require "api.completion"
local doc = require "api.doc"
local folder = require "support.folder"
local metadata = require "api.metadata"
local proxy = require "support.proxy"
local simulator = require "support.simulator"
local sys = require "core.sys"

describe("the API's description", function()
  local at, sim, url
  before_each(function() at = folder.open() end)

  local function start(...)
    sim = simulator.start(at, ...)
    url = sim.url
  end

  local function stop()
    if sim then sim:stop() end
    sim = nil
  end

  after_each(function()
    stop()
    at:close()
  end)

  local function source(settings, directory)
    return metadata.source({ softlayer = { endpoint = url }, engine = settings }, directory, "slcpi/test")
  end

  it("is fetched once and kept for when the endpoint is gone", function()
    start {}
    local api = assert(metadata.open(source({}, at.path)))
    local methods = api:methods "Virtual_Guest"
    assert.is_true(#methods > 50)
    stop()
    assert.same(methods, assert(metadata.open(source({}, at.path))):methods "Virtual_Guest")
    local kept = at.path .. "/api-description"
    assert.truthy(folder.read(kept):find "^slcpi%-api 1 ")
    local old = folder.read(kept):gsub("^(slcpi%-api 1) %d+", "%1 5")
    at:write("api-description", old)
    local stale = assert(metadata.open(source({}, at.path)))
    assert.same(methods, stale:methods "Virtual_Guest")
    assert.truthy(stale.stale.message:find "^the API's description cannot be had: ", stale.stale.message)
    sys.remove(kept)
    assert.is_nil(metadata.open(source({}, at.path)))
  end)

  it("goes through the proxy and trusts the authority that the configuration names, and no other", function()
    local files = authority.issue(at)
    start({ ("--tls=%s,%s"):format(files.cert, files.key) }, files.ca)
    local through = proxy.start(at)
    local proxy_url = ("http://%s:%s@127.0.0.1:%d"):format(proxy.USER, proxy.PASSWORD, through.port)
    local text = assert(source { ca_file = files.ca, proxy = proxy_url }.fetch())
    assert.equal(1, through:requests "CONNECT")
    assert.truthy(metadata.open { fetch = function() return text end })
    local nothing, err = source { proxy = proxy_url }.fetch()
    assert.is_nil(nothing)
    assert.truthy(err.message:find "certificate", err.message)
    through:stop()
  end)

  it("completes any prefix of any service, and of the methods and properties of a few", function()
    start {}
    local context = { api = assert(metadata.open(source {})), environment = {}, most = 10000 }
    local function check(before, name)
      for length = 0, #name do
        local done, there = completion.of(before .. name:sub(1, length), context), false
        for _, candidate in ipairs(done.candidates) do there = there or candidate == name end
        assert.is_true(there, before .. name:sub(1, length))
      end
    end
    for _, service in ipairs(context.api:services()) do check("sl.", service) end
    for _, service in ipairs { "Account", "Network_Storage_Iscsi", "Virtual_Guest" } do
      for _, name in ipairs(context.api:methods(service)) do
        check(("sl.%s:id(5):"):format(service), name)
        assert.truthy(doc.text(context.api, service .. "." .. name))
      end
      for _, name in ipairs(context.api:property_names("SoftLayer_" .. service)) do
        check(("sl.%s:mask('id,"):format(service), name)
      end
    end
    assert.equal("createObject(templateObject: Virtual_Guest) → Virtual_Guest",
      completion.of("sl.Virtual_Guest:createObject(", context).hint)
  end)
end)
