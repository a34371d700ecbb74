-- `slcpi repl` at a pseudo-terminal and in a pipe, against slsim.
local folder = require "support.folder"
local json = require "core.json"
local world = require "support.world"

local CTRL_C, CTRL_D, UP, TAB, QUIT = "\3", "\4", "\27[A", "\t", ":quit\r"

local CREATE = [[cpi.create_vm{agent_id = "%s", stemcell_cid = "380214", cloud_properties = {datacenter = "ams01", cpu = 1, ]]
  .. [[memory = 1024, domain = "example.com"}, networks = {default = {type = "dynamic"}}}]]

-- Typed and entered, once the prompt of that mode is there.
local function lines(mode, ...)
  local steps = {}
  for _, line in ipairs { ... } do
    steps[#steps + 1] = { "see", mode .. ">\27[0m " }
    steps[#steps + 1] = { "type", line .. "\r" }
  end
  return steps
end

local function joined(...)
  local steps = {}
  for _, list in ipairs { ... } do table.move(list, 1, #list, #steps + 1, steps) end
  return steps
end

-- What a person reads: without colours, and moves of the cursor.
local function plain(screen)
  return (screen:gsub("\27%[[%d;?]*[%a@]", ""):gsub("\r", ""))
end

local function count(w, method) return #w.sim:journal(method) end

describe("slcpi repl at a terminal", function()
  local w
  before_each(function() w = world.start { speed = 1000 } end)
  after_each(function() w:close() end)

  local function type_lines(...)
    local told = w:converse(joined(lines("read", ...), { { "see", "read>" }, { "type", QUIT } }))
    assert.equal(0, told.status)
    return plain(told.screen), told
  end

  it("shows an expression's value under a name that brings it back; a semicolon silences it", function()
    local screen = type_lines("6 * 7", "_ + 1, 'two'", "_1 + _2;", "_3")
    assert.truthy(screen:find("_1 = 42\n", 1, true), screen)
    assert.truthy(screen:find("_2 = 43\ntwo\n", 1, true), screen)
    assert.falsy(screen:find("_3 = 85", 1, true), screen)
    assert.truthy(screen:find("_4 = 85\n", 1, true), screen)
  end)

  it("takes a function over several lines", function()
    local told = w:converse(joined(lines("read", "function double(x)"), { { "see", "...> " }, { "type", "return x * 2\r" },
      { "see", "...> " }, { "type", "end\r" } }, lines("read", "double(21)"), { { "see", "_1" }, { "type", QUIT } }))
    assert.truthy(plain(told.screen):find("_1 = 42\n", 1, true), told.screen)
  end)

  it("shows a list of objects as a table, and in another format when it is told", function()
    local call = "sl.Product_Package:mask('id,keyName'):limit(2):getAllObjects()"
    local screen = type_lines(call, ":json _", ":csv", "_1")
    assert.truthy(screen:find("\n *id  keyName\n *%d+  %u[%u_]+\n"), screen)
    assert.truthy(screen:find('"id": %d+,\n +"keyName": "[%u_]+"\n'), screen)
    assert.truthy(screen:find("id,keyName\n%d+,[%u_]+\n"), screen)
  end)

  it("completes services, methods, steps and named arguments by Tab", function()
    local told = w:converse {
      { "see", "read>" }, { "type", "sl.Virtual_G" .. TAB }, { "see", "uest" }, { "type", ":getUserDa" .. TAB }, { "see", "ta" },
      { "type", CTRL_C }, { "see", "^C" }, { "see", "read>" },
      { "type", "cpi.create_vm.pr" .. TAB }, { "see", "prepare" }, { "see", "provision" },
      { "type", CTRL_C }, { "see", "^C" }, { "see", "read>" },
      { "type", "cpi.has_vm{vm" .. TAB }, { "see", "_cid" }, { "type", " = '5'}\r" }, { "see", "false" }, { "type", QUIT },
    }
    assert.equal(0, told.status)
  end)

  it("hints to the right of the line what a call takes", function()
    local told = w:converse { { "see", "read>" }, { "type", "cpi.has_vm{" }, { "see", "has_vm(vm_cid: cid)" },
      { "type", CTRL_C }, { "see", "^C" }, { "type", QUIT } }
    assert.equal(0, told.status)
  end)

  it("tells an error with a short traceback and goes on", function()
    local screen = type_lines("function f() local t = nil; t.x = 1 end", "function g() f() end g()", "1 +* 2", "'alive'")
    assert.truthy(screen:find("line 1: attempt to index a nil value (local 't')\n  line 1: in global 'f'\n", 1, true), screen)
    assert.truthy(screen:find("line 1: unexpected symbol near '*'", 1, true), screen)
    assert.truthy(screen:find("_1 = alive", 1, true), screen)
  end)

  it("changes nothing until writes(true); the prompt shows the mode", function()
    local told = w:converse(joined(
      lines("read", CREATE:format "a", "sl.Virtual_Guest:id(5):deleteObject()", "writes(true)"), { { "see", "31mwrite>" },
      { "type", "writes(false)\r" }, { "see", "32mread>" }, { "type", QUIT } }))
    local screen = plain(told.screen)
    assert.truthy(screen:find("create_vm changes the account; writes(true) allows it", 1, true), screen)
    assert.truthy(screen:find("deleteObject; writes(true) allows it", 1, true), screen)
    assert.truthy(screen:find("sim@127.0.0.1:%d+ read>"), screen)
    assert.equal(0, count(w, "createObject") + count(w, "deleteObject"))
    assert.same({}, w:records())
  end)

  it("orders a guest with a line of progress; what destroys it names it and asks once", function()
    local told = w:converse(joined(lines("read", "writes(true)"), lines("write", CREATE:format "a"),
      { { "see", "done in about" }, { "see", "_1 =" } },
      lines("write", "cpi.delete_vm{vm_cid = _[1]}"), { { "see", "Type yes: " }, { "type", "no\r" }, { "see", "nothing was done" } },
      lines("write", "cpi.delete_vm(_1[1])"), { { "see", "Type yes: " }, { "type", "yes\r" } },
      lines("write", "cpi.has_vm(_1[1])"), { { "see", "false" }, { "type", QUIT } }))
    local screen = plain(told.screen)
    local id, stage = screen:match "guest (%d+): ([%u_]+), [%d:]+ %l+ of about %d:%d%d min, done in about"
    assert.truthy(id and stage, screen)
    assert.truthy(screen:find("delete_vm hits guest " .. id .. ", bosh%-%w+%.example%.com%. Type yes: "), screen)
    local _, asked = screen:gsub("Type yes:", "")
    assert.equal(2, asked)
    assert.equal(1, count(w, "createObject"))
    assert.equal(1, count(w, "deleteObject"))
    assert.is_false(w.sim:inventory().guests[1].billed)
  end)

  it("asks before a call of one's own destroys something", function()
    local told = w:converse(joined(lines("read", "writes(true)"), lines("write", CREATE:format "a", "cid = _[1]",
      "sl.Virtual_Guest:id(cid):deleteObject()"), { { "see", ".example.com. Type yes: " }, { "type", "\r" },
      { "see", "nothing was done" }, { "type", QUIT } }))
    assert.equal(0, told.status)
    assert.equal(0, count(w, "deleteObject"))
  end)

  it("after Ctrl-C in a long wait goes on; the same line made again gives the same guest", function()
    local told = w:converse(joined(lines("read", "writes(true)"), lines("write", CREATE:format "a"), { { "see", "done in about" },
      { "type", CTRL_C }, { "see", "interrupted" } }, lines("write", CREATE:format "a"), { { "see", "_1 =" } },
      lines("write", "1 + 1"), { { "see", "_2" }, { "type", QUIT } }))
    assert.equal(0, told.status)
    assert.equal(1, count(w, "createObject"))
    assert.equal("DONE", w:records()[1].stage)
  end)

  it("stops a loop that never ends, also one that catches errors", function()
    local told = w:converse(joined(lines("read", "while true do end"), { { "pause", 0.3 }, { "type", CTRL_C },
      { "see", "interrupted" } }, lines("read", "pcall(function() while true do end end) while true do end"),
      { { "pause", 0.3 }, { "type", CTRL_C }, { "see", "interrupted" } },
      lines("read", "while true do pcall(function() sl.Account:getObject() end) end"),
      { { "pause", 0.3 }, { "type", CTRL_C }, { "see", "interrupted" } }, lines("read", "1"), { { "see", "_1" }, { "type", ":quit\r" } }))
    assert.equal(0, told.status)
  end)

  it("shows what is longer than the terminal in the person's pager", function()
    local told = w:converse(joined(lines("read", "t = {}; for i = 1, 200 do t[i] = i end", "t"), { { "see", "seen:200" } },
      lines("read", ":quit")), { environment = { "PAGER=sed s/^/seen:/" } })
    assert.equal(0, told.status)
  end)

  it("leaves by Ctrl-C twice or Ctrl-D, and gives up a line by one Ctrl-C", function()
    local prompt = "read>\27[0m "
    local told = w:converse { { "see", prompt }, { "type", "1 + " }, { "see", "+" }, { "type", CTRL_C }, { "see", "^C\r\n" },
      { "see", prompt }, { "type", CTRL_C }, { "see", "once more" }, { "see", prompt }, { "type", CTRL_C } }
    assert.equal(0, told.status)
    assert.equal(0, w:converse { { "see", prompt }, { "type", CTRL_D } }.status)
  end)

  it("keeps its history for the next session, for its owner alone and without a secret", function()
    type_lines("1 + 41", "x = { password = 'canary-one-typed' }", "'sim-' .. 'api-key'", "y = 'sim-api-key'")
    local history = w.at.path .. "/.slcpi/history"
    assert.equal("1 + 41\n'sim-' .. 'api-key'\n:quit\n", folder.read(history))
    assert.truthy(io.popen("stat -c %a " .. history):read "a" == "600\n")
    local told = w:converse { { "see", "read>" }, { "type", UP .. UP .. UP .. "\r" }, { "see", "_1 =" }, { "type", QUIT } }
    assert.truthy(plain(told.screen):find("_1 = 42", 1, true), told.screen)
  end)

  it("shows no secret: of the configuration, of an answer, of what was typed", function()
    local screen, told = type_lines("'sim-' .. 'api-key'", "require 'core.json'.encode{ k = 'nats-' .. 'password' }",
      "{ adminPassword = 'canary-' .. 'two' }", "'canary' .. '-two'", "print('canary' .. '-two')", "error('canary' .. '-two')",
      "sl.Account:mask('canary' .. '-two')")
    for _, canary in ipairs { "sim-api-key", "nats-password", "canary-two" } do
      assert.falsy(told.screen:find(canary, 1, true), screen)
    end
    local _, masked = screen:gsub("<redacted>", "")
    assert.equal(7, masked)
  end)

  it("plans what would be changed, with what it costs, and changes nothing", function()
    local told = w:converse(joined(lines("read", ":plan on"), lines("plan", CREATE:format "a"), { { "see", "later steps" } },
      lines("plan", ":plan off"), lines("read", "writes(true)"), lines("write", "sl.Virtual_Guest:id(5):setTags('x')"),
      { { "see", "Unable to find object" }, { "type", QUIT } }))
    assert.truthy(plain(told.screen):find("would cost [%d.]+ USD/h"), told.screen)
    assert.equal(0, count(w, "createObject"))
  end)

  it("runs an rc file before the first prompt; :record and :source keep and run lines", function()
    w.at:write(".slcpi/repl.lua", "function mine() return 'from the rc file' end")
    local path = w.at.path .. "/lines.lua"
    local screen = type_lines(":record " .. path, "mine()", "1 + 1", "z = 7", ":json {a = _}", ":record off", "z = 0",
      ":source " .. path, "z * 6")
    assert.truthy(screen:find("from the rc file", 1, true), screen)
    assert.truthy(screen:find("= 42\n", 1, true), screen)
    assert.equal("mine()\n1 + 1\nz = 7\n:json {a = _}\n", folder.read(path))
  end)

  it("knows commands: time, trace, curl with a place for the key, and what was meant", function()
    local screen = type_lines("sl.Virtual_Guest:mask('id'):filter{hostname = 'web*'}:getObject();", ":time", ":trace", ":curl",
      ":tiem", ":help has_vm", ":set width 60", ":set")
    assert.truthy(screen:find("%d%.%d%d%d s, 1 API calls"), screen)
    assert.truthy(screen:find("SoftLayer_Virtual_Guest::getObject", 1, true), screen)
    assert.truthy(screen:find([[curl -u 'sim':"$SOFTLAYER_API_KEY" 'http://127.0.0.1:]], 1, true), screen)
    assert.truthy(screen:find("there is no command ':tiem', did you mean ':time'?", 1, true), screen)
    assert.truthy(screen:find("has_vm(vm_cid: cid)\n", 1, true), screen)
    assert.truthy(screen:find("width 60", 1, true), screen)
  end)

  it("takes an edited library after :reload, and an edited script at once", function()
    local overlay = w:overlay { ["lualib/answer_of.lua"] = "return function() return 'before' end",
      ["scripts/mine.lua"] = "description = 'x' arguments = {} effect = 'read' timeout = 5 function run() return 1 end" }
    local function edit(path, text) return ("require 'core.sys'.write_atomic(%q, %q);"):format(overlay .. "/" .. path, text) end
    local told = w:converse(joined(lines("read", "answer_of()", "cpi.mine()",
      edit("lualib/answer_of.lua", "return function() return 'after' end"),
      edit("scripts/mine.lua", "description = 'x' arguments = {} effect = 'read' timeout = 5 function run() return 22 end"),
      "answer_of()", "cpi.mine()", ":reload", "answer_of()"), { { "see", "after" }, { "type", QUIT } }),
      { arguments = { "--overlay", overlay } })
    local screen = plain(told.screen)
    assert.truthy(screen:find("_5 = before.*_6 = 22.*_7 = after"), screen)
  end)

  it("ends by SIGTERM and by a terminal that goes away", function()
    local told = w:converse(joined(lines("read", "while true do pcall(require 'core.sys'.sleep, 3600) end"),
      { { "pause", 0.2 }, { "kill", 15 } }))
    assert.equal(1, told.status)
  end)
end)

describe("slcpi repl without a terminal", function()
  local w
  setup(function() w = world.start { speed = 1000 } end)
  teardown(function() w:close() end)

  it("prints one JSON document for each result", function()
    local run = w:pipe "sl.Account:getVirtualGuests()"
    assert.equal(0, run.status, run.stderr)
    assert.same(json.array {}, json.decode(run.stdout))
    run = w:pipe "x = { 1,\n2 }\nx\nfunction f()\nreturn nil\nend\nf()\ncpi.has_vm{ vm_cid = 5 }\nsl.Account:mask 'id'\n;"
    assert.equal("[\n  1,\n  2\n]\nnull\nfalse\n\"SoftLayer_Account:id\"\n", (run.stdout:gsub("mask%[id%]", "id")))
  end)

  for what, case in pairs {
    ["a raised error"] = { "error 'no'\n1", "line 1: no\n" },
    ["an error of the API"] = { "sl.Virtual_Guest:id(5):getObject()\n1", "Unable to find object with id of '5'" },
    ["a typing error"] = { "1 1\n1", "line 1:" },
    ["an unfinished entry"] = { "function f()\n", "not complete" },
    ["a name that is not there"] = { "exit\n1", "there is no 'exit'; :quit does it" },
    ["a filter of a property that is not there"] = { "sl.Account:filter{hostnme = 'x*'}:getVirtualGuests()\n1",
      "the filter's 'hostnme' is no property of Virtual_Guest, did you mean 'hostname'?" },
    ["a filter below another root"] = { "sl.Account:filter{virtualGuests = {hostname = 'x*'}}:getVirtualGuests()\n1",
      "'virtualGuests' is no property of Virtual_Guest" },
    ["a filter whose value is missing"] = { "sl.Account:filter{hostname = web}:getVirtualGuests()\n1", "the filter is empty" },
    ["a dot for a colon"] = { "sl.Account.getVirtualGuests()\n1", "takes a colon: sl.Account:getVirtualGuests()" },
    ["a service that there is not"] = { "sl.Acount:getObject()\n1", "Service does not exist (SoftLayer_Exception_Public, HTTP 404), "
      .. "did you mean 'Account'?" },
    ["a method that there is not"] = { "sl.Account:getVirtualGests()\n1", "did you mean 'getVirtualGuests'?" },
    ["a step with named arguments"] = { "cpi.create_vm.plan{stemcell_cid = 5}\n1", "plan(stemcell_cid, properties" },
    ["a command that there is not"] = { ":nope\n1", "there is no command ':nope'" },
    ["a write that is not allowed"] = { "sl.Virtual_Guest:id(5):setTags('x')\n1", "writes(true) allows it" },
    ["a question without a terminal"] = { "writes(true)\nsl.Virtual_Guest:id(5):deleteObject()\n1", "no terminal to ask on" },
  } do
    it("ends at " .. what .. " with status 1", function()
      local run = w:pipe(case[1])
      assert.equal(1, run.status)
      assert.equal("", run.stdout)
      assert.truthy(run.stderr:find(case[2], 1, true), run.stderr)
    end)
  end

  it("takes filters that are right, and null", function()
    local run = w:pipe "sl.Account:filter{hostname = 'x*', datacenter = {name = {'ams01', 'dal13'}}}:getVirtualGuests()\n{a = null}"
    assert.equal(0, run.status, run.stderr)
    assert.equal('[]\n{\n  "a": null\n}\n', run.stdout)
  end)

  it("plans one line", function()
    local run = w:pipe ":plan cpi.set_vm_metadata{vm_cid = '5', metadata = {a = 'b'}}\nwrites"
    assert.truthy((run.stdout .. run.stderr):find("VMNotFound", 1, true), run.stdout .. run.stderr)
    assert.equal(0, #w.sim:journal "setTags")
  end)

  it("evaluates what -e gives it", function()
    local run = w:pipe("", "-e", "cpi.info().api_version, 'two'")
    assert.equal("3\n\"two\"\n", run.stdout)
  end)

  it("suggests what was meant of scripts, steps and arguments", function()
    for text, wanted in pairs {
      ["cpi.creat_vm{}"] = "there is no script 'creat_vm', did you mean 'create_vm'?",
      ["cpi.create_vm.plam()"] = "create_vm has no step 'plam', did you mean 'plan'?",
      ["cpi.has_vm{vm_cod = 5}"] = "has_vm has no argument 'vm_cod', did you mean 'vm_cid'?",
      ["cpi.has_vm{}"] = "has_vm needs vm_cid",
      ["cpi.has_vm{vm_cid = true}"] = "argument 1, vm_cid, must be of type cid",
    } do
      assert.truthy(w:pipe(text).stderr:find(wanted, 1, true), text)
    end
  end)

  it("runs steps one by one, with an overlay's hooks in force", function()
    local overlay = w:overlay { ["hooks/calculate_vm_cloud_properties.lua"] =
      "function after.run(result) result.hooked = true return result end" }
    local run = w:pipe("cpi.calculate_vm_cloud_properties{cpu = 1, ram = 512, ephemeral_disk_size = 1000}.hooked\n"
      .. "cpi.create_disk.plan(30 * 1024, { iops = 100 }).size", "--overlay", overlay)
    assert.truthy(run.stdout:find "^true\n%d+\n$", run.stdout .. run.stderr)
  end)

  it("iterates over pages, and sends several calls in one flight", function()
    local run = w:pipe [[
for package in sl.Product_Package:mask "id":each "getAllObjects" do n = (n or 0) + 1 end
n > 3
sl.all{ sl.Account:later "getObject", sl.Account:later "getVirtualGuests" }.n]]
    assert.equal("true\n2\n", run.stdout, run.stderr)
  end)
end)
