-- Each workflow's declared form and its steps.
local engine = require "scripts.engine"

local forms = {
  file_volume = { "write", "plan verify abandon order find mount_address host_of change_access authorise revoke list cancel" },
  live_check = { "read", "look find_out compare keep" },
}

describe("the checks", function()
  it("keep their effect and their steps", function()
    local script = engine.compile "checks/account"
    assert.equal("read", script.effect)
    assert.equal("configuration ask_who endpoint key clock permissions vlans stemcell volumes rate_limit state_dir",
      table.concat(script.steps, " "))
  end)
end)

describe("the workflow", function()
  for name, form in pairs(forms) do
    it(name .. " keeps its effect and its steps", function()
      local script = engine.compile("workflows/" .. name)
      assert.equal(form[1], script.effect)
      assert.equal(form[2], table.concat(script.steps, " "))
    end)
  end
end)
