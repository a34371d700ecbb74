-- softlayer.sent_once: what is on record before and after an order, by what came back.
local errors = require "errors"
local fake = require "lualib.fake"
local log = require "core.log"
local sent_once = require "softlayer.sent_once"

describe("sent_once", function()
  local record, sends, looks, stages, clock

  before_each(function()
    log.level "off"
    clock = fake.clock()
    sends, looks, stages = 0, 0, {}
    record = { stage = "INTENT", save = function(self, changes)
      for name, value in pairs(changes) do self[name] = value end
      stages[#stages + 1] = self.stage
      return true
    end, known = function(self, field, value)
      self:save { stage = "KNOWN", [field] = value }
      return value
    end }
  end)
  after_each(function()
    clock.restore()
    log.level "info"
  end)

  -- answers and looks: one value for each time; an Error among the answers is what failed.
  local function place(answers, found)
    return pcall(sent_once, record, {
      what = "the order of x", field = "order", mark = { after = 4 },
      send = function()
        sends = sends + 1
        local answer = answers[sends]
        if errors.is(answer) then return nil, answer end
        return answer
      end,
      id_of = function(answer) return answer.orderId end,
      look = function(open)
        assert.equal(record, open)
        looks = looks + 1
        local value = (found or {})[looks]
        if errors.is(value) then error(value, 0) end
        return value and open:known("order", value)
      end,
    })
  end

  local function failed(raw) return errors.of_call(raw, { service = "Product_Order", method = "placeOrder" }) end

  it("keeps what the answer names", function()
    assert.same({ true, 5 }, { place { { orderId = 5 } } })
    assert.same({ 1, 0 }, { sends, looks })
    assert.same({ "SENT", "KNOWN" }, stages)
    assert.same({ 5, 4, fake.ago(0) }, { record.order, record.after, record.sent })
  end)

  -- what came back, and whether something may have been ordered
  for _, case in ipairs {
    { "a refusal", function() return failed(fake.refusal("SoftLayer_Exception_Public", "no")) end, false },
    { "the rate limit", function() return failed(fake.refusal("SoftLayer_Exception_WebService_RateLimitExceeded", "slow")) end, false },
    { "a call that never left", function() return failed(fake.broken(false)) end, false },
    { "no answer", function() return failed(fake.broken()) end, true },
    { "a time limit", function() return failed { kind = "timeout", message = "slow", sent = true } end, true },
    { "an answer of a gateway", function() return failed(fake.refusal("SoftLayer_Exception", "x", 504)) end, true },
    { "Internal Error", function() return failed(fake.refusal("SoftLayer_Exception", "Internal Error")) end, true },
    { "an answer that we do not take", function() return failed { kind = "refused", message = "too large", sent = true } end, true },
    { "an answer without an id", function() return {} end, true },
    { "an answer with another thing for an id", function() return { orderId = "5" } end, true },
    { "a text", function() return "5" end, true },
    { "false", function() return false end, true },
  } do
    it(("after %s %s"):format(case[1], case[3] and "looks" or "is over"), function()
      local ok, result = place({ case[2]() }, { 7 })
      if case[3] then
        assert.same({ true, 7 }, { ok, result })
        assert.same({ "SENT", "KNOWN" }, stages)
        assert.equal(7, record.order)
      else
        assert.is_false(ok)
        assert.equal(0, looks)
        assert.same({ "SENT", "INTENT" }, stages)
      end
      assert.equal(1, sends)
    end)
  end

  it("sends again after a look that saw nothing, then no more", function()
    local ok, err = place { failed(fake.broken()), failed(fake.broken()), { orderId = 5 } }
    assert.is_false(ok)
    assert.matches("the order of x was sent 2 times without an answer", err.message)
    assert.same({ 2, 2 }, { sends, looks })
    assert.equal("SENT", record.stage)
  end)

  it("takes the second answer", function()
    assert.same({ true, 6 }, { place { failed(fake.broken()), { orderId = 6 } } })
    assert.same({ "SENT", "SENT", "KNOWN" }, stages)
  end)

  it("does not send again after a look that failed", function()
    local ok, err = place({ failed(fake.broken()) }, { errors.cloud "two of them" })
    assert.is_false(ok)
    assert.equal("two of them", err.message)
    assert.equal(1, sends)
    assert.equal("SENT", record.stage)
  end)

  it("sends nothing that is not on record", function()
    record.save = function() return nil, errors.cloud "the disk is full" end
    local ok, err = place { { orderId = 5 } }
    assert.is_false(ok)
    assert.equal("the disk is full", err.message)
    assert.equal(0, sends)
  end)

  it("keeps what was bought, even if that cannot be put on record", function()
    local save = record.save
    record.save = function(self, changes)
      if changes.stage == "KNOWN" then return nil, errors.cloud "the disk is full" end
      return save(self, changes)
    end
    assert.same({ true, 5 }, { place { { orderId = 5 } } })
  end)
end)
