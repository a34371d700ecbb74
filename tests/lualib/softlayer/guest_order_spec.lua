-- softlayer.guest_order: an order reaches the API once, or is looked for before it is sent again.
local answered = require "answered"
local errors = require "errors"
local fake = require "lualib.fake"
local guest_order = require "softlayer.guest_order"
local json = require "core.json"
local log = require "core.log"
local session = require "session"
local state = require "state"

local LIST, ORDERS = "Account::getVirtualGuests", "Billing_Order::getAllObjects"

-- What is sent, to whom, and what the answer looks like that has this guest in it.
local FORMS = {
  { "createObject", "Virtual_Guest::createObject", { hostname = "bosh-abc", domain = "example.org" },
    function(guest) return guest end },
  { "placeOrder", "Product_Order::placeOrder", { packageId = 46, virtualGuests = json.array { { hostname = "bosh-abc" } } },
    function(guest) return { orderId = 9, orderDetails = { virtualGuests = json.array { guest } } } end },
}

for _, form in ipairs(FORMS) do describe("guest_order by " .. form[1], function()
  local CREATE, ORDER, receipt = form[2], form[3], form[4]
  local clock, api, record, dir, remove

  before_each(function()
    log.level "off"
    clock, api = fake.clock(), fake.api()
    dir, remove = fake.directory()
    session.configure(function() return api.handle end)
    fake.records_in(dir, "director")
    record = assert(state.take("create_vm", "agent"))
    api[LIST] = function() return json.array {} end
    api[ORDERS] = function() return json.array {} end
    api["Account::getCurrentUser"] = function() return { id = 1, hasFullVirtualGuestAccessFlag = true } end
  end)
  after_each(function()
    answered.tell(false)
    clock.restore()
    remove()
    log.level "info"
  end)

  local function place() return pcall(guest_order.place, record, ORDER) end

  local function on_disk()
    answered.tell(false)
    record = assert(state.take("create_vm", "agent"))
    return record
  end

  local function guest_named(name) return json.array { { id = 7, hostname = name } } end

  it("is on disk as SENT, with its name, before the call leaves", function()
    api[CREATE] = function()
      local text = fake.slurp(record.path)
      assert.truthy(text:find('"SENT"', 1, true) and text:find('"bosh-abc"', 1, true))
      return receipt { id = 5 }
    end
    assert.same({ true, 5 }, { place() })
    assert.same({ "KNOWN", 5 }, { on_disk().stage, record.id })
  end)

  it("refused by the API is over: nothing was ordered, and nobody looks", function()
    api[CREATE] = function() return nil, fake.refusal("SoftLayer_Exception_Public", "no such datacenter", 500) end
    local ok, err = place()
    assert.is_false(ok)
    assert.equal("Bosh::Clouds::VMCreationFailed", err.type)
    assert.equal(1, #api.sent)
    assert.equal("INTENT", on_disk().stage)
  end)

  it("that never left is over as well", function()
    api[CREATE] = function() return nil, fake.broken(false) end
    place()
    assert.equal(0, api.count(LIST))
    assert.equal("INTENT", on_disk().stage)
  end)

  it("without an answer is looked for, and found, however late it shows", function()
    api[CREATE] = function() return nil, fake.broken() end
    api[LIST] = function(call, n)
      assert.equal("bosh-abc", call.filter.virtualGuests.hostname.operation)
      return n < 6 and json.array {} or guest_named "bosh-abc"
    end
    assert.same({ true, 7 }, { place() })
    assert.equal(1, api.count(CREATE))
    assert.equal("KNOWN", on_disk().stage)
  end)

  it("without a guest in the whole window is sent once more, then given up", function()
    local sent_at = {}
    api[CREATE] = function()
      sent_at[#sent_at + 1] = clock.time
      return nil, fake.broken()
    end
    local ok, err = place()
    assert.is_false(ok)
    assert.equal("Bosh::Clouds::VMCreationFailed", err.type)
    assert.is_false(err.ok_to_retry)
    assert.equal(2, #sent_at)
    assert.truthy(sent_at[2] - sent_at[1] >= 600)
    assert.truthy(clock.time - sent_at[2] >= 600) -- each order has its own window
    assert.equal("SENT", on_disk().stage)
  end)

  it("keeps looking for as long as the order itself is known", function()
    api[CREATE] = function() return nil, fake.refusal("SoftLayer_Exception", "gateway", 504) end
    api[ORDERS] = function()
      return json.array { { id = 1, status = "APPROVED", items = json.array { { hostName = "bosh-abc" } } } }
    end
    api[LIST] = function(_, n) return n < 9 and json.array {} or guest_named "bosh-abc" end
    assert.is_true((place()))
    assert.equal(1, api.count(CREATE))
  end)

  for status, sends in pairs { APPROVED = 1, PENDING_APPROVAL = 1, CANCELLED = 2, COMPLETED = 1 } do
    it(("is sent %d times when its order is %s after the whole window"):format(sends, status), function()
      api[CREATE] = function() return nil, fake.broken() end
      api[ORDERS] = function()
        return json.array { { id = 1, status = status, items = json.array { { hostName = "bosh-abc" } } } }
      end
      local ok, err = place()
      assert.is_false(ok)
      assert.is_false(err.ok_to_retry)
      assert.equal(sends, api.count(CREATE))
      assert.equal("SENT", on_disk().stage)
    end)
  end

  it("is not sent again after a look that failed", function()
    api[CREATE] = function() return nil, fake.broken() end
    api[LIST] = function() return nil, fake.broken() end
    assert.is_false((place()))
    assert.equal(1, api.count(CREATE))
    assert.equal("SENT", on_disk().stage)
  end)

  for name, answer in pairs { null = false, ["a list"] = json.array { { id = 7 } }, ["no id"] = {},
    ["a guest without an id"] = receipt {}, ["a guest whose id is text"] = receipt { id = "7" } } do
    it("is looked for when its answer is " .. name, function()
      api[CREATE] = function() return answer or nil end
      api[LIST] = function() return guest_named "bosh-abc" end
      assert.same({ true, 7 }, { place() })
      assert.equal(1, api.count(CREATE))
    end)
  end

  it("keeps a guest that cannot be put on record", function()
    api[CREATE] = function()
      record.path = record.path .. "/nowhere"
      return receipt { id = 5 }
    end
    assert.same({ true, 5 }, { place() })
    record.path = record.path:gsub("/nowhere$", "")
  end)

  it("does not take a guest of another name for its own: the API ignores filters it does not understand", function()
    api[CREATE] = function() return nil, fake.broken() end
    api[LIST] = function() return guest_named "somebody-elses" end
    assert.is_false((place()))
    assert.equal(2, api.count(CREATE))
  end)

  it("interrupted by a signal stays SENT, so that the next try looks", function()
    api[CREATE] = function()
      clock.interrupted = true
      return nil, { kind = "interrupted", message = "a signal", sent = true }
    end
    api[LIST] = function() return nil, { kind = "interrupted", message = "a signal", sent = false } end
    local _, err = place()
    assert.equal("interrupted", err.kind)
    assert.equal("SENT", on_disk().stage)
    assert.is_true(record:unsure())
  end)

  it("whose answer we would not take may exist all the same", function()
    api[CREATE] = function() return nil, { kind = "refused", message = "too large an answer", sent = true } end
    api[LIST] = function() return guest_named "bosh-abc" end
    assert.same({ true, 7 }, { place() })
  end)

  it("is not sent when its intent cannot be put on disk", function()
    record.path = dir .. "/no/such/directory.json"
    local ok, err = place()
    assert.is_false(ok)
    assert.is_true(errors.is(err))
    assert.same({}, api.sent)
  end)

  it("passes on an error of the look: not to know is not to be gone", function()
    api[CREATE] = function() return nil, fake.broken() end
    api[LIST] = function() return nil, fake.refusal("SoftLayer_Exception_Public", "no permission", 500) end
    local _, err = place()
    assert.matches("no permission", err.message)
    assert.equal(1, api.count(CREATE))
    assert.equal("SENT", on_disk().stage)
  end)
end) end
