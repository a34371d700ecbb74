-- Completion: what slcpi says may come next, and what the shells make of it.
local build = require "support.build"
local folder = require "support.folder"
local world = require "support.world"

-- What a shell prints for a script, a line each.
local function lines(shell, script, environment)
  local pipe = io.popen(("env -i PATH=/usr/bin:/bin HOME=/nonexistent %s %s %s 2>&1"):format(environment or "", shell,
    folder.quoted(script)))
  local list = {}
  for line in pipe:lines() do list[#list + 1] = line end
  pipe:close()
  return list
end

local function is_there(shell) return os.execute("command -v " .. shell .. " >/dev/null") end

-- A shell starts slcpi by its path here.
local SLCPI = lines("sh -c", "realpath " .. build.slcpi)[1]

local COMMANDS = { "adopt", "call", "check", "doctor", "list", "orphans", "plan", "reap", "repl", "run", "show", "sl", "trace" }

describe("slcpi complete", function()
  local w
  setup(function() w = world.start { offline = true } end)
  teardown(function() w:close() end)

  -- { the words behind slcpi, what may stand in place of the last one }
  for _, case in ipairs {
    { { "or" }, { "orphans" } },
    { { "" }, COMMANDS },
    { { "--l" }, { "--log-level" } },
    { { "--log-level", "" }, { "debug", "error", "info", "off", "warn" } },
    { { "--config", "x", "call", "has_" }, { "has_disk", "has_vm" } },
    { { "-c", "x", "call", "has_" }, { "has_disk", "has_vm" } },
    { { "call", "has_vm", "has_" }, {} },
    { { "call", "records/" }, {} },
    { { "run", "" }, { "build_stemcell", "file_volume", "import_stemcell", "light_stemcell", "live_check" } },
    { { "show", "workflows/f" }, { "workflows/file_volume" } },
    { { "sl", "Account", "getObject", "--format", "t" }, { "table", "tree" } },
    { { "sl", "Account", "getObject", "--format=t" }, { "--format=table", "--format=tree" } },
    { { "sl", "Account", "getObject", "--format", "=", "t" }, { "table", "tree" } },
    { { "sl", "--format", "=" }, { "auto", "csv", "json", "raw", "table", "tree" } },
    { { "sl", "--form" }, { "--format" } },
    { { "plan", "--format", "" }, { "json", "text" } },
    { { "nope", "" }, {} },
    { {}, COMMANDS },
  } do
    it("of '" .. table.concat(case[1], " ") .. "'", function()
      local run = w:command { "complete", "--", table.unpack(case[1]) }
      assert.same({ 0, "" }, { run.status, run.stderr })
      assert.equal(table.concat(case[2], "\n") .. (#case[2] > 0 and "\n" or ""), run.stdout)
    end)
  end

  it("knows the API's services and methods from its description", function()
    local api = world.start()
    finally(function() api:close() end)
    assert.matches("^Virtual_Guest\n", api:command({ "complete", "--", "sl", "Virtual_G" }).stdout)
    assert.equal("getObject\n", api:command({ "complete", "--", "sl", "Account", "getOb" }).stdout)
    assert.equal("getObject\n", api:command({ "complete", "--", "sl", "SoftLayer_Account", "getOb" }).stdout)
  end)

  it("knows the workflows of an overlay on the line", function()
    local overlay = w:overlay { ["scripts/workflows/mine.lua"] = "" }
    assert.equal("mine\n", w:command({ "complete", "--", "--overlay", overlay, "run", "mi" }).stdout)
    assert.equal("mine\n", w:command({ "complete", "--", "run", "--overlay=" .. overlay, "mi" }).stdout)
  end)

  it("works in bash", function()
    local script = [[source completions/slcpi.bash
      complete -p slcpi
      COMP_WORDS=($0 run ""); COMP_CWORD=2; _slcpi; echo "${COMPREPLY[@]}"
      COMP_WORDS=($0 sl A b --format = j); COMP_CWORD=6; _slcpi; echo "${COMPREPLY[@]}"
      COMP_WORDS=($0 call has_v 5); COMP_CWORD=2; _slcpi; echo "${COMPREPLY[@]}"]]
    assert.same({ "complete -o bashdefault -o default -F _slcpi slcpi",
      "build_stemcell file_volume import_stemcell light_stemcell live_check", "json", "has_vm" },
      lines("bash --norc -c", (script:gsub("%$0", SLCPI))))
  end)

  if is_there "fish" then
    it("works in fish", function()
      local at = SLCPI:match "^(.*)/"
      assert.same({ "build_stemcell", "file_volume", "import_stemcell", "light_stemcell", "live_check" },
        lines("fish --no-config -c", ("set -gx PATH %s $PATH; source completions/slcpi.fish; complete -C 'slcpi run '"):format(at)))
    end)
  end

  if is_there "zsh" then
    it("is understood by zsh", function() assert.same({}, lines("zsh -f -n -c", "source completions/slcpi.zsh")) end)
  end
end)
