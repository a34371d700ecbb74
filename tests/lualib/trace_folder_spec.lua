-- trace_folder: how traces are named, and which are removed when a request begins.
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

  -- A trace of so many bytes that was written so many seconds ago.
  local function leave(id, bytes, seconds)
    local path = assert(trace_folder.file(directory, "create_vm", id))
    fake.spill(path, ("x"):rep(bytes))
    assert(os.execute(("touch -d '%d seconds ago' '%s'"):format(seconds, path)))
    return path
  end

  local function left(limits)
    trace_folder.prune(directory, limits)
    local ids = {}
    for _, name in ipairs(sys.list(directory)) do ids[#ids + 1] = name:match "create_vm%-(.*)%.jsonl$" or name end
    table.sort(ids)
    return ids
  end

  it("keeps what is as young as trace_days, a week if nothing is said", function()
    leave("a", 1, 7.5 * DAY // 1)
    leave("b", 1, 6.5 * DAY // 1)
    leave("c", 1, 60)
    assert.same({ "b", "c" }, left {})
    assert.same({ "c" }, left { trace_days = 6 })
    assert.same({}, left { trace_days = 0.0005 })
  end)

  it("loses the oldest until the rest is not larger than trace_mb", function()
    for i, id in ipairs { "a", "b", "c", "d" } do leave(id, 400 * 1024, 600 - 60 * i) end
    assert.same({ "a", "b", "c", "d" }, left { trace_mb = 2 })
    assert.same({ "c", "d" }, left { trace_mb = 1 })
  end)

  it("loses nothing that is not a trace of ours, and none that is still written", function()
    fake.spill(directory .. "/notes.jsonl", ("x"):rep(2 << 20))
    local restore <close> = assert(sys.lock(leave("a", 2 << 20, 60)))
    leave("b", 10, 30)
    assert.same({ "a", "notes.jsonl" }, left { trace_mb = 1 })
  end)

  it("names a trace by its time, also if a simulator's clock is beyond every calendar", function()
    clock.time = 1e17
    assert.truthy(assert(trace_folder.file(directory, "info", "a")):find("/99991231T235959Z-info-a.jsonl", 1, true))
  end)
end)
