-- `slcpi run ./FILE.lua`: a workflow in a file, its arguments, and the programs that it runs.
local eventually = require "support.eventually"
local folder = require "support.folder"
local json = require "core.json"
local world = require "support.world"

local FORM = 'description = "Mine. All of it."\narguments = { "first: string", "second: integer?" }\neffect = "write"\n'
  .. "timeout = 40 * 60\n"

describe("slcpi run ./FILE.lua", function()
  local w
  setup(function() w = world.start() end)
  teardown(function() w:close() end)

  local function file(text) return w.at:write(("files/%s.lua"):format("mine"), FORM .. text) end

  local function run(path, ...) return w:command { "run", path, ... } end

  local function result(text, ...)
    local answer = run(file(text), ...)
    assert.equal(0, answer.status, answer.stderr)
    return (answer.stdout:gsub("\n$", ""))
  end

  local function complaint(path, ...)
    local answer = run(path, ...)
    assert.equal(1, answer.status)
    assert.equal("", answer.stdout)
    return answer.stderr:match "[^\n]*\n$"
  end

  it("runs a file with the arguments of the command line", function()
    local text = "function run(first, second) return first .. (second or 0) + 1 end"
    assert.equal("a6", result(text, "a", "5"))
    assert.equal("b3", result(text, "second=2", "first=b"))
    assert.truthy(complaint(file(text), "a", "b"):find("argument 2, second, must be of type integer", 1, true))
    assert.truthy(complaint(file(text)):find("the argument first is missing", 1, true))
  end)

  it("tells what the file says of itself", function()
    local answer = run(file "function run() end", "--help")
    assert.equal(0, answer.status)
    assert.truthy(answer.stdout:find("mine.lua first [second]\n\nMine. All of it.\n", 1, true), answer.stdout)
  end)

  it("gives it the API, under its own effect", function()
    assert.equal("0", result([[
      local sl = require "softlayer"
      function run() return #must(sl.Account:mask "id":getVirtualGuests()) end]], "x"))
    assert.truthy(complaint(file [[
      effect = "read"
      local sl = require "softlayer"
      function run() must(sl.Virtual_Guest:id(5):deleteObject()) end]], "x"):find("may not call", 1, true))
    assert.equal(0, #w.sim:journal "deleteObject")
  end)

  it("holds a file to an overlay's conditions", function()
    local path = file "function run() return 1 end"
    local other = path:gsub("mine", "other")
    assert(os.execute(("chmod g+w %s"):format(path)))
    assert.truthy(complaint(path, "x"):find("is writable for its group", 1, true))
    assert(os.execute(("chmod g-w %s && ln -s mine.lua %s"):format(path, other)))
    assert.truthy(complaint(other, "x"):find("symbolic link", 1, true))
    assert.truthy(complaint(path:gsub("mine", "none"), "x"):find("there is no file ", 1, true))
    assert.truthy(complaint(path:gsub("mine.lua$", "../files/has_vm"), "x"):find("there is no file ", 1, true))
  end)

  it("lets a file call CPI methods, and no CPI method a file", function()
    assert.equal("false", result('function run() return call("has_vm", "5") end', "x"))
    local path = file "function run() return 1 end"
    local overlay = w:overlay { ["scripts/reach.lua"] = FORM .. ("function run() return call(%q, 'x') end"):format(path) }
    local answer = w:command { "call", "reach", '"x"', "--overlay", overlay }
    assert.equal(1, answer.status)
    assert.truthy(answer.stderr:find("Must call implemented method", 1, true), answer.stderr)
  end)

  it("runs the example: what has changed in the account", function()
    local path = w.at:write("files/drift.lua", folder.read "examples/workflows/drift.lua")
    assert.equal("\n", run(path).stdout)
    local before = w.at:write("before", "gone.example.com dal13\n")
    assert.truthy(run(path, before).stdout:find("\n-gone.example.com dal13\n", 1, true))
    assert.equal("nothing has changed\n", run(path, w.at:write("before", "")).stdout)
    assert.truthy(complaint(path, "/no/such/file"):find "diff: .*No such file")
  end)

  describe("proc.run", function()
    local function report(expression, ...)
      return json.decode(result(("function run() return (must(proc.run%s)) end"):format(expression), "x", ...))
    end

    local function failure(expression)
      return complaint(file(("function run() must(proc.run%s) end"):format(expression)), "x")
    end

    it("runs a program without a shell and gives its status and output", function()
      assert.same({ status = 0, stdout = "$HOME|a b|", stderr = "" },
        report '{ "printf", "%s|", "$HOME", "a b" }')
      assert.same({ status = 3, stdout = "", stderr = "no\n" }, report '{ "sh", "-c", "echo no >&2; exit 3" }')
      assert.same({ signal = 9, stdout = "", stderr = "" }, report '{ "sh", "-c", "kill -9 $$" }')
      assert.same({ status = 0, stdout = "a\nb\n", stderr = "" }, report '{ "sort", stdin = "b\\na\\n" }')
    end)

    it("hands over large input and output", function()
      assert.equal("1000000\n", report('{ "wc", "-c", stdin = ("x"):rep(1000000) }').stdout)
      assert.equal(3e6, #report('{ "head", "-c", "3000000", "/dev/zero", max_bytes = 3000000 }').stdout)
    end)

    it("hands over no more of the environment than is listed, or than is given", function()
      assert.equal("PATH=/usr/sbin:/usr/bin:/sbin:/bin\n", report('{ "env" }').stdout)
      assert.equal("A=b=c\n", report('{ "env", env = { A = "b=c" } }').stdout)
    end)

    for expression, words in pairs {
      ['{ "no-such-program" }'] = "CpiError: no-such-program cannot be started: No such file or directory",
      ['{ "sleep", "60", timeout = 0.1 }'] = "CloudError: sleep did not end within 0.1 s and was killed",
      ['{ "yes" }'] = "CpiError: yes was killed because its output is larger than max_bytes",
      ['{ "sleep", "60", timeout = 100 }'] = "CloudError: sleep reached its deadline", -- 40 min at speed 1000
      ["{}"] = "the program is missing",
      ['{ "a\\0b" }'] = "a word of the command must be a string without NUL",
      ['{ "ls", 5 }'] = "a word of the command must be a string",
      ['{ "ls", timeout = -1 }'] = "timeout must be above 0",
      ['{ "ls", max_bytes = 0/0 }'] = "max_bytes must be above 0",
      ['{ "ls", env = { ["A=B"] = "c" } }'] = "'A=B' is no name for env",
      ['{ "ls", env = "A=B" }'] = "env must be a table",
    } do
      it("refuses or ends " .. expression, function()
        local said = failure(expression)
        assert.truthy(said:find(words, 1, true), said)
      end)
    end

    it("ends a program with a signal to slcpi", function()
      local mark = w.at:fresh "pid"
      local path = file(('function run() must(proc.run { "sh", "-c", "sleep 300 & echo $! > %s; wait" }) end'):format(mark))
      w:configure { engine = { speed = 1 } }
      local process = w:begin_command { "run", path, "x" }
      eventually("the program", function() return folder.read(mark):find "\n" ~= nil end)
      process:signal "TERM"
      local answer = process:finish()
      w:configure()
      assert.equal(1, answer.status)
      assert.truthy(answer.stderr:find("sh was asked to stop by a signal", 1, true), answer.stderr)
      eventually("its end", function()
        local state = folder.read(("/proc/%d/stat"):format(folder.read(mark))):match "%) (%a)"
        return state == nil or state == "Z"
      end)
    end)

    it("is there for named workflows and their hooks, and for no CPI method", function()
      local overlay = w:overlay {
        ["scripts/workflows/named.lua"] = FORM .. "function say() return '' end function run() return say() end",
        ["hooks/workflows/named.lua"] = 'function override.say() return must(proc.run { "echo", "hooked" }).stdout end',
        ["scripts/plain.lua"] = FORM .. "function run() return proc ~= nil end",
        ["scripts/workflows/calls.lua"] = FORM .. "function run() return call('plain', 'x') end",
        ["scripts/detour.lua"] = FORM .. "function run() return call('workflows/named', 'x') end",
      }
      assert.equal("hooked\n\n", w:command { "run", "named", "x", "--overlay", overlay }.stdout)
      for _, words in ipairs { { "run", "calls", "x" }, { "call", "plain", '"x"' }, { "call", "detour", '"x"' } } do
        words[4], words[5] = "--overlay", overlay
        local answer = w:command(words)
        assert.equal(1, answer.status, words[2])
        assert.truthy(answer.stderr:find("reads the undeclared name 'proc'", 1, true), answer.stderr)
      end
      local checked = w:command { "check", "--overlay", overlay }
      assert.truthy(checked.stdout:find("scripts/plain.lua:5: the name 'proc' is declared nowhere", 1, true), checked.stdout)
      assert.truthy(checked.stdout:find(": 1 problem\n", 1, true), checked.stdout)
    end)
  end)
end)
