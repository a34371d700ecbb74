-- softlayer.volume_change: a volume is changed in place once, or the director is told to copy it.
local answered = require "answered"
local fake = require "lualib.fake"
local json = require "core.json"
local log = require "core.log"
local session = require "session"
local sys = require "core.sys"
local volume_change = require "softlayer.volume_change"

local GET, PRICES, PLACE = "Network_Storage::getObject", "Product_Package::getItemPrices", "Product_Order::placeOrder"
local VERIFY, ORDERS, ORDER = "Product_Order::verifyOrder", "Billing_Order::getAllObjects", "Billing_Order::getObject"

-- 20 to 99 GB with 100 to 1000 IOPS, to 999 GB with 500 to 2000; two tiers, of which one ends at 100 GB.
local function catalogue()
  local list = json.array {}
  local function price(category, key, item, kind, from, to)
    item.keyName = key
    list[#list + 1] = { id = 100 + #list, categories = json.array { { categoryCode = category } }, item = item,
      capacityRestrictionType = kind, capacityRestrictionMinimum = from, capacityRestrictionMaximum = to }
  end
  price("storage_as_a_service", "STORAGE_AS_A_SERVICE", {})
  price("storage_block", "BLOCK_STORAGE_2", {})
  for _, range in ipairs { { "20", "99", "100", "1000" }, { "100", "999", "500", "2000" } } do
    local low, high, slow, fast = table.unpack(range)
    price("performance_storage_space", "GBS", { capacityMinimum = low, capacityMaximum = high }, "IOPS", slow, fast)
    price("performance_storage_iops", "IOPS", { capacityMinimum = slow, capacityMaximum = fast }, "STORAGE_SPACE", low, high)
  end
  for key, tier in pairs { READHEAVY_TIER = { "200", "999" }, WRITEHEAVY_TIER = { "300", "100" } } do
    local level, largest = table.unpack(tier)
    price("performance_storage_space", "SPACE", { capacityMinimum = "1", capacityMaximum = largest }, "STORAGE_TIER_LEVEL",
      level, level)
    price("storage_tier_level", key, { capacity = level })
  end
  return list
end

