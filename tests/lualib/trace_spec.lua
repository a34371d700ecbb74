-- trace: the spans of a request, from the events that are told, with the session's chain over a fake API.
local errors = require "errors"
local events = require "events"
local fake = require "lualib.fake"
local json = require "core.json"
local log = require "core.log"
local session = require "session"
local sl = require "softlayer"
local sys = require "core.sys"
local trace = require "trace"
local trace_file = require "trace_file"
local wait = require "wait"

local SCRIPT = { origin = "builtin/scripts/create_vm.lua" }

local function lines_of(path)
  local lines = {}
  for line in (fake.slurp(path) or ""):gmatch "[^\n]+" do lines[#lines + 1] = assert(json.decode(line)) end
  return lines
end

describe("a trace", function()
  local clock, api, directory, remove, path

  before_each(function()
    log.level "off"
    clock, api = fake.clock(), fake.api()
    directory, remove = fake.directory()
    path = directory .. "/t.jsonl"
    session.configure(function() return api.handle end)
  end)
  after_each(function()
    clock.restore()
    remove()
    log.level "info"
  end)

  -- Traces f as the request's script; returns what the file says.
  local function traced(f, context, config)
    local settings = { core = { trace = not config and path or nil, version = "1.2.3" },
      config = { engine = config or {} } }
    local it = trace.begin(settings, { method = "create_vm", context = context or { request_id = "cpi-7" } })
    local ok, err = pcall(events.within, { kind = "action", name = "create_vm", script = SCRIPT }, f)
    if it then it:finish(not ok and errors.wrap(err) or nil) end
    return it
  end

  local function root_of(f, ...)
    traced(f, ...)
    local roots = assert(trace_file.read(path))
    assert.equal(1, #roots)
    return roots[1]
  end

  local function step(name, f) return events.within({ kind = "step", name = name, script = "create_vm" }, f) end

  it("is a tree of the request, its steps, hooks, waits and calls, with their times", function()
    api["Account::getObject"] = function() clock.time = clock.time + 2 return {} end
    local root = root_of(function()
      step("prepare", function()
        clock.time = clock.time + 1
        events.within({ kind = "hook", name = "before.look_up", where = "/site/hooks/create_vm.lua:3" }, function()
          sl.Account:mask("id"):getObject()
        end)
      end)
    end)
    local prepare = root.children[1]
    local hook = prepare.children[1]
    local call = hook.children[1]
    assert.same({ "create_vm", "prepare", "before.look_up", "Account::getObject" },
      { root.name, prepare.name, hook.name, call.name })
    assert.same({ 2, 1, 1, 3 }, { root.kind, prepare.kind, hook.kind, call.kind })
    assert.equal("/site/hooks/create_vm.lua:3", hook.attributes["slcpi.where"])
    assert.equal(SCRIPT.origin, root.attributes["slcpi.script"])
    assert.equal(3000000000, prepare.finish - prepare.start)
    assert.equal(2000000000, hook.finish - hook.start)
    assert.equal(1700001000 * 1000000000, root.start)
    assert.equal(1, root.attributes["slcpi.calls"])
    for _, span in ipairs { root, prepare, hook, call } do assert.same({ code = 1 }, span.status) end
  end)

  it("has OTLP's names, times as strings of nanoseconds, and ids of its lengths", function()
    traced(function() step("plan", function() end) end)
    local lines = lines_of(path)
    assert.equal(4, #lines)
    local last = lines[4]
    assert.equal(sys.sha256 "cpi-7":sub(1, 32), last.traceId)
    assert.truthy(last.spanId:find "^%x+$" and #last.spanId == 16)
    assert.equal("1700001000000000000", last.startTimeUnixNano)
    assert.equal("1700001000000000000", last.endTimeUnixNano)
    assert.is_nil(lines[1].endTimeUnixNano)
    assert.equal(last.spanId, lines[2].parentSpanId)
    assert.same({ key = "slcpi.request_id", value = { stringValue = "cpi-7" } }, lines[1].attributes[3])
  end)

  it("without a request id has a random one", function()
    local one, other = traced(function() end, {}), traced(function() end, { request_id = json.null, director_uuid = json.null })
    assert.equal(32, #one.id)
    assert.not_equal(one.id, other.id)
    assert.falsy(fake.slurp(path):find("userdata", 1, true))
  end)

  it("tells of a call's attempts, bytes, class, mask and the answer", function()
    api["Virtual_Guest::getObject"] = function(_, n)
      if n < 3 then return nil, { kind = "transport", message = "reset", sent = n > 1 } end
      return {}
    end
    local call = root_of(function() sl.Virtual_Guest:id(5):mask("id,hostname"):getObject() end).children[1]
    local of = call.attributes
    assert.same({ "SoftLayer_Virtual_Guest", "getObject", 5, "read", "id,hostname", 3, 200 },
      { of["rpc.service"], of["rpc.method"], of["slcpi.id"], of["slcpi.class"], of["slcpi.mask"], of["slcpi.attempts"],
        of["http.response.status_code"] })
    assert.equal(3, #call.events)
    assert.same({ false, true, true }, { call.events[1].attributes["slcpi.sent"], call.events[2].attributes["slcpi.sent"],
      call.events[3].attributes["slcpi.sent"] })
    assert.equal("transport", call.events[2].attributes["error.type"])
    assert.is_nil(call.events[3].attributes["error.type"])
    assert.equal(1, call.status.code)
    assert.is_true(call.finish - call.start > 0)
  end)

  it("tells of a call that failed by its error", function()
    api["Virtual_Guest::getObject"] = function() return nil, fake.not_found() end
    local call = root_of(function() sl.Virtual_Guest:id(1):getObject() end).children[1]
    assert.equal("SoftLayer_Exception_ObjectNotFound", call.attributes["error.type"])
    assert.equal(404, call.attributes["http.response.status_code"])
    assert.equal(2, call.status.code)
    assert.truthy(call.status.message:find("Unable to find object", 1, true))
  end)

  it("has polls at a wait", function()
    local root = root_of(function()
      local n = 0
      wait { what = "it", at_most = 60, function()
        n = n + 1
        return n == 3, { stage = "STAGE_" .. n, average = 30 }
      end }
    end)
    local waiting = root.children[1]
    assert.equal("wait for it", waiting.name)
    assert.same({ "STAGE_1", "STAGE_2" },
      { waiting.events[1].attributes["slcpi.stage"], waiting.events[2].attributes["slcpi.stage"] })
    assert.is_true(waiting.finish > waiting.start)
  end)

  it("tells of the error that ended a step and the request", function()
    local root = root_of(function() step("plan", function() error(errors.cpi "no such thing", 0) end) end)
    assert.same({ code = 2, message = "no such thing" }, root.status)
    assert.same(root.status, root.children[1].status)
    assert.equal("Bosh::Clouds::CpiError", root.attributes["error.type"])
  end)

  it("shows no secret, wherever it stands, and stays JSON when a secret looks like its syntax", function()
    log.secret 'hunter2-"quoted"'
    log.secret '","name":"'
    api["Virtual_Guest::getObject"] = function()
      return nil, fake.refusal("SoftLayer_Exception", 'bad: hunter2-"quoted" and more')
    end
    local root = root_of(function()
      step('hunter2-"quoted"', function() sl.Virtual_Guest:id('hunter2-"quoted"'):mask('hunter2-"quoted"'):getObject() end)
    end)
    assert.falsy(fake.slurp(path):find("hunter2", 1, true))
    assert.equal("<redacted>", root.children[1].name)
  end)

  it("holds no arguments and no answers", function()
    api["Virtual_Guest::setTags"] = function() return { text = "the-answer" } end
    traced(function() sl.Virtual_Guest:id(5):setTags "the-argument" end)
    assert.falsy(fake.slurp(path):find("the%-a%l+"))
  end)

  it("can be read by its owner alone, and is added to", function()
    traced(function() end)
    traced(function() end)
    assert.equal(2, #assert(trace_file.read(path)))
    local pipe = io.popen(("stat -c %%a '%s'"):format(path))
    assert.equal("600", pipe:read "l")
    pipe:close()
  end)

  it("that cannot be written leaves the request alone", function()
    path = directory .. "/missing/t.jsonl"
    local ran
    traced(function() step("plan", function() ran = true end) end)
    assert.is_true(ran)
    assert.is_nil(traced(function() end, nil, { trace_dir = "/dev/null/x" }))
  end)

  it("goes into a file of its own below engine.trace_dir", function()
    traced(function() end, { request_id = "../a b" }, { trace_dir = directory .. "/traces" })
    assert.same({ "20231114T223000Z-create_vm-.._a_b.jsonl" }, sys.list(directory .. "/traces"))
  end)

  it("is over with the request: nobody listens any more", function()
    traced(function() end)
    assert.is_false(events.heard())
  end)
end)
