local errors = require "errors"
local fake = require "lualib.fake"
local wait = require "wait"

describe("wait", function()
  local clock
  before_each(function() clock = fake.clock() end)
  after_each(function() clock.restore() end)

  -- Waits for something that takes `duration`, and tells the polls and how late its end was seen.
  local function watch(duration, progress, first)
    local start, polls = clock.time, 0
    local value = wait { what = "it", at_most = 4 * 3600, first = first or 0, function()
      polls = polls + 1
      if clock.time - start >= duration then return "done" end
      return false, progress
    end }
    assert.equal("done", value)
    return polls, clock.time - start - duration
  end

  it("returns the predicate's value, with its arguments passed", function()
    assert.equal(7, wait { what = "it", at_most = 1, function(a, b) return a + b end, 3, 4 })
    assert.equal(0, #clock.sleeps)
  end)

  it("stops at the first lasting error", function()
    local value, err = wait { what = "it", at_most = 60, function() return nil, errors.cloud "no" end }
    assert.is_nil(value)
    assert.equal("no", err.message)
  end)

  it("bears errors that may pass", function()
    local polls = 0
    local value = wait { what = "it", at_most = 600, function()
      polls = polls + 1
      if polls < 5 then return nil, errors.new { kind = "transport", message = "reset", transient = true } end
      return true
    end }
    assert.is_true(value)
    assert.equal(5, polls)
  end)

  it("gives up at its own limit and says what it saw last", function()
    local _, err = wait { what = "an idle guest", at_most = 100, function() return false, { stage = "POWER_ON" } end }
    assert.equal("timeout", err.kind)
    assert.is_true(err.gave_up)
    assert.truthy(err.message:find("an idle guest; last seen: POWER_ON", 1, true))
    assert.is_true(clock.time - 1000 >= 100 and clock.time - 1000 < 101)
  end)

  it("ends at the request's deadline, which is not its own limit", function()
    clock.deadline = 1030
    local _, err = wait { what = "it", at_most = 1000, function() return false end }
    assert.equal("timeout", err.kind)
    assert.is_falsy(err.gave_up)
  end)

  it("that the request's deadline ends is over at the deadline, where the time for a rollback begins", function()
    clock.deadline = 1030
    wait { what = "x", at_most = 1000, function() return false end }
    assert.equal(1030, clock.time)
  end)

  it("tells a signal from a deadline", function()
    clock.on_sleep = function() clock.interrupted = true end
    local _, err = wait { what = "it", at_most = 1000, function() return false end }
    assert.equal("interrupted", err.kind)
  end)

  it("polls at most 60 times in 20 minutes and sees a short wait's end within 3 s", function()
    local polls, lag = watch(20 * 60, { average = 97 }, 10)
    assert.is_true(polls <= 60, polls .. " polls")
    assert.is_true(lag <= 35, lag .. " s late")
    polls, lag = watch(60, { average = 97 }, 10)
    assert.is_true(polls <= 8, polls .. " polls")
    assert.is_true(lag <= 5, lag .. " s late")
  end)

  for _, duration in ipairs { 0, 3, 10, 60, 240, 1200, 3600, 7200 } do
    it(("sees the end of %d s not later than a sixth of it"):format(duration), function()
      local polls, lag = watch(duration)
      assert.is_true(lag <= math.max(2.2, duration / 6), lag .. " s late")
      assert.is_true(polls <= 20 + duration / 12, polls .. " polls")
    end)
  end
end)
