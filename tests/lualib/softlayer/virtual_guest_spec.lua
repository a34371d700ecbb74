-- softlayer.virtual_guest and softlayer.user: when a guest is gone, busy or ready.
local fake = require "lualib.fake"
local log = require "core.log"
local session = require "session"

local GET, USER = "Virtual_Guest::getObject", "Account::getCurrentUser"

describe("virtual_guest", function()
  local api, clock, virtual_guest

  before_each(function()
    log.level "off"
    package.loaded["softlayer.user"], package.loaded["softlayer.virtual_guest"] = nil, nil
    virtual_guest = require "softlayer.virtual_guest"
    api, clock = fake.api(), fake.clock()
    session.configure(function() return api.handle end)
  end)
  after_each(function()
    clock.restore()
    log.level "info"
  end)

  local function answers(value, err) api[GET] = function() return value, err and err() end end
  local function sees(flag) api[USER] = function() return { id = 1, hasFullVirtualGuestAccessFlag = flag } end end
  local function transaction(name) return { id = 1, transactionStatus = { name = name } } end

  for _, cid in ipairs { "", "0", "-1", "1.5", "1e3", "0x10", " 5", "5 ", "abc", ("9"):rep(30), "5\n" } do
    it(("refuses the cid '%s' before it asks anybody"):format(cid), function()
      local guest, err = virtual_guest.find(cid)
      assert.is_nil(guest)
      assert.equal("Bosh::Clouds::CloudError", err.type)
      assert.same({}, api.sent)
    end)
  end

  it("that is missing is gone for a user who sees all guests, and asks for the permission once", function()
    answers(nil, fake.not_found)
    sees(true)
    for _ = 1, 3 do assert.same({ n = 2 }, table.pack(virtual_guest.find "5")) end
    assert.equal(1, api.count(USER))
    local _, err = virtual_guest.get "5"
    assert.equal("Bosh::Clouds::VMNotFound", err.type)
  end)

  for _, flag in ipairs { false, "absent" } do
    it(("that is missing is an error for a user whose flag is %s"):format(tostring(flag)), function()
      answers(nil, fake.not_found)
      sees(flag == false and false or nil)
      local guest, err = virtual_guest.find "5"
      assert.is_nil(guest)
      assert.matches("lacks the permission 'access to all virtual servers'", err.message)
    end)
  end

  it("that is missing is an error when the permission cannot be looked up", function()
    answers(nil, fake.not_found)
    api[USER] = function() return nil, fake.refusal("SoftLayer_Exception_Public", "no", 500) end
    assert.truthy(select(2, virtual_guest.find "5"))
    api[USER] = function() return nil end
    assert.truthy(select(2, virtual_guest.find "5"))
  end)

  for name, err in pairs { network = fake.broken, refusal = function() return fake.refusal("X", "no", 403) end } do
    it(("is never gone because of a %s"):format(name), function()
      answers(nil, err)
      assert.truthy(select(2, virtual_guest.find "5"))
      assert.equal(0, api.count(USER))
    end)
  end

  it("is gone from the moment of its cancellation", function()
    for _, name in ipairs { "RECLAIM_WAIT", "RECLAIM_PREP", "CLOUD_TEAR_DOWN" } do
      answers { id = 5, billingItem = { id = 1 }, activeTransaction = transaction(name) }
      assert.is_nil(virtual_guest.find "5")
    end
    answers { id = 5, openCancellationTicket = { id = 1 } }
    assert.is_nil(virtual_guest.find "5")
  end)

  it("without a billing item alone is there: the item may be hidden by a permission", function()
    answers { id = 5 }
    assert.equal(5, virtual_guest.find("5").id)
    answers { id = 5, openCancellationTicket = { id = 1 }, billingItem = { id = 2 } }
    assert.equal(5, virtual_guest.find("5").id)
  end)

  it("is idle without a transaction, and when it is gone", function()
    answers { id = 5 }
    assert.equal(5, virtual_guest.idle("5").id)
    answers { id = 5, activeTransaction = { id = 1, transactionStatus = { name = "POWER_ON" },
      transactionGroup = { averageTimeToComplete = "1.5" } } }
    assert.same({ false, { stage = "POWER_ON", average = 90 } }, { virtual_guest.idle "5" })
    answers(nil, fake.not_found)
    sees(true)
    assert.equal("gone", virtual_guest.idle "5")
    answers(nil, fake.broken)
    local value, err = virtual_guest.idle "5"
    assert.is_nil(value)
    assert.is_true(err.transient)
  end)

  it("is ready when it is provisioned, idle and running: all three", function()
    local function ready(changes)
      local guest = { id = 5, provisionDate = "2016-11-21T10:00:00-06:00", powerState = { keyName = "RUNNING" } }
      for name, value in pairs(changes) do guest[name] = value or nil end
      answers(guest)
      return virtual_guest.ready("5", "id")
    end
    assert.equal(5, ready({}).id)
    assert.is_false((ready { provisionDate = false }))
    assert.is_false((ready { powerState = false }))
    assert.is_false((ready { powerState = { keyName = "HALTED" } }))
    assert.is_false((ready { activeTransaction = transaction "CLOUD_PROVISION_SETUP" }))
  end)

  it("bears oddities in what it only reports", function()
    for _, average in ipairs { "", "soon", "-1", "0" } do
      answers { id = 5, activeTransaction = { id = 1, transactionGroup = { averageTimeToComplete = average } } }
      assert.same({ false, {} }, { virtual_guest.idle "5" })
    end
  end)

  it("of a name are listed oldest first, without others and without those that leave", function()
    api["Account::getVirtualGuests"] = function()
      return { { id = 9, hostname = "a" }, { id = 3, hostname = "a" }, { id = 1, hostname = "b" },
        { id = 2, hostname = "a", activeTransaction = transaction "RECLAIM_WAIT" } }
    end
    local found = virtual_guest.named "a"
    assert.same({ 3, 9 }, { found[1].id, found[2].id })
    assert.equal(2, #found)
  end)
end)
