-- core.gzip against gzip itself, in pieces of any size; and damaged streams.
local gzip = require "core.gzip"
local property = require "lualib.property"

local function packed(text)
  local path = os.tmpname()
  local file = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
  local pipe = assert(io.popen(("gzip -c '%s'"):format(path)))
  local bytes = pipe:read "a"
  pipe:close()
  os.remove(path)
  return bytes
end

-- What comes out when pieces go in; nil and the message of what is wrong.
local function unpack(bytes, piece, pull)
  local stream <close> = assert(gzip.stream())
  local out, at = {}, 1
  while true do
    local some, message = stream:pull(pull)
    if not some then return nil, message end
    out[#out + 1] = some
    if some == "" then
      if at > #bytes then return table.concat(out), stream:complete() end
      stream:push(bytes:sub(at, at + piece - 1))
      at = at + piece
    end
  end
end

describe("core.gzip", function()
  it("unpacks what gzip packed, in pieces of any size", function()
    property.holds(30, function()
      local text = property.text(0, property.pick { 5, 5000, 100000 }, property.pick { nil, "ab", "a" })
      local out, complete = unpack(packed(text), math.random(1, 70000), math.random(1, 70000))
      assert.is_true(out == text)
      assert.is_true(complete)
    end)
  end)

  it("goes on with members that follow, and ignores what is none", function()
    for piece = 1, 60 do
      assert.equal("onetwo", (unpack(packed "one" .. packed "two", piece, 100)))
      assert.equal("one", (unpack(packed "one" .. "\0\0\0", piece, 100)))
    end
  end)

  it("is bounded by what is asked for, however small the input", function()
    local stream <close> = assert(gzip.stream())
    stream:push(packed(("\0"):rep(1 << 24)))
    for _ = 1, 16 do assert.equal(1 << 20, #assert(stream:pull(1 << 20))) end
    assert.equal("", stream:pull(1 << 20))
    assert.is_true(stream:complete())
  end)

  it("finds every damage, and every end that comes too early", function()
    local text = property.text(300, 300)
    local whole = packed(text)
    for cut = 0, #whole - 1 do
      local out, complete = unpack(whole:sub(1, cut), 1000, 1000)
      assert.is_true(out == nil or not complete, cut)
    end
    for at = 11, #whole do
      local byte = whole:byte(at) ~ 1 << math.random(0, 7)
      local out, complete = unpack(whole:sub(1, at - 1) .. string.char(byte) .. whole:sub(at + 1), 1000, 1000)
      assert.is_true(out == nil or not complete or out == text, at)
    end
  end)

  it("raises for what makes no sense", function()
    local stream = assert(gzip.stream())
    assert.has_error(function() stream:pull(0) end)
    assert.has_error(function() stream:pull(2 << 20) end)
    stream:push "\x1f"
    assert.has_error(function() stream:push "\x8b" end)
    stream:close()
    stream:close()
    assert.has_error(function() stream:pull(1) end)
  end)
end)
