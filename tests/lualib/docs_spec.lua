-- The documentation: its tables name what the sources have, its links lead somewhere, its examples
-- are the files that they say.
local json = require "core.json"

local function text_of(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read "a"
  file:close()
  return text
end

local README, ENGINE, SCRIPTS, ERRORS =
  text_of "README.md", text_of "docs/engine.md", text_of "docs/scripts.md", text_of "docs/errors.md"

-- The value of a local table of a source file that holds literals and calls of functions only.
local function table_in(path, name)
  local source = text_of(path):match("\nlocal " .. name .. " = (%b{})")
  local anything = setmetatable({}, { __index = function() return function() return function() end end end })
  return assert(load("return " .. assert(source, name .. " is gone from " .. path), path, "t", anything))()
end

-- The rows of a Markdown table under a heading: lists of their cells.
local function rows(text, heading)
  local from = assert(text:find(heading .. "\n", 1, true), heading)
  local section = text:sub(from + #heading):gsub("\n#+ .*", "")
  local list = {}
  for line in section:gmatch "\n|([^\n]+)|" do
    local cells = {}
    for cell in (line .. "|"):gmatch "%s*(.-)%s*|" do cells[#cells + 1] = cell end
    if not cells[1]:find "^%-+$" then list[#list + 1] = cells end
  end
  return list
end

local function names_in(cell)
  local names = {}
  for name in cell:gmatch "`([%w_]+)" do names[#names + 1] = name end
  return names
end

-- The rows by each name of their first cell.
local function by_name(list)
  local found = {}
  for _, cells in ipairs(list) do
    for _, name in ipairs(names_in(cells[1])) do found[name] = cells end
  end
  return found
end

local function keys(map)
  local list = {}
  for key in pairs(map) do list[#list + 1] = key end
  table.sort(list)
  return list
end

local function files_in(folder)
  local names = {}
  for _, name in ipairs(assert(require "core.sys".list(folder))) do
    names[#names + 1] = name:match "^(.*)%.lua$"
  end
  table.sort(names)
  return names
end

describe("README's table of cloud properties", function()
  local documented = by_name(rows(README, "### cloud_properties of a VM"))
  local properties = table_in("lualib/bosh/cloud_properties.lua", "of_vm")
  properties.network_components = nil -- an older spelling of max_network_speed; see its row

  it("names exactly those that the sources have", function()
    assert.same(keys(properties), keys(documented))
  end)

  it("tells their types, defaults and legacy names", function()
    for name, property in pairs(properties) do
      local cells = documented[name]
      assert.equal(property[1], cells[3], name)
      local said = cells[4]:gsub("`", "")
      if property[2] ~= nil then assert.equal(tostring(property[2]), said, name) end
      for _, legacy in ipairs(property.legacy or {}) do
        assert.truthy(cells[2]:find("`" .. legacy, 1, true), name .. " was " .. legacy)
      end
    end
  end)

  it("gives cpu and memory the defaults that are in force", function()
    local values = assert(require "bosh.cloud_properties".of_vm { datacenter = "ams01" })
    assert.equal(tostring(values.cpu), documented.cpu[4])
    assert.equal(tostring(values.memory), documented.memory[4])
  end)

  it("is followed by every name without effect", function()
    local source = text_of "lualib/bosh/cloud_properties.lua"
    local listed = README:match "Accepted and without effect:(.-)\n\n"
    for name in source:match("local ignored = %[%[(.-)%]%]"):gmatch "%S+" do
      assert.truthy(listed:find("`" .. name .. "`", 1, true), name)
    end
  end)
end)

describe("README's table of a disk's properties", function()
  local documented = by_name(rows(README, "### cloud_properties of a disk"))
  local properties = table_in("lualib/bosh/disk_properties.lua", "of_disk")

  it("names exactly those that the sources have, with their types, defaults and legacy names", function()
    assert.same(keys(properties), keys(documented))
    for name, property in pairs(properties) do
      local cells = documented[name]
      assert.equal(property[1], cells[3], name)
      assert.equal(property[2] == nil and "–" or tostring(property[2]), (cells[4]:gsub("`", "")), name)
      for _, legacy in ipairs(property.legacy or {}) do assert.truthy(cells[2]:find("`" .. legacy, 1, true), legacy) end
    end
  end)
end)

describe("README's other tables", function()
  it("name every method, and none that is missing", function()
    assert.same(files_in "scripts", keys(by_name { table.unpack(rows(README, "## CPI methods"), 2) }))
  end)

  it("show the properties of the Go CPI", function()
    for name in text_of "lualib/configuration.lua":match("softlayer_names = names %[%[(.-)%]%]"):gmatch "%S+" do
      local known = README:find(name, 1, true) or name:find "^vps_" or name:find "^swift_" or name == "feature_options"
      assert.truthy(known, name)
    end
  end)

  it("quote set_vm_metadata as it is", function()
    local quoted = README:match "\n(function find%(vm_cid%).-)```"
    assert.truthy(text_of "scripts/set_vm_metadata.lua":find(quoted, 1, true))
  end)
end)

describe("docs/engine.md", function()
  local documented = by_name { table.unpack(rows(ENGINE, "## `engine.*` in cpi.json"), 2) }

  it("names exactly the keys of engine", function()
    assert.same(keys(table_in("lualib/configuration.lua", "engine_keys")), keys(documented))
  end)

  it("names every stage of a record", function()
    local stages = text_of "lualib/state.lua"
    for stage in stages:sub(1, (stages:find "\nlocal")):gmatch "\n%-%-   (%u+) " do
      assert.truthy(ENGINE:find("\n| " .. stage .. " |", 1, true), stage)
    end
  end)
end)

describe("docs/errors.md", function()
  it("names every type", function()
    local shown = ""
    for _, cells in ipairs(rows(ERRORS, "## Types")) do shown = shown .. cells[1] end
    for _, type in pairs(table_in("lualib/errors.lua", "types")) do
      assert.truthy(shown:find("`" .. type .. "`", 1, true), type)
    end
  end)

  it("names the kinds of errors.lua", function()
    local source = text_of "lualib/errors.lua"
    local listed = source:match "`kind` tells where it happened:(.-)%."
    for kind in listed:gsub("%b()", ""):gmatch "%l+" do
      assert.truthy(ERRORS:find("| `" .. kind .. "` |", 1, true), kind)
    end
  end)
end)

describe("docs/scripts.md", function()
  it("names every type of an argument", function()
    local code = ""
    for span in by_name(rows(SCRIPTS, "## The form")).arguments[3]:gmatch "`(.-)`" do code = code .. " " .. span end
    for _, name in ipairs(keys(table_in("lualib/arguments.lua", "checks"))) do
      assert.truthy(code:find("%f[%l]" .. name .. "%f[%L]"), name)
    end
  end)

  it("shows the example as it is in its file", function()
    local example = text_of "examples/overlay/scripts/guests_in.lua"
    assert.truthy(SCRIPTS:find("```lua\n" .. example:gsub("^%-%-[^\n]*\n%-%-[^\n]*\n", "") .. "```", 1, true))
  end)
end)

describe("every page", function()
  it("links only to what is there", function()
    for _, path in ipairs { "README.md", "docs/design.md", "docs/engine.md", "docs/errors.md", "docs/scripts.md",
      "docs/reference.md" } do
      for link in text_of(path):gmatch "%]%(([^)#]+)#?[^)]*%)" do
        if not link:find "^https?:" then
          local target = path:match "^(.*/)" or ""
          local file = io.open(target .. link)
          assert.truthy(file, path .. " links to " .. link)
          file:close()
        end
      end
    end
  end)
end)

describe("the example configuration", function()
  it("is one that can be read", function()
    local configuration = require "configuration"
    local config = assert(configuration.read "examples/config/cpi.json")
    assert.is_nil(configuration.check(config))
    assert.equal(configuration.endpoint "private", config.softlayer.endpoint)
    assert.is_table(json.decode(text_of "examples/config/cpi.json").engine)
  end)
end)
