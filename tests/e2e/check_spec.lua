-- slcpi check, list and show: what is wrong with an overlay is told with file, line and what to do, before a deployment
-- meets it.
local build = require "support.build"
local director = require "support.director"
local folder = require "support.folder"
local json = require "core.json"
local process = require "support.process"
local world = require "support.world"

local SLCPI = build.slcpi:find "^/" and build.slcpi or os.getenv "PWD" .. "/" .. build.slcpi
local FORM = 'description = "A script."\narguments = {}\neffect = "read"\ntimeout = 5\n'
local RUN = "function run() end\n"

-- what is written, and the beginning and a part of the one line that tells of it
local broken = {
  { "a hook of a misspelt step", "hooks/create_vm.lua", "\nfunction before.paln() end", 2, "did you mean 'plan'?" },
  { "a hook of no script", "hooks/create_vn.lua", "function before.plan() end", 1, "did you mean 'create_vm'?" },
  { "a hook that is no function", "hooks/create_vm.lua", "before.plan = 'x'", 1, "must be a function" },
  { "two hooks in one place", "hooks/create_vm.lua", "function after.plan() end\nfunction after.plan() end", 2, "is there already" },
  { "a hook table that is read", "hooks/create_vm.lua", "local f = after.plan", 1, "cannot be read" },
  { "a global in hooks", "hooks/create_vm.lua", "function plan() end", 1, "make it local, or a hook: before.plan" },
  { "an unknown name while hooks are loaded", "hooks/create_vm.lua", "\n\nbefroe.plan = 1", 3, "undeclared name 'befroe'" },
  { "an unknown name inside a hook", "hooks/create_vm.lua", "function before.plan(_, p)\n  if p.team then eror('x') end\nend", 2,
    "the name 'eror' is declared nowhere" },
  { "a hook with too many parameters", "hooks/create_vm.lua", "function around.tag(guest, wanted, x, y) end", 1,
    "names 4 parameters, but is given at most 3" },
  { "a syntax error in hooks", "hooks/create_vm.lua", "\nfunction before.plan( end", 2, "expected near 'end'" },
  { "a syntax error in a script", "scripts/has_vm.lua", "if then", 1, "unexpected symbol" },
  { "a script without run", "scripts/mine.lua", FORM, 1, "run must be a function, but is missing" },
  { "a script without a description", "scripts/mine.lua", 'arguments = {}\neffect = "read"\ntimeout = 5\n' .. RUN, 1,
    "description must be a string, but is missing" },
  { "an effect that is none", "scripts/mine.lua", FORM .. 'effect = "none"\n' .. RUN, 3, "effect must be 'read' or 'write'" },
  { "a timeout that is a text", "scripts/mine.lua", FORM .. 'timeout = "5"\n' .. RUN, 4, "timeout must be a number" },
  { "an argument without a type", "scripts/mine.lua", FORM:gsub("{}", "{ 'vm' }") .. RUN, 2, "not like 'vm_cid: cid'" },
  { "a global that is no function", "scripts/mine.lua", FORM .. RUN .. "limit = 5", 6, "make it local" },
  { "an unknown name inside a script", "scripts/mine.lua", FORM .. "function run()\n  return must(fnid())\nend", 6,
    "the name 'fnid' is declared nowhere" },
  { "a call of no script", "scripts/mine.lua", FORM .. "function run()\n  call('delete_vn', 5)\nend", 6,
    "there is no script 'delete_vn', did you mean 'delete_vm'?" },
  { "a library that is not there", "scripts/mine.lua", 'local _ = require "softlayer.gest"\n' .. FORM .. RUN, 1, "softlayer.gest" },
  { "other arguments than the director sends", "scripts/has_vm.lua", FORM .. RUN, 1, "argument 1 must be 'vm_cid: cid'" },
  { "another effect than is shipped", "scripts/delete_vm.lua", FORM:gsub("{}", "{ 'vm_cid: cid' }") .. RUN, 1,
    "effect is 'read', but the shipped delete_vm has 'write'" },
  { "a syntax error in a library", "lualib/wait.lua", "return {", 1, "expected" },
  { "a library without its functions", "lualib/bosh/tags.lua", "return {}", 1, "is missing, which the shipped library has" },
  { "a library that returns nothing", "lualib/site.lua", "local x = 1\nlocal _ = x", 1, "it returns nothing" },
  { "an unknown name in a library", "lualib/site.lua", "return { f = function()\n\n  return helpr() end }", 3,
    "'helpr' is declared nowhere" },
  { "a function that a library does not have", "hooks/create_vm.lua",
    'local placement = require "softlayer.placement"\nfunction before.provision(_, spec)\n  placement.also_inn(spec, "ams03")\nend', 3,
    "placement has no 'also_inn', did you mean 'also_in'?" },
  { "what scripts do not have", "hooks/create_vm.lua", "function before.plan()\n  io.open('x')\nend", 2, "'io' is not available here" },
  { "a file in the wrong folder", "create_vm.lua", "", 1, "scripts belong into scripts/" },
  { "bytecode", "hooks/create_vm.lua", string.dump(function() end), 1, "attempt to load a binary chunk" },
  { "a file that is no Lua", "hooks/create_vm.luac", "x", 1, "its name does not end in .lua" },
  { "a folder with another name", "hook/create_vm.lua", "x", 1, "did you mean 'hooks'?" },
  { "a file that all can write", "hooks/create_vm.lua", "", 1, "writable for its group or for all (chmod go-w)", mode = "666" },
  { "a directory that all can write", "hooks/create_vm.lua", "", 1, "writable for its group or for all (chmod go-w)", mode = "777",
    of = "hooks" },
  { "a symbolic link", "scripts/real.txt", FORM .. RUN, 1, "symbolic link", link = "scripts/mine.lua" },
  { "a file of more than 1 MiB", "hooks/create_vm.lua", ("-- x\n"):rep(250000), 1, "larger than 1 MiB" },
}

