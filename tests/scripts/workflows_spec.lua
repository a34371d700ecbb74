-- Each workflow's declared form and its steps, and those of the scripts behind people's commands.
local double = require "support.double"

local forms = {
  ["workflows/file_volume"] = { "write",
    "plan verify abandon order find mount_address host_of change_access authorise revoke list cancel" },
  ["workflows/live_check"] = { "read", "look find_out compare keep" },
  ["checks/account"] = { "read",
    "configuration ask_who endpoint key clock permissions vlans stemcell volumes rate_limit state_dir" },
  ["records/adopt"] = { "read", "check_others give" },
  ["records/orphans"] = { "read", "guests unknown_guests unknown_volumes missing compare" },
  ["records/reap"] = { "write", "examine settle update" },
}

describe("the script", function()
  for name, form in pairs(forms) do
    it(name .. " keeps its effect and its steps", function()
      local script = double.compile(name)
      assert.equal(form[1], script.effect)
      assert.equal(form[2], table.concat(script.steps, " "))
    end)
  end
end)
