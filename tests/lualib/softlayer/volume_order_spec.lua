-- softlayer.volume_order: an order is checked for nothing, sent once, and looked for when its answer is missing.
local answered = require "answered"
local errors = require "errors"
local fake = require "lualib.fake"
local json = require "core.json"
local log = require "core.log"
local session = require "session"
local state = require "state"
local sys = require "core.sys"
local volume_order = require "softlayer.volume_order"

local PRICES, VERIFY, PLACE = "Product_Package::getItemPrices", "Product_Order::verifyOrder", "Product_Order::placeOrder"
local ORDERS, ORDER, VOLUMES = "Billing_Order::getAllObjects", "Billing_Order::getObject", "Account::getNetworkStorage"

-- The smallest catalogue: 20 to 39 GB with 100 to 1000 IOPS.
local function catalogue(first)
  local function price(id, category, item, restriction)
    local from, to = table.unpack(restriction or {})
    return { id = first + id, categories = json.array { { categoryCode = category } }, item = item,
      capacityRestrictionType = restriction and restriction[3], capacityRestrictionMinimum = from, capacityRestrictionMaximum = to }
  end
  return json.array {
    price(1, "storage_as_a_service", {}), price(2, "storage_block", {}), price(3, "storage_file", {}),
    price(4, "performance_storage_space", { capacityMinimum = "20", capacityMaximum = "39" }, { "100", "1000", "IOPS" }),
    price(5, "performance_storage_iops", { capacityMinimum = "100", capacityMaximum = "1000" }, { "20", "39", "STORAGE_SPACE" }),
  }
end

