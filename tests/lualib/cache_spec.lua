local cache = require "cache"
local damage = require "lualib.damage"
local fake = require "lualib.fake"
local json = require "core.json"
local log = require "core.log"
local sys = require "core.sys"

describe("a cached answer", function()
  local dir, remove, clock, fetched

  before_each(function()
    log.level "off"
    dir, remove = fake.directory()
    clock, fetched = fake.clock(), 0
    fake.records_in(dir)
  end)
  after_each(function()
    fake.records_in(nil)
    clock.restore()
    remove()
    log.level "info"
  end)

  local function get(age, anew)
    return cache.get("prices", age or 100, function()
      fetched = fetched + 1
      return { number = fetched, list = json.array {} }
    end, anew)
  end

  local function file() return dir .. "/cache-prices" end

  it("is asked for once within its age, by whoever asks", function()
    assert.equal(1, get().number)
    clock.time = clock.time + 99
    local kept = get()
    assert.same({ 1, 1 }, { kept.number, fetched })
    assert.is_true(json.is_array(kept.list)) -- it is what was kept
    clock.time = clock.time + 1
    assert.equal(2, get().number)
    clock.time = clock.time + 99
    assert.equal(2, get().number)
  end)

  it("is asked for anew when its age is shorter for this caller, or on demand, and kept then", function()
    get()
    clock.time = clock.time + 50
    assert.equal(2, get(50).number)
    assert.equal(3, get(100, true).number)
    assert.equal(3, get().number)
  end)

  it("from the future is not believed", function()
    get()
    clock.time = clock.time - 1
    assert.equal(2, get().number)
  end)

  it("has a name", function()
    get()
    assert.equal("other", cache.get("other", 100, function() return "other" end))
    assert.equal(1, get().number)
  end)

  it("is asked for again when its file is damaged anywhere, and mended", function()
    local function check(text, what)
      fake.spill(file(), text)
      local before = fetched
      assert.equal(before + 1, get().number, what)
      assert.equal(before + 1, get().number, what)
    end
    get()
    assert.is_true(damage(fake.slurp(file()), check) > 500)
    for _, other in ipairs { "", "[]", "null", '{"at":1700001000,"value":{"number":9}}', "\0\255" } do check(other) end
  end)

  it("that could not be had is not kept, and the error is passed on", function()
    local function fail() return nil, "no" end
    assert.same({ nil, "no" }, { cache.get("prices", 100, fail) })
    assert.is_nil(fake.slurp(file()))
    get()
    assert.same({ nil, "no" }, { cache.get("prices", 100, fail, true) })
    assert.equal(1, get().number)
  end)

  it("without a directory is asked for each time", function()
    fake.records_in(nil)
    get()
    assert.equal(2, get().number)
    assert.same({}, sys.list(dir))
  end)

  it("is passed on also when it cannot be kept", function()
    fake.records_in(dir .. "/nowhere")
    assert.equal(1, get().number)
    assert.equal(2, get().number)
  end)
end)
