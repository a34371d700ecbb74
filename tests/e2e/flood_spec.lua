-- Many processes at once against the API's limit of calls: none of them fails, and hardly a call is refused.
-- The limit is one of real time, so the clock runs only a little faster.
local folder = require "support.folder"
local json = require "core.json"
local requests = require "support.requests"
local sys = require "core.sys"
local world = require "support.world"

local LIMIT = "--rps=50"

-- Starts the requests side by side; how many failed, and what they said.
local function flood(w, list)
  local begun, failures = {}, {}
  for i, request in ipairs(list) do begun[i] = w:begin(request) end
  for i, process in ipairs(begun) do
    local document = world.answer(process:finish())
    if document.error ~= json.null then failures[#failures + 1] = i .. ": " .. document.error.message end
  end
  return failures
end

local function refused(w)
  local calls, n = w.sim:journal(), 0
  for _, call in ipairs(calls) do n = n + (call.limited and 1 or 0) end
  return n, #calls
end

local function has_vms(n)
  local list = {}
  for i = 1, n do list[i] = requests.of("has_vm", tostring(i)) end
  return list
end

describe("a flood of processes", function()
  local w
  before_each(function()
    w = world.start { speed = 20, slsim = { LIMIT, "--latency=20" }, config = { engine = { rate_limit = 40 } } }
  end)
  after_each(function() w:close() end)

  local function state_file()
    for _, path in ipairs(folder.files(w.at.path .. "/state")) do
      if path:find "/rate$" then return path end
    end
  end

  it("that asks, 100 has_vm, stays within the limit", function()
    assert.same({}, flood(w, has_vms(100)))
    local limited, calls = refused(w)
    assert.equal(200, calls)
    assert.is_true(limited <= calls / 100, limited .. " calls were refused")
  end)

  it("that orders, 40 create_vm, makes 40 guests within the limit", function()
    local list = {}
    for i = 1, 40 do list[i] = requests.create_vm { agent_id = "agent-" .. i } end
    assert.same({}, flood(w, list))
    local limited, calls = refused(w)
    assert.is_true(limited <= calls / 100, ("%d of %d calls were refused"):format(limited, calls))
    assert.equal(40, #w.sim:inventory().guests)
    assert.equal(40, #w.sim:journal "createObject")
  end)

  it("passes a process that was killed while it waited, and a file that is damaged", function()
    w:result(requests.of("has_vm", "1"))
    local path = assert(state_file())
    local victims = {}
    for i = 1, 30 do victims[i] = w:begin(requests.of("has_vm", "7")) end
    for _, victim in ipairs(victims) do victim:signal "KILL" end
    for _, victim in ipairs(victims) do victim:finish() end
    assert.same({}, flood(w, has_vms(10)))
    for _, text in ipairs { "", "\0\255 what", "6ae1b3a2-0000-4000-8000-000000000000 9999999.0 0.0\n" } do
      local file = assert(io.open(path, "wb"))
      file:write(text)
      file:close()
      local start = sys.monotonic()
      assert.same({}, flood(w, has_vms(10)))
      assert.is_true(sys.monotonic() - start < 5)
      assert.truthy(folder.read(path):find "^[%x-]+ [%d.]+ [%d.]+\n$")
    end
  end)

  it("without a directory for its file pauses when the API refuses, and ends well", function()
    w:configure { engine = { rate_limit = 40, state_dir = "/proc/nowhere" } }
    assert.same({}, flood(w, has_vms(60)))
  end)
end)

describe("a limit of the account that is lower than ours", function()
  it("slows all processes down until they get through", function()
    local w = world.start { speed = 20, slsim = { "--rps=15", "--quirk=retry-after", "--latency=20" },
      config = { engine = { rate_limit = 40 } } }
    finally(function() w:close() end)
    assert.same({}, flood(w, has_vms(30)))
    local limited, calls = refused(w)
    assert.is_true(limited > 0)
    assert.is_true(limited < calls, calls .. " calls")
  end)
end)
