-- A sample of `make memory-test`, which takes every allocation; leaks are told where sanitizers are built in.
local case = require "memory.case"

describe("without memory for one allocation", function()
  for method, step in pairs { info = 61, has_vm = 197, create_vm = 1733 } do
    it(method .. " has one answer, and what it ordered is on record", function()
      local c <close> = case.open(method)
      local errors = 0
      for n = step // 2, c.allocations, step do
        local ok, result = pcall(c.try, c, n)
        if not ok then error(("allocation %d: %s"):format(n, result), 0) end
        errors = errors + (result and 1 or 0)
      end
      assert.is_true(errors > c.allocations // step // 2, errors)
    end)
  end
end)
