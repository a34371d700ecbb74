-- deadline: the nearest of the process's and the scripts' own.
local deadline = require "deadline"
local fake = require "lualib.fake"

describe("deadline", function()
  local clock

  before_each(function() clock = fake.clock() end)
  after_each(function() clock.restore() end)

  it("is the process's own at first", function()
    assert.equal(math.huge, deadline.remaining())
    clock.deadline = clock.time + 50
    assert.equal(50, deadline.remaining())
  end)

  it("comes nearer inside, never farther, and comes back", function()
    clock.deadline = clock.time + 50
    deadline.within(20, function()
      assert.equal(20, deadline.remaining())
      deadline.within(100, function() assert.equal(20, deadline.remaining()) end)
      deadline.within(5, function() assert.equal(5, deadline.remaining()) end)
      clock.time = clock.time + 8
      assert.equal(12, deadline.remaining())
    end)
    assert.equal(42, deadline.remaining())
  end)

  it("never goes below zero", function()
    deadline.within(1, function()
      clock.time = clock.time + 10
      assert.equal(0, deadline.remaining())
    end)
  end)

  it("comes back after an error too, and passes values through", function()
    assert.has_error(function() deadline.within(1, error, "no", 0) end, "no")
    assert.equal(math.huge, deadline.remaining())
    assert.same({ n = 3, 1, nil, 3 }, table.pack(deadline.within(1, function(...) return ... end, 1, nil, 3)))
  end)
end)
