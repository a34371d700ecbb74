-- The API's description: what is kept of it, for how long, and what it answers.
local document = require "lualib.api.document"
local fake = require "lualib.fake"
local json = require "core.json"
local log = require "core.log"
local metadata = require "api.metadata"

local WEEK = 7 * 86400

local function opened(text)
  return assert(metadata.open { fetch = function() return text or document.text() end })
end

describe("the API's description", function()
  local api
  setup(function() api = opened() end)

  it("names the services, sorted, without their prefix", function()
    assert.same({ "Account", "Hardware", "Hardware_Server", "Location_Datacenter", "Network_Vlan", "Virtual_Guest" },
      api:services())
  end)

  it("gives a service's methods, those of its base and the getters of its relations", function()
    assert.same({ "createObject", "getBandwidthDataByDate", "getDatacenter", "getNetworkVlans", "getObject",
      "getPrimaryIpAddress", "setTags", "setUserMetadata" }, api:methods "Virtual_Guest")
    assert.same({ "getDatacenter", "getNetworkVlans", "getObject", "isPingable" }, api:methods "Hardware_Server")
    assert.equal("SoftLayer_Hardware_Server", api:method("Hardware_Server", "getObject").returns)
    assert.equal("boolean", api:method("Hardware_Server", "isPingable").returns)
    assert.same({}, api:methods "Location")
    assert.same({}, api:methods "Nothing")
  end)

  it("gives a method's parameters, result and first paragraph", function()
    assert.same({ returns = "SoftLayer_Virtual_Guest", static = true,
      parameters = { { name = "templateObject", type = "SoftLayer_Virtual_Guest" } },
      doc = 'Creates a guest from a template. It has half a "quote, three braces }}} and a backslash \\' },
      api:method("Virtual_Guest", "createObject"))
    assert.same({ { name = "startDateTime", type = "dateTime" }, { name = "networkType", type = "string", optional = true } },
      api:method("Virtual_Guest", "getBandwidthDataByDate").parameters)
    assert.same({ returns = "SoftLayer_Network_Vlan[]", static = false, parameters = {}, doc = "The guest's VLANs." },
      api:method("Virtual_Guest", "getNetworkVlans"))
    assert.equal("string[]", api:method("Virtual_Guest", "setUserMetadata").parameters[1].type)
    assert.is_nil(api:method("Virtual_Guest", "getObject").doc)
    assert.is_nil(api:method("Virtual_Guest", "nothing"))
  end)

  it("gives a type's properties with those of its bases, sorted", function()
    local names = {}
    for i, property in ipairs(api:properties "SoftLayer_Hardware_Server") do names[i] = property.name end
    assert.same({ "datacenter", "hostname", "id", "networkVlans" }, names)
    assert.same({ name = "networkVlans", type = "SoftLayer_Network_Vlan", list = true, form = "relational" },
      api:properties "SoftLayer_Hardware_Server"[4])
    assert.same({ name = "virtualGuestCount", type = "unsignedLong", list = false, form = "count" },
      api:properties "SoftLayer_Account"[3])
    assert.equal(3, #api:properties "SoftLayer_Location_Datacenter")
    assert.same({}, api:properties "SoftLayer_Nothing")
  end)

  it("tells of a service, and which type its objects have", function()
    assert.equal("SoftLayer_Virtual_Guest", api:type_of "Virtual_Guest")
    assert.is_nil(api:type_of "Location")
    assert.is_nil(api:type_of "Nothing")
    assert.equal("Every customer has an SoftLayer_Account.", api:about "Account")
  end)

  it("is the same however the document is spaced", function()
    local other = opened(document.text(true))
    assert.same(api:services(), other:services())
    for _, service in ipairs(api:services()) do assert.same(api:methods(service), other:methods(service)) end
  end)

  it("takes no name that is none, and no document that is none", function()
    local types = document.table()
    types.SoftLayer_Account.methods["get\27[2J"] = { type = "int" }
    types.SoftLayer_Account.methods.odd = 5
    types.SoftLayer_Account.properties.odd = { type = {}, form = 7 }
    types["SoftLayer_\nX"] = { methods = {} }
    local odd = opened(json.encode(types))
    assert.equal(6, #odd:services())
    assert.same({ "getHardware", "getObject", "getVirtualGuests" }, odd:methods "Account")
    assert.equal("?", odd:properties "SoftLayer_Account"[3].type)
    local whole = document.text()
    for _, text in ipairs { "", "[]", "{}", "null", '{"a":5}', "<html>", whole:sub(1, -2), whole .. "x", whole:sub(1, 500) } do
      local nothing, err = metadata.open { fetch = function() return text end }
      assert.is_nil(nothing, text)
      assert.truthy(err.message:find "^the API's description of ", err.message)
    end
  end)
end)

describe("a kept description", function()
  local dir, remove, clock, fetched, offline

  before_each(function()
    log.level "off"
    dir, remove = fake.directory()
    clock, fetched, offline = fake.clock(), 0, false
  end)
  after_each(function()
    clock.restore()
    remove()
    log.level "info"
  end)

  local function path() return dir .. "/api-description" end

  local function open()
    return metadata.open { path = path(), fetch = function()
      fetched = fetched + 1
      if offline then return nil, "no network" end
      return document.text()
    end }
  end

  it("is used for a week, then fetched anew", function()
    local first = assert(open()):methods "Virtual_Guest"
    clock.time = clock.time + WEEK - 1
    assert.same(first, open():methods "Virtual_Guest")
    assert.equal(1, fetched)
    clock.time = clock.time + 1
    open()
    assert.equal(2, fetched)
    clock.time = clock.time + WEEK - 1
    open()
    assert.equal(2, fetched)
  end)

  it("is used without a network however old it is, and says so", function()
    assert.is_nil(open().stale)
    clock.time, offline = clock.time + 100 * WEEK, true
    local old = assert(open())
    assert.equal("no network", old.stale)
    assert.equal(6, #old:services())
    assert.same({ nil, "no network" }, { metadata.open { fetch = function() return nil, "no network" end } })
  end)

  it("from the future, or cut short, is fetched anew", function()
    open()
    clock.time = clock.time - 10
    open()
    assert.equal(2, fetched)
    local text = fake.slurp(path())
    for length = 0, #text - 1, 97 do
      local before = fetched
      fake.spill(path(), text:sub(1, length))
      assert.equal(6, #assert(open()):services())
      assert.equal(before + 1, fetched, length)
    end
  end)

  it("is of use when it cannot be kept", function()
    fake.spill(dir .. "/file", "")
    local api = metadata.open { path = dir .. "/file/below", fetch = function() return document.text() end }
    assert.equal(6, #api:services())
  end)
end)

describe("the place of the API's description", function()
  it("is the endpoint's host", function()
    local function source(endpoint, directory)
      return metadata.source({ softlayer = { endpoint = endpoint }, engine = {} }, directory, "slcpi/1")
    end
    assert.equal("/state/api-description", source("https://api.softlayer.com/rest/v3.1", "/state").path)
    assert.is_nil(source("https://api.softlayer.com/rest/v3.1").path)
    local text, err = source("http://127.0.0.1:1/rest/v3.1").fetch()
    assert.is_nil(text)
    assert.truthy(err.message:find "^the API's description cannot be had: .*127.0.0.1", err.message)
  end)
end)
