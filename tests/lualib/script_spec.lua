-- script: the form of a script is checked when it is loaded, and the message names file and field.
local script = require "script"

local FORM = [[
description = "Does something worth a description."
arguments = { "a: string" }
effect = "read"
timeout = 5
]]

local function compile(text, base)
  local allowed = base or { error = error, setmetatable = setmetatable }
  return script.compile("x", { text = text, origin = "@overlay/scripts/x.lua" }, {}, { script = allowed, hooks = allowed },
    function(source, chunk, environment) return load(source, chunk, "t", environment) end)
end

describe("script.compile", function()
  it("returns the form and the steps in their order, without run and v1", function()
    local compiled = compile(FORM .. "function second() end function run() end function first() end function v1() end")
    assert.same({ "second", "first" }, compiled.steps)
    assert.same({ "x", "overlay/scripts/x.lua", "read", 5 },
      { compiled.name, compiled.origin, compiled.effect, compiled.timeout })
    assert.is_function(compiled.v1)
    assert.equal("a", compiled.arguments[1].name)
  end)

  it("lets steps call each other by name at call time, so that each can be replaced", function()
    local compiled = compile(FORM .. "function step() return 1 end function run() return step() end")
    assert.equal(1, compiled.run())
    compiled.environment.step = function() return 2 end
    assert.equal(2, compiled.run())
  end)

  for field, text in pairs { description = "5", arguments = "'a'", effect = "false", timeout = "'5'", run = "{}" } do
    it(("refuses a wrong or missing %s"):format(field), function()
      local whole = FORM .. "function run() end\n"
      local pattern = "^overlay/scripts/x.lua:%d: " .. field .. " must be a %l+, but is "
      local _, message = pcall(compile, whole .. field .. " = " .. text)
      assert.matches(pattern .. "a %l+", message)
      _, message = pcall(compile, whole .. field .. " = nil")
      assert.matches(pattern .. "missing", message)
    end)
  end

  for text, complaint in pairs {
    ["effect = 'none'"] = "effect must be 'read' or 'write'",
    ["timeout = 0"] = "timeout must be a positive number",
    ["arguments = { 'a' }"] = "argument 1 is 'a'",
    ["helper = {}"] = "the global 'helper' is neither a step nor a declared field; make it local",
    ["v1 = 5"] = "v1 must be a function",
    ["if then"] = "x.lua:6:",
    ["error('loading', 0)"] = "loading",
  } do
    it("refuses " .. text, function()
      local ok, message = pcall(compile, FORM .. "function run() end\n" .. text)
      assert.is_false(ok)
      assert.truthy(message:find(complaint, 1, true), message)
    end)
  end

  it("seals the environment: a misspelt name raises when it is reached", function()
    local compiled = compile(FORM .. "function run() return cancle() end")
    local _, message = pcall(compiled.run)
    assert.matches("^overlay/scripts/x.lua:5: reads the undeclared name 'cancle'", message)
  end)

  it("takes text only, no bytecode", function()
    assert.is_false((pcall(compile, string.dump(function() end))))
  end)
end)
