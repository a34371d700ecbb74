-- actions: what each action of a workflow takes.
local actions = require "actions"

local known = {
  order = { needs = { "size" }, takes = { "tier" } },
  allow = { needs = { "volume" }, one_of = { "vm", "subnet" } },
  list = {},
}

describe("actions.check takes", function()
  for _, case in ipairs {
    { "order", { size = 1 } }, { "order", { size = 1, tier = 2 } }, { "list", {} },
    { "allow", { volume = "1", vm = "2" } }, { "allow", { volume = "1", subnet = 2 } },
  } do
    it(case[1], function() assert.is_true(actions.check(known, case[1], case[2])) end)
  end
end)

describe("actions.check refuses", function()
  for what, case in pairs {
    ["an unknown action"] = { "move", {}, "there is no action 'move'; there are: allow, list, order" },
    ["a missing argument"] = { "order", { tier = 2 }, "order takes size; perhaps tier ('size' is missing)" },
    ["an argument of another action"] = { "order", { size = 1, vm = "2" }, "order takes size; perhaps tier (not 'vm')" },
    ["any argument of one that has none"] = { "list", { size = 1 }, "list takes nothing more (not 'size')" },
    ["none of several"] = { "allow", { volume = "1" }, "allow takes volume; one of vm, subnet (0 of these are given)" },
    ["two of several"] = { "allow", { volume = "1", vm = "1", subnet = 2 },
      "allow takes volume; one of vm, subnet (2 of these are given)" },
  } do
    it(what, function()
      local done, err = actions.check(known, case[1], case[2])
      assert.is_nil(done)
      assert.equal(case[3], err.message)
    end)
  end
end)
