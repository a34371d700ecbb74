-- Servers, requests and machines that do their worst. Every request ends with one answer, and nothing is called gone
-- that the API did not call so.
local build = require "support.build"
local json = require "core.json"
local requests = require "support.requests"
local sys = require "core.sys"
local world = require "support.world"

describe("an API that", function()
  local w, vm
  setup(function()
    w = world.start { speed = 60, config = { engine = { timeouts = { has_vm = 90, delete_vm = 90 } } } }
    vm = w:result(requests.create_vm())[1]
  end)
  after_each(function() w.sim:heal() end)
  teardown(function() w:close() end)

  for what, fault in pairs {
    ["never answers"] = "do=hang",
    ["sends a byte in a second"] = "do=trickle piece=1 pause_ms=1000",
    ["stops in the middle of its answer"] = "do=stall at=0.5",
    ["closes every connection"] = "do=drop",
    ["resets every connection"] = "do=reset",
    ["answers with a page"] = "do=html status=502",
    ["answers with half a document"] = "do=truncate at=0.7",
    ["answers with nothing"] = "do=empty",
    ["answers with another type"] = "do=type",
    ["refuses for its rate"] = "do=rate",
    ["refuses the key"] = "do=unauthorized",
  } do
    it(what .. " does not make a guest go away", function()
      w.sim:fault("Virtual_Guest.getObject " .. fault)
      local has = w:ask(requests.of("has_vm", vm))
      assert.is_true(has.error ~= json.null or has.result == true)
      assert.is_true(#w:failure(requests.of("delete_vm", vm)).message > 0)
      assert.equal(0, #w.sim:journal "deleteObject")
      assert.equal(1, #w.sim:inventory().guests)
    end)
  end
end)

describe("a request", function()
  local w
  setup(function() w = world.start { offline = true } end)
  teardown(function() w:close() end)

  local function info(tail) return '{"method":"info","arguments":[],"context":' .. tail end

  for what, text in pairs {
    ["nested 100,000 deep"] = info(("["):rep(100000)),
    ["nested 100,000 deep, in objects"] = info(('{"a":'):rep(100000)),
    ["of a number with 400,000 digits"] = info(('{"a":%s}}'):format(("9"):rep(400000))),
    ["without an end"] = info '{"a":"',
    ["of raw bytes"] = "\255\254\0\1",
    ["of nothing"] = "",
    ["of two documents"] = info "{}}" .. info "{}}",
  } do
    it(what .. " is refused with one answer", function()
      local err = w:failure(text)
      assert.is_true(#err.message > 0 and #err.message <= 4100)
    end)
  end

  it("of 400,000 keys is read", function()
    local parts = {}
    for i = 1, 400000 do parts[i] = ('"%d":0'):format(i) end
    assert.equal(3, w:result(info("{" .. table.concat(parts, ",") .. "}}")).api_version)
  end)

  it("of more keys than its memory holds ends with one answer", function()
    local parts = {}
    for i = 1, 750000 do parts[i] = ('"%d":0'):format(i) end
    assert.matches("memory", w:failure(info("{" .. table.concat(parts, ",") .. "}}")).message)
  end)

  it("of 1 GiB is refused for its size", function()
    local err = w:failure("", { wrap = { "bash", "-c", 'head -c 1G /dev/zero | "$@"', "bash" } })
    assert.matches("larger than 8 MiB", err.message)
  end)
end)

-- From the beginning no file can grow; the answer and the log go through pipes, which can.
local FULL = [[
{ { ( trap '' XFSZ; exec prlimit --fsize=0 -- "$@" ) 2>&1 >&3 | cat >&2; exit "${PIPESTATUS[0]}"; } 3>&1; } | cat
exit "${PIPESTATUS[0]}"]]

describe("a machine", function()
  local w
  before_each(function() w = world.start() end)
  after_each(function() w:close() end)

  it("whose answers to two orders were lost has one guest", function()
    w.sim:fault "Virtual_Guest.createObject count=2 do=error status=504 executed"
    local vm = w:result(requests.LOGGED)
    assert.equal(vm, w:result(requests.LOGGED))
    assert.equal(1, #w.sim:journal "createObject")
    assert.equal(1, #w.sim:inventory().guests)
  end)

  it("with a full disk orders nothing", function()
    local err = w:failure(requests.LOGGED, { wrap = { "bash", "-c", FULL, "bash" } })
    assert.matches("nothing", err.message)
    assert.equal(0, #w.sim:journal "createObject")
  end)

  it("whose state directory is a file orders with a look before it", function()
    w.at:write("state", "")
    local _, run = w:result(requests.LOGGED)
    assert.matches("no state is kept", run.stderr)
    local looked = w.sim:journal("getVirtualGuests")[1]
    local ordered = w.sim:journal "createObject"
    assert.equal(1, #ordered)
    assert.truthy(looked.filter:find(ordered[1].arguments[1].hostname, 1, true))
    assert.is_true(looked.n < ordered[1].n)
  end)

  it("that stops slcpi at 50 moments loses nothing and buys nothing twice", function()
    w:close()
    w = world.start { speed = 200 }
    local list, begun, seed = {}, {}, sys.random(1):byte() + 1
    for i = 1, 50 do list[i] = requests.create_vm { agent_id = "agent-" .. i } end
    for i, request in ipairs(list) do begun[i] = w:begin(request) end
    for i, process in ipairs(begun) do
      sys.sleep((seed * i % 53) / 1000)
      process:signal "TERM"
    end
    for i, process in ipairs(begun) do
      local document = world.answer(process:finish())
      assert.is_true(document.error == json.null or document.error.ok_to_retry, ("seed %d, request %d"):format(seed, i))
    end
    local cids = {}
    for i, request in ipairs(list) do begun[i] = w:begin(request) end
    for _, process in ipairs(begun) do
      local document = world.answer(process:finish())
      assert.equal(json.null, document.error)
      cids[document.result[1]] = true
    end
    local guests = w.sim:inventory().guests
    assert.equal(50, #guests)
    for _, guest in ipairs(guests) do assert.is_true(cids[tostring(guest.id)]) end
    assert.equal(50, #w.sim:journal "createObject")
  end)

  it("that makes the same request a hundred times at once has one VM", function()
    w:close()
    w = world.start { speed = 60 }
    local request, begun, results = requests.create_vm(), {}, {}
    for i = 1, 100 do begun[i] = w:begin(request) end
    for _, process in ipairs(begun) do
      local document = world.answer(process:finish())
      assert.equal(json.null, document.error)
      results[json.encode(document.result)] = true
    end
    assert.is_nil(next(results, next(results)))
    assert.equal(1, #w.sim:journal "createObject")
    assert.equal(1, #w.sim:inventory().guests)
  end)
end)

-- The clock on the wall is set by an hour of the simulated time, at some reading of it.
local function stepped(hours, at)
  return { wrap = { "env", ("CLOCK_STEP=%d"):format(hours * 3600 / 60), "CLOCK_STEP_AT=" .. at,
    "LD_PRELOAD=" .. build.folder .. "/stepped_clock.so" } }
end

describe("a clock that is set by an hour", function()
  local w
  before_each(function() w = world.start { speed = 60 } end)
  after_each(function() w:close() end)

  for name, hours in pairs { forwards = 1, back = -1 } do
    it(name .. " hides no order that is carried out late", function()
      w:configure { engine = { timeouts = { create_vm = 60 } } }
      w.sim:fault "Virtual_Guest.createObject count=1 do=html status=504 late=180"
      assert.matches("time was over", w:failure(requests.LOGGED).message)
      assert.equal(0, #w.sim:inventory().guests)
      w:configure()
      local vm = w:result(requests.LOGGED, stepped(hours, 1))
      assert.equal(1, #w.sim:journal "createObject")
      assert.equal(vm, tostring(w.sim:inventory().guests[1].id))
    end)

    it(name .. " in the middle of a request changes nothing", function()
      local vm = w:result(requests.create_vm(), stepped(hours, 12))[1]
      w:result(requests.of("reboot_vm", vm), stepped(hours, 8))
      w:result(requests.of("delete_vm", vm), stepped(hours, 8))
      assert.same({ 1, 1, 0 }, { #w.sim:journal "createObject", #w.sim:journal "deleteObject", w.sim:inventory().billed })
    end)
  end
end)
