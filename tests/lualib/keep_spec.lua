-- keep: a directory within an age and a size.
local fake = require "lualib.fake"
local keep = require "keep"
local sys = require "core.sys"

describe("keep.within", function()
  local dir, remove
  before_each(function() dir, remove = fake.directory() end)
  after_each(function() remove() end)

  local function make(name, size, days)
    fake.spill(dir .. "/" .. name, ("x"):rep(size))
    assert(os.execute(("touch -d '%d days ago' '%s/%s'"):format(days, dir, name)))
  end

  local function left()
    local names = sys.list(dir)
    table.sort(names)
    return table.concat(names, " ")
  end

  local function within(days, bytes) keep.within(dir, "^%l%.log$", { seconds = days * 86400, bytes = bytes }) end

  before_each(function()
    make("c.log", 100, 3)
    make("b.log", 100, 9)
    make("a.log", 100, 1)
  end)

  it("removes what is too old", function()
    within(2, 1e6)
    assert.equal("a.log", left())
  end)

  it("removes the oldest of what is too large", function()
    within(100, 250)
    assert.equal("a.log c.log", left())
    within(100, 200)
    assert.equal("a.log c.log", left())
    within(100, 99)
    assert.equal("", left())
  end)

  it("leaves other names, directories and links alone, and does not count them", function()
    make("other.log", 1000, 99)
    assert(sys.mkdir(dir .. "/d.log"))
    assert(os.execute(("ln -s %s/other.log %s/e.log"):format(dir, dir)))
    within(100, 300)
    assert.equal("a.log b.log c.log d.log e.log other.log", left())
    within(0.5, 1)
    assert.equal("d.log e.log other.log", left())
  end)

  it("leaves what another process writes", function()
    local held <close> = assert(sys.lock(dir .. "/b.log"))
    within(2, 1e6)
    assert.equal("a.log b.log", left())
    assert.is_nil(held:close())
  end)

  it("does nothing where there is no directory", function()
    keep.within(dir .. "/none", ".", { seconds = 0, bytes = 0 })
  end)
end)