describe("volume_change", function()
  local clock, api, dir, remove, volume

  before_each(function()
    log.level "off"
    clock, api = fake.clock(), fake.api()
    dir, remove = fake.directory()
    session.configure(function() return api.handle end)
    fake.records_in(dir, "director")
    fake.records_in(dir)
    volume = { id = 5, nasType = "ISCSI", billingItem = { id = 1 }, capacityGb = 20, provisionedIops = "200",
      staasVersion = "2", hasEncryptionAtRest = 1, activeTransactions = json.array {} }
    api[GET] = function() return volume end
    api[PRICES] = catalogue
    api[VERIFY] = function(call) return call.args[1] end
    api[ORDERS] = function() return json.array { { id = 4 } } end
    api[ORDER] = function() return { id = 6, status = "APPROVED" } end
    api["Account::getCurrentUser"] = function() return { id = 1, permissions = json.array { { keyName = "NAS_MANAGE" } } } end
    api[PLACE] = function(call)
      local container = call.args[1]
      volume.capacityGb, volume.provisionedIops = container.volumeSize, container.iops and tostring(container.iops)
      return { orderId = 6 }
    end
  end)
  after_each(function()
    answered.tell(true)
    fake.records_in(nil)
    clock.restore()
    remove()
    log.level "info"
  end)

  local function change(wanted)
    local ok, result = pcall(volume_change.to, "5", wanted)
    answered.tell(ok)
    return ok, result
  end

  local function records()
    local list = {}
    for _, name in ipairs(sys.list(dir)) do
      if name:find "^change_disk" then list[#list + 1] = json.decode(fake.slurp(dir .. "/" .. name)).record end
    end
    return list
  end

  local function endurance(size, key)
    volume.capacityGb, volume.provisionedIops, volume.storageTierLevel = size, nil, key
  end

  it("orders what was asked for, of the volume, and waits until it shows", function()
    api[PLACE] = function(call)
      assert.same({ complexType = "SoftLayer_Container_Product_Order_Network_Storage_AsAService_Upgrade", packageId = 759,
        volume = { id = 5 }, volumeSize = 50, iops = 200, prices = { { id = 100 }, { id = 102 }, { id = 103 } } }, call.args[1])
      volume.activeTransactions = json.array { { id = 1, transactionStatus = { name = "VOLUME_RESIZE" } } }
      return { orderId = 6 }
    end
    api[GET] = function(_, n)
      if n == 5 then volume.capacityGb, volume.activeTransactions = 50, json.array {} end
      return volume
    end
    assert.same({ true, true }, { change { size = 50 } })
    assert.equal(5, api.count(GET))
    assert.same({ "DONE", 6, 5 }, { records()[1].stage, records()[1].order, records()[1].id })
  end)

  for name, wanted in pairs { ["size"] = { size = 20 }, ["size and IOPS"] = { size = 20, iops = 200 },
    ["a size that is not sold so small"] = { size = 5 } } do
    it("orders nothing when the volume has it already: " .. name, function()
      assert.same({ true, false }, { change(wanted) })
      assert.equal(0, api.count(PLACE))
      assert.same({}, records())
    end)
  end

  it("changes IOPS and size together, or IOPS alone", function()
    assert.same({ true, true }, { change { size = 20, iops = 500 } })
    assert.same({ true, true }, { change { size = 200, iops = 2000 } })
    assert.same({ 200, "2000" }, { volume.capacityGb, volume.provisionedIops })
  end)

  it("keeps a tier, or changes it", function()
    endurance(20, "READHEAVY_TIER")
    api[PLACE] = function(call)
      local container = call.args[1]
      assert.is_nil(container.iops)
      volume.capacityGb = container.volumeSize
      return { orderId = 6 }
    end
    assert.same({ true, true }, { change { size = 40 } })
    api[PLACE] = function()
      volume.storageTierLevel = "WRITEHEAVY_TIER"
      return { orderId = 7 }
    end
    assert.same({ true, true }, { change { size = 40, tier = 4 } })
    assert.same({ true, false }, { change { size = 40, tier = 4 } })
  end)

  -- What cannot be changed in place: a message, the volume, what is wanted.
  for message, case in pairs {
    ["of an older kind"] = { { staasVersion = "1" }, { size = 40 } },
    ["is of an older kind"] = { { staasVersion = false }, { size = 40 } },
    ["not encrypted at rest"] = { { hasEncryptionAtRest = 0 }, { size = 40 } },
    ["is not encrypted at rest"] = { { hasEncryptionAtRest = false }, { size = 40 } },
    ["cannot be made smaller than 30 GB"] = { { capacityGb = 30 }, { size = 29 } },
    ["from performance storage into the other kind"] = { {}, { size = 40, tier = 2 } },
    ["from endurance storage into the other kind"] = { { storageTierLevel = "READHEAVY_TIER" }, { size = 40, iops = 200 } },
    ["at the speed that it has: 'iops: 200' is not sold for 100 GB.*'iops: 500'"] = { {}, { size = 100 } },
    ["at the speed that it has: 101 GB are not sold"] = { { storageTierLevel = "WRITEHEAVY_TIER" }, { size = 101 } },
  } do
    it("is not supported: " .. message, function()
      for name, value in pairs(case[1]) do volume[name] = value or nil end
      local ok, err = change(case[2])
      assert.is_false(ok)
      assert.equal("Bosh::Clouds::NotSupported", err.type)
      assert.matches(message, err.message)
      assert.equal(0, api.count(PLACE))
      assert.same({}, records())
    end)
  end

  it("does not call a speed unsupported that was asked for and is not sold", function()
    local _, err = change { size = 100, iops = 200 }
    assert.equal("Bosh::Clouds::CloudError", err.type)
    assert.matches("the nearest is 'iops: 500'", err.message)
  end)

  it("waits for another change of the volume first", function()
    local busy = json.array { { id = 1, transactionStatus = { name = "VOLUME_RESIZE" } } }
    api[GET] = function(_, n)
      volume.activeTransactions = n < 4 and busy or json.array {}
      return volume
    end
    api[VERIFY] = function(call)
      assert.same({}, volume.activeTransactions)
      return call.args[1]
    end
    assert.same({ true, true }, { change { size = 40 } })
  end)

  it("of a volume that is gone is DiskNotFound", function()
    volume.billingItem = nil
    assert.equal("Bosh::Clouds::DiskNotFound", select(2, change { size = 40 }).type)
  end)

  it("of a volume that cannot be looked at is that error, and no DiskNotFound", function()
    for _, failure in ipairs { fake.refusal("SoftLayer_Exception_Public", "no permission"),
      { kind = "interrupted", message = "a signal" } } do
      api[GET] = function() return nil, failure end
      local ok, err = change { size = 40 }
      assert.is_false(ok)
      assert.equal(failure.kind, err.kind)
      assert.equal("Bosh::Clouds::CloudError", err.type)
    end
  end)

  it("goes on with the order of an earlier try", function()
    api[PLACE] = function()
      clock.interrupted = true
      return { orderId = 6 }
    end
    assert.is_false((change { size = 40 }))
    clock.interrupted = false
    assert.equal("KNOWN", records()[1].stage)
    api[GET] = function(_, n)
      if n > 4 then volume.capacityGb = 40 end
      return volume
    end
    assert.same({ true, true }, { change { size = 40 } })
    assert.equal(1, api.count(PLACE))
    assert.equal("DONE", records()[1].stage)
  end)

  it("whose answer was lost is found, and not ordered again", function()
    api[PLACE] = function()
      volume.capacityGb = 40
      return nil, fake.broken()
    end
    api[ORDERS] = function(_, n)
      if n == 1 then return json.array { { id = 4 } } end
      return json.array { { id = 6, userRecordId = 1, items = json.array { { categoryCode = "storage_as_a_service" } } },
        { id = 7, userRecordId = 1, items = json.array { { categoryCode = "storage_as_a_service" },
          { categoryCode = "storage_block" } } } }
    end
    assert.same({ true, true }, { change { size = 40 } })
    assert.equal(1, api.count(PLACE))
    assert.equal(6, records()[1].order)
  end)

  it("that was done while nobody looked closes the record, so that the same change can be made another time", function()
    api[PLACE] = function(call)
      volume.provisionedIops = tostring(call.args[1].iops)
      clock.interrupted = true
      return { orderId = 6 }
    end
    api[GET] = function() -- the change shows only after the interruption
      local shown = {}
      for name, value in pairs(volume) do shown[name] = value end
      if clock.interrupted then shown.provisionedIops = "200" end
      return shown
    end
    assert.is_false((change { size = 20, iops = 300 }))
    clock.interrupted = false
    assert.same({ true, false }, { change { size = 20, iops = 300 } })
    assert.equal("DONE", records()[1].stage)
    volume.provisionedIops = "200"
    api[PLACE] = function(call)
      volume.provisionedIops = tostring(call.args[1].iops)
      return { orderId = 8 }
    end
    assert.same({ true, true }, { change { size = 20, iops = 300 } })
    assert.equal(8, records()[1].order)
  end)

  it("whose order was cancelled is an error, and the next try orders anew", function()
    api[PLACE] = function() return { orderId = 6 } end
    api[ORDER] = function() return { id = 6, status = "CANCELLED" } end
    local ok, err = change { size = 40 }
    assert.is_false(ok)
    assert.matches("order 6, which was to change volume 5, is CANCELLED", err.message)
    api[PLACE] = function()
      volume.capacityGb = 40
      return { orderId = 7 }
    end
    assert.same({ true, true }, { change { size = 40 } })
  end)

  it("that the API calls done already orders nothing", function()
    api[VERIFY] = function()
      volume.capacityGb = 40
      return nil, fake.refusal("SoftLayer_Exception_Order_InvalidData", "A current price was provided for the upgrade order.")
    end
    assert.same({ true, true }, { change { size = 40 } })
    assert.equal(0, api.count(PLACE))
  end)

  it("refused by the API is that refusal", function()
    api[PLACE] = function() return nil, fake.refusal("SoftLayer_Exception_Public", "no capacity") end
    local ok, err = change { size = 40 }
    assert.is_false(ok)
    assert.matches("no capacity", err.message)
    assert.equal(1, api.count(PLACE))
  end)
end)
