-- softlayer.addresses: whose an address is, and where a vip leads.
local addresses = require "softlayer.addresses"
local fake = require "lualib.fake"
local log = require "core.log"
local session = require "session"

local EDIT, SUBNET = "Network_Subnet_IpAddress::editObject", "Network_Subnet::getObject"
local ROUTE, CLEAR = "Network_Subnet::route", "Network_Subnet::clearRoute"
local PRIVATE, PUBLIC = "Account::getPrivateIpAddresses", "Account::getPublicIpAddresses"

local NOTE = "bosh vm:7 director:d"

local function network(kind, note, end_point)
  return { name = "n", type = kind, address = { id = 5, ip = "1.2.3.4", note = note, subnet = kind == "vip" and 30 or nil,
    end_point = end_point } }
end

describe("addresses", function()
  local api, clock, notes, point, changing

  before_each(function()
    log.level "off"
    api, clock, notes, point, changing = fake.api(), fake.clock(), {}, nil, 0
    session.configure(function() return api.handle end)
    package.loaded["softlayer.user"] = nil
    api["Account::getCurrentUser"] = function() return { id = 1, hasFullVirtualGuestAccessFlag = true } end
    api[EDIT] = function(call)
      notes[call.id] = call.args[1].note
      return true
    end
    api[SUBNET] = function()
      changing = changing - 1
      return { id = 30, endPointIpAddress = point and { ipAddress = point }, activeTransaction = changing > 0 and { id = 1 } or nil }
    end
    api[ROUTE] = function(call)
      point, changing = call.args[2], 3
      return true
    end
    api[CLEAR] = function()
      point, changing = nil, 3
      return true
    end
    api[PRIVATE] = function() return { { id = 5, note = NOTE, subnet = { id = 10, subnetType = "SECONDARY_ON_VLAN" } } } end
    api[PUBLIC] = function() return { { id = 6, note = NOTE, subnet = { id = 30, subnetType = "STATIC_IP_ROUTED" } } } end
  end)
  after_each(function()
    clock.restore()
    log.level "info"
  end)

  local function guest_lives(id)
    api["Virtual_Guest::getObject"] = function(call)
      if call.id == id then return { id = id, billingItem = { id = 1 } } end
      return nil, fake.not_found()
    end
  end

  it("are noted as a VM's of a director", function()
    assert.equal(NOTE, addresses.note("d", 7))
    assert.equal("bosh vm:7 director:none", addresses.note(nil, "7"))
  end)

  it("are refused while a VM of this director has them", function()
    guest_lives(7)
    assert.matches("1.2.3.4 is in use by VM 7", addresses.check(network("manual", NOTE), "d").message)
    guest_lives(8)
    assert.is_nil(addresses.check(network("manual", NOTE), "d"))
    assert.is_nil(addresses.check(network("vip", NOTE, "169.1.1.1"), "d"))
  end)

  it("are not asked about when the note is not this director's", function()
    for _, note in ipairs { "", "mine", "bosh vm:7 director:other", "bosh vm:7 director:d and more" } do
      assert.is_nil(addresses.check(network("manual", note), "d"))
    end
    assert.is_nil(addresses.check(network("manual", nil), "d"))
    assert.equal(0, #api.sent)
  end)

  it("that are vips are refused while they lead to somebody", function()
    for _, note in ipairs { "", "bosh vm:7 director:other" } do
      assert.matches("is routed to 169.1.1.1", addresses.check(network("vip", note, "169.1.1.1"), "d").message)
    end
  end)

  it("that cannot be judged are refused", function()
    api["Virtual_Guest::getObject"] = function() return nil, fake.refusal("SoftLayer_Exception", "no", 500) end
    assert.matches("answered: no", addresses.check(network("manual", NOTE), "d").message)
  end)

  for note, written in pairs { [""] = NOTE, [NOTE] = false, ["bosh vm:6 director:d"] = NOTE,
    ["bosh vm:6 director:other"] = false, ["the printer"] = false } do
    it(("with the note '%s' are noted as far as that is ours"):format(note), function()
      assert.is_nil(addresses.claim(network("manual", note), { id = 7 }, "d"))
      assert.equal(written, notes[5] or false)
      assert.equal(0, api.count(ROUTE))
    end)
  end

  it("that are vips are routed once, and waited for", function()
    changing = 2
    assert.is_nil(addresses.claim(network("vip", ""), { id = 7, primaryIpAddress = "169.1.1.1" }, "d"))
    assert.same({ NOTE, "169.1.1.1", 0, 1 }, { notes[5], point, changing, api.count(ROUTE) })
    assert.is_nil(addresses.claim(network("vip", NOTE), { id = 7, primaryIpAddress = "169.1.1.1" }, "d"))
    assert.equal(1, api.count(ROUTE))
  end)

  it("that are vips are routed again when the API was busy", function()
    local usual = api[ROUTE]
    api[ROUTE] = function(call, n)
      if n == 1 then return nil, fake.refusal("SoftLayer_Exception_NotReady", "its route is being changed", 500) end
      return usual(call)
    end
    assert.is_nil(addresses.claim(network("vip", ""), { id = 7, primaryIpAddress = "169.1.1.1" }, "d"))
    assert.same({ "169.1.1.1", 2 }, { point, api.count(ROUTE) })
  end)

  it("tell why they could not be claimed", function()
    api[ROUTE] = function() return nil, fake.refusal("SoftLayer_Exception_AccessDenied", "no permission", 500) end
    assert.matches("no permission", addresses.claim(network("vip", ""), { id = 7, primaryIpAddress = "169.1.1.1" }, "d").message)
    api[ROUTE] = function() return false end
    assert.matches("waited 6%d%d s for the route of 1.2.3.4",
      addresses.claim(network("vip", ""), { id = 7, primaryIpAddress = "169.1.1.1" }, "d").message)
    api[EDIT] = function() return false end
    assert.matches("did not change the note", addresses.claim(network("manual", ""), { id = 7 }, "d").message)
  end)

  it("are given back: first the route, then the note", function()
    point = "169.1.1.1"
    api[EDIT] = function(call)
      if call.id == 6 then assert.same({ nil, 0 }, { point, changing }) end
      notes[call.id] = call.args[1].note
      return true
    end
    assert.is_true(addresses.release(NOTE))
    assert.same({ [5] = "", [6] = "" }, notes)
    assert.equal(1, api.count(CLEAR))
  end)

  it("of others stay, whatever the filter lets through", function()
    local others = { { id = 9, note = "bosh vm:77 director:d", subnet = { id = 10, subnetType = "GLOBAL_IP" } }, { id = 10 } }
    api[PRIVATE], api[PUBLIC] = function() return others end, function() return others end
    assert.is_true(addresses.release(NOTE))
    assert.same({}, notes)
    assert.equal(0, api.count(CLEAR))
  end)

  it("keep their note when their route stays", function()
    point = "169.1.1.1"
    api[PRIVATE] = function() end
    api[CLEAR] = function() return nil, fake.refusal("SoftLayer_Exception_AccessDenied", "no permission", 500) end
    local done, err = addresses.release(NOTE)
    assert.is_nil(done)
    assert.matches("no permission", err.message)
    assert.same({}, notes)
  end)
end)
