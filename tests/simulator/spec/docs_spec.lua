-- docs/slsim.md has a row for everything that can be said to the simulator or read from it.
local folder  = require "support.folder"
local kinds   = require "slsim.fault_kinds"
local options = require "slsim.options"

local page = folder.read "docs/slsim.md"

-- Every word that stands in the page as code.
local words = {}
for span in page:gsub("```", "\n"):gmatch("`([^`\n]+)`") do
  for word in span:gmatch("[%w_-]+") do words[word:gsub("^%-+", "")] = true end
end

local function mentioned(word) return words[word] == true end

local function source(name) return folder.read("tests/simulator/" .. name) end

describe("docs/slsim.md", function()
  it("has every option", function()
    for option in options.USAGE:gmatch("%-%-([%l-]+)") do
      if option ~= "help" and option ~= "version" then assert.is_true(mentioned(option), option) end
    end
  end)

  it("has every kind of fault and every word of a rule", function()
    for kind in pairs(kinds) do assert.is_true(mentioned(kind), kind) end
    for block in source("faults.lua"):gmatch("local %u+ = (%b{})") do
      for word in block:gmatch("([%w_]+)%s*= true") do assert.is_true(mentioned(word), word) end
    end
  end)

  it("has every control route", function()
    local count = 0
    for verb, route in source("control.lua"):gmatch('routes%["(%u+) ([%l-]+)"%]') do
      count = count + 1
      assert.is_not_nil(page:find(verb .. " " .. route, 1, true), verb .. " " .. route)
    end
    assert.is_true(count > 15)
  end)

  it("has every setting of volumes", function()
    local settings = source("model/storage.lua"):match("storage%.SETTINGS = (%b{})")
    for name in settings:gmatch("([%l_]+) =") do assert.is_true(mentioned(name), name) end
  end)

  it("has every field of a journal line", function()
    local count = 0
    for fields in source("pipeline.lua"):gmatch("\n  (entry[^\n]-) =") do
      for field in fields:gmatch("entry%.([%l_]+)") do
        count = count + 1
        assert.is_true(mentioned(field), field)
      end
    end
    assert.is_true(count > 20)
  end)
end)
