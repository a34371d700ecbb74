-- trace_folder: which traces are removed when a request begins. keep_spec has the limits themselves.
local fake = require "lualib.fake"
local sys = require "core.sys"
local trace_folder = require "trace_folder"

describe("the folder of traces", function()
  local directory, remove

  before_each(function() directory, remove = fake.directory() end)
  after_each(function() remove() end)

  local function leave(id, days)
    local path = assert(trace_folder.file(directory, "create_vm", id))
    fake.spill(path, "x")
    assert(os.execute(("touch -d '%d hours ago' %s"):format(days * 24, path)))
  end

  local function left(limits)
    trace_folder.prune(directory, limits)
    local ids = {}
    for _, name in ipairs(sys.list(directory)) do ids[#ids + 1] = name:match "create_vm%-(.*)%.jsonl$" or name end
    table.sort(ids)
    return ids
  end

  it("keeps what is as young as trace_days, a week if nothing is said, and what is not a trace of ours", function()
    fake.spill(directory .. "/notes.jsonl", "x")
    assert(os.execute(("touch -d '1 year ago' %s/notes.jsonl"):format(directory)))
    leave("a", 7.5)
    leave("b", 6.5)
    leave("c", 0)
    assert.same({ "b", "c", "notes.jsonl" }, left {})
    assert.same({ "c", "notes.jsonl" }, left { trace_days = 6 })
    assert.same({ "notes.jsonl" }, left { trace_mb = 0 })
  end)

  it("bears the clock of a simulator that is beyond every calendar", function()
    local clock <close> = setmetatable(fake.clock(), { __close = function(self) self.restore() end })
    clock.time = 1e17
    assert.truthy(assert(trace_folder.file(directory, "info", "a")):find("/99991231T235959Z-info-a.jsonl", 1, true))
  end)
end)
