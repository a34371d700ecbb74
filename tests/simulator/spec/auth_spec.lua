-- Who may call, and what: keys, tokens of the portal, disabled users, permissions.
local json = require "core.json"
local sys  = require "core.sys"
local wire = require "support.wire"

local ACCOUNT = "SoftLayer_Account"

describe("a caller", function()
  local w
  before_each(function() w = wire.open() end)
  after_each(function() w:close() end)

  local function who(options)
    options.mask = "mask[username]"
    return w:call("GET", ACCOUNT .. "/getCurrentUser", options).value.username
  end

  local function with_header(text) return { userpwd = false, headers = { Authorization = text } } end

  local function login(username, password)
    return w:call("POST", "SoftLayer_User_Customer/getPortalLoginToken", { userpwd = false,
      parameters = { username, password } })
  end

  it("is a classic user with its key, or an IAM key as apikey", function()
    assert.equal("sim", who {})
    assert.equal("limited", who { userpwd = "limited:limited-api-key" })
    assert.equal("sim", who { userpwd = "apikey:sim-iam-key" })
    assert.equal("sim", who(with_header("basic " .. sys.base64 "sim:sim-api-key")))
  end)

  it("is refused with 401 otherwise", function()
    for _, userpwd in ipairs { "sim:wrong", "nobody:sim-api-key", "apikey:sim-api-key", "sim:sim-iam-key", "sim:", ":",
      "167758:sim-api-key", "sim:sim-password" } do
      assert.same({ 401, "Public", "Access Denied. " }, { w:refusal("GET", ACCOUNT, { userpwd = userpwd }) })
    end
    for _, text in ipairs { "Basic " .. sys.base64 "sim", "Basic ***", "Basic", "Digest x", "Bearer nonsense", "nonsense" } do
      assert.same({ 401, "Public", "Access Denied. " }, { w:refusal("GET", ACCOUNT, with_header(text)) })
    end
    assert.equal(401, w:call("GET", ACCOUNT, { userpwd = false }).status)
  end)

  it("is refused before anything is said of services and methods", function()
    for _, path in ipairs { "SoftLayer_Nonsense", ACCOUNT .. "/nonsense", "SoftLayer_Virtual_Guest/1" } do
      assert.equal(401, w:call("GET", path, { userpwd = "sim:wrong" }).status)
    end
  end)

  it("gets a portal token for its password, without other credentials", function()
    local token = login("sim", "sim-password").value
    assert.same({ 167758, nil }, { token.userId, token.user })
    assert.equal("sim", who { userpwd = ("%d:%s"):format(token.userId, token.hash) })
    assert.equal(401, w:call("GET", ACCOUNT, { userpwd = "167759:" .. token.hash }).status)
    local masked = w:call("POST", "SoftLayer_User_Customer/getPortalLoginToken",
      { parameters = { "limited", "limited-password", json.null, json.null }, mask = "mask[user[username]]" }).value
    assert.equal("limited", masked.user.username)
  end)

  it("gets no portal token for anything else", function()
    for _, pair in ipairs { { "sim", "sim-api-key" }, { "nobody", "sim-password" }, { "sim", "" } } do
      local answer = login(pair[1], pair[2])
      assert.same({ 500, "SoftLayer_Exception_User_Customer_LoginFailed" }, { answer.status, answer.value.code })
    end
    local wrong = w:call("POST", "SoftLayer_User_Customer/getPortalLoginToken", { userpwd = "sim:wrong",
      parameters = { "sim", "sim-password" } })
    assert.equal(401, wrong.status)
    assert.equal(401, w:call("GET", "SoftLayer_User_Customer/167758", { userpwd = false }).status)
  end)

  it("has its password nowhere in the journal", function()
    login("sim", "sim-password")
    local text = json.encode(w.sim:journal "getPortalLoginToken")
    assert.is_nil(text:find("sim-password", 1, true))
    assert.is_not_nil(text:find(sys.sha256 "sim-password", 1, true))
  end)

  it("loses its portal token after --token-seconds, or by hand", function()
    w.sim:ask("POST", "settings", { token_seconds = 60 })
    local first = login("sim", "sim-password").value
    local userpwd = ("%d:%s"):format(first.userId, first.hash)
    w:advance(59)
    assert.equal("sim", who { userpwd = userpwd })
    w:advance(2)
    assert.same({ 500, "EncryptedToken_Expired", "The token has expired." },
      { w:refusal("GET", ACCOUNT, { userpwd = userpwd }) })
    local second = login("sim", "sim-password").value
    w.sim:ask("POST", "expire-tokens", {})
    assert.equal(500, w:call("GET", ACCOUNT, { userpwd = ("%d:%s"):format(second.userId, second.hash) }).status)
  end)

  it("is refused everywhere while it is disabled, and welcome again after", function()
    local token = login("sim", "sim-password").value
    local ways = { {}, { userpwd = "apikey:sim-iam-key" }, { userpwd = ("%d:%s"):format(token.userId, token.hash) } }
    for disabled, status in pairs { [true] = 401, [false] = 200 } do
      w.sim:ask("POST", "user", { user = "sim", disabled = disabled })
      for _, way in ipairs(ways) do assert.equal(status, w:call("GET", ACCOUNT, way).status) end
    end
    w.sim:ask("POST", "user", { user = "sim", disabled = true })
    assert.equal(500, login("sim", "sim-password").status)
  end)

  it("is refused with a key that was revoked", function()
    w.sim:ask("POST", "user", { user = "sim", key = "another", iam_key = "another-iam-key" })
    assert.equal(401, w:call("GET", ACCOUNT).status)
    assert.equal(401, w:call("GET", ACCOUNT, { userpwd = "apikey:sim-iam-key" }).status)
    assert.equal("sim", who { userpwd = "sim:another" })
    assert.equal("sim", who { userpwd = "apikey:another-iam-key" })
  end)
end)

