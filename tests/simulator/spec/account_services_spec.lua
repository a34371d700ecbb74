-- The services around guests: DNS, search, metrics, tags, users.
local json = require "core.json"
local wire = require "support.wire"

local RECORD = "SoftLayer_Dns_Domain_ResourceRecord"

describe("a DNS zone", function()
  local w, zone
  setup(function()
    w = wire.open()
    zone = w:get("SoftLayer_Dns_Domain/createObject", nil, { parameters = { { name = "Example.org",
      resourceRecords = json.array { { host = "www", type = "A", data = "10.0.0.1" } } } } })
  end)
  teardown(function() w:close() end)

  local function add(fields)
    fields.domainId = fields.domainId or zone.id
    return w:call("POST", RECORD .. "/createObject", { parameters = { fields } })
  end
  local function serial() return w:get("SoftLayer_Dns_Domain/" .. zone.id).serial end

  -- record, code
  local refusals = {
    { { host = "x", type = "A" }, "MissingCreationProperty" },
    { { host = "x", type = "A", data = "fe80::1" }, "InvalidValue" },
    { { host = "x", type = "AAAA", data = "10.0.0.1" }, "InvalidValue" },
    { { host = "x", type = "WKS", data = "x" }, "InvalidValue" },
    { { host = "x", type = "MX", data = "mail" }, "MissingCreationProperty" },
    { { host = "x", type = "SRV", data = "sip", port = 1 }, "MissingCreationProperty" },
    { { host = "www", type = "a", data = "10.0.0.1" }, "Public" },
    { { host = "x", type = "A", data = "10.0.0.1", domainId = 5 }, "ObjectNotFound" },
    { { host = "x", type = "A", data = "10.0.0.1", ttl = "soon" }, "InvalidValue" },
  }
  for _, case in ipairs(refusals) do
    it("refuses the record " .. json.encode(case[1]), function()
      assert.equal("SoftLayer_Exception_" .. case[2], add(case[1]).value.code)
    end)
  end

  it("has its name and its records in lower case, and is found by name", function()
    assert.equal("example.org", zone.name)
    local types = {}
    for _, record in ipairs(w:get(("SoftLayer_Dns_Domain/%d/getResourceRecords"):format(zone.id))) do
      types[record.type] = (types[record.type] or 0) + 1
    end
    assert.same({ soa = 1, ns = 2, a = 1 }, types)
    assert.equal(zone.id, w:get("SoftLayer_Dns_Domain/getByDomainName", nil, { parameters = { "example.org" } })[1].id)
    assert.same(json.array {}, w:get("SoftLayer_Dns_Domain/getByDomainName", nil, { parameters = { "other.org" } }))
    assert.equal(500, w:call("POST", "SoftLayer_Dns_Domain/createObject", { parameters = { { name = "example.org" } } }).status)
  end)

  it("counts its changes, and records have the service of their type", function()
    local before = serial()
    local mx = add { host = "@", type = "MX", data = "mail.example.org", mxPriority = 10 }.value
    assert.equal(before + 1, serial())
    assert.equal(10, w:get(("%s_MxType/%d"):format(RECORD, mx.id)).mxPriority)
    assert.equal(404, w:call("GET", ("%s_AType/%d"):format(RECORD, mx.id)).status)
    assert.equal(500, w:call("PUT", ("%s/%d"):format(RECORD, mx.id), { parameters = { { data = "" } } }).status)
    assert.equal("true", w:call("PUT", ("%s/%d"):format(RECORD, mx.id), { parameters = { { mxPriority = 20, ttl = 60 } } }).body)
    local text = w:get(("SoftLayer_Dns_Domain/%d/getZoneFileContents"):format(zone.id))
    assert.truthy(text:find("@ 60 IN MX 20 mail.example.org", 1, true), text)
    assert.equal("true", w:call("DELETE", ("%s/%d"):format(RECORD, mx.id)).body)
    assert.equal(404, w:call("GET", ("%s/%d"):format(RECORD, mx.id)).status)
  end)
end)

describe("the account's services", function()
  local w, id
  setup(function()
    w = wire.open()
    id = w:guest { hostname = "needle" }
  end)
  teardown(function() w:close() end)

  -- text, whether the guest is found
  local searches = {
    { "needle", true }, { "NEED*", true }, { "need", false }, { "hostname:needle", true }, { "domain:needle", false },
    { "_objectType:SoftLayer_Virtual_Guest datacenter.name:lon02", true }, { "_objectType:SoftLayer_Ticket needle", false },
    { "needle nothing", false }, { 'fullyQualifiedDomainName:"needle.example.com"', true },
  }
  for _, case in ipairs(searches) do
    it("search for " .. case[1], function()
      local found = false
      for _, result in ipairs(w:get("SoftLayer_Search/advancedSearch", nil, { parameters = { case[1] } })) do
        found = found or result.resourceType == "SoftLayer_Virtual_Guest" and result.resource.id == id
      end
      assert.equal(case[2], found)
    end)
  end

  it("refuse to search what cannot be searched", function()
    assert.equal(500, w:call("POST", "SoftLayer_Search/search", { parameters = { "_objectType:SoftLayer_Nothing x" } }).status)
  end)

  it("count a machine's traffic from its creation until now", function()
    local object = w:get(("SoftLayer_Virtual_Guest/%d/getMetricTrackingObjectId"):format(id))
    w:advance(2 * 3600)
    local path = ("SoftLayer_Metric_Tracking_Object/%d/getBandwidthData"):format(object)
    local points = w:get(path, nil, { parameters = { "2020-01-01", "2040-01-01 00:00:00", "public", 3600 } })
    assert.is_true(#points == 4 or #points == 6) -- two directions, two or three full hours
    assert.equal(0, points[1].counter)
    assert.equal(500, w:call("POST", path, { parameters = { "soon", "2040-01-01" } }).status)
    assert.equal(500, w:call("POST", path, { parameters = { "2020-01-01", "2040-01-01", "both" } }).status)
  end)

  it("know which kinds of things have tags, and which events there were", function()
    local kinds = {}
    for _, kind in ipairs(w:get "SoftLayer_Tag/getAllTagTypes") do kinds[kind.keyName] = kind.description end
    assert.equal("CCI", kinds.GUEST)
    assert.same(json.array { "Create", "Provision" },
      w:get("SoftLayer_Event_Log/getAllEventNames", nil, { parameters = { "CCI" } }))
    assert.same(json.array { "CCI" }, w:get "SoftLayer_Event_Log/getAllEventObjectNames")
  end)

  it("describe themselves", function()
    local document = json.decode(w.client:send({ { url = (w.sim.url:gsub("/rest/", "/metadata/")), timeout = 20 } })[1].body)
    for _, method in ipairs { "migrate", "attachDiskImage", "executeRescueLayer", "setTransientWebhook", "shutdownPublicPort" } do
      assert.is_table(document.SoftLayer_Virtual_Guest.methods[method], method)
    end
    for _, service in ipairs { "Dns_Domain", "Search", "Metric_Tracking_Object", "Virtual_Guest_Network_Component",
      "Billing_Item_Cancellation_Request" } do
      assert.is_table(document["SoftLayer_" .. service].methods, service)
    end
  end)
end)
