-- output.width: columns of a terminal, and what may be written there.
local grid = require "output.grid"
local width = require "output.width"

describe("a text's width", function()
  for _, case in ipairs {
    { "letters", "abc", "abc", 3 }, { "an accent", "é", "é", 1 }, { "a combining accent", "e\u{301}", "e\u{301}", 1 },
    { "wide letters", "日本", "日本", 4 }, { "full width", "ＡＢ", "ＡＢ", 4 }, { "an emoji", "😀", "😀", 2 },
    { "a joiner", "a\u{200d}b", "a\u{200d}b", 2 }, { "an escape", "\27[2J", "\\u{1b}[2J", 9 },
    { "lines", "a\r\nb\tc", "a\\r\\nb\\tc", 9 }, { "a control character of Unicode", "\u{9b}2J", "\\u{9b}2J", 8 },
    { "a text that turns around", "\u{202e}x", "\\u{202e}x", 9 }, { "nothing", "", "", 0 }, { "a zero", "\0", "\\u{0}", 5 },
    { "bytes that are no text", "a\xff", "a\u{fffd}", 2 },
  } do
    it("of " .. case[1], function() assert.same({ case[3], case[4] }, { width.shown(case[2]) }) end)
  end

  it("is the same whatever the locale", function()
    os.setlocale "C"
    assert.same({ "日", 2 }, { width.shown "日" })
  end)
end)

describe("a cut text", function()
  for _, case in ipairs {
    { "abcdef", 6, "abcdef", 6 }, { "abcdef", 5, "abcd…", 5 }, { "日本語", 5, "日本…", 5 }, { "日本語", 4, "日…", 3 },
    { "日本語", 1, "…", 1 }, { "e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…", 2 },
  } do
    it(("'%s' in %d columns"):format(case[1], case[2]), function()
      assert.same({ case[3], case[4] }, { width.cut(case[1], case[2], "…") })
    end)
  end

  it("has as much of a long ellipsis as there is room for", function()
    assert.same({ "a...", 4 }, { width.cut("abcdef", 4, "...") })
    assert.same({ "..", 2 }, { width.cut("abcdef", 2, "...") })
  end)
end)

describe("a grid", function()
  it("is as wide as its widest cells, counted in columns, and ends without blanks", function()
    assert.equal("name   size  host\n日本   5\nthree  10    vm", grid.text {
      { "name", "size", "host" }, { "日本", "5", "" }, { "three", "10", "vm" } })
  end)

  it("may be none", function() assert.equal("", grid.text {}) end)

  it("cuts what is wider than it is told, and puts numbers to the right", function()
    assert.same({ "  n  abc…", " 10  x" }, grid.lines({ { "n", "abcdef" }, { "10", "x" } }, { widths = { 3, 4 }, right = { true } }))
  end)
end)
