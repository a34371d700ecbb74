-- trace_folder: which traces are removed when a request begins.
local fake = require "lualib.fake"
local sys = require "core.sys"
local trace_folder = require "trace_folder"

local DAY = 86400

describe("the folder of traces", function()
  local clock, directory, remove

  before_each(function()
    clock = fake.clock()
    directory, remove = fake.directory()
  end)
  after_each(function()
    clock.restore()
    remove()
  end)

  -- A trace of so many bytes; then time goes on.
  local function leave(id, bytes, seconds)
    fake.spill(assert(trace_folder.file(directory, "create_vm", id)), ("x"):rep(bytes))
    clock.time = clock.time + seconds
  end

  local function left(limits)
    trace_folder.prune(directory, limits)
    local ids = {}
    for _, name in ipairs(sys.list(directory)) do ids[#ids + 1] = name:match "create_vm%-(.*)%.jsonl$" or name end
    table.sort(ids)
    return ids
  end

  it("keeps what is as young as trace_days, a week if nothing is said", function()
    leave("a", 1, DAY)
    leave("b", 1, 6.5 * DAY)
    leave("c", 1, 0)
    assert.same({ "b", "c" }, left {})
    assert.same({ "c" }, left { trace_days = 6 })
    assert.same({ "c" }, left { trace_days = 0.01 })
  end)

  it("loses the oldest until the rest is not larger than trace_mb", function()
    for _, id in ipairs { "a", "b", "c", "d" } do leave(id, 400 * 1024, 60) end
    assert.same({ "a", "b", "c", "d" }, left { trace_mb = 2 })
    assert.same({ "c", "d" }, left { trace_mb = 1 })
  end)

  it("bears the clock of a simulator that is beyond every calendar", function()
    clock.time = 1e17
    assert.truthy(assert(trace_folder.file(directory, "info", "a")):find("/99991231T235959Z-info-a.jsonl", 1, true))
    assert.same({}, left {})
  end)

  it("loses nothing that is not a trace of ours", function()
    fake.spill(directory .. "/notes.jsonl", ("x"):rep(2 << 20))
    leave("a", 10, 60)
    assert.same({ "a", "notes.jsonl" }, left { trace_mb = 1 })
  end)
end)
