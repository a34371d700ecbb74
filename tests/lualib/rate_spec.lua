-- rate: the pace that all processes of a host keep together, in virtual time.
local damage = require "lualib.damage"
local errors = require "errors"
local fake = require "lualib.fake"
local log = require "core.log"
local sys = require "core.sys"

-- A process of its own: the module has the state of one.
local function process(options)
  package.loaded.rate = nil
  local rate = require "rate"
  rate.configure(options)
  return rate
end

local CALL = { service = "Account", method = "getObject" }

local function calls(n)
  local list = {}
  for i = 1, n do list[i] = CALL end
  return list
end

describe("rate", function()
  local clock, dir, remove, original, sent

  before_each(function()
    original = require "rate"
    log.level "off"
    clock = fake.clock()
    dir, remove = fake.directory()
    sent = {}
  end)
  after_each(function()
    package.loaded.rate = original
    clock.restore()
    remove()
    log.level "info"
  end)

  -- The API: every call is noted with its time; `refuse` may answer some with an error.
  local function api(refuse)
    return function(list)
      local results = {}
      for i = 1, #list do
        sent[#sent + 1] = clock.time
        results[i] = { value = true, err = refuse and refuse(#sent) }
      end
      return results
    end
  end

  -- Runs functions side by side, each a process that sleeps by itself.
  local function side_by_side(list)
    local sleepers = {}
    for i, run in ipairs(list) do sleepers[i] = { at = clock.time, thread = coroutine.create(run) } end
    local pause = sys.pause
    sys.pause = function(seconds) return coroutine.yield(seconds) end
    while #sleepers > 0 do
      table.sort(sleepers, function(a, b) return a.at < b.at end)
      local next = sleepers[1]
      clock.time = math.max(clock.time, next.at)
      local fine, seconds = coroutine.resume(next.thread, true)
      assert(fine, seconds)
      if coroutine.status(next.thread) == "dead" then table.remove(sleepers, 1) else next.at = clock.time + seconds end
    end
    sys.pause = pause
  end

  -- The most calls in any second.
  local function densest()
    table.sort(sent)
    local most, first = 0, 1
    for last = 1, #sent do
      while sent[first] <= sent[last] - 1 do first = first + 1 end
      most = math.max(most, last - first + 1)
    end
    return most
  end

  local function share(count, each, n)
    local list = {}
    for i = 1, count do
      local one = process { limit = 40, directory = dir }
      list[i] = function() for _ = 1, each do one.send(calls(n), api()) end end
    end
    side_by_side(list)
  end

  it("lets a hundred processes have 40 calls a second together, and all of them end", function()
    local start = clock.time
    share(100, 4, 1)
    assert.equal(400, #sent)
    assert.is_true(densest() <= 45, densest() .. " calls in a second")
    assert.is_true(clock.time - start <= 10.1, (clock.time - start) .. " s")
  end)

  it("counts every call of a list", function()
    local start = clock.time
    share(20, 2, 6)
    assert.equal(240, #sent)
    assert.is_true(densest() <= 50, densest() .. " calls in a second")
    assert.is_true(clock.time - start <= 6.1)
  end)

  it("sends a long list in parts", function()
    local start, sizes = clock.time, {}
    local results = process { limit = 40, directory = dir }.send(calls(25), function(list)
      sizes[#sizes + 1] = #list
      return api()(list)
    end)
    assert.same({ 10, 10, 5 }, sizes)
    assert.equal(25, #results)
    assert.is_true(clock.time - start > 0.3)
  end)

  it("does not hold up a process that is alone and whose calls take their time", function()
    local one = process { limit = 40, directory = dir }
    for _ = 1, 10 do
      one.send(calls(1), api())
      clock.time = clock.time + 0.03
    end
    assert.same({}, clock.pauses)
  end)

  it("holds up nobody when the limit is 0", function()
    local one = process { limit = 0, directory = dir }
    for _ = 1, 500 do one.send(calls(1), api()) end
    assert.same({}, clock.pauses)
    assert.same({}, sys.list(dir))
  end)

  it("limits one process where there is no directory, or none that can be used", function()
    for _, place in ipairs { false, dir .. "/missing" } do
      local start = clock.time
      local one = process { limit = 40, directory = place or nil }
      for _ = 1, 80 do one.send(calls(1), api()) end
      assert.is_true(clock.time - start > 1.8 and clock.time - start < 2.1)
    end
  end)

  it("goes by itself when another process does not let go of the file", function()
    local held <close> = assert(sys.lock(dir .. "/rate")) -- luacheck: ignore 211
    local start = clock.time
    local one = process { limit = 40, directory = dir }
    for _ = 1, 41 do one.send(calls(1), api()) end
    assert.equal(41, #sent)
    assert.is_true(clock.time - start > 1.8 and clock.time - start < 2.3) -- the patience is paid once
  end)

  describe("begins anew", function()
    local boot = fake.slurp "/proc/sys/kernel/random/boot_id":match "%S+"

    for name, text in pairs {
      ["a file that is damaged"] = "\0\0\0\0 12",
      ["an empty file"] = "",
      ["half a file"] = boot .. " 5000.00",
      ["numbers that are none"] = boot .. " 1.2.3 ...\n",
      ["a file of another boot"] = "6ae1b3a2-0000-4000-8000-000000000000 1020.000000 3.000000\n",
      ["a time from the future"] = boot .. " 99999999.000000 0.000000\n",
      ["a huge file"] = ("x"):rep(100000),
    } do
      it("after " .. name, function()
        fake.spill(dir .. "/rate", text)
        local one = process { limit = 40, directory = dir }
        one.send(calls(1), api())
        assert.same({}, clock.pauses)
        for _ = 1, 80 do one.send(calls(1), api()) end
        assert.is_true(clock.time - 1000 > 1.8 and clock.time - 1000 < 2.1)
        assert.equal(("%s %.6f %.6f\n"):format(boot, 1000 + 81 / 40, 0), fake.slurp(dir .. "/rate"))
      end)
    end

    it("after one damaged at any byte: no call waits for longer than a queue can be", function()
      local whole = ("%s %.6f %.6f\n"):format(boot, clock.time + 1, 3)
      local tried = damage(whole, function(text, what)
        fake.spill(dir .. "/rate", text)
        local before = clock.time
        process { limit = 40, directory = dir }.send(calls(1), api())
        assert.is_true(clock.time - before < 60 + 1000 / 40, what)
        assert.matches("^%S+ [%d.]+ [%d.]+\n$", fake.slurp(dir .. "/rate"), what)
        clock.time = before
      end)
      assert.is_true(tried > 5 * #whole)
      assert.equal(tried, #sent)
    end)

    it("but not a queue that is merely long", function()
      fake.spill(dir .. "/rate", ("%s %.6f %.6f\n"):format(boot, clock.time + 20, 0))
      process { limit = 40, directory = dir }.send(calls(1), api())
      assert.is_true(clock.time - 1000 > 19.8)
    end)
  end)

  describe("after a refusal", function()
    local function limited(retry_after)
      return errors.new { kind = "api", code = "SoftLayer_Exception_WebService_RateLimitExceeded", status = 500,
        message = "slow down", words = "slow down", retry_after = retry_after }
    end

    for asked, pause in pairs { [0] = 1, [7] = 7, [3600] = 60 } do
      it(("with Retry-After %d, all processes pause for %d s"):format(asked, pause), function()
        local one, other = process { limit = 40, directory = dir }, process { limit = 40, directory = dir }
        one.send(calls(1), api(function() return limited(asked) end))
        other.send(calls(1), api())
        assert.is_true(sent[2] - sent[1] > pause - 0.2 and sent[2] - sent[1] < pause + 0.1, sent[2] - sent[1])
      end)
    end

    it("with the status alone, too", function()
      local one = process { limit = 40, directory = dir }
      one.send(calls(1), api(function() return errors.new { kind = "transport", status = 429, message = "no JSON" } end))
      one.send(calls(1), api())
      assert.is_true(sent[2] - sent[1] > 0.8)
    end)

    it("those who wait already stay in their order and do not come all at once", function()
      local list, order = {}, {}
      for i = 1, 60 do
        local one = process { limit = 40, directory = dir }
        list[i] = function()
          sys.pause(i * 0.0001)
          one.send(calls(1), api(function(n) return n == 10 and limited() or nil end))
          order[#order + 1] = i
        end
      end
      side_by_side(list)
      assert.equal(60, #sent)
      local refused, after = sent[10], 0
      for i = 11, 60 do
        assert.is_true(sent[i] - refused >= 0.9, ("call %d came %.2f s after the refusal"):format(i, sent[i] - refused))
        if sent[i] < refused + 1.5 then after = after + 1 end
      end
      assert.is_true(after <= 26, after .. " calls came at once")
      for i = 12, 60 do assert.is_true(order[i] > order[i - 1]) end
    end)

    it("that several calls met, the pause is not the sum", function()
      local list = {}
      for i = 1, 8 do
        local one = process { limit = 40, directory = dir }
        list[i] = function()
          one.send(calls(1), function()
            sys.pause(0.5)
            return { { err = limited() } }
          end)
        end
      end
      side_by_side(list)
      process { limit = 40, directory = dir }.send(calls(1), api())
      assert.is_true(sent[1] - 1000 < 2, sent[1] - 1000)
    end)
  end)

  describe("at the deadline", function()
    local function error_of(one)
      local results = one.send(calls(2), api())
      assert.equal(0, #sent)
      assert.equal(2, #results)
      return results[1].err
    end

    local function busy()
      fake.spill(dir .. "/rate", ("%s %.6f %.6f\n"):format(fake.slurp "/proc/sys/kernel/random/boot_id":match "%S+",
        clock.time + 20, 0))
    end

    it("a call whose time would come later is not sent, and takes no place", function()
      busy()
      clock.deadline = clock.time + 5
      local before = fake.slurp(dir .. "/rate")
      local err = error_of(process { limit = 40, directory = dir })
      assert.equal("timeout", err.kind)
      assert.is_false(err.sent)
      assert.is_true(err.stopped)
      assert.truthy(err.message:find("Account::getObject", 1, true))
      assert.equal(before, fake.slurp(dir .. "/rate"))
      assert.equal(1005, clock.time) -- a rollback has its own time from there
    end)

    it("counts in real seconds, at every speed", function()
      busy()
      clock.deadline = clock.time + 1000 -- of a clock that runs a hundred times faster
      assert.equal("timeout", error_of(process { limit = 40, speed = 100, directory = dir }).kind)
    end)

    it("a signal ends the wait", function()
      busy()
      clock.on_pause = function() clock.interrupted = true end
      local err = error_of(process { limit = 40, directory = dir })
      assert.equal("interrupted", err.kind)
      assert.is_true(err.ok_to_retry)
      assert.is_false(err.sent)
    end)
  end)
end)
