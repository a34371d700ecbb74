-- core.retry: delays within their bounds.
local property = require "lualib.property"
local retry = require "core.retry"

describe("retry.delay", function()
  it("grows with the attempt, within the cap, and ends with the attempts", function()
    property.holds(300, function()
      local policy = { attempts = math.random(1, 12), base = math.random() * 5, cap = math.random() * 60 }
      local attempt = math.random(1, 14)
      local delay = retry.delay(policy, attempt)
      if attempt >= policy.attempts then return assert.is_nil(delay) end
      assert.truthy(delay >= 0 and delay <= math.min(policy.cap, policy.base * 2 ^ (attempt - 1)))
    end)
  end)

  it("never waits less than the server asks for", function()
    property.holds(100, function()
      local asked = math.random() * 1000
      assert.truthy(retry.delay({ attempts = 3, base = 1, cap = 10 }, 1, asked) >= asked)
    end)
  end)

  it("spreads its delays, so that processes do not come back together", function()
    local seen = {}
    for _ = 1, 50 do seen[retry.delay({ attempts = 3, base = 8, cap = 8 }, 1)] = true end
    local different = 0
    for _ in pairs(seen) do different = different + 1 end
    assert.truthy(different > 40)
  end)

  it("refuses what is no attempt", function()
    assert.is_nil(retry.delay({}, 0))
    assert.is_nil(retry.delay({}, math.maxinteger))
    assert.has_error(function() retry.delay({}, 1.5) end)
    assert.has_error(function() retry.delay(5, 1) end)
  end)
end)
