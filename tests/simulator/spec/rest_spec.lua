-- The REST dialect: URLs and verbs as three families of clients spell them, errors, credentials,
-- lists, and what is journalled.
local json = require "core.json"
local sys  = require "core.sys"
local wire = require "support.wire"

local IMAGE = "SoftLayer_Virtual_Guest_Block_Device_Template_Group"

describe("the REST dialect", function()
  local w, guest
  setup(function()
    w = wire.open()
    guest = w:guest()
  end)
  teardown(function() w:close() end)

  local function path(text) return (text:gsub("ID", ("%d"):format(guest))) end

  -- verb, path, status
  local spellings = {
    { "GET", "SoftLayer_Virtual_Guest/ID.json", 200 },
    { "GET", "SoftLayer_Virtual_Guest/ID", 200 },
    { "GET", "SoftLayer_Virtual_Guest/ID/getObject.json", 200 },
    { "POST", "SoftLayer_Virtual_Guest/ID/getObject.json", 200 },
    { "GET", "SoftLayer_Virtual_Guest/ID/getPowerState.json", 200 },
    { "GET", "SoftLayer_Virtual_Guest/ID/PowerState", 200 },
    { "GET", "SoftLayer_Account/VirtualGuests.json", 200 },
    { "GET", "SoftLayer_Account/getVirtualGuests/ID/getNetworkComponents", 200 },
    { "GET", "SoftLayer_Virtual_Guest/ID/checkHostDiskAvailability/100", 200 },
    { "GET", "SoftLayer_Account.json", 200 },
    { "GET", "SoftLayer_Account/278444/getObject.json", 200 },
    { "GET", "SoftLayer_Network_Vlan/524954/getPrimaryRouter/getDatacenter.json", 200 },
    { "GET", "Virtual_Guest/ID.json", 404 },
    { "GET", "SoftLayer_Nonsense/1.json", 404 },
    { "GET", "SoftLayer_Virtual_Guest/ID/nonsense.json", 404 },
    { "DELETE", "SoftLayer_Virtual_Guest/ID/deleteObject.json", 404 },
    { "GET", "SoftLayer_Ticket/False/getObject.json", 404 },
    { "GET", "SoftLayer_Virtual_Guest/getPowerState.json", 404 },
    { "GET", "SoftLayer_Virtual_Guest/1.json", 404 },
  }
  for _, case in ipairs(spellings) do
    it(("answers %s %s with %d"):format(case[1], case[2], case[3]), function()
      local answer = w:call(case[1], path(case[2]))
      assert.equal(case[3], answer.status, answer.body)
      assert.is_not_nil(answer.value)
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

  it("names what it does not find as the API does", function()
    assert.same({ 404, "ObjectNotFound", "Unable to find object with id of '1'." },
      { w:refusal("GET", "SoftLayer_Virtual_Guest/1") })
    assert.same({ 404, "ObjectNotFound", "Unable to find object with unknown identifier of '65e2-x'." },
      { w:refusal("GET", "SoftLayer_Virtual_Guest/65e2-x/getObject") })
    assert.same({ 404, "Public", "Service does not exist" }, { w:refusal("GET", "SoftLayer_Nonsense/1") })
    assert.same({ 404, "Public", 'Function ("x") is not a valid method for this service.' },
      { w:refusal("GET", path("SoftLayer_Virtual_Guest/ID/x")) })
  end)

  it("checks a mask before the call has an effect", function()
    local before = #w.sim:inventory().guests
    local status, code, text = w:refusal("POST", "SoftLayer_Virtual_Guest",
      { parameters = { wire.template() }, mask = "mask[id,nonsense]" })
    assert.same({ 500, "WebService_ObjectMask", "Property 'nonsense' not valid for 'SoftLayer_Virtual_Guest'." },
      { status, code, text })
    assert.equal(before, #w.sim:inventory().guests)
  end)

  it("escapes slashes and everything beyond ASCII as PHP does", function()
    w:get(path("SoftLayer_Virtual_Guest/ID/editObject"), nil, { parameters = { { notes = "a/b \u{e9} \u{1f600}" } } })
    local body = w:call("GET", path("SoftLayer_Virtual_Guest/ID"), { mask = "mask[notes]" }).body
    assert.equal([[{"notes":"a\/b \u00e9 \ud83d\ude00"}]], body)
  end)

  it("gives nothing as null and strings in quotes, .txt without", function()
    assert.equal("null", w:call("GET", path("SoftLayer_Virtual_Guest/ID/getActiveTransaction")).body)
    assert.equal("[]", w:call("GET", path("SoftLayer_Virtual_Guest/ID/getActiveTransactions")).body)
    assert.equal("null", w:call("POST", "SoftLayer_Virtual_Guest/findByIpAddress", { parameters = { "10.0.0.1" } }).body)
    local ip = w:get(path("SoftLayer_Virtual_Guest/ID/getPrimaryBackendIpAddress"))
    assert.equal(ip, w:call("GET", path("SoftLayer_Virtual_Guest/ID/getPrimaryBackendIpAddress.txt")).body)
  end)

  it("counts what a filter leaves, not what a limit leaves", function()
    local all = w:call("GET", "SoftLayer_Location_Datacenter/getDatacenters", { mask = "mask[name]" })
    assert.equal(#all.value, all.total_items)
    local dal = w:call("GET", "SoftLayer_Location_Datacenter/getDatacenters",
      { mask = "mask[name]", filter = { name = { operation = "^= dal" } }, limit = "1,2" })
    assert.equal(6, dal.total_items)
    assert.equal(2, #dal.value)
  end)

  it("pages through a list without losing or repeating anything", function()
    local seen, count = {}, 0
    for offset = 0, 40, 7 do
      for _, place in ipairs(w:get("SoftLayer_Location/getDatacenters", "mask[id]", { limit = offset .. ",7" })) do
        assert.is_nil(seen[place.id])
        seen[place.id], count = true, count + 1
      end
    end
    assert.equal(#w:get("SoftLayer_Location/getDatacenters"), count)
  end)

  it("gives the whole list for a filter with a wrong root, and says so in the journal only", function()
    local right = w:get("SoftLayer_Account/getSshKeys", nil, { filter = { sshKeys = { label = { operation = "none" } } } })
    assert.equal("[]", json.encode(right))
    local wrong = w:get("SoftLayer_Account/getSshKeys", nil, { filter = { keys = { label = { operation = "none" } } } })
    assert.equal(1, #wrong)
    local calls = w.sim:journal("getSshKeys")
    assert.is_string(calls[#calls].filter_ignored)
  end)

  it("knows its users, and nobody else", function()
    local iam = w:call("GET", "SoftLayer_Account/getCurrentUser", { userpwd = "apikey:sim-iam-key", mask = "mask[username]" })
    assert.equal("sim", iam.value.username)
    for _, userpwd in ipairs { "sim:wrong", "nobody:sim-api-key", "apikey:sim-api-key", "sim:", ":" } do
      assert.same({ 401, "Public", "Access Denied. " }, { w:refusal("GET", "SoftLayer_Account", { userpwd = userpwd }) })
    end
    assert.equal(401, w:call("GET", "SoftLayer_Account", { userpwd = false }).status)
    assert.equal(401, w:call("GET", "SoftLayer_Account",
      { userpwd = false, headers = { Authorization = "Basic " .. sys.base64("sim") } }).status)
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

  it("exchanges an IAM key for a token, which expires", function()
    local client = w.client
    local answer = client:send({ { url = w.sim.iam, method = "POST",
      body = "grant_type=urn%3Aibm%3Aparams%3Aoauth%3Agrant-type%3Aapikey&apikey=sim-iam-key" } })[1]
    local token = json.decode(answer.body)
    assert.equal(3600, token.expires_in)
    local headers = { Authorization = "Bearer " .. token.access_token }
    assert.equal(200, w:call("GET", "SoftLayer_Account", { userpwd = false, headers = headers }).status)
    w:advance(3601)
    local status, code = w:refusal("GET", "SoftLayer_Account", { userpwd = false, headers = headers })
    assert.same({ 500, "Account_Authentication_AccessTokenValidation" }, { status, code })
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