describe("volume_order", function()
  local clock, api, record, dir, remove

  local function take(identity) return assert(state.take("create_disk", identity or "disk")) end

  before_each(function()
    log.level "off"
    clock, api = fake.clock(), fake.api()
    dir, remove = fake.directory()
    session.configure(function() return api.handle end)
    fake.records_in(dir, "director")
    fake.records_in(dir)
    record = take()
    api["Account::getCurrentUser"] = function() return { id = 1 } end
    api[PRICES] = function(_, n) return catalogue(100 * n) end
    api[ORDERS] = function() return json.array {} end
    api[VERIFY] = function(call) return call.args[1] end
  end)
  after_each(function()
    answered.tell(false)
    fake.records_in(nil)
    clock.restore()
    remove()
    log.level "info"
  end)

  local function on_disk()
    answered.tell(false)
    record = take()
    return record
  end

  -- An order as the list of orders shows it.
  local function order(id, changes)
    local whole = { id = id, status = "APPROVED", userRecordId = 1, items = json.array {
      { categoryCode = "storage_as_a_service" }, { categoryCode = "storage_block" } } }
    for name, value in pairs(changes or {}) do whole[name] = value end
    return whole
  end

  local function place(after) return pcall(volume_order.place, record, { container = { volumeSize = 20 }, after = after or 4 }) end

  -- No answer to any order; from the poll of that number on, the list shows these orders.
  local function lost(orders, from)
    api[PLACE] = function() return nil, fake.broken() end
    api[ORDERS] = function(call, n)
      assert.equal("> 4", call.filter.id.operation)
      return n >= (from or 1) and json.array(orders) or json.array {}
    end
  end

  -- A record of another process, as it stands on disk.
  local function another(fields, method)
    local key = ("x"):rep(13)
    fields.key, fields.method = key, method or "create_disk"
    local body = assert(json.encode(fields))
    fake.spill(("%s/%s-%s.json"):format(dir, fields.method, key), json.encode { record = fields, sha256 = sys.sha256(body) })
  end

  describe("a check", function()
    local function check(wanted)
      return volume_order.check(wanted or { size = 20 }, function(choice) return volume_order.container(choice, 7, true) end)
    end

    it("asks for the newest order beside it, in the same flight, and for the prices once a day", function()
      api[ORDERS] = function(call)
        assert.same({ "DESC" }, call.filter.id.options[1].value)
        assert.equal(1, call.limit)
        return json.array { { id = 9 } }
      end
      local checked = assert(check())
      assert.equal(9, checked.after)
      assert.same({ size = 20, iops = 200 }, { size = checked.choice.size, iops = checked.choice.iops })
      assert.same({ PRICES, ORDERS, VERIFY }, api.names())
      assert(check())
      assert.equal(1, api.count(PRICES))
      clock.time = clock.time + 24 * 3600
      assert(check())
      assert.equal(2, api.count(PRICES))
    end)

    it("of an account without orders is after number 0", function()
      assert.equal(0, check().after)
    end)

    it("is of the container that is sent", function()
      local container = check().container
      assert.same({ complexType = "SoftLayer_Container_Product_Order_Network_Storage_AsAService", packageId = 759, quantity = 1,
        location = 7, useHourlyPricing = true, volumeSize = 20, iops = 200, osFormatType = { keyName = "LINUX" },
        prices = { { id = 101 }, { id = 102 }, { id = 104 }, { id = 105 } } }, container)
      assert.same(json.decode(json.encode(container)), api.sent[3].args[1])
    end)

    it("with prices that are too old asks for them once more", function()
      assert(check())
      api[VERIFY] = function(call)
        if call.args[1].prices[1].id == 101 then return nil, fake.refusal("SoftLayer_Exception_Order_InvalidData", "Price 101?") end
        return call.args[1]
      end
      assert.equal(201, check().container.prices[1].id)
      assert.equal(2, api.count(PRICES))
      assert.equal(3, api.count(VERIFY))
      assert.equal(201, check().container.prices[1].id) -- and keeps what it got
      assert.equal(2, api.count(PRICES))
    end)

    it("that the API refuses is not made a third time", function()
      api[VERIFY] = function() return nil, fake.refusal("SoftLayer_Exception_Order_InvalidData", "no capacity") end
      local checked, err = check()
      assert.is_nil(checked)
      assert.matches("no capacity", err.message)
      assert.same({ 2, 2 }, { api.count(PRICES), api.count(VERIFY) })
    end)

    it("without an answer asks for no prices anew", function()
      api[VERIFY] = function() return nil, fake.broken() end
      assert.is_nil((check()))
      assert.equal(1, api.count(PRICES))
    end)

    it("of what is not sold asks the API for nothing but prices", function()
      local checked, err = check { size = 20, iops = 150 }
      assert.is_nil(checked)
      assert.matches("'iops: 200'", err.message)
      for _, name in ipairs(api.names()) do assert.equal(PRICES, name) end
    end)
  end)

  describe("an order", function()
    it("is on disk as SENT, with the newest number before it, before it leaves", function()
      api[PLACE] = function(call)
        local fields = json.decode(fake.slurp(record.path)).record
        assert.same({ "SENT", 4 }, { fields.stage, fields.after })
        assert.same({ { volumeSize = 20 }, false }, { table.unpack(call.args) })
        assert.is_true(call.once)
        return { orderId = 5 }
      end
      assert.same({ true, 5 }, { place() })
      assert.same({ "KNOWN", 5 }, { on_disk().stage, record.order })
      assert.equal(1, #api.sent)
    end)

    it("refused by the API made nothing: nobody looks, and the next try begins anew", function()
      api[PLACE] = function() return nil, fake.refusal("SoftLayer_Exception_Public", "no capacity") end
      local ok, err = place()
      assert.is_false(ok)
      assert.matches("no capacity", err.message)
      assert.equal("INTENT", on_disk().stage)
      assert.equal(0, api.count(ORDERS))
    end)

    it("that never left made nothing as well", function()
      api[PLACE] = function() return nil, fake.broken(false) end
      assert.is_false((place()))
      assert.equal("INTENT", on_disk().stage)
    end)

    for _, poll in ipairs { 1, 9 } do
      it(("without an answer is the only one that looks like it, found by poll %d"):format(poll), function()
        lost({ order(7) }, poll)
        assert.same({ true, 7 }, { place() })
        assert.equal(1, api.count(PLACE))
        assert.same({ "KNOWN", 7 }, { on_disk().stage, record.order })
      end)
    end

    for name, answer in pairs { empty = {}, null = { orderId = json.null }, text = "text", ["a list"] = json.array { 5 } } do
      it("whose answer names no order is looked for: " .. name, function()
        lost { order(7) }
        api[PLACE] = function() return answer end
        assert.same({ true, 7 }, { place() })
      end)
    end

    it("is none of those that two of may be it: an error, the record stays, nothing is sent again", function()
      lost { order(7), order(8) }
      local ok, err = place()
      assert.is_false(ok)
      assert.matches("orders 7, 8, any of which may be it", err.message)
      assert.equal(1, api.count(PLACE))
      assert.equal("SENT", on_disk().stage)
      local again, same = pcall(volume_order.resume, record)
      assert.is_false(again)
      assert.matches("any of which", same.message)
    end)

    it("that did not show in its window is sent once more, then given up", function()
      local sent_at = {}
      lost {}
      api[PLACE] = function()
        sent_at[#sent_at + 1] = clock.time
        return nil, fake.broken()
      end
      local ok, err = place()
      assert.is_false(ok)
      assert.matches("sent 2 times without an answer", err.message)
      assert.is_false(err.ok_to_retry)
      assert.equal(2, #sent_at)
      assert.is_true(sent_at[2] - sent_at[1] >= 600 and clock.time - sent_at[2] >= 600)
      assert.equal("SENT", on_disk().stage)
    end)

    -- orders that are somebody else's
    for what, other in pairs {
      ["older"] = order(4), ["of another user"] = order(7, { userRecordId = 2 }),
      ["without a user"] = order(7, { userRecordId = json.null }), ["without items"] = order(7, { items = json.array {} }),
      ["for a guest"] = order(7, { items = json.array { { categoryCode = "guest_core" } } }),
      ["for a change of a volume"] = order(7, { items = json.array { { categoryCode = "storage_as_a_service" } } }),
    } do
      it("is not one " .. what, function()
        lost { other, order(9) }
        assert.same({ true, 9 }, { place() })
      end)
    end

    for what, fields in pairs { has = { stage = "KNOWN", order = 7 }, had = { stage = "DONE", spent = json.array { 6, 7 } } } do
      it("is not one that another record " .. what, function()
        another(fields)
        lost { order(7), order(9) }
        assert.same({ true, 9 }, { place() })
      end)
    end

    it("may be that of another request that waits for its answer: an error is better than one volume for two", function()
      another { stage = "SENT", after = 5, sent = fake.ago(0) }
      lost { order(7) }
      local ok, err = place()
      assert.is_false(ok)
      assert.matches("orders 7, any of which may be it", err.message)
      assert.equal("SENT", on_disk().stage)
    end)

    it("is the other request's as soon as that has its answer", function()
      another { stage = "SENT", after = 5, sent = fake.ago(0) }
      lost {}
      api[ORDERS] = function(_, n)
        if n == 5 then another { stage = "KNOWN", after = 5, order = 7 } end
        return n < 8 and json.array { order(7) } or json.array { order(7), order(8) }
      end
      assert.same({ true, 8 }, { place() })
    end)

    it("is sent again when the only one that it might have been was the other request's", function()
      another { stage = "SENT", after = 5, sent = fake.ago(0) }
      lost {}
      api[PLACE] = function(_, n)
        if n == 2 then return { orderId = 9 } end
        return nil, fake.broken()
      end
      api[ORDERS] = function(_, n)
        if n == 5 then another { stage = "KNOWN", after = 5, order = 7 } end
        return json.array { order(7) }
      end
      assert.same({ true, 9 }, { place() })
      assert.equal(2, api.count(PLACE))
    end)

    for what, fields in pairs {
      ["was sent later than the order is"] = { stage = "SENT", after = 7 },
      ["was sent long before"] = { stage = "SENT", after = 4, age = 1300 },
      ["has not sent anything"] = { stage = "INTENT", after = 4 },
    } do
      it("cannot be that of a record that " .. what, function()
        fields.sent, fields.age = fake.ago(fields.age or 0), nil
        another(fields)
        lost { order(7) }
        assert.same({ true, 7 }, { place() })
      end)
    end

    it("of a new volume cannot be that of a change", function()
      another({ stage = "SENT", after = 4, sent = fake.ago(0) }, "change_disk")
      lost { order(7) }
      assert.same({ true, 7 }, { place() })
    end)

    it("is not sent again after a look that failed", function()
      api[PLACE] = function() return nil, fake.broken() end
      for _, failure in ipairs { fake.broken(), fake.refusal("SoftLayer_Exception_Public", "no permission") } do
        api[ORDERS] = function() return nil, failure end
        local before = api.count(PLACE)
        assert.is_false((place()))
        assert.equal(before + 1, api.count(PLACE))
        assert.equal("SENT", on_disk().stage)
      end
    end)

    it("interrupted stays SENT", function()
      api[PLACE] = function()
        clock.interrupted = true
        return nil, { kind = "interrupted", message = "a signal", sent = true }
      end
      local _, err = place()
      assert.equal("interrupted", err.kind)
      assert.equal("SENT", on_disk().stage)
    end)

    it("is not sent when it cannot be put on record", function()
      record.path = dir .. "/no/such/place.json"
      assert.is_false((place()))
      assert.same({}, api.sent)
    end)
  end)

  describe("an interrupted request", function()
    local function was_sent(ago)
      assert(record:save { stage = "SENT", after = 4, sent = fake.ago(ago) })
      on_disk()
    end

    it("goes on with the order that it finds, and has it on disk at once", function()
      was_sent(100)
      lost({ order(7) }, 3)
      assert.equal(7, volume_order.resume(record))
      assert.same({ "KNOWN", 7 }, { on_disk().stage, record.order })
      assert.equal(7, volume_order.resume(record)) -- without another look
      assert.equal(3, api.count(ORDERS))
    end)

    it("looks for the rest of the window only, and once at least", function()
      was_sent(500)
      lost {}
      local began = clock.time
      assert.is_nil(volume_order.resume(record))
      assert.is_true(clock.time - began >= 100 and clock.time - began < 130)
      was_sent(5000)
      local asked = api.count(ORDERS)
      assert.is_nil(volume_order.resume(record))
      assert.equal(asked + 1, api.count(ORDERS))
    end)

    it("that sent nothing asks nobody", function()
      assert.is_nil(volume_order.resume(record))
      assert.same({}, api.sent)
    end)

    it("made again after its answer was taken means another volume", function()
      assert(record:save { stage = "DONE", order = 5, id = 50 })
      on_disk()
      assert.is_nil(volume_order.resume(record))
      assert.is_nil(record.id)
    end)
  end)

  describe("an order's volume", function()
    before_each(function() api[ORDER] = function() return { id = 5, status = "APPROVED" } end end)

    it("is found by the order's number", function()
      api[VOLUMES] = function(call)
        assert.equal(5, call.filter.networkStorage.billingItem.orderItem.order.id.operation)
        return json.array { { id = 70 } }
      end
      assert.equal(70, volume_order.volume(5))
      assert.equal(2, #api.sent)
    end)

    it("is waited for while the order may still make one", function()
      for _, list in ipairs { json.array {}, json.array { { id = 1 }, { id = 2 } } } do
        api[VOLUMES] = function() return list end
        assert.same({ false, { stage = "order 5 is APPROVED", average = 60 } }, { volume_order.volume(5) })
      end
    end)

    for _, status in ipairs { "CANCELLED", "DENIED" } do
      it("never comes of an order that is " .. status, function()
        api[VOLUMES] = function() return json.array {} end
        api[ORDER] = function() return { id = 5, status = status } end
        local volume, err = volume_order.volume(5)
        assert.is_nil(volume)
        assert.equal(("order 5 is %s; it made no volume"):format(status), err.message)
        assert.is_true(errors.is(err))
      end)
    end
  end)
end)
