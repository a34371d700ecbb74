-- The man pages: they name every command and every option, and are well-formed.
local cli = require "cli"
local sys = require "core.sys"

local SLCPI, SLSIM = assert(sys.read "docs/slcpi.1"), assert(sys.read "docs/slsim.1")

-- As mdoc writes an option: "Fl -mask", "Fl c".
local function has_option(page, option)
  return (page:gsub("\n", " ") .. " "):find("Fl " .. option:gsub("^%-", ""):gsub("%p", "%%%0") .. "[ ,]") ~= nil
end

describe("docs/slcpi.1", function()
  for _, file in ipairs(assert(sys.list "lualib/cli")) do
    local name = file:match "^(.*)%.lua$"
    it("has " .. name .. " with its options", function()
      local from = assert(SLCPI:find("\n.It Cm " .. name .. " ", 1, true), name)
      local entry = SLCPI:sub(from, (SLCPI:find("\n.It Cm %l+ %u?", from + 1)))
      if not SLCPI:find("\n.It Cm %l+ %u?", from + 1) then entry = SLCPI:sub(from) end
      for _, option in ipairs(assert(cli.parser(name))._options) do
        for _, alias in ipairs(option._aliases) do
          assert.is_true(has_option(entry, alias) or has_option(SLCPI:sub(1, (SLCPI:find ".Sh COMMANDS")), alias), alias)
        end
      end
    end)
  end

  it("has the options of the command line", function()
    local known = assert(sys.read "core/main.c"):match "long_options%[%] = (%b{})"
    for option in known:gmatch '{"([%l-]+)"' do assert.is_true(has_option(SLCPI, "--" .. option), option) end
  end)

  it("is named by `slcpi --help`, each command of it", function()
    local usage = assert(sys.read "core/main.c")
    for _, file in ipairs(assert(sys.list "lualib/cli")) do
      local name = file:match "^(.*)%.lua$"
      assert.truthy(name == "complete" or usage:find("slcpi " .. name .. " ", 1, true), name)
    end
  end)

  it("tells each exit status", function()
    local text = SLCPI:match "%.Sh EXIT STATUS(.-)%.Sh"
    for status = 0, 2 do assert.truthy(text:find("\n.It " .. status .. "\n", 1, true)) end
  end)
end)

describe("docs/slsim.1", function()
  it("has every option", function()
    local source = assert(sys.read "tests/simulator/options.lua")
    for name in source:match("USAGE = %[%[(.-)%]%]"):gmatch "%-%-([%l-]+)" do assert.is_true(has_option(SLSIM, "--" .. name), name) end
  end)
end)

describe("the man pages", function()
  for _, lint in ipairs { "groff -mandoc -Tutf8 -ww -z", "mandoc -T lint -W warning" } do
    if os.execute("command -v " .. lint:match "^%l+" .. " >/dev/null") then
      for _, page in ipairs { "docs/slcpi.1", "docs/slsim.1" } do
        it(page .. " is in order: " .. lint, function()
          local pipe = io.popen(lint .. " " .. page .. " 2>&1")
          assert.equal("", pipe:read "a")
          pipe:close()
        end)
      end
    end
  end
end)
