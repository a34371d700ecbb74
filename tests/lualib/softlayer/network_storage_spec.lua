-- softlayer.network_storage and softlayer.user: when a volume is gone, busy or ready.
local fake = require "lualib.fake"
local json = require "core.json"
local log = require "core.log"
local session = require "session"

local GET, USER = "Network_Storage::getObject", "Account::getCurrentUser"

describe("network_storage", function()
  local api, clock, network_storage

  before_each(function()
    log.level "off"
    package.loaded["softlayer.user"], package.loaded["softlayer.network_storage"] = nil, nil
    network_storage = require "softlayer.network_storage"
    api, clock = fake.api(), fake.clock()
    session.configure(function() return api.handle end)
  end)
  after_each(function()
    clock.restore()
    log.level "info"
  end)

  local function answers(value, err) api[GET] = function() return value, err and err() end end
  local function may(...)
    local permissions = json.array {}
    for i, key in ipairs { ... } do permissions[i] = { keyName = key } end
    api[USER] = function() return { id = 1, permissions = permissions } end
  end
  local function volume(changes)
    local whole = { id = 5, nasType = "ISCSI", billingItem = { id = 1 } }
    for name, value in pairs(changes or {}) do whole[name] = value or nil end
    return whole
  end
  local function busy(name, average)
    return json.array { { id = 1, transactionStatus = { name = name }, transactionGroup = { averageTimeToComplete = average } } }
  end

  for _, cid in ipairs { "", "0", "-1", "1.5", "1e3", "0x10", " 5", "5 ", "vol-1", ("9"):rep(30), "5\n" } do
    it(("refuses the cid '%s' before it asks anybody"):format(cid), function()
      for _, find in ipairs { network_storage.find, network_storage.get, network_storage.find_snapshot } do
        local found, err = find(cid)
        assert.is_nil(found)
        assert.equal("Bosh::Clouds::CloudError", err.type)
      end
      assert.same({}, api.sent)
    end)
  end

  it("that is missing is gone for a user who manages storage, and asks for the permission once", function()
    answers(nil, fake.not_found)
    may("TICKET_VIEW", "NAS_MANAGE")
    for _ = 1, 3 do assert.same({ n = 2 }, table.pack(network_storage.find "5")) end
    assert.equal(1, api.count(USER))
    assert.equal("Bosh::Clouds::DiskNotFound", select(2, network_storage.get "5").type)
    assert.same({ n = 2 }, table.pack(network_storage.find_snapshot "5"))
    assert.equal("gone", network_storage.idle "5")
  end)

  for name, set in pairs {
    ["has no permission at all"] = function() may() end,
    ["has others"] = function() may("NAS_MANAGE_NOT", "HARDWARE_VIEW") end,
    ["has none in the answer"] = function() api[USER] = function() return { id = 1 } end end,
    ["cannot be looked up"] = function() api[USER] = function() return nil, fake.refusal("X", "no", 500) end end,
    ["is null"] = function() api[USER] = function() return nil end end,
  } do
    it("that is missing is not gone for a user who " .. name, function()
      answers(nil, fake.not_found)
      set()
      for _, find in ipairs { network_storage.find, network_storage.get, network_storage.find_snapshot, network_storage.idle } do
        local found, err = find "5"
        assert.is_nil(found)
        assert.not_equal("Bosh::Clouds::DiskNotFound", err.type)
      end
    end)
  end

  it("names the permission that is missing", function()
    answers(nil, fake.not_found)
    may()
    assert.matches("lacks the permission 'NAS_MANAGE %(manage storage%)'", select(2, network_storage.find "5").message)
  end)

  for name, err in pairs { network = fake.broken, refusal = function() return fake.refusal("X", "no", 403) end,
    null = false } do
    it(("is never gone because of a %s"):format(name), function()
      answers(nil, err or nil)
      assert.truthy(select(2, network_storage.find "5"))
      assert.equal(0, api.count(USER))
    end)
  end

  it("without a billing item is gone: its cancellation ended it", function()
    answers(volume { billingItem = false })
    assert.same({ n = 2 }, table.pack(network_storage.find "5"))
    assert.equal("gone", network_storage.idle "5")
    assert.equal("Bosh::Clouds::DiskNotFound", select(2, network_storage.get "5").type)
    assert.equal(0, api.count(USER))
  end)

  it("is idle without a transaction", function()
    answers(volume())
    assert.equal(5, network_storage.idle("5").id)
    answers(volume { activeTransactions = json.array {} })
    assert.equal(5, network_storage.idle("5").id)
    answers(volume { activeTransactions = busy("VOLUME_RESIZE", "1.5") })
    assert.same({ false, { stage = "VOLUME_RESIZE", average = 90 } }, { network_storage.idle "5" })
    answers(nil, fake.broken)
    assert.is_true(select(2, network_storage.idle "5").transient)
  end)

  it("can be mounted when it is idle and says so: both", function()
    answers(volume { isReadyToMount = true })
    assert.equal(5, network_storage.mountable("5").id)
    answers(volume { isReadyToMount = true, activeTransactions = busy "VOLUME_PROVISION" })
    assert.same({ false, { stage = "VOLUME_PROVISION" } }, { network_storage.mountable "5" })
    for _, ready in ipairs { false, "absent" } do
      answers(volume { isReadyToMount = ready ~= "absent" and ready or nil })
      assert.is_false((network_storage.mountable "5"))
    end
    answers(volume { billingItem = false })
    assert.equal("Bosh::Clouds::DiskNotFound", select(2, network_storage.mountable "5").type)
  end)

  it("bears oddities in what it only reports", function()
    for _, average in ipairs { "", "soon", "-1", "0" } do
      answers(volume { activeTransactions = busy(nil, average) })
      assert.same({ false, {} }, { network_storage.idle "5" })
    end
  end)

  it("asks for what the caller needs besides", function()
    answers(volume())
    network_storage.find("5", "notes,capacityGb")
    assert.matches("billingItem.id.*activeTransactions.*notes,capacityGb", api.sent[1].mask)
  end)

  it("tells a snapshot from a volume", function()
    answers(volume { nasType = "SNAPSHOT", billingItem = false })
    assert.equal(5, network_storage.find_snapshot("5").id)
    answers(volume())
    assert.matches("5 is no snapshot but a volume", select(2, network_storage.find_snapshot "5").message)
  end)

  it("takes a call: done, not yet, or refused for good", function()
    local function taken(value, err)
      if err then err.words = err.message end
      return network_storage.taken(function() return value, err end)
    end
    assert.is_true(taken(true))
    assert.same({ false, {} }, { taken(false) })
    assert.same({ false, {} }, { taken(nil) })
    local blocking = fake.refusal("SoftLayer_Exception_Network_Storage_BlockingOperationInProgress", "blocked")
    assert.same({ false, { stage = "blocked" } }, { taken(nil, blocking) })
    local refusal = fake.refusal("SoftLayer_Exception_Public", "no")
    assert.same({ nil, refusal }, { taken(nil, refusal) })
  end)

  it("knows the guests that may mount it", function()
    local allowed = volume { allowedVirtualGuests = json.array { { id = 1 }, { id = 2 } } }
    assert.same({ true, false, false }, { network_storage.is_allowed(allowed, 2), network_storage.is_allowed(allowed, 3),
      network_storage.is_allowed(volume(), 1) })
  end)
end)