describe("a permission", function()
  local w, guest
  setup(function()
    w = wire.open()
    guest = w:guest()
  end)
  teardown(function() w:close() end)

  local function grant(name, granted) w.sim:ask("POST", "user", { user = "sim", permissions = { [name] = granted } }) end

  -- permission, verb, path, parameters, the refusal
  local template = { hostname = "x" }
  local cases = {
    { "SERVER_ADD", "POST", "SoftLayer_Virtual_Guest", { template }, 500, "Public", "'Item' must be ordered with permission." },
    { "SERVER_ADD", "POST", "SoftLayer_Product_Order/placeOrder", { {} }, 500, "Public", "'Item' must be ordered with permission." },
    { "SERVER_CANCEL", "DELETE", "SoftLayer_Virtual_Guest/ID", nil, 404, "ObjectNotFound", "Unable to find object with id of 'ID'." },
    { "SERVER_CANCEL", "GET", "SoftLayer_Virtual_Guest/ID/deleteObject", nil, 404, "ObjectNotFound" },
    { "SERVER_CANCEL", "GET", "SoftLayer_Billing_Item_Virtual_Guest/BILL/cancelService", nil, 404, "ObjectNotFound" },
    { "HOSTNAME_EDIT", "PUT", "SoftLayer_Virtual_Guest/ID", { { notes = "x" } }, 404, "ObjectNotFound" },
    { "HOSTNAME_EDIT", "PUT", "SoftLayer_Account/VirtualGuests/ID", { { notes = "x" } }, 404, "ObjectNotFound" },
    { "REMOTE_MANAGEMENT", "GET", "SoftLayer_Virtual_Guest/ID/rebootDefault", nil, 404, "ObjectNotFound" },
    { "REMOTE_MANAGEMENT", "GET", "SoftLayer_Virtual_Guest/ID/powerOff", nil, 404, "ObjectNotFound" },
    { "SERVER_RELOAD", "POST", "SoftLayer_Virtual_Guest/ID/reloadOperatingSystem", { "FORCE" }, 404, "ObjectNotFound" },
    { "CUSTOMER_SSH_KEY_MANAGEMENT", "DELETE", "SoftLayer_Security_Ssh_Key/136868", nil, 404, "ObjectNotFound" },
    { "CUSTOMER_SSH_KEY_MANAGEMENT", "POST", "SoftLayer_Security_Ssh_Key", { {} }, 500, "Public", "Access Denied. " },
    { "TICKET_ADD", "POST", "SoftLayer_Ticket/createStandardTicket", { {}, "x" }, 500, "Public", "Access Denied. " },
  }
  for _, case in ipairs(cases) do
    it(("%s is needed for %s %s"):format(case[1], case[2], case[3]), function()
      local bill = w:get(("SoftLayer_Virtual_Guest/%d/getBillingItem"):format(guest)).id
      local function text(s) return s and s:gsub("ID", ("%d"):format(guest)):gsub("BILL", ("%d"):format(bill)) end
      grant(case[1], false)
      local status, code, message = w:refusal(case[2], (text(case[3])), { parameters = case[4] })
      assert.same({ case[5], case[6], text(case[7]) or message }, { status, code, message })
      assert.equal(200, w:call("GET", (text "SoftLayer_Virtual_Guest/ID")).status)
      grant(case[1], true)
      local answer = w:call(case[2], (text(case[3])), { parameters = case[4] })
      if answer.status ~= 200 then assert.not_equal(message, answer.value.error) end
      if case[2] == "DELETE" or case[3]:find "deleteObject" or case[3]:find "cancel" or case[3]:find "reload" then guest = w:guest() end
    end)
  end

  it("shows in the user's list", function()
    local function names()
      local list = {}
      for _, entry in ipairs(w:get("SoftLayer_User_Customer/167758/getPermissions")) do list[entry.keyName] = true end
      return list
    end
    assert.is_true(names().SERVER_ADD)
    grant("SERVER_ADD", false)
    assert.is_nil(names().SERVER_ADD)
    grant("SERVER_ADD", true)
  end)
end)
