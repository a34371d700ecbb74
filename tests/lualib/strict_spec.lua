-- strict: sealed environments.
local strict = require "strict"

describe("strict.open", function()
  local environment, names, seal

  before_each(function()
    environment, names, seal = strict.open({ builtin = "b" }, "origin")
  end)

  local function run(text) return assert(load(text, "=chunk", "t", environment))() end

  it("records the names in their order, and falls back to the base", function()
    run "second = 1; first = builtin"
    assert.same({ "second", "first", second = "origin:1", first = "origin:1" }, names)
    assert.equal("b", environment.first)
  end)

  it("reads an unknown name as nil until it is sealed: a form may ask for what it does not have", function()
    assert.is_nil(run "return nothing")
  end)

  it("raises on reading and on writing an undeclared name, and points at the script's line", function()
    run "function read() return mispelt end function write() mispelt = 1 end"
    seal()
    local _, message = pcall(environment.read)
    assert.equal("origin:1: reads the undeclared name 'mispelt'", message)
    _, message = pcall(environment.write)
    assert.equal("origin:1: writes the undeclared name 'mispelt'", message)
    assert.has_error(function() return environment[5] end)
  end)

  it("lets a declared name be read and replaced after the seal, and the base be read", function()
    run "step = 1"
    seal()
    run "step = 2"
    assert.equal(2, environment.step)
    assert.equal("b", run "return builtin")
  end)

  it("keeps the base out of reach of assignments and of metatable edits", function()
    local base = { builtin = "b" }
    environment, names, seal = strict.open(base, "origin")
    run "builtin = 'mine'"
    assert.equal("b", base.builtin)
    seal()
    assert.is_false(getmetatable(environment))
    assert.has_error(function() setmetatable(environment, nil) end)
  end)
end)
