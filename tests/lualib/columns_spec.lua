-- columns: rows as a table.
local columns = require "columns"

describe("columns", function()
  it("are as wide as their widest cell, counted in characters, and end without blanks", function()
    assert.equal("name   size  host\nfünf   5\nthree  10    vm", columns {
      { "name", "size", "host" }, { "fünf", "5", "" }, { "three", "10", "vm" } })
  end)

  it("may be none", function() assert.equal("", columns {}) end)
end)
