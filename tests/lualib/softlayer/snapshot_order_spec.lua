-- softlayer.snapshot_order: a snapshot is made once and found again by its mark.
local answered = require "answered"
local fake = require "lualib.fake"
local json = require "core.json"
local log = require "core.log"
local session = require "session"
local snapshot_order = require "softlayer.snapshot_order"
local state = require "state"

local CREATE, LIST = "Network_Storage::createSnapshot", "Network_Storage::getSnapshots"

describe("snapshot_order", function()
  local clock, api, record, remove, dir

  before_each(function()
    log.level "off"
    clock, api = fake.clock(), fake.api()
    dir, remove = fake.directory()
    session.configure(function() return api.handle end)
    fake.records_in(dir, "director")
    record = assert(state.take("snapshot_disk", "disk", true))
    api[LIST] = function() return json.array {} end
  end)
  after_each(function()
    answered.tell(false)
    clock.restore()
    remove()
    log.level "info"
  end)

  local function place() return pcall(snapshot_order.place, record, 5, "job:x " .. snapshot_order.mark(record)) end
  local function lost() return nil, fake.broken() end
  local function ours(id) return { id = id, notes = "job:x " .. record.mark } end
  local function blocked()
    return nil, fake.refusal("SoftLayer_Exception_Network_Storage_BlockingOperationInProgress", "blocked")
  end

  it("has a mark of its own, the same for each try of one request", function()
    local mark = snapshot_order.mark(record)
    assert.matches("^%[[a-z2-7]+%]$", mark)
    assert.equal(mark, snapshot_order.mark(record))
    assert.not_equal(mark, snapshot_order.mark {})
  end)

  it("is made by one call, with the mark on disk before it", function()
    api[CREATE] = function(call)
      assert.same({ "5", { "job:x " .. record.mark } }, { tostring(call.id), { table.unpack(call.args) } })
      local text = fake.slurp(record.path)
      assert.truthy(text:find('"SENT"', 1, true) and text:find(record.mark, 1, true))
      return { id = 9 }
    end
    assert.same({ true, 9 }, { place() })
    assert.equal(1, #api.sent)
  end)

  it("waits for a volume that is being changed", function()
    api[CREATE] = function(_, n)
      if n < 5 then return blocked() end
      return { id = 9 }
    end
    assert.same({ true, 9 }, { place() })
    assert.equal(0, api.count(LIST))
  end)

  it("without an answer is found by its mark, not by another one", function()
    api[CREATE] = lost
    api[LIST] = function(_, n)
      return n < 4 and json.array { { id = 1, notes = "job:x [other]" }, { id = 2 } } or json.array { { id = 3 }, ours(9) }
    end
    assert.same({ true, 9 }, { place() })
    assert.equal(1, api.count(CREATE))
  end)

  it("without an answer after a long wait has its whole window", function()
    local blocks = 0
    api[CREATE] = function()
      if clock.time < 1000 + 15 * 60 then
        blocks = blocks + 1
        return blocked()
      end
      return lost()
    end
    api[LIST] = function(_, n) return n < 4 and json.array {} or json.array { ours(9) } end
    assert.same({ true, 9 }, { place() })
    assert.equal(blocks + 1, api.count(CREATE))
  end)

  it("that never showed is made again, once", function()
    api[CREATE] = lost
    local ok, err = place()
    assert.is_false(ok)
    assert.matches("sent 2 times without an answer", err.message)
    assert.equal(2, api.count(CREATE))
  end)

  it("refused for good is over, and nobody looks", function()
    api[CREATE] = function() return nil, fake.refusal("SoftLayer_Exception_Public", "no space for snapshots") end
    local ok, err = place()
    assert.is_false(ok)
    assert.matches("no space for snapshots", err.message)
    assert.same({ 1, 0 }, { api.count(CREATE), api.count(LIST) })
    assert.equal("INTENT", record.stage)
  end)

  it("answered by null is looked for", function()
    api[CREATE] = function() return nil end
    api[LIST] = function() return json.array { ours(9) } end
    assert.same({ true, 9 }, { place() })
  end)

  it("is not made again after a look that failed", function()
    api[CREATE], api[LIST] = lost, lost
    assert.is_false((place()))
    assert.equal(1, api.count(CREATE))
    assert.equal("SENT", record.stage)
  end)

  it("is looked for only by a request that has a mark", function()
    assert.is_nil(snapshot_order.look(record, 5))
    assert.same({}, api.sent)
  end)
end)
