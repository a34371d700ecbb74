-- undo: rollback by <close>.
local errors = require "errors"
local log = require "core.log"
local undo = require "undo"

describe("undo", function()
  local calls

  before_each(function()
    calls = {}
    log.level "off"
  end)
  after_each(function() log.level "info" end)

  local function step(...) calls[#calls + 1] = table.pack(...) end

  local function attempt(failing, back, ...)
    local arguments = table.pack(...)
    return pcall(function()
      local rollback <close> = undo(back, table.unpack(arguments, 1, arguments.n))
      if failing ~= nil then error(failing, 0) end
      return "value"
    end)
  end

  it("does nothing when the block is left without an error", function()
    local ok, value = attempt(nil, step, 1)
    assert.is_true(ok)
    assert.equal("value", value)
    assert.same({}, calls)
  end)

  it("calls the step once with its arguments, nils included, and the error behind them", function()
    local err = errors.cloud "no"
    local ok, raised = attempt(err, step, nil, "guest", nil)
    assert.is_false(ok)
    assert.equal(err, raised)
    assert.equal(1, #calls)
    assert.equal(4, calls[1].n)
    assert.equal("guest", calls[1][2])
    assert.equal(err, calls[1][4])
  end)

  it("lets the step say that the director may try again", function()
    local _, raised = attempt(errors.cloud "no", function(err) err.ok_to_retry = true end)
    assert.is_true(raised.ok_to_retry)
  end)

  it("turns a script's bug into an error object", function()
    local _, raised = attempt("x.lua:1: attempt to index nil", step)
    assert.equal("bug", raised.kind)
    assert.equal(raised, calls[1][1])
  end)

  it("tells both failures, and forbids the retry, when the step fails", function()
    local _, raised = attempt(errors.new { message = "first", ok_to_retry = true }, function(err)
      err.ok_to_retry = true
      error(errors.cloud "second", 0)
    end)
    assert.equal("first (and the rollback failed: second)", raised.message)
    assert.is_false(raised.ok_to_retry)
  end)

  it("does not roll back what a signal interrupted: the next try resumes it", function()
    local err = errors.stopped("signal", "x")
    local _, raised = attempt(err, step)
    assert.equal(err, raised)
    assert.same({}, calls)
  end)

  it("unwinds several in reverse order", function()
    local order = {}
    pcall(function()
      local rollback <close> = undo(function() order[#order + 1] = "first" end)
      do
        local rollback <close> = undo(function() order[#order + 1] = "second" end) -- luacheck: ignore 421
        error(errors.cloud "no", 0)
      end
    end)
    assert.same({ "second", "first" }, order)
  end)
end)
