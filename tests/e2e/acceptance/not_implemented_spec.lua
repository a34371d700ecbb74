-- Methods that this CPI does not have are NotImplemented, which directors and the CLI know how to go on from.
local json = require "core.json"
local scenario = require "support.scenario"

describe("a method", function()
  scenario("that is not there is NotImplemented", function(director, w)
    for method, arguments in pairs { create_network = { { type = "manual", cloud_properties = {} } }, delete_network = { "1" },
      no_such_method = {}, ["../create_vm"] = {}, ["workflows/live_check"] = {} } do
      local err = director:refused("NotImplemented", method, arguments)
      assert.is_false(err.ok_to_retry)
    end
    assert.same({}, w.sim:journal())
  end)

  scenario("of older directors is NotSupported, on which they make the VM anew", function(director)
    director:refused("NotSupported", "configure_networks", { "118000000", { default = { type = "dynamic" } } })
  end)

  scenario("of a version that is not known is an error", function(_, w)
    local err = w:failure { method = "has_vm", arguments = json.array { "1" }, api_version = 4 }
    assert.equal("Bosh::Clouds::CpiError", err.type)
  end)
end)
