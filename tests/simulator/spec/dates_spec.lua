-- Dates in the user's zone.
local dates = require "slsim.dates"

local function written(epoch, zone) return dates.writer(dates.zone(zone))(epoch) end

describe("dates", function()
  it("follow US daylight saving to the second", function()
    assert.equal("2018-03-11T01:59:59-06:00", written(1520755199, "US/Central"))
    assert.equal("2018-03-11T03:00:00-05:00", written(1520755200, "US/Central"))
    assert.equal("2018-11-04T01:59:59-05:00", written(1541314799, "US/Central"))
    assert.equal("2018-11-04T01:00:00-06:00", written(1541314800, "US/Central"))
  end)

  it("have microseconds only where they are floats", function()
    assert.equal("1970-01-01T00:00:01.250000+00:00", written(1.25, "UTC"))
    assert.equal("1970-01-01T09:30:01+09:30", written(1, "+09:30"))
  end)

  it("are read as they are written, in any zone", function()
    for _, zone in ipairs { "US/Central", "US/Eastern", "UTC", "+09:30", "-11:00" } do
      for epoch = 1500000001, 1600000000, 7654321 do assert.equal(epoch, dates.read(written(epoch, zone))) end
    end
    assert.equal(0, dates.read("1970-01-01T00:00:00Z"))
  end)

  it("refuse what is none", function()
    for _, text in ipairs { "", "today", "2018-01-01", "2018-01-01T00:00:00", "2018-01-01T00:00:00+1" } do
      assert.is_nil(dates.read(text))
    end
    assert.is_nil(dates.zone("Mars"))
  end)
end)
