local json = require "core.json"
local notes = require "bosh.notes"
local property = require "lualib.property"

describe("notes", function()
  for _, case in ipairs {
    { "nothing", {}, "" },
    { "sorted keys", { b = "2", a = "1", c = "3" }, "a:1, b:2, c:3" },
    { "numbers and booleans", { index = 0, ratio = 1.5, on = true, off = false }, "index:0, off:false, on:true, ratio:1.5" },
    { "nothing of nested values, null and empty texts", { nested = { a = 1 }, list = json.array { 1 }, null = json.null,
      empty = "", kept = "x" }, "kept:x" },
    { "separators as spaces", { ["a,b:c"] = "x,y:z" }, "a b c:x y:z" },
    { "control characters as spaces", { ["a\nb"] = "x\r\n\ty\0z" }, "a b:x   y z" },
    { "any script", { ["größe"] = "日本", emoji = "🚀" }, "emoji:🚀, größe:日本" },
    { "a key without a name", { [""] = "x" }, ":x" },
  } do
    it("have " .. case[1], function() assert.equal(case[3], notes.of(case[2])) end)
  end

  it("leave out a value that does not fit, and keep those behind it", function()
    assert.equal("a:1, c:3", notes.of { a = "1", b = ("x"):rep(300), c = "3" })
    assert.equal("", notes.of { b = ("x"):rep(300) })
  end)

  it("leave room for what stands behind them", function()
    local metadata = {}
    for i = 10, 99 do metadata["k" .. i] = "value" end
    local all, less = notes.of(metadata), notes.of(metadata, 100)
    assert.is_true(#all <= 255 and #all > 240)
    assert.is_true(#less <= 155 and #less > 140)
    assert.equal(less, all:sub(1, #less))
    assert.equal("", notes.of(metadata, 255))
  end)

  it("are one line of whole parts within the limit, the same each time, whatever the metadata", function()
    property.holds(500, function()
      local metadata, room = {}, math.random(0, 60)
      for _ = 1, math.random(0, 30) do
        metadata[property.text(0, 12)] = property.pick { property.text(0, 300), property.text(0, 20), math.random(1000),
          math.random(), true, false, json.null, json.array {}, { a = {} } }
      end
      local text = notes.of(metadata, room)
      assert.is_true(#text <= 255 - room)
      assert.is_nil(text:find "%c")
      for part in (text ~= "" and text .. ", " or ""):gmatch "(.-), " do assert.matches(":", part) end
      local copy = {}
      for key, value in pairs(metadata) do copy[key] = value end
      assert.equal(text, notes.of(copy, room))
    end)
  end)
end)
