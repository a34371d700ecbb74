-- Faults: each kind as a client sees it, and whether the call was carried out.
local eventually = require "support.eventually"
local json = require "core.json"
local wire = require "support.wire"

local KEYS, GUEST = "SoftLayer_Account/getSshKeys", "SoftLayer_Virtual_Guest"

describe("a fault", function()
  local w
  setup(function() w = wire.open() end)
  teardown(function() w:close() end)
  after_each(function() w.sim:heal() end)

  local function keys(options)
    options = options or {}
    options.mask = "mask[id]"
    return w:call("GET", KEYS, options)
  end

  local whole = '[{"id":136868}]'

  -- rule after "Account.getSshKeys do=", status, body (nil: an error of the transport)
  local answers = {
    { "error", 500, '{"error":"Internal Error","code":"SoftLayer_Exception_Public"}' },
    { 'error status=503 code=NotFound text="not now"', 503, '{"error":"not now","code":"SoftLayer_Exception_NotFound"}' },
    { "internal", 200, '{"error":"Internal Error","code":"SoftLayer_Exception_Public"}' },
    { "missing", 404, [[{"error":"Unable to find object with id of '0'.","code":"SoftLayer_Exception_ObjectNotFound"}]] },
    { "redirect", 302, "" },
    { "empty", 200, "" },
    { "null", 200, "null" },
    { "text", 200, '"Internal Error"' },
    { "truncate", 200, whole:sub(1, 7) },
    { "truncate at=3", 200, whole:sub(1, 3) },
    { "chunked", 200, whole },
    { "gzip", 200, whole },
    { "close", 200, whole },
    { "hangup", 200, whole },
    { "trickle piece=4 pause_ms=1", 200, whole },
    { "unwrap", 200, '{"id":136868}' },
    { "type", 200, '{"list":[{"id":136868}]}' },
    { "torn" }, { "length" }, { "drop" }, { "reset" }, { "drop_early" }, { "reset_early" }, { "drop executed" },
    { "stall at=2" }, { "hang" },
  }
  for _, case in ipairs(answers) do
    it(("do=%s %s"):format(case[1], case[2] and "answers " .. case[2] or "breaks the connection"), function()
      w.sim:fault("Account.getSshKeys do=" .. case[1])
      local answer = keys { timeout = case[2] and 20 or 0.3 }
      assert.equal(case[3], answer.body)
      assert.equal(case[2], not answer.err and answer.status or nil)
      w.sim:heal()
      assert.equal(whole, keys().body)
    end)
  end

  it("of kind html has the load balancer's page, with its status", function()
    for _, status in ipairs { 502, 503, 504 } do
      w.sim:fault("Account.getSshKeys count=1 do=html status=" .. status)
      local answer = keys()
      assert.equal(status, answer.status)
      assert.is_not_nil(answer.content_type:find("text/html", 1, true))
    end
  end)

  it("of kind rate, unauthorized or token is the API's own refusal", function()
    for kind, status in pairs { rate = 429, unauthorized = 401, token = 500 } do
      w.sim:fault("Account.getSshKeys count=1 do=" .. kind)
      assert.equal(status, keys().status)
    end
  end)

  it("of kind garbage is no JSON", function()
    w.sim:fault("Account.getSshKeys do=garbage")
    assert.is_nil(keys().value)
  end)

  it("of kind stale repeats the answer before", function()
    local path = "SoftLayer_Security_Ssh_Key/136868"
    local function label() return w:call("GET", path, { mask = "mask[label]" }).value.label end
    local function set(text) w:get(path .. "/editObject", nil, { parameters = { { label = text } } }) end
    assert.equal("bosh", label())
    set("changed")
    w.sim:fault("Security_Ssh_Key.getObject count=1 do=stale")
    assert.equal("bosh", label())
    assert.equal("changed", label())
    set("bosh")
  end)

  it("of kind hang lasts until a reset closes the connection", function()
    w.sim:fault "Account.getSshKeys do=hang"
    local host, port = w.sim.url:match "^http://([%d.]+):(%d+)"
    local text = ("GET /rest/v3.1/SoftLayer_Account/getSshKeys HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\n\r\n"):format(wire.SIM)
    local script = "exec 3<>/dev/tcp/%s/%s; cat %s >&3; timeout 10 cat <&3; echo $?"
    local pipe = assert(io.popen(("bash -c '%s'"):format(script:format(host, port, w.at:write("request", text)))))
    eventually("the call", function() return w.sim:ask("GET", "faults")[1].fired == 1 end)
    w.sim:ask("POST", "reset", {})
    assert.equal("0\n", pipe:read "a")
    pipe:close()
  end)

  it("of kind refuse closes the port for a while", function()
    w.sim:fault("Account.getSshKeys count=1 do=refuse seconds=0.2")
    assert.is_not_nil(keys().err)
    local refused = keys().err
    assert.is_false(refused.sent)
    local answer
    repeat answer = keys() until not answer.err
    assert.equal(whole, answer.body)
  end)

  it("of kind delay holds up its own call only", function()
    w.sim:fault("Account.getSshKeys do=delay delay=0.2")
    assert.is_true(keys().seconds >= 0.2)
    assert.is_true(w:call("GET", "SoftLayer_Account").seconds < 0.2)
  end)

  it("fires at the nth call, so many times, for that user, verb, object and connection", function()
    local function statuses(count, options)
      local list = {}
      for i = 1, count do list[i] = keys(options).status end
      return table.concat(list, " ")
    end
    w.sim:fault("Account.getSshKeys nth=2 do=error")
    assert.equal("200 500 200 200", statuses(4))
    w.sim:heal()
    w.sim:fault("Account.* count=2 do=error")
    assert.equal("500 500 200", statuses(3))
    w.sim:heal()
    w.sim:fault("*.get* user=limited do=error")
    assert.equal("200", statuses(1))
    assert.equal("500", statuses(1, { userpwd = "limited:limited-api-key" }))
    w.sim:heal()
    w.sim:fault("Account.getSshKeys verb=POST do=error")
    assert.equal("200", statuses(1))
    w.sim:heal()
    w.sim:fault("Network_Vlan.getObject id=524954 do=error")
    assert.equal(500, w:call("GET", "SoftLayer_Network_Vlan/524954").status)
    assert.equal(200, w:call("GET", "SoftLayer_Network_Vlan/524956").status)
    w.sim:heal()
    w.sim:fault("Account.getSshKeys reused do=drop")
    w.client:close()
    w.client = require "core.http".client()
    assert.equal("200", statuses(1))
    assert.is_not_nil(w:call("POST", KEYS).err)
  end)

  it("fires by chance as the seed has it", function()
    local function pattern()
      w.sim:ask("POST", "reset", {})
      w.sim:heal()
      w.sim:fault("Account.getSshKeys p=0.5 do=error")
      local list = {}
      for i = 1, 30 do list[i] = keys().status == 500 and "x" or "-" end
      return table.concat(list)
    end
    local first = pattern()
    assert.equal(first, pattern())
    local fired = select(2, first:gsub("x", ""))
    assert.is_true(fired > 5 and fired < 25, first)
  end)

  it("lets a lost order be carried out, or not, or later", function()
    local function order(words)
      w.sim:ask("POST", "reset", {})
      w.sim:heal()
      w.sim:fault("Virtual_Guest.createObject count=1 " .. words)
      w:call("POST", GUEST, { parameters = { wire.template() } })
      return #w.sim:inventory().guests
    end
    assert.equal(0, order "do=html status=504")
    assert.equal(1, order "do=html status=504 executed")
    assert.equal(0, order "do=drop")
    assert.equal(1, order "do=drop executed")
    assert.equal(1, order "do=torn")
    assert.equal(0, order "do=html status=504 late=180")
    local entry = w.sim:journal("createObject")[1]
    assert.same({ false, 180 }, { entry.executed, entry.late })
    w:advance(179)
    assert.equal(0, #w.sim:inventory().guests)
    w:advance(1)
    assert.equal(1, #w.sim:inventory().guests)
  end)

  it("leaves a guest stuck in its provision", function()
    w.sim:fault("Virtual_Guest.createObject count=1 do=stuck")
    local id = w:guest(nil, 5000)
    assert.equal("CLOUD_PROVISION_SETUP", w:get(("%s/%d"):format(GUEST, id),
      "mask[activeTransaction.transactionStatus.name]").activeTransaction.transactionStatus.name)
  end)

  it("is named in the journal", function()
    local number = w.sim:fault("Account.getSshKeys do=html executed")
    keys()
    local calls = w.sim:journal("getSshKeys")
    assert.same({ ("%d html"):format(number), true, 502 },
      { calls[#calls].fault, calls[#calls].executed, calls[#calls].status })
  end)

  it("needs a rule that makes sense", function()
    for _, rule in ipairs { "", "Account.getObject", "Account.getObject do=nonsense", "do=drop", "a b do=drop",
      "Account.getObject nth=x do=drop", "Account.getObject color=red do=drop" } do
      local answer = w.client:send({ { url = w.sim.control .. "/fault", method = "POST",
        body = json.encode { rule = rule } } })[1]
      assert.equal(400, answer.status, rule)
    end
  end)
end)
