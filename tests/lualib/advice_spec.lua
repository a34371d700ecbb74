-- advice: what hooks of overlays make of a step, and that a wrong one is refused with its file and line.
local advice = require "advice"
local events = require "events"

local seen

local function read(text, steps)
  return advice.read(text, "@/site/hooks/x.lua", steps or { "run", "plan", "provision" },
    { table = table, error = error, note = function(what) seen[#seen + 1] = what end },
    function(source, chunk, environment) return load(source, chunk, "t", environment) end)
end

-- The step `plan` under the hooks of overlays, the first outermost.
local function plan_under(...)
  local environment = { plan = function(...) seen[#seen + 1] = "plan" return ... end }
  local overlays = { ... }
  for i = #overlays, 1, -1 do advice.weave(environment, read(overlays[i])) end
  return environment.plan
end

describe("a hook", function()
  before_each(function() seen = {} end)

  it("before a step gets its arguments and changes no result", function()
    local plan = plan_under "function before.plan(a, b) note(a .. b) return 9 end"
    assert.same({ 1, 2 }, { plan(1, 2) })
    assert.same({ "12", "plan" }, seen)
  end)

  it("after a step may replace what it returns", function()
    assert.same({ 1, 2 }, { plan_under "function after.plan(result, a) note(result + a) end" (1, 2) })
    assert.same({ 3, 4 }, { plan_under "function after.plan(result, a, b) return result + b, 4 end" (1, 2) })
    assert.same({ n = 1 }, table.pack(plan_under "function after.plan() return nil end" (1, 2)))
    assert.same({ "plan", 2, "plan", "plan" }, seen)
  end)

  it("around a step decides whether it runs", function()
    assert.same({ 2 }, { plan_under "function around.plan(plan, a) return plan(a + 1) end" (1) })
    assert.same({ 5 }, { plan_under "function around.plan() return 5 end" (1) })
    assert.same({ "plan" }, seen)
  end)

  it("that overrides takes the step's place, inside of the others", function()
    local plan = plan_under [[
      function after.plan(result) note "after" return result + 1 end
      function before.plan() note "before" end
      function override.plan(a) note "override" return a * 10 end
      function around.plan(plan, a) note "around" return plan(a) + 100 end
    ]]
    assert.equal(131, plan(3))
    assert.same({ "around", "before", "override", "after" }, seen)
  end)

  it("of the first overlay is outermost, and its override is the one that counts", function()
    local plan = plan_under("function around.plan(plan, a) return plan(a .. 'x') end",
      "function around.plan(plan, a) return plan(a .. 'y') end")
    assert.equal("axy", plan "a")
    plan = plan_under("function override.plan() return 'outer' end", "function override.plan() return 'inner' end")
    assert.equal("outer", plan())
  end)

  it("is told of, with its place", function()
    local told = {}
    local stop = events.listen(function(event, phase)
      told[#told + 1] = ("%s %s %s"):format(event.name, phase, event.where)
    end)
    plan_under "\n\nfunction before.plan() end" ()
    stop()
    assert.same({ "before.plan begin /site/hooks/x.lua:3", "before.plan end /site/hooks/x.lua:3" }, told)
  end)

  for text, complaint in pairs {
    ["\nfunction before.paln() end"] = "/site/hooks/x.lua:2: there is no step 'paln', did you mean 'plan'?",
    ["function before.zzzzzzzzz() end"] = "x.lua:1: there is no step 'zzzzzzzzz'; the steps are: run, plan, provision",
    ["before.plan = 5"] = "/site/hooks/x.lua:1: before.plan must be a function",
    ["function after.plan() end\nfunction after.plan() end"] = "/site/hooks/x.lua:2: after.plan is there already, at /site/hooks/x.lua:1",
    ["local f = before.plan"] = "/site/hooks/x.lua:1: before.plan cannot be read",
    ["function plan() end"] = "/site/hooks/x.lua:1: writes the global 'plan'; make it local, or a hook: before.plan",
    ["function helper() end"] = "/site/hooks/x.lua:1: writes the global 'helper'; make it local",
    ["befor.plan = 1"] = "/site/hooks/x.lua:1: reads the undeclared name 'befor', did you mean 'before'?",
    ["\n\nhelper()"] = "/site/hooks/x.lua:3: reads the undeclared name 'helper'",
    ["before = {}"] = "/site/hooks/x.lua:1: writes the global 'before'",
    ["if then"] = "/site/hooks/x.lua:1: unexpected symbol near 'then'",
  } do
    it("is refused: " .. text, function()
      local ok, message = pcall(read, text)
      assert.is_false(ok)
      assert.truthy(message:find(complaint, 1, true), message)
    end)
  end

  it("that reaches an undeclared name while it runs names its line, however long the path is", function()
    local plan = plan_under "function before.plan()\n  return helper\nend"
    local _, message = pcall(plan)
    assert.equal("/site/hooks/x.lua:2: reads the undeclared name 'helper'", message)
  end)
end)
