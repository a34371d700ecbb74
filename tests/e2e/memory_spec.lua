-- Malloc fails, once in a run and somewhere in it: the answer is one document all the same, and what was ordered is on
-- record or cancelled. ALLOCATIONS=1 takes every allocation instead of a sample.
local build = require "support.build"
local json = require "core.json"
local requests = require "support.requests"
local sys = require "core.sys"
local world = require "support.world"

local FAILING = build.folder .. "/failing_malloc.so"
local every = tonumber(sys.getenv "ALLOCATIONS")

local function failing_at(n) return { wrap = { "env", "FAIL_AT=" .. n, "LD_PRELOAD=" .. FAILING } } end

-- Fails each step-th allocation until one run is past the last one; calls `check` with each document.
local function fail_each(w, request, step, check)
  local n, same = 1, 0
  local undisturbed = w:ask(request)
  repeat
    local document = w:ask(request, failing_at(n))
    check(document, n)
    local like = document.error == json.null and json.encode(document.result) == json.encode(undisturbed.result)
    same = like and same + 1 or 0
    n = n + (every or step)
  until same > 20
  return n
end

-- A sanitizer brings a malloc of its own.
local where = build.folder:find "san" and pending or describe

where("without memory", function()
  local w
  before_each(function() w = world.start() end)
  after_each(function() w:close() end)

  it("info has one answer", function()
    local reached = fail_each(w, requests.of "info", 61, function(document)
      assert.is_true(document.error ~= json.null or document.result.api_version == 3)
    end)
    assert.is_true(reached > 1000, reached)
  end)

  it("has_vm never calls a VM gone", function()
    local vm = w:result(requests.create_vm())[1]
    fail_each(w, requests.of("has_vm", vm), 197, function(document) assert.is_true(document.result ~= false) end)
  end)

  it("create_vm buys one VM, or leaves it on record", function()
    for i = 0, 9 do
      local request = requests.create_vm { agent_id = "agent-" .. i }
      w:ask(request, failing_at(311 + i * 1733))
      local vm = w:result(request)[1]
      local guests = w.sim:inventory().guests
      assert.equal(1, #guests)
      assert.equal(vm, tostring(guests[1].id))
      w:result(requests.of("delete_vm", vm))
      w.sim:ask("POST", "advance", { seconds = 3600 })
    end
    assert.equal(0, w.sim:inventory().billed)
  end)
end)