describe("slcpi check", function()
  local w
  before_each(function() w = world.start { offline = true } end)
  after_each(function() w:close() end)

  local function shell(...) assert(process.start(w.at, { argv = { ... } }):finish().status == 0) end

  for _, case in ipairs(broken) do
    it("finds " .. case[1], function()
      local dir = w:overlay { [case[2]] = case[3] }
      local path = dir .. "/" .. case[2]
      if case.mode then shell("chmod", case.mode, case.of and dir .. "/" .. case.of or path) end
      if case.link then
        path = dir .. "/" .. case.link
        shell("ln", "-s", "real.txt", path)
      end
      local run = w:command { "check", "--overlay", dir }
      assert.equal(1, run.status)
      if case[2]:find "^hook/" then path = dir .. "/hook" end
      local told
      for line in run.stdout:gmatch "[^\n]+" do told = told or line:find(("%s:%d: "):format(path, case[4]), 1, true) and line end
      assert.truthy(told, run.stdout .. run.stderr)
      assert.truthy(told:find(case[5], 1, true), told)
    end)
  end

  it("has nothing against what is shipped, or against the example", function()
    assert.same({ status = 0 }, { status = w:command { "check" }.status })
    local run = w:command { "check", "--overlay", "examples/overlay" }
    assert.matches("all is well", run.stdout)
  end)

  it("tells of one mistake once", function()
    for _, text in ipairs { "befor.tag = 1", "function helper() end", "function before.tag(a, b, c, d)\n  x = y end" } do
      local run = w:command { "check", "--overlay", w:overlay { ["hooks/create_vm.lua"] = text } }
      local _, count = run.stdout:gsub("\n", "")
      assert.equal(text:find "\n" and 3 or 2, count, run.stdout)
    end
    local dir = w:overlay { ["hooks/create_vm.lua"] = "", ["scripts/mine.lua"] = 'description = "x"' }
    local run = w:command { "check", "--overlay", dir }
    assert.matches("1 problem\n$", run.stdout)
  end)

  it("tells of an overlay that is not there, as every command does", function()
    assert.matches("^/no/overlay:1: the overlay /no/overlay is not used: No such file", w:command({ "check", "--overlay",
      "/no/overlay" }).stdout)
    for _, words in ipairs { { "list" }, { "show", "info" }, { "call", "info" } } do
      local run = w:command { words[1], "--overlay", "/no/overlay", words[2] }
      assert.equal(1, run.status)
      assert.matches("the overlay /no/overlay is not used: No such file", run.stderr)
    end
    local err = w:failure({ method = "info", arguments = json.array {}, context = {} }, { arguments = { "--overlay", "/no/overlay" } })
    assert.matches("the overlay /no/overlay is not used: No such file", err.message)
  end)

  it("tells of a broken library once", function()
    local run = w:command { "check", "--overlay", w:overlay { ["lualib/wait.lua"] = "return {" } }
    assert.matches(": 1 problem\n$", run.stdout)
  end)

  it("takes one that the configuration holds as it takes a directory", function()
    w:configure { engine = { overlay = { ["hooks/info.lua"] = "function after.run(answer) answer.ours = require 'ours' return answer end",
      ["lualib/ours.lua"] = "return 'ours'", ["scripts/mine.lua"] = FORM .. RUN } } }
    local info = { method = "info", arguments = json.array {}, context = {} }
    assert.equal("ours", w:result(info).ours)
    assert.is_nil(w:result(info, { arguments = { "--no-overlay" } }).ours)
    assert.matches("3 overlay files, 1 hook: all is well\n$", w:command({ "check" }).stdout)
    assert.matches("mine  read, [^\n]*" .. w.config:gsub("%p", "%%%0") .. "/scripts/mine%.lua", w:command({ "list" }).stdout)
    local shown = w:command { "show", "mine" }
    assert.equal(FORM .. RUN, shown.stdout)
    assert.equal(("-- %s/scripts/mine.lua\n"):format(w.config), shown.stderr)
    local odd = w.at:write("_LOADED", folder.read(w.config)) -- what Lua's registry has a place for
    assert.equal("ours", director.read(process.start(w.at, { stdin = json.encode(info), argv = { "sh", "-c",
      ("cd %s && %s -c _LOADED"):format(odd:match "^(.*)/", SLCPI) } }):finish().stdout).result.ours)
    assert(os.execute("chmod g+w " .. w.config))
    assert.matches("the overlay " .. w.config:gsub("%p", "%%%0") .. " is not used: it, or a directory", w:failure(info).message)
    assert.matches("cpi.json:1: the overlay", w:command({ "check" }).stdout)
  end)

  it("tells of a configuration that cannot be used, wherever it was named", function()
    w:configure { engine = { log_lvl = "debug" } }
    for _, words in ipairs { { build.slcpi, "check", "--config", w.config }, { build.slcpi, "--config", w.config, "check" } } do
      local done = process.start(w.at, { argv = words }):finish()
      assert.equal(1, done.status)
      assert.matches("engine.log_lvl is no known key", done.stdout, nil, true)
    end
    w:configure()
  end)

  it("tells what is wrong with one that the configuration holds, by its file's name in it", function()
    w:configure { engine = { overlay = { ["hooks/create_vm.lua"] = "\nfunction before.plam() end" } } }
    local run = w:command { "check" }
    assert.equal(1, run.status)
    assert.matches("cpi.json/hooks/create_vm.lua:2: .*plam", run.stdout)
    for _, wrong in ipairs { { ["create_vm.lua"] = "" }, { ["hooks/../x.lua"] = "" }, { ["hooks/x"] = "" }, { ["hooks/x.lua"] = 1 } } do
      w:configure { engine = { overlay = wrong } }
      assert.matches("engine.overlay must be a directory, or an object of Lua texts", w:command({ "check" }).stdout .. w:failure(
        { method = "has_vm", arguments = json.array { "5" }, context = {} }).message)
    end
    w:configure { engine = { overlay = json.null } }
  end)

  it("counts the overlay that the configuration names, unless it is told not to", function()
    w:overlay { ["hooks/info.lua"] = "function before.rnu() end" }
    w:configure { engine = { overlay = w.at.path .. "/overlay" } }
    assert.equal(1, w:command { "check" }.status)
    assert.equal(0, w:command({ "check", "--no-overlay" }).status)
  end)
end)

