-- Traces through the executables: what is in them, what is not, and what can be drawn of them.
local eventually = require "support.eventually"
local folder = require "support.folder"
local json = require "core.json"
local requests = require "support.requests"
local rows = require "timeline.rows"
local trace_file = require "trace_file"
local world = require "support.world"

local HOOKS = { ["hooks/create_vm.lua"] = "\nfunction before.provision() log.info 'hooked' end\n" }

local function walk(span, f)
  f(span)
  for _, child in ipairs(span.children) do walk(child, f) end
end

local function find(root, name)
  local found
  walk(root, function(span) if span.name == name then found = span end end)
  return assert(found, "no span " .. name)
end

local function calls_in(root)
  local calls = {}
  walk(root, function(span) if span.attributes["slcpi.kind"] == "call" then calls[#calls + 1] = span end end)
  return calls
end

local function sent_in(root)
  local count = 0
  for _, call in ipairs(calls_in(root)) do count = count + rows.sent(call) end
  return count
end

local function chromium()
  for _, name in ipairs { "chromium", "chromium-browser", "google-chrome" } do
    local pipe = io.popen("command -v " .. name)
    local path = pipe:read "l"
    pipe:close()
    if path then return path end
  end
end

describe("a traced create_vm", function()
  local w, path

  before_each(function()
    w = world.start()
    path = w.at.path .. "/trace.jsonl"
  end)
  after_each(function() w:close() end)

  local function traced(request, options)
    local arguments = { "--trace", path, table.unpack(options or {}) }
    return w:ask(request or requests.create_vm(), { arguments = arguments })
  end

  it("has a span for each call of the journal, in its order and with its attempts", function()
    w.sim:fault "Virtual_Guest.getObject after=1 count=2 do=html status=503"
    assert.equal(json.null, traced().error)
    local root = assert(trace_file.read(path))[1]
    local journal, names = w.sim:journal(), {}
    for _, call in ipairs(calls_in(root)) do
      for _ = 1, rows.sent(call) do
        names[#names + 1] = call.attributes["rpc.service"] .. "::" .. call.attributes["rpc.method"]
      end
    end
    local answered = {}
    for i, entry in ipairs(journal) do answered[i] = ("SoftLayer_%s::%s"):format(entry.service:gsub("^SoftLayer_", ""), entry.method) end
    assert.same(answered, names)
    assert.equal(#journal, root.attributes["slcpi.calls"])
    assert.is_true(#journal > #calls_in(root))
  end)

  it("tells of steps, hooks, waits and polls in virtual time", function()
    traced(nil, { "--overlay", w:overlay(HOOKS) })
    local root = assert(trace_file.read(path))[1]
    assert.same({ "create_vm", "cpi-271828" }, { root.name, root.attributes["slcpi.request_id"] })
    local hook = find(root, "before.provision")
    assert.equal(w.at.path .. "/overlay/hooks/create_vm.lua:2", hook.attributes["slcpi.where"])
    assert.truthy(find(root, "look_up").children[1].attributes["slcpi.class"])
    local guest = w.sim:inventory().guests[1].id
    local waiting = find(root, "wait for guest " .. guest)
    assert.is_true(#waiting.events > 3)
    local seconds = (waiting.finish - waiting.start) / 1e9
    assert.is_true(seconds > 60 and seconds < 3600, seconds .. " s")
    walk(root, function(span)
      assert.is_true(span.start >= root.start and span.finish <= root.finish and span.finish >= span.start, span.name)
    end)
  end)

  it("is drawn for a terminal and as a page", function()
    traced(nil, { "--overlay", w:overlay(HOOKS) })
    local shown = w:command { "trace", path }
    assert.equal(0, shown.status)
    assert.truthy(shown.stdout:find "create_vm done: %d+ min.* API calls, request cpi%-271828\n")
    assert.truthy(shown.stdout:find "before%.provision  create_vm%.lua:2")
    local page = w.at.path .. "/page.html"
    assert.equal(0, w:command { "trace", path, "--html", page }.status)
    local text = folder.read(page)
    assert.falsy(text:find "https?://")
    assert.truthy(text:find('class="bar hook"', 1, true))
    local _, dots = text:gsub('class="poll"', "")
    assert.is_true(dots > 3)
  end)

  it("is a page without complaints of Chromium", function()
    local browser = chromium()
    if not browser then return pending "there is no Chromium" end
    traced()
    local page, log = w.at.path .. "/page.html", w.at:fresh "chromium"
    w:command { "trace", path, "--html", page }
    local pipe = io.popen(("HOME=%s %s --headless --no-sandbox --disable-gpu --enable-logging=stderr --dump-dom file://%s 2>%s"):format(
      folder.quoted(w.at.path), browser, page, log))
    local dom = pipe:read "a"
    pipe:close()
    assert.truthy(dom:find('<rect class="bar wait"', 1, true))
    assert.falsy(folder.read(log):find("CONSOLE", 1, true), folder.read(log))
  end)

  it("that fails ends with the error", function()
    w.sim:fault "Virtual_Guest.setTags do=error"
    traced(requests.create_vm { env = { bosh = { tags = { job = "web" } } } })
    local root = assert(trace_file.read(path))[1]
    assert.equal(2, root.status.code)
    assert.equal("Bosh::Clouds::VMCreationFailed", root.attributes["error.type"])
    assert.equal(2, find(root, "Virtual_Guest::setTags").status.code)
    assert.equal(#w.sim:journal(), sent_in(root))
    assert.truthy(find(root, "delete_vm").attributes["slcpi.kind"] == "action")
  end)

  it("that is killed while it waits leaves lines that can be read", function()
    w:configure { engine = { speed = 20 } }
    local process = w:begin(requests.create_vm(), { arguments = { "--trace", path } })
    eventually("the wait", function() return folder.read(path):find "wait for guest" end)
    process:signal "KILL"
    process:finish()
    local root = assert(trace_file.read(path))[1]
    assert.is_true(root.unfinished)
    assert.is_true(find(root, "await").unfinished)
    assert.truthy(w:command { "trace", path }.stdout:find "create_vm unfinished: .*%?\n")
  end)

  it("is traced as well when a recording answers", function()
    local tape = w.at.path .. "/tape"
    traced(nil, { "--record", tape })
    local recorded = calls_in(assert(trace_file.read(path))[1])
    path = w.at.path .. "/replay.jsonl"
    assert.equal(json.null, traced(nil, { "--replay", tape }).error)
    local replayed = calls_in(assert(trace_file.read(path))[1])
    assert.equal(#recorded, #replayed)
    for i, call in ipairs(replayed) do
      assert.equal(recorded[i].name, call.name)
      assert.is_true(call.attributes["slcpi.rate_limit_wait"] < 1)
    end
  end)

  it("that cannot be traced is answered all the same, with a warning", function()
    path = w.at.path .. "/no/such/trace.jsonl"
    local document, run = traced()
    assert.equal(json.null, document.error)
    local _, warnings = run.stderr:gsub("not traced any further", "")
    assert.equal(1, warnings)
  end)
end)

describe("engine.trace_dir", function()
  local w, traces

  before_each(function()
    w = world.start()
    traces = w.at.path .. "/traces"
    w:configure { engine = { trace_dir = traces } }
  end)
  after_each(function() w:close() end)

  it("gets a file for each request, also one that is refused", function()
    w:result(requests.of("has_vm", "5"))
    w:failure(requests.of("has_vm", "abc"))
    w:failure(requests.of("no_such_method"))
    local files = folder.files(traces)
    local outcomes = {}
    for _, path in ipairs(files) do
      assert.truthy(path:find "/%d%d%d%d%d%d%d%dT%d%d%d%d%d%dZ%-[%l_]+%-cpi%-271828%.jsonl$", path)
      for _, root in ipairs(assert(trace_file.read(path))) do
        outcomes[#outcomes + 1] = root.name .. " " .. rows.outcome(root)
      end
    end
    table.sort(outcomes)
    assert.same({ "has_vm done", "has_vm failed", "no_such_method failed" }, outcomes)
  end)

  -- A trace that began so many seconds ago.
  local function leave(seconds, bytes)
    local path = w.at:write(os.date("!traces/%Y%m%dT%H%M%SZ-has_vm-cpi-1.jsonl", os.time() - seconds), ("x"):rep(bytes))
    assert(os.execute(("touch -d '%d seconds ago' '%s'"):format(seconds, path)))
    return path
  end

  it("keeps what is neither older than trace_days nor more than trace_mb", function()
    w:configure { engine = { trace_dir = traces, trace_days = 2, trace_mb = 1 } }
    local aged, oldest, kept = leave(3 * 86400, 10), leave(7200, 700 << 10), leave(3600, 700 << 10)
    w:result(requests.of("has_vm", "5"))
    assert.same({ "", "" }, { folder.read(aged), folder.read(oldest) })
    assert.equal(700 << 10, #folder.read(kept))
    assert.equal(2, #folder.files(traces))
  end)

  it("is nothing that a command needs: --trace names a file", function()
    local path = w.at.path .. "/call.jsonl"
    assert.equal("false\n", w:command { "call", "has_vm", "5", "--trace", path }.stdout)
    assert.equal("has_vm", assert(trace_file.read(path))[1].name)
    assert.same({}, folder.files(traces))
  end)

  it("that cannot be made is a warning", function()
    w:configure { engine = { trace_dir = "/dev/null/traces" } }
    local result, run = w:result(requests.of("has_vm", "5"))
    assert.is_false(result)
    assert.truthy(run.stderr:find("the request is not traced: making the directory", 1, true))
  end)
end)

describe("slcpi trace", function()
  it("refuses what is no trace, with the line", function()
    local w = world.start { offline = true }
    local run = w:command { "trace", w.config }
    assert.equal(1, run.status)
    assert.truthy(run.stderr:find("cpi.json:1: this is no span of a trace", 1, true))
    w:close()
  end)
end)
