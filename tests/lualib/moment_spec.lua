local fake = require "lualib.fake"
local moment = require "moment"
local sys = require "core.sys"

describe("a moment", function()
  local clock, past
  before_each(function()
    clock = fake.clock()
    past = moment.now()
  end)
  after_each(function() clock.restore() end)

  it("is as old as the boot's clock says, wherever the one on the wall was set", function()
    clock.time = clock.time + 60
    for _, step in ipairs { -3600, 0, 3600 } do
      sys.now = function() return past.at + 60 + step end
      assert.same({ 60, 60, 540 }, { moment.age(past), moment.certain_age(past), moment.left(600, past) })
    end
  end)

  -- seconds that the wall counts since, seconds since the new boot; its age, and what of it is certain
  for _, case in ipairs {
    { 300, 100, 300, 100 },
    { 50, 100, 50, 50 },
    { -3600, 100, 0, 0 },
    { 4000, 3000, 4000, 3000 },
  } do
    it(("of an earlier boot, %d s ago on the wall, %d s after the start"):format(case[1], case[2]), function()
      past.boot = "another"
      sys.now = function() return past.at + case[1] end
      clock.time = case[2]
      assert.same({ case[3], case[4] }, { moment.age(past), moment.certain_age(past) })
      assert.equal(math.max(0, 600 - case[4]), moment.left(600, past))
    end)
  end

  it("that the boot's clock has not reached is one of another boot", function()
    clock.time = clock.time - 1
    assert.equal(0, moment.certain_age(past))
  end)

  it("that never was leaves nothing of a window", function() assert.equal(0, moment.left(600, nil)) end)
end)
