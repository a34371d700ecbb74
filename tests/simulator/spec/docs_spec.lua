-- docs/slsim.md has a row for everything that can be said to the simulator or read from it.
local folder  = require "support.folder"
local kinds   = require "slsim.fault_kinds"
local options = require "slsim.options"
local quirks  = require "slsim.quirks"
local settings = require "slsim.settings"

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

  it("has every quirk with its default", function()
    for _, entry in ipairs(quirks.ALL) do
      local row = page:match("\n| `" .. entry[1]:gsub("%-", "%%-") .. "` | [^\n]* | (%a+) |\n")
      assert.equal(entry[2] and "on" or "off", row, entry[1])
    end
  end)

  it("says for each numbered surprise how to have it, by names that are there", function()
    local switches = {}
    for _, entry in ipairs(quirks.ALL) do switches[entry[1]] = true end
    local known = { quirk = switches, quirks = switches, fault = kinds, faults = kinds }
    for number = 1, 26 do
      local here = assert(page:match("\n| Q" .. number .. " | [^|]+ | ([^\n]+) |\n"), "Q" .. number)
      for kind, list in here:gmatch "(%l+) (`[^;]+)" do
        for name in list:gmatch "`([%w_-]+)" do
          assert.is_truthy(not known[kind] or known[kind][name] or name == "executed", name)
        end
      end
    end
  end)

  it("has every setting", function()
    local list = page:match "POST settings {([%l_, …]+)}"
    local function has(name)
      return name:find "^volume_" and mentioned(name) or list:find("%f[%w]" .. name .. "%f[^%w_]")
    end
    for name in pairs(settings.state()) do assert.is_truthy(has(name), name) end
    for _, name in ipairs(settings.NUMBERS) do assert.is_truthy(has(name), name) end
  end)

  it("has every control route", function()
    local count = 0
    for verb, route in source("control.lua"):gmatch('routes%["(%u+) ([%l-]+)"%]') do
      count = count + 1
      assert.is_not_nil(page:find(verb .. " " .. route, 1, true), verb .. " " .. route)
    end
    assert.is_true(count > 15)
  end)

  it("has every operation of object storage", function()
    local count = 0
    for _, name in ipairs { "s3_names", "swift_names" } do
      for operation in source("object/" .. name .. ".lua"):match("local NAMES = (%b{})"):gmatch('%] = "(%a+)"') do
        count = count + 1
        assert.is_not_nil(page:find(operation .. "[^%a]"), operation)
      end
    end
    assert.is_true(count > 25)
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
