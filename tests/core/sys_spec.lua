-- core.sys: encodings, files and locks.
local fake = require "lualib.fake"
local property = require "lualib.property"
local sys = require "core.sys"

describe("base64", function()
  it("returns every string, in both alphabets, padded or not", function()
    property.holds(300, function()
      local text = property.text(0, 50)
      local standard, url = sys.base64(text), sys.base64url(text)
      assert.equal(text, sys.unbase64(standard))
      assert.equal(text, sys.unbase64(url))
      assert.equal(text, sys.unbase64((standard:gsub("=", ""))))
      assert.equal(0, #standard % 4)
      assert.is_nil(url:find "[+/=]")
    end)
  end)

  it("refuses what is none", function()
    for _, bad in ipairs { "a", "aaaaa", "aa a", "aa\n", "a=aa", "é", "aa!a", "aaa\0" } do
      assert.is_nil(sys.unbase64(bad), bad)
    end
    assert.equal("Zm8=", sys.base64 "fo")
  end)
end)

describe("digests", function()
  it("are SHA-256 and a stable name of 13 characters for a host", function()
    assert.equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", sys.sha256 "abc")
    property.holds(100, function()
      local text = property.text(0, 30)
      assert.matches("^[a-z2-7]+$", sys.nonce(text))
      assert.equal(13, #sys.nonce(text))
      assert.equal(sys.nonce(text), sys.nonce(text))
      assert.not_equal(sys.nonce(text), sys.nonce(text .. "x"))
    end)
    assert.equal("xj4bnp4pahh6u", sys.nonce "abc") -- base32 of the digest above: names must not change
  end)

  it("are the older ones of files and objects, too", function()
    assert.equal("a9993e364706816aba3e25717850c26c9cd0d89d", sys.sha1 "abc")
    assert.equal("da39a3ee5e6b4b0d3255bfef95601890afd80709", sys.sha1 "")
    assert.equal("900150983cd24fb0d6963f7d28e17f72", sys.md5 "abc")
    assert.equal("d41d8cd98f00b204e9800998ecf8427e", sys.md5 "")
  end)

  it("uuids are random and of version 4", function()
    assert.matches("^%x+%-%x%x%x%x%-4%x%x%x%-[89ab]%x%x%x%-%x+$", sys.uuid())
    assert.not_equal(sys.uuid(), sys.uuid())
  end)
end)

describe("files", function()
  local dir, remove
  before_each(function() dir, remove = fake.directory() end)
  after_each(function() remove() end)

  it("adds to the end of a file", function()
    local path = dir .. "/log"
    assert(sys.append(path, "one\n"))
    assert(sys.append(path, "two\0\n"))
    assert.equal("one\ntwo\0\n", sys.read(path))
    assert.equal("ENOENT", select(3, sys.append(dir .. "/no/where", "x")))
  end)

  it("are written whole, replaced, and leave nothing beside them", function()
    local path = dir .. "/a.json"
    assert(sys.write_atomic(path, "one"))
    assert(sys.write_atomic(path, "two\0"))
    assert.equal("two\0", sys.read(path))
    assert.same({ "a.json" }, sys.list(dir))
  end)

  it("have a size and an age; directories and links have none", function()
    assert(sys.write_atomic(dir .. "/a", "12345"))
    local what = assert(sys.stat(dir .. "/a"))
    assert.equal(5, what.size)
    assert.is_true(math.abs(os.time() - what.modified) < 60)
    assert(os.execute(("ln -s a %s/b"):format(dir)))
    for _, name in ipairs { "none", "b", "" } do assert.is_nil(sys.stat(dir .. "/" .. name)) end
  end)

  it("are removed, and directories when they are empty", function()
    assert(sys.mkdir(dir .. "/d"))
    assert(sys.write_atomic(dir .. "/d/a", "x"))
    assert.is_nil(sys.remove(dir .. "/d"))
    for _, name in ipairs { "d/a", "d", "d" } do assert(sys.remove(dir .. "/" .. name)) end
    assert.same({}, sys.list(dir))
  end)

  it("tell errno's name", function()
    local text, message, code = sys.read(dir .. "/none")
    assert.is_nil(text)
    assert.equal("ENOENT", code)
    assert.matches("none: No such file", message)
    assert.equal("ENOENT", select(3, sys.write_atomic(dir .. "/no/where", "x")))
    assert.equal("EISDIR", select(3, sys.read(dir)))
    assert.equal("ENOENT", select(3, sys.list(dir .. "/none")))
  end)

  it("are read up to a bound, not beyond", function()
    fake.spill(dir .. "/big", ("x"):rep(100000))
    assert.equal(100000, #sys.read(dir .. "/big", 100000))
    assert.equal("EFBIG", select(3, sys.read(dir .. "/big", 99999)))
  end)

  it("are read in parts", function()
    local text = property.text(5000, 5000)
    fake.spill(dir .. "/parts", text)
    property.holds(100, function()
      local offset, count = math.random(0, 6000), math.random(0, 6000)
      assert.is_true(text:sub(offset + 1, offset + count) == sys.read_at(dir .. "/parts", offset, count))
    end)
    assert.equal("ENOENT", select(3, sys.read_at(dir .. "/none", 0, 1)))
    assert.equal("EISDIR", select(3, sys.read_at(dir, 0, 1)))
    assert.has_error(function() sys.read_at(dir .. "/parts", -1, 1) end)
    assert.has_error(function() sys.read_at(dir .. "/parts", 0, 33 << 20) end)
  end)

  it("count as removed when they are absent", function()
    assert.is_true(sys.remove(dir .. "/none"))
  end)

  it("are locked for one holder at a time", function()
    local path = dir .. "/lock"
    local held = assert(sys.lock(path))
    assert.equal("EWOULDBLOCK", (select(3, sys.lock(path)):gsub("EAGAIN", "EWOULDBLOCK")))
    held:close()
    held:close()
    assert(sys.lock(path)):close()
  end)

  it("grow at their end for whoever has the lock", function()
    local held <close> = assert(sys.lock(dir .. "/a"))
    local long = ("x"):rep(100000) .. "\n"
    assert(held:append "one\n")
    assert(held:append(long))
    assert.equal("one\n" .. long, sys.read(dir .. "/a"))
    assert.equal("one", held:read():sub(1, 3))
  end)

  it("hold a text for whoever has the lock", function()
    local path = dir .. "/shared"
    local held = assert(sys.lock(path))
    assert.equal("", held:read())
    for _, text in ipairs { "longer than the next", "one\0two", "", ("x"):rep(4096) } do
      assert.is_true(held:write(text))
      assert.equal(text, held:read())
      assert.equal(text, sys.read(path))
    end
    assert.has_error(function() held:write(("x"):rep(4097)) end)
    fake.spill(path, ("y"):rep(5000))
    assert.equal(4096, #held:read())
    held:close()
    assert.has_error(function() held:read() end)
    assert.has_error(function() held:write "x" end)
  end)

  it("that take no text tell why", function()
    local path = dir .. "/pipe"
    assert(os.execute("mkfifo " .. path))
    local held <close> = assert(sys.lock(path))
    assert.equal("ESPIPE", select(3, held:read()))
    assert.equal("ESPIPE", select(3, held:write "x"))
  end)

  it("whose lock file was removed can be locked anew, and then are", function()
    local path = dir .. "/lock"
    local old = assert(sys.lock(path))
    sys.remove(path)
    local new = assert(sys.lock(path))
    old:close()
    assert.is_nil(sys.lock(path))
    new:close()
  end)
end)

describe("a pause", function()
  it("takes real time, by a clock that all processes share", function()
    local start = sys.boottime()
    assert.is_true(sys.pause(0.02))
    assert.is_true(sys.boottime() - start >= 0.02)
    assert.is_true(sys.pause(-1))
    for _, bad in ipairs { math.huge, 0 / 0 } do assert.has_error(function() sys.pause(bad) end) end
  end)
end)

describe("sys.getenv", function()
  it("knows names by a list", function()
    assert.is_nil(sys.getenv "PATH")
    assert.equal(os.getenv "HOME", sys.getenv "HOME")
  end)
end)
