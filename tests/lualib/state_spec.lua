local answered = require "answered"
local damage = require "lualib.damage"
local fake = require "lualib.fake"
local json = require "core.json"
local state = require "state"
local state_file = require "state_file"
local sys = require "core.sys"

local function spit(path, text)
  local file = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
end

describe("a record", function()
  local dir, remove, clock
  before_each(function()
    dir, remove = fake.directory()
    clock = fake.clock()
    fake.records_in(dir, "director")
  end)
  after_each(function()
    answered.tell(false)
    clock.restore()
    remove()
  end)

  local function reopen()
    answered.tell(false)
    return state.take("create_vm", "agent")
  end

  it("is new for a new key and leaves nothing behind when nothing was sent", function()
    local record = assert(state.take("create_vm", "agent"))
    assert.equal("INTENT", record.stage)
    assert.is_false(record:unsure())
    answered.tell(true)
    assert.same({}, sys.list(dir))
  end)

  it("is found again by the same key only", function()
    local record = assert(state.take("create_vm", "agent"))
    assert(record:save { stage = "SENT", hostname = "bosh-x" })
    local other = assert(state.take("create_vm", "another agent"))
    assert.equal("INTENT", other.stage)
    local again = assert(reopen())
    assert.equal("SENT", again.stage)
    assert.equal("bosh-x", again.hostname)
    assert.is_true(again:unsure())
  end)

  it("is DONE only when the answer was taken", function()
    for _, taken in ipairs { false, true } do
      local record = assert(state.take("create_vm", "agent"))
      assert(record:save { stage = "READY", id = 5 })
      answered.tell(taken)
      assert.equal(taken and "DONE" or "READY", assert(reopen()).stage)
      answered.tell(false)
    end
  end)

  it("spends a name with each failed attempt and lists what could not be cancelled", function()
    local record = assert(state.take("create_vm", "agent"))
    local first = record:nonce()
    assert.truthy(first:find("^[a-z2-7]+$") and #first == 13)
    assert(record:save { stage = "KNOWN", id = 5, hostname = "bosh-" .. first })
    assert(record:abandon("it would not die", false))
    record = assert(reopen())
    assert.equal("ABANDONED", record.stage)
    assert.not_equal(first, record:nonce())
    assert.is_nil(record.id)
    assert.equal(5, record.left_behind[1].id)
  end)

  for stage, fields in pairs { SENT = { hostname = "bosh-x", after = 7 }, KNOWN = { hostname = "bosh-x", id = 5 } } do
    it(stage .. " is read or refused, and never taken for another, when it is damaged at any byte", function()
      fields.stage = stage
      assert(assert(state.take("create_vm", "agent")):save(fields))
      answered.tell(false)
      local path = dir .. "/" .. sys.list(dir)[1]
      local whole = fake.slurp(path)
      local said, read = json.encode(json.decode(whole).record), 0
      local tried = damage(whole, function(text, what)
        spit(path, text)
        local found, err = state.take("create_vm", "agent")
        answered.tell(false)
        if found then -- white space may change
          read = read + 1
          assert.equal(said, json.encode(state_file.read(path)), what)
          assert.equal(stage, found.stage)
        else
          assert.truthy(err.message:find("damaged", 1, true) and err.message:find(path, 1, true), what)
          assert.is_false(pcall(state.claimed, 7), what)
        end
        assert.equal(text, fake.slurp(path), what)
      end)
      assert.is_true(tried > 5 * #whole and read < tried / 10, ("%d damages, %d read"):format(tried, read))
    end)
  end

  it("belongs to one process at a time", function()
    local record = assert(state.take("create_vm", "agent"))
    local path = record.path:gsub("json$", "lock")
    local handle, _, code = sys.lock(path)
    assert.is_nil(handle)
    assert.truthy(code == "EWOULDBLOCK" or code == "EAGAIN")
    clock.deadline = clock.time + 60
    fake.records_in(dir, "director")
    local second, err = state.take("create_vm", "agent")
    assert.is_nil(second)
    assert.equal("timeout", err.kind)
    record.handle:close()
  end)

  it("is forgotten with the guest it stands for", function()
    local record = assert(state.take("create_vm", "agent"))
    assert(record:save { stage = "READY", id = 5 })
    answered.tell(true)
    state.forget("create_vm", "6")
    assert.equal(1, #sys.list(dir))
    state.forget("create_vm", "5")
    assert.same({}, sys.list(dir))
  end)

  it("begins anew once it is answered, where the same request means another thing", function()
    for _, stage in ipairs { "INTENT", "SENT", "KNOWN", "READY", "ABANDONED" } do
      local record = assert(state.take("create_disk", stage))
      assert(record:save { stage = stage, id = 5, order = 7 })
      record:renew()
      assert.same({ stage, 5, 7, 0 }, { record.stage, record.id, record.order, record.attempts })
    end
    local record = assert(state.take("create_vm", "agent"))
    local first = record:nonce()
    assert(record:save { stage = "READY", id = 5, order = 7 })
    answered.tell(true)
    record = assert(state.take("create_vm", "agent"))
    record:renew()
    assert.same({ "INTENT", 1 }, { record.stage, record.attempts })
    assert.is_nil(record.id)
    assert.is_nil(record.order)
    assert.not_equal(first, record:nonce())
    answered.tell(true)
    assert.equal("DONE", assert(state.take("create_vm", "agent")).stage) -- nothing was sent: what was is still on file
  end)

  it("claims its order, and those that it had, for good", function()
    local record = assert(state.take("create_disk", "a"))
    assert(record:save { stage = "KNOWN", order = 7, id = 5 })
    assert(record:abandon("it failed", true))
    assert(record:save { stage = "DONE", order = 8 })
    record:renew()
    assert(record:save { stage = "SENT" })
    for order, claimed in pairs { [6] = false, [7] = true, [8] = true, [9] = false } do
      assert.equal(claimed, state.claimed(order))
    end
    assert(record:save { stage = "KNOWN", order = 9 })
    answered.tell(false)
    fake.records_in(dir, "another director")
    assert.is_true(state.claimed(9))
    fake.spill(dir .. "/cache-prices", "{}")
    fake.spill(dir .. "/create_disk-damaged.json", "{")
    assert.is_true(state.claimed(9))
    assert.is_false(state.claimed(10))
    fake.records_in(nil, "director")
    assert.is_false(state.claimed(9))
  end)

  it("that waits for an answer disputes the orders of others that do", function()
    local mine, theirs = assert(state.take("create_disk", "a")), assert(state.take("create_disk", "b"))
    assert(mine:save { stage = "SENT", after = 4, sent = fake.ago(0) })
    assert.is_false(state.disputed(mine, 7, 600))
    assert(theirs:save { stage = "SENT", after = 6, sent = fake.ago(600) })
    assert.is_true(state.disputed(mine, 7, 600))
    assert.is_true(state.disputed(theirs, 7, 600))
    assert.is_false(state.disputed(mine, 6, 600))
    assert.is_false(state.disputed(mine, 7, 599))
    assert(theirs:save { stage = "KNOWN", order = 9 })
    assert.is_false(state.disputed(mine, 7, 600))
  end)

  it("that is fleeting leaves nothing once it is answered", function()
    for _, taken in ipairs { false, true } do
      local record = assert(state.take("snapshot_disk", "a", true))
      assert(record:save { stage = "READY", id = 5, mark = "[x]" })
      answered.tell(taken)
      assert.equal(taken and 0 or 1, #sys.list(dir))
    end
  end)

  it("lists an order whose volume never came, until somebody looks at it", function()
    local record = assert(state.take("create_disk", "a"))
    assert(record:save { stage = "KNOWN", order = 7 })
    assert(record:abandon("it never came", false))
    answered.tell(false)
    record = assert(state.take("create_disk", "a"))
    assert.same({ "ABANDONED", 7 }, { record.stage, record.left_behind[1].order })
    assert.is_nil(record.order)
    assert(record:save { stage = "READY", id = 6 })
    answered.tell(true)
    state.forget("create_disk", "6")
    assert.equal(1, #sys.list(dir)) -- it still says what is left behind
  end)

  it("of a failed attempt whose things were cancelled lists nothing", function()
    local record = assert(state.take("create_disk", "a"))
    assert(record:save { stage = "KNOWN", order = 7, id = 5 })
    assert(record:abandon("it failed", true))
    assert.same({}, record.left_behind)
    assert(record:abandon("nothing was ordered", false))
    assert.same({}, record.left_behind)
  end)

  it("is readable", function()
    local record = assert(state.take("create_vm", "agent"))
    assert(record:save { stage = "SENT" })
    answered.tell(false)
    local text = fake.slurp(dir .. "/" .. sys.list(dir)[1])
    assert.truthy(text:find('\n    "stage": "SENT"', 1, true))
    assert.equal("create_vm", json.decode(text).record.method)
  end)

  it("stops an order when it cannot be written", function()
    local record = assert(state.take("create_vm", "agent"))
    record.path = dir .. "/no/such/dir.json"
    local done, err = record:save { stage = "SENT" }
    assert.is_nil(done)
    assert.truthy(err.message:find("nothing may be ordered", 1, true))
  end)

  it("is listed with the others, damaged ones and those in use too", function()
    local record = assert(state.take("create_vm", "agent"))
    assert(record:save { stage = "KNOWN", id = 5 })
    spit(dir .. "/create_disk-aaaaaaaaaaaaa.json", "{")
    spit(dir .. "/cache-prices", "{}")
    local entries = state.all()
    assert.equal(2, #entries)
    assert.equal("create_disk", entries[1].method)
    assert.truthy(entries[1].err.message:find("damaged", 1, true))
    assert.is_false(entries[1].held)
    assert.equal(5, entries[2].fields.id)
    assert.equal("director", entries[2].fields.director)
    assert.is_true(entries[2].held)
  end)

  it("is opened by its name, unless it is in use, missing or damaged", function()
    local record = assert(state.take("create_vm", "agent"))
    assert(record:save { stage = "READY", id = 5 })
    local name = "create_vm-" .. record.key
    local found, err = state.open(name)
    assert.is_nil(found)
    assert.truthy(err.message:find("another process", 1, true))
    answered.tell(false)
    do
      local opened <close> = assert(state.open(name))
      assert.equal(5, opened.id)
      answered.tell(true)
    end
    assert.equal("READY", assert(state.open(name)).stage)
    assert.is_nil((state.open "create_vm-aaaaaaaaaaaaa"))
    assert.is_nil((state.open "../create_vm-aaaaaaaaaaaaa"))
    spit(dir .. "/create_vm-bbbbbbbbbbbbb.json", "{")
    assert.is_nil((state.open "create_vm-bbbbbbbbbbbbb"))
    local damaged = assert(state.open("create_vm-bbbbbbbbbbbbb", true))
    damaged:release()
    assert.equal("{", fake.slurp(dir .. "/create_vm-bbbbbbbbbbbbb.json"))
  end)

  it("without a directory knows nothing and says so", function()
    fake.records_in(nil, "director")
    local record = assert(state.take("create_vm", "agent"))
    assert.is_true(record:unsure())
    assert.is_true(record:save { stage = "SENT" })
  end)
end)
