-- session: the chain through which every call goes.
local class = require "softlayer.class"
local fake = require "lualib.fake"
local json = require "core.json"
local log = require "core.log"
local session = require "session"
local sl = require "softlayer"

describe("session", function()
  local clock, api, opened

  before_each(function()
    log.level "off"
    clock, api, opened = fake.clock(), fake.api(), {}
    session.configure(function(kind)
      opened[#opened + 1] = kind
      return api.handle
    end)
  end)
  after_each(function()
    clock.restore()
    log.level "info"
  end)

  it("opens one handle for each kind of call, at its first call", function()
    api["Account::getObject"] = function() return {} end
    api["Resource_Metadata::getId"] = function() return 5 end
    assert.same({}, opened)
    for _ = 1, 2 do
      sl.Account:getObject()
      sl.Resource_Metadata:getId()
    end
    assert.same({ "api", "metadata" }, opened)
  end)

  it("hands an opening that fails to every call, as unsent", function()
    session.configure(function() return nil, "no libcurl" end)
    local value, err = sl.Account:getObject()
    assert.is_nil(value)
    assert.equal("no libcurl", err.message)
    assert.is_false(err.sent)
  end)

  it("puts arguments on the wire by position, nil as null", function()
    api["Account::getObject"] = function() return {} end
    sl.Account:getObject("a", nil, { b = json.array {} }, nil)
    assert.same(json.array { "a", json.null, { b = json.array {} }, json.null }, api.sent[1].args)
    sl.Account:getObject()
    assert.is_nil(api.sent[2].args)
  end)

  it("refines copies of a proxy, and sends mask, filter and limit", function()
    api["Account::getObject"] = function() return {} end
    local plain = sl.Account
    plain:id(5):mask("id"):filter({ a = { operation = 1 } }):limit(10, 20):getObject()
    plain:getObject()
    local first, second = api.sent[1], api.sent[2]
    assert.same({ 5, "id", { a = { operation = 1 } }, 10, 20 }, { first.id, first.mask, first.filter, first.limit, first.offset })
    assert.is_nil(second.id or second.mask or second.filter or second.limit)
  end)

  it("tells null from an error", function()
    api["Account::getObject"] = function() return nil end
    assert.same({ n = 1 }, table.pack(sl.Account:getObject()))
    api["Account::getObject"] = function() return nil, fake.not_found() end
    local value, err = sl.Account:getObject()
    assert.is_nil(value)
    assert.equal("SoftLayer_Exception_ObjectNotFound", err.code)
  end)

  it("sends orders marked to be sent once, and no others", function()
    for _, method in ipairs { "getObject", "createObject", "placeOrder", "deleteObject", "setTags", "neverHeardOf" } do
      api["X::" .. method] = function() return true end
      sl.X[method](sl.X)
      assert.equal(class(method) == "order", api.sent[#api.sent].once, method)
    end
  end)

  describe("repetition", function()
    local function times(method, failure)
      local before = api.count("X::" .. method)
      api["X::" .. method] = function() return nil, failure() end
      sl.X[method](sl.X)
      return api.count("X::" .. method) - before
    end
    local function refusal(...)
      local fields = table.pack(...)
      return function() return fake.refusal(table.unpack(fields, 1, fields.n)) end
    end
    local limited = refusal("SoftLayer_Exception_WebService_RateLimitExceeded", "slow down", 500)

    for method, expected in pairs { getObject = 6, setTags = 6, createObject = 1, placeOrder = 1 } do
      it(("of %s after a torn connection: %d in all"):format(method, expected), function()
        assert.equal(expected, times(method, fake.broken))
        assert.equal(expected, times(method, refusal("SoftLayer_Exception", "Internal Error", 500)))
        assert.equal(expected, times(method, refusal("SoftLayer_Exception", "gateway", 504)))
      end)
      it(("of %s that was not looked at or did not leave: 6"):format(method), function()
        assert.equal(6, times(method, limited))
        assert.equal(6, times(method, function() return fake.broken(false) end))
      end)
      it(("of %s after a refusal: none"):format(method), function()
        assert.equal(1, times(method, fake.not_found))
        assert.equal(1, times(method, refusal("SoftLayer_Exception_Public", "no", 500)))
      end)
    end

    it("ends with the first success, and repeats only the calls that failed", function()
      api["X::getA"] = function() return "a" end
      api["X::getB"] = function(_, n)
        if n < 3 then return nil, fake.broken() end
        return "b"
      end
      assert.same({ n = 2, "a", "b" }, sl.all { sl.X:later "getA", sl.X:later "getB" })
      assert.equal(1, api.count "X::getA")
      assert.equal(3, api.count "X::getB")
    end)

    it("waits as long as the server asks, and not beyond the deadline", function()
      api["X::getA"] = function()
        local err = fake.refusal("SoftLayer_Exception", "busy", 429)
        err.retry_after = 30
        return nil, err
      end
      clock.deadline = clock.time + 100
      local _, err = sl.X:getA()
      assert.is_true(err.transient)
      for _, seconds in ipairs(clock.sleeps) do assert.truthy(seconds >= 30) end
      assert.equal(3, #clock.sleeps)
    end)

    it("stopped by a signal is an interruption, which nobody rolls back", function()
      clock.on_sleep = function() clock.interrupted = true end
      api["X::getA"] = function() return nil, fake.broken() end
      local _, err = sl.X:getA()
      assert.equal("interrupted", err.kind)
      assert.is_true(err.ok_to_retry)
      assert.falsy(err.transient)
      assert.equal(1, api.count "X::getA")
    end)
  end)

  describe("the retry quota", function()
    local function fail(n, kind)
      api["X::getA"] = function() return nil, { kind = kind or "transport", message = "no answer", sent = true } end
      for _ = 1, n do sl.X:getA() end
      return api.count "X::getA"
    end

    it("ends repetition, not the calls", function()
      assert.equal(30 + 100, fail(30)) -- 500 tokens, 5 for each
      local _, err = sl.X:getA()
      assert.is_true(err.transient)
      assert.equal(131, api.count "X::getA")
    end)

    it("counts a timeout twice", function()
      assert.equal(20 + 50, fail(20, "timeout"))
    end)

    it("comes back with successes: one for a call, and what its repetition took", function()
      assert.equal(130, fail(30))
      api["X::getB"] = function(_, n)
        if n == 8 then return nil, fake.broken() end
        return true
      end
      for _ = 1, 7 do sl.X:getB() end -- 7 tokens
      for _ = 1, 2 do assert.is_true(sl.X:getB()) end -- one repeated, for 5, which come back; one more
      assert.equal(130 + 1 + 1, fail(1)) -- 8 tokens: one repetition
    end)

    it("is each request's own", function()
      fail(30)
      session.configure(function() return api.handle end)
      assert.equal(131 + 5, fail(1))
    end)
  end)

  it("spaces calls by engine.rate_limit, but not those of the metadata service", function()
    local rate = require "rate"
    rate.configure { limit = 10 }
    finally(function() rate.configure { limit = 0 } end)
    api["X::getA"] = function() return 1 end
    api["Resource_Metadata::getId"] = function() return 5 end
    local start = clock.time
    for _ = 1, 50 do sl.Resource_Metadata:getId() end
    assert.equal(start, clock.time)
    for _ = 1, 21 do sl.X:getA() end
    assert.is_true(clock.time - start > 1.8 and clock.time - start < 2.05)
  end)

  it("tells that a call did not leave when there was no room for it in time", function()
    local rate = require "rate"
    rate.configure { limit = 0.1 }
    finally(function() rate.configure { limit = 0 } end)
    clock.deadline = clock.time + 5
    api["X::placeOrder"] = function() return 1 end
    sl.X:placeOrder()
    local _, err = sl.X:placeOrder()
    assert.same({ "timeout", false, 1 }, { err.kind, err.sent, api.count "X::placeOrder" })
  end)

  describe("effect", function()
    it("'read' keeps everything but reads from leaving, in nested scripts too", function()
      api["X::getA"] = function() return 1 end
      session.within_effect("read", function()
        assert.equal(1, sl.X:getA())
        for _, method in ipairs { "setTags", "createObject", "deleteObject", "gettysburg" } do
          assert.has_error(function() sl.X[method](sl.X) end)
        end
        session.within_effect("write", function() assert.has_error(function() sl.X:setTags() end) end)
      end)
      assert.equal(1, #api.sent)
      api["X::setTags"] = function() return true end
      assert.is_true(sl.X:setTags())
    end)

    it("comes back after an error", function()
      pcall(session.within_effect, "read", error, "no")
      api["X::setTags"] = function() return true end
      assert.is_true(sl.X:setTags())
    end)
  end)

  it("lists page by page, each object once", function()
    api["Account::getX"] = function(call)
      local page = json.array {}
      for i = call.offset + 1, math.min(250, call.offset + call.limit) do page[#page + 1] = { id = i } end
      return page
    end
    local n = 0
    for object in sl.Account:each "getX" do
      n = n + 1
      assert.equal(n, object.id)
    end
    assert.equal(250, n)
    assert.equal(3, #api.sent)
    for _, call in ipairs(api.sent) do assert.equal("orderBy", call.filter.x.id.operation) end
  end)

  describe("after the end of an IAM token", function()
    local EXPIRED = "SoftLayer_Exception_Account_Authentication_AccessTokenValidation"
    local tokens

    before_each(function()
      tokens = { closed = 0 }
      session.configure(function(_, renew)
        tokens[#tokens + 1] = renew or false
        return { send = api.handle.send, close = function() tokens.closed = tokens.closed + 1 end }
      end)
    end)

    for _, method in ipairs { "getObject", "setTags", "placeOrder" } do
      it("sends " .. method .. " once more, with a new one", function()
        api["X::" .. method] = function(_, n)
          if n == 1 then return nil, fake.refusal(EXPIRED, "Access token has expired.") end
          return "done"
        end
        assert.equal("done", sl.X[method](sl.X))
        assert.same({ false, true, closed = 1 }, tokens)
        assert.equal(2, #api.sent)
      end)
    end

    it("gives up after a new one", function()
      api["X::placeOrder"] = function() return nil, fake.refusal(EXPIRED, "Access token has expired.") end
      local _, err = sl.X:placeOrder()
      assert.equal(EXPIRED, err.code)
      assert.equal(2, #api.sent)
    end)

    it("tells that nothing was sent when there is no new one", function()
      session.configure(function(_, renew)
        if renew then return nil, "no token" end
        return { send = api.handle.send, close = function() end }
      end)
      api["X::placeOrder"] = function() return nil, fake.refusal(EXPIRED, "Access token has expired.") end
      local _, err = sl.X:placeOrder()
      assert.equal("no token", err.message)
      assert.is_false(err.sent)
    end)

    it("repeats only the calls that were refused", function()
      api["X::getA"] = function() return "a" end
      api["X::getB"] = function(_, n)
        if n == 1 then return nil, fake.refusal(EXPIRED, "Access token has expired.") end
        return "b"
      end
      assert.same({ "a", "b", n = 2 }, sl.all { sl.X:later "getA", sl.X:later "getB" })
      assert.same({ "X::getA", "X::getB", "X::getB" }, api.names())
    end)
  end)

  it("raises the error of a page", function()
    api["Account::getX"] = function() return nil, fake.not_found() end
    assert.has_error(function() for _ in sl.Account:each "getX" do error "no object" end end)
  end)

  it("knows services by their capital letter", function()
    assert.has_error(function() return sl.virtual_guest end)
  end)

  it("asks a layer in front first", function()
    session.insert(function(calls, next)
      if calls[1].service == "Double" then return { { value = "from the layer" } } end
      return next(calls)
    end)
    assert.equal("from the layer", sl.Double:getObject())
    assert.same({}, api.sent)
  end)
end)
