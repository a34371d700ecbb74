-- An order whose outcome is unknown reaches the server once, and is looked for before another one.
local requests = require "support.requests"
local world = require "support.world"

-- The order of the calls of these methods, by number in the journal.
local function sequence(w)
  local names = {}
  for _, call in ipairs(w.sim:journal()) do
    if call.method == "createObject" or call.method == "getVirtualGuests" or call.service == "SoftLayer_Billing_Order" then
      local name = call.service == "SoftLayer_Billing_Order" and "orders" or call.method
      if names[#names] ~= name then names[#names + 1] = name end
    end
  end
  return names
end

describe("an order whose kept-alive connection dies after the server has read it", function()
  local w
  before_each(function() w = world.start() end)
  after_each(function() w:close() end)

  local function orders() return w.sim:journal "createObject" end

  it("arrives once, and its guest is found by its name", function()
    w.sim:fault "Virtual_Guest.createObject count=1 do=drop executed reused"
    local vm = w:result(requests.LOGGED)
    local calls = orders()
    assert.equal(1, #calls)
    assert.is_true(calls[1].request > 1) -- the connection had been used before
    assert.truthy(calls[1].fault)
    assert.equal("getVirtualGuests", sequence(w)[2])
    local guests = w.sim:inventory().guests
    assert.equal(1, #guests)
    assert.equal(vm, tostring(guests[1].id))
  end)

  it("is sent once more only after guests and orders were looked through", function()
    w.sim:fault "Virtual_Guest.createObject count=1 do=drop reused"
    w:result(requests.LOGGED)
    local names = sequence(w)
    assert.equal("createObject", names[1])
    assert.equal("getVirtualGuests", names[2])
    assert.equal("orders", names[3])
    assert.equal("createObject", names[#names])
    assert.equal(2, #orders())
    assert.equal(1, #w.sim:inventory().guests)
    local hostname = orders()[2].arguments[1].hostname
    assert.truthy(w.sim:journal("getVirtualGuests")[1].filter:find(hostname, 1, true))
  end)

  it("is not sent a third time", function()
    w.sim:fault "Virtual_Guest.createObject do=drop"
    local err = w:failure(requests.LOGGED)
    assert.equal("Bosh::Clouds::VMCreationFailed", err.type)
    assert.equal(2, #orders())
  end)
end)

for _, case in ipairs {
  { "the answer is an HTML page", "do=html status=504 executed" },
  { "the answer is torn", "do=torn" },
  { "the answer is empty", "do=empty" },
  { "the answer is no JSON", "do=garbage" },
  { "the answer is Internal Error, but it was carried out", "do=internal executed" },
  { "the connection is reset", "do=reset executed" },
  { "the order is carried out a minute later", "do=html status=504 late=60" },
} do
  describe("an order for which " .. case[1], function()
    for _, lag in ipairs { 0, 120 } do
      it(("makes one guest when lists lag %d s behind"):format(lag), function()
        local w = world.start { slsim = { ("--lag=%d"):format(lag) } }
        finally(function() w:close() end)
        w.sim:fault("Virtual_Guest.createObject count=1 " .. case[2])
        local vm = w:result(requests.LOGGED)
        assert.equal(1, #w.sim:journal "createObject")
        local guests = w.sim:inventory().guests
        assert.equal(1, #guests)
        assert.equal(vm, tostring(guests[1].id))
      end)
    end
  end)
end
