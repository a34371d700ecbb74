-- The first schedules of `make fault-test`; it runs hundreds of them.
local case = require "fault.case"
local kinds = require "fault.kinds"
local story = require "fault.story"

describe("a random schedule of faults", function()
  for seed = 1, 15 do
    it(("%d loses nothing and buys nothing twice"):format(seed), function()
      local verdict = case.run(seed)
      assert(not verdict.message, ("%s\n%s"):format(verdict.message, table.concat(verdict.told, "\n")))
    end)
  end

  it("is the same for the same seed", function()
    local function text(seed)
      local lines = {}
      for _, step in ipairs(story.of(seed).steps) do
        for _, trouble in ipairs(step.troubles) do lines[#lines + 1] = ("%s %s %s"):format(step.method, trouble.kind, trouble.rule) end
      end
      return table.concat(lines, "\n")
    end
    assert.equal(text(7), text(7))
    assert.not_equal(text(7), text(8))
  end)

  it("may have any of the kinds", function()
    local drawn, missing = {}, {}
    for seed = 1, 500 do
      for _, step in ipairs(story.of(seed).steps) do
        for _, trouble in ipairs(step.troubles) do drawn[trouble.kind] = true end
      end
    end
    for _, kind in ipairs(kinds) do missing[#missing + 1] = not drawn[kind.name] and kind.name or nil end
    assert.same({}, missing)
    assert.is_true(#kinds >= 24)
  end)
end)