describe("slcpi list and show", function()
  local w, dir
  before_each(function()
    w = world.start { offline = true }
    dir = w:overlay { ["hooks/has_vm.lua"] = "\nfunction after.run(has) return has end", ["scripts/mine.lua"] = FORM .. RUN }
  end)
  after_each(function() w:close() end)

  it("tell what is in force and where it is from", function()
    local rows = {}
    for _, row in ipairs(json.decode(w:command({ "list", "--format", "json", "--overlay", dir }).stdout)) do rows[row.name] = row end
    assert.same({ { kind = "after", step = "run", where = dir .. "/hooks/has_vm.lua:2" } }, rows.has_vm.hooks)
    assert.same({ "settle", "release", "cancel", "confirm" }, rows.delete_vm.steps)
    local vm = rows.delete_vm
    assert.same({ "builtin/scripts/delete_vm.lua", "write", 1800 }, { vm.origin, vm.effect, vm.timeout })
    assert.equal(dir .. "/scripts/mine.lua", rows.mine.origin)
    local text = w:command({ "list", "--overlay", dir }).stdout
    local line = "has_vm  read, 300 s, builtin/scripts/has_vm.lua\n    hook after.run  " .. dir .. "/hooks/has_vm.lua:2\n"
    assert.truthy(text:find(line, 1, true), text)
  end)

  it("print a script as it is, ready to begin one's own", function()
    local run = w:command { "show", "mine", "--overlay", dir }
    assert.equal(FORM .. RUN, run.stdout)
    assert.matches("mine.lua", run.stderr)
    assert.matches("with the hooks of", w:command({ "show", "has_vm", "--overlay", dir }).stderr)
    assert.matches("function after.run", w:command({ "show", "hooks/has_vm.lua", "--overlay", dir }).stdout)
    assert.matches("^%-%-%- Waiting", w:command({ "show", "lualib/wait.lua" }).stdout)
    assert.matches("did you mean 'has_vm'?", w:command({ "show", "has_mv" }).stderr)
  end)
end)
