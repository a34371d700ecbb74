-- The REST dialect: URLs, verbs and bodies as three families of clients spell them, and what is journalled.
local json = require "core.json"
local raw  = require "support.raw"
local sys  = require "core.sys"
local wire = require "support.wire"

local KEY = "ssh-rsa " .. sys.base64(string.pack(">s4s4s4", "ssh-rsa", "\1\0\1", ("k"):rep(64))) .. " chain"
local IMAGE = "SoftLayer_Virtual_Guest_Block_Device_Template_Group"

describe("the REST dialect", function()
  local w, guest
  setup(function()
    w = wire.open()
    guest = w:guest()
  end)
  teardown(function() w:close() end)

  local function path(text) return (text:gsub("ID", ("%d"):format(guest))) end

  -- verb, path, status; then what the journal must call it
  local spellings = {
    -- softlayer-go: getObject, createObject, editObject and deleteObject are not named
    { "GET", "SoftLayer_Virtual_Guest/ID.json", 200, "getObject" },
    { "GET", "SoftLayer_Account.json", 200, "getObject" },
    { "GET", "SoftLayer_Virtual_Guest/ID/getPowerState.json", 200, "getPowerState" },
    -- slcli: the method is always named, and the verb is GET or POST
    { "GET", "SoftLayer_Virtual_Guest/ID/getObject.json", 200, "getObject" },
    { "GET", "SoftLayer_Account/getVirtualGuests.json", 200, "getVirtualGuests" },
    -- the old Go client: no extension
    { "GET", "SoftLayer_Virtual_Guest/ID", 200, "getObject" },
    { "GET", "SoftLayer_Virtual_Guest/ID/checkHostDiskAvailability/100", 200, "checkHostDiskAvailability" },
    -- any verb that may have a body does with a method that takes none
    { "POST", "SoftLayer_Virtual_Guest/ID/getObject.json", 200, "getObject" },
    { "PUT", "SoftLayer_Virtual_Guest/ID/getObject.json", 200, "getObject" },
    -- properties with and without get
    { "GET", "SoftLayer_Virtual_Guest/ID/PowerState", 200, "getPowerState" },
    { "GET", "SoftLayer_Virtual_Guest/ID/powerState.json", 200, "getPowerState" },
    { "GET", "SoftLayer_Account/VirtualGuests.json", 200, "getVirtualGuests" },
    { "GET", "SoftLayer_Location/Datacenters", 200, "getDatacenters" },
    -- extensions
    { "GET", "SoftLayer_Virtual_Guest/ID.xml", 200, "getObject", "text/xml" },
    { "GET", "SoftLayer_Virtual_Guest/ID/getPrimaryBackendIpAddress.txt", 200, "getPrimaryBackendIpAddress", "text/plain" },
    { "GET", "SoftLayer_Virtual_Guest/ID/getObject.yaml", 404 },
    -- one thing leads to another
    { "GET", "SoftLayer_Account/getVirtualGuests/ID", 200, "getObject" },
    { "GET", "SoftLayer_Account/getVirtualGuests/ID/getNetworkComponents", 200, "getNetworkComponents" },
    { "GET", "SoftLayer_Account/VirtualGuests/ID/Datacenter/name.json", 404 },
    { "GET", "SoftLayer_Account/virtualGuests/ID/datacenter.json", 200, "getDatacenter" },
    { "GET", "SoftLayer_Account/getVirtualGuests/1/getNetworkComponents", 404 },
    { "GET", "SoftLayer_Account/getVirtualGuests/ID/nonsense", 404 },
    { "GET", "SoftLayer_Network_Vlan/524954/getPrimaryRouter/getDatacenter.json", 200, "getDatacenter" },
    { "GET", "SoftLayer_Virtual_Guest/ID/getActiveTransaction/getTransactionStatus", 404 },
    { "GET", "SoftLayer_Virtual_Guest/ID/getPrimaryIpAddress/getNonsense", 404 },
    { "GET", "SoftLayer_Network_Vlan/524954/subnets/1", 404 },
    { "GET", "SoftLayer_Account/getNetworkVlans/524954/getPrimaryRouter", 200, "getPrimaryRouter" },
    -- parameters in the path
    { "GET", "SoftLayer_Network_Subnet_IpAddress/getByIpAddress/10.112.166.5", 200, "getByIpAddress" },
    { "GET", "SoftLayer_Network_Subnet_IpAddress/getByIpAddress/10.112.166.5.json", 200, "getByIpAddress" },
    { "GET", "SoftLayer_Virtual_Guest/findByHostname/vm.json", 200, "findByHostname" },
    { "GET", "SoftLayer_Virtual_Guest/findByDomain/example.com", 200, "findByDomain" },
    { "GET", "SoftLayer_Virtual_Guest/findByDomain/a%2Fb%20c", 200, "findByDomain" },
    { "GET", "SoftLayer_Virtual_Guest/findByDomain/%ff%fe", 200, "findByDomain" },
    { "GET", "SoftLayer_Virtual_Guest/ID/checkHostDiskAvailability/100/200", 500, "checkHostDiskAvailability" },
    { "GET", "SoftLayer_Virtual_Guest/ID/checkHostDiskAvailability", 500, "checkHostDiskAvailability" },
    { "GET", "SoftLayer_Account/278444/getObject.json", 200, "getObject" },
    { "GET", "SoftLayer_Account//getObject.json", 200, "getObject" },
    { "GET", "Virtual_Guest/ID.json", 404 },
    { "GET", "SoftLayer_Nonsense/1.json", 404 },
    { "GET", "", 404 },
    { "GET", "SoftLayer_Virtual_Guest/ID/nonsense.json", 404 },
    { "GET", "SoftLayer_Virtual_Guest/ID/%ff.json", 404 },
    { "GET", "SoftLayer_Ticket/False/getObject.json", 404 },
    { "GET", "SoftLayer_Virtual_Guest/getPowerState.json", 404 },
    { "GET", "SoftLayer_Virtual_Guest.json", 404 },
    { "GET", "SoftLayer_Virtual_Guest/1.json", 404 },
    -- verbs that cannot be
    { "DELETE", "SoftLayer_Virtual_Guest/ID/deleteObject.json", 404 },
    { "DELETE", "SoftLayer_Virtual_Guest/ID/getPowerState.json", 404 },
    { "DELETE", "SoftLayer_Account.json", 404 },
    { "PUT", "SoftLayer_Virtual_Guest.json", 404 },
  }
  for _, case in ipairs(spellings) do
    it(("answers %s %s with %d"):format(case[1], case[2], case[3]), function()
      local answer = w:call(case[1], path(case[2]))
      assert.equal(case[3], answer.status, answer.body)
      if case[3] == 200 and not case[5] then assert.is_not_nil(answer.value) end
      local calls = w.sim:journal()
      assert.equal(case[3], calls[#calls].status)
      if case[4] then assert.equal(case[4], calls[#calls].method) end
    end)
  end

  for _, verb in ipairs { "HEAD", "PATCH", "OPTIONS", "BREW" } do
    it(("refuses %s with 400, with and without a method"):format(verb), function()
      for _, method in ipairs { "", "/getObject.json" } do
        local answer = raw.send(w.sim.url, ("%s /rest/v3.1/SoftLayer_Account%s HTTP/1.1"):format(verb, method),
          { Authorization = wire.SIM })
        assert.equal(400, answer.status)
        if verb == "HEAD" then assert.equal("", answer.body)
        else assert.same({ error = "Bad request", code = "SoftLayer_Exception_WebService_BadRequest" },
          json.decode(answer.body)) end
      end
    end)
  end

  it("takes /rest/v3 as it takes /rest/v3.1, and nothing else", function()
    assert.equal(guest, w:call("GET", path("SoftLayer_Virtual_Guest/ID.json"), { version = "v3" }).value.id)
    assert.equal(404, w:call("GET", path("SoftLayer_Virtual_Guest/ID.json"), { version = "v2" }).status)
  end)

  it("takes a guest's GUID where it takes the id, an image's not", function()
    local guid = w:get(path("SoftLayer_Virtual_Guest/ID"), "mask[globalIdentifier]").globalIdentifier
    assert.equal(guest, w:get("SoftLayer_Virtual_Guest/" .. guid).id)
    local image = w:get(IMAGE .. "/380214", "mask[globalIdentifier]").globalIdentifier
    assert.equal(404, w:call("GET", IMAGE .. "/" .. image).status)
  end)

  it("edits by PUT without a method, by PUT and by POST with it", function()
    for i, spelling in ipairs { { "PUT", "" }, { "PUT", "/editObject.json" }, { "POST", "/editObject.json" } } do
      local note = "note " .. i
      assert.equal("true", w:call(spelling[1], path("SoftLayer_Virtual_Guest/ID") .. spelling[2],
        { parameters = { { notes = note } } }).body)
      assert.equal(note, w:get(path("SoftLayer_Virtual_Guest/ID"), "mask[notes]").notes)
    end
  end)

  it("answers createObject, and only it, with 201 and a Location", function()
    local made = w:call("POST", "SoftLayer_Virtual_Guest/createObject.json", { parameters = { wire.template() } })
    assert.equal(201, made.status)
    assert.equal(("%s/SoftLayer_Virtual_Guest/%d/getObject"):format(w.sim.url, made.value.id), made.location)
    local several = w:call("POST", "SoftLayer_Virtual_Guest/createObjects", { parameters = { json.array { wire.template() } } })
    assert.equal(200, several.status)
  end)

  it("edits and deletes what a chain of properties leads to", function()
    local key = w:get("SoftLayer_Security_Ssh_Key/createObject", nil, { parameters = { { label = "old", key = KEY } } }).id
    local place = ("SoftLayer_Account/SshKeys/%d"):format(key)
    assert.equal("true", w:call("PUT", place .. ".json", { parameters = { { label = "new" } } }).body)
    assert.equal("new", w:get(place, "mask[label]").label)
    assert.equal("true", w:call("PUT", ("SoftLayer_Account/278444/sshKeys/%d.json"):format(key),
      { parameters = { { notes = "by the account's id" } } }).body)
    assert.equal("by the account's id", w:get(place, "mask[notes]").notes)
    assert.equal("true", w:call("POST", place .. "/editObject", { parameters = { { label = "newer" } } }).body)
    assert.equal("newer", w:get(("SoftLayer_Security_Ssh_Key/%d"):format(key)).label)
    assert.equal(404, w:call("DELETE", place .. "/deleteObject.json").status)
    assert.equal("true", w:call("DELETE", place .. ".json").body)
    assert.equal(404, w:call("GET", place .. ".json").status)
  end)

  it("deletes by DELETE without a method, by GET and by POST with it", function()
    for _, spelling in ipairs { { "DELETE", ".json" }, { "GET", "/deleteObject.json" }, { "POST", "/deleteObject" } } do
      local id = w:guest()
      assert.equal("true", w:call(spelling[1], ("SoftLayer_Virtual_Guest/%d%s"):format(id, spelling[2])).body)
    end
  end)

  it("takes a body whatever its content type says", function()
    for _, kind in ipairs { "application/x-www-form-urlencoded", "application/json", "text/plain", "nonsense" } do
      assert.equal("true", w:call("POST", path("SoftLayer_Virtual_Guest/ID/setTags"),
        { parameters = { "a" }, headers = { ["Content-Type"] = kind } }).body)
    end
    local answer = raw.send(w.sim.url, path("POST /rest/v3.1/SoftLayer_Virtual_Guest/ID/setTags HTTP/1.1"),
      { Authorization = wire.SIM }, '{"parameters":["b"]}')
    assert.same({ 200, "true" }, { answer.status, answer.body })
  end)

  it("prefers the parameters of the body to those of the path", function()
    w:get(path("SoftLayer_Virtual_Guest/ID/setTags/from-path"), nil, { parameters = { "from-body" } })
    assert.equal("from-body", w:get(path("SoftLayer_Virtual_Guest/ID/getTagReferences"))[1].tag.name)
  end)

  it("ignores the body of a GET, so that a parameter is missing", function()
    local status, code = w:refusal("GET", path("SoftLayer_Virtual_Guest/ID/setTags"), { body = '{"parameters":["a"]}' })
    assert.same({ 500, "Public" }, { status, code })
  end)

  it("refuses bodies that are no parameters", function()
    for _, body in ipairs { "{", "[]", "5", '{"parameters":5}', '{"parameters":{"a":1}}', '{"parameters":[1,]}' } do
      local status, code, text = w:refusal("POST", path("SoftLayer_Virtual_Guest/ID/setTags"), { body = body })
      assert.same({ 400, "WebService_BadRequest", "Bad request" }, { status, code, text })
    end
  end)

  it("takes null for a parameter that is not there", function()
    local status = w:refusal("POST", path("SoftLayer_Virtual_Guest/ID/setTags"), { parameters = { json.null } })
    assert.equal(500, status)
  end)

  it("journals a method that it lacks as a gap, without the credentials of anyone", function()
    w:call("GET", path("SoftLayer_Virtual_Guest/ID/getNonsense"))
    local calls = w.sim:journal("getNonsense")
    assert.is_true(calls[1].surface_miss)
    assert.equal("sim", calls[1].caller)
    assert.is_nil(json.encode(w.sim:journal()):find("api%-key"))
  end)

  it("journals user data as its length and digest", function()
    w:get(path("SoftLayer_Virtual_Guest/ID/setUserMetadata"), nil, { parameters = { json.array { "top secret" } } })
    local text = json.encode(w.sim:journal("setUserMetadata"))
    assert.is_nil(text:find("top secret", 1, true))
    assert.is_not_nil(text:find(sys.sha256("top secret"), 1, true))
    assert.equal("top secret", w:get(path("SoftLayer_Virtual_Guest/ID/getUserData"))[1].value)
  end)
end)

describe("the rate limit", function()
  it("refuses what exceeds it within a real second, per user", function()
    local w = wire.open { "--rps=5" }
    local statuses = { [200] = 0, [429] = 0 }
    for _ = 1, 8 do
      local status = w:call("GET", "SoftLayer_Account").status
      statuses[status] = statuses[status] + 1
    end
    assert.is_true(statuses[429] >= 1 and statuses[200] >= 5, json.encode { statuses[200], statuses[429] })
    assert.equal(200, w:call("GET", "SoftLayer_Account", { userpwd = "limited:limited-api-key" }).status)
    local refused
    for _, call in ipairs(w.sim:journal()) do refused = refused or call.limited and call end
    assert.equal("Rate limit of 5 requests for every 1 second(s) exceeded.", refused.error)
    w:close()
  end)
end)
