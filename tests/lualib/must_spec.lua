-- must: failure is told by a non-nil second value alone.
local must = require "must"

describe("must", function()
  it("passes every value through, nils and false included", function()
    assert.same({ n = 0 }, table.pack(must()))
    assert.same({ n = 1 }, table.pack(must(nil)))
    assert.same({ n = 4, false, nil, 3, nil }, table.pack(must(false, nil, 3, nil)))
  end)

  it("raises the second value as it is, even beside a first one", function()
    local err = {}
    for _, first in ipairs { false, true, "value" } do
      local ok, raised = pcall(must, first or nil, err)
      assert.is_false(ok)
      assert.equal(err, raised)
    end
    assert.has_error(function() must("value", false) end, false)
    local _, raised = pcall(must, nil, "text")
    assert.equal("text", raised) -- without a position: it is an answer, no bug
  end)
end)
