-- The API's errors, row by row: status, code and text.
local raw  = require "support.raw"
local json = require "core.json"
local wire = require "support.wire"

local GUEST, IMAGE = "SoftLayer_Virtual_Guest", "SoftLayer_Virtual_Guest_Block_Device_Template_Group"

describe("the error", function()
  local w, guest, fresh, gone
  setup(function()
    w = wire.open()
    guest = w:guest()
    gone = w:guest()
    w:get(("%s/%d/deleteObject"):format(GUEST, gone))
    fresh = w:guest(nil, 0)
  end)
  teardown(function() w:close() end)

  local function filled(text)
    return (text:gsub("GONE", ("%d"):format(gone)):gsub("FRESH", ("%d"):format(fresh)):gsub("ID", ("%d"):format(guest)))
  end

  local KEY = { label = "again", key = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAQQC7hGZ0d5qkYQ== bosh" }
  -- verb, path, parameters; status, code, text
  local cases = {
    { "GET", GUEST .. "/1", nil, 404, "ObjectNotFound", "Unable to find object with id of '1'." },
    { "GET", GUEST .. "/65e2-x/getObject", nil, 404, "ObjectNotFound", "Unable to find object with unknown identifier of '65e2-x'." },
    { "GET", "SoftLayer_Ticket/False/getObject", nil, 404, "ObjectNotFound", "Unable to find object with unknown identifier of 'False'." },
    { "GET", "SoftLayer_Account/getVirtualGuests/1", nil, 404, "ObjectNotFound", "Unable to find object with id of '1'." },
    { "GET", "SoftLayer_Nonsense/1", nil, 404, "Public", "Service does not exist" },
    { "DELETE", GUEST .. "/ID/deleteObject.json", nil, 404, "Public", "Service does not exist" },
    { "GET", GUEST .. "/ID/x", nil, 404, "Public", 'Function ("x") is not a valid method for this service.' },
    { "GET", GUEST .. "/ID/getDatacenter/x", nil, 404, "Public", 'Function ("x") is not a valid method for this service.' },
    { "GET", GUEST .. "/ID/caf%C3%A9", nil, 404, "Public", 'Function ("caf\u{e9}") is not a valid method for this service.' },
    { "GET", GUEST .. "/ID/getObject?objectMask=mask[x]", nil, 500, "WebService_ObjectMask",
      "Property 'x' not valid for 'SoftLayer_Virtual_Guest'." },
    { "GET", GUEST .. "/ID/getObject?objectMask=mask[id,%27]", nil, 500, "Common_Parser",
      "Error on line 1 at column 9: Expected PROPERTY, got '''" },
    { "POST", GUEST .. "/ID/setTags", {}, 500, "Public", "The parameter 'tags' is required." },
    { "POST", GUEST .. "/ID/setTags", { json.null }, 500, "Public", "The parameter 'tags' is required." },
    { "POST", GUEST, { { domain = "x.com" } }, 500, "MissingCreationProperty" },
    { "POST", GUEST, { wire.template { datacenter = { name = "nowhere" } } }, 500, "InvalidValue",
      "Invalid value provided for 'datacenter.name'. A datacenter name or regional groupmust be provided." },
    { "POST", GUEST, { wire.template { hostname = "-x" } }, 500, "InvalidHostname" },
    { "POST", GUEST, { wire.template { startCpus = 1642 } }, 500, "NotFound", "Unable to find price for core capacity of 1642." },
    { "POST", GUEST .. "/FRESH/setUserMetadata", { json.array { "x" } }, 500, "NotImplemented",
      "SoftLayer_Virtual_Guest_Strategy_Behavior_Standard::setUserMetadata is not implemented." },
    { "DELETE", GUEST .. "/GONE", nil, 500, "NotFound", "A billing item is required to process a cancellation." },
    { "GET", GUEST .. "/FRESH/deleteObject", nil, 500, "Public" },
    { "POST", "SoftLayer_Security_Ssh_Key", { KEY }, 500, "Public", "SSH key already exists." },
    { "POST", "SoftLayer_Product_Order/placeOrder", { { packageId = 46, prices = json.array { {} } } }, 500 },
    { "POST", GUEST, { wire.template { primaryBackendNetworkComponent = { networkVlan = { id = 2032693 } } } }, 500, "Public",
      "Could not obtain network VLAN with id #2032693" },
  }
  for _, case in ipairs(cases) do
    it(("of %s %s is %d %s"):format(case[1], case[2], case[4], case[5] or ""), function()
      local status, code, text = w:refusal(case[1], filled(case[2]), { parameters = case[3] })
      assert.same({ case[4], case[5] or code, case[6] and filled(case[6]) or text }, { status, code, text })
    end)
  end

  it("has two members and no more", function()
    local body = w:call("GET", GUEST .. "/1").body
    assert.equal([[{"error":"Unable to find object with id of '1'.","code":"SoftLayer_Exception_ObjectNotFound"}]], body)
    assert.equal(70, #w:call("GET", "SoftLayer_Nonsense/1").body)
  end)

  it("for bodies that are no parameters is 400 Bad request", function()
    for _, body in ipairs { "{", "[]", "5", '{"parameters":5}', '{"parameters":{"a":1}}', '{"parameters":[1,]}', "\xff" } do
      assert.same({ 400, "WebService_BadRequest", "Bad request" }, { w:refusal("POST", filled(GUEST .. "/ID/setTags"), { body = body }) })
    end
  end)

  it("for a body that is too large is a page of the web server", function()
    local answer = raw.send(w.sim.url, "POST /rest/v3.1/SoftLayer_Account HTTP/1.1", { Authorization = wire.SIM },
      (" "):rep(33 << 20))
    assert.same({ 413, "text/html" }, { answer.status, answer.headers["content-type"] })
  end)

  it("for what a user may not see is that of what is not there", function()
    assert.same({ 404, "ObjectNotFound", filled "Unable to find object with id of 'ID'." },
      { w:refusal("GET", filled(GUEST .. "/ID"), { userpwd = "limited:limited-api-key" }) })
    assert.same({ 404, "ObjectNotFound", "Unable to find object with id of '1'." },
      { w:refusal("GET", IMAGE .. "/1", { userpwd = "limited:limited-api-key" }) })
  end)

  -- faults for what the cloud itself does not do: rule, status, code or content type
  local faulty = {
    { "do=internal", 200, '{"error":"Internal Error","code":"SoftLayer_Exception_Public"}' },
    { "do=empty", 200, "" },
    { "do=null", 200, "null" },
    { "do=rate", 429 }, { "do=rate status=500", 500 },
    { "do=token", 500, '{"error":"Access token has expired.","code":"SoftLayer_Exception_Account_Authentication_AccessTokenValidation"}' },
    { 'do=error code=Network_Storage_BlockingOperationInProgress text="A Volume"', 500,
      '{"error":"A Volume","code":"SoftLayer_Exception_Network_Storage_BlockingOperationInProgress"}' },
    { 'do=error code=WSDL text="SOAP-ERROR"', 500 }, { "do=html status=502", 502 }, { "do=html status=503", 503 },
    { "do=html status=504", 504 },
  }
  for _, case in ipairs(faulty) do
    it("can be made by " .. case[1], function()
      w.sim:fault("Account.getObject nth=1 " .. case[1])
      local answer = w:call("GET", "SoftLayer_Account")
      assert.equal(case[2], answer.status)
      if case[3] then assert.equal(case[3], answer.body) end
      w.sim:heal()
    end)
  end
end)
