-- A configuration file that is empty or missing: info answers, everything else is a clean error.
local json = require "core.json"
local scenario = require "support.scenario"

describe("a CPI whose configuration", function()
  for what, text in pairs { ["is an empty file"] = "", ["is an empty object"] = "{}", ["is torn"] = '{"cloud":' } do
    scenario(what .. ", tells what it can, and what is wrong", function(director, w)
      w.config = w.at:write("broken.json", text)
      assert.equal(3, director:info().api_version)
      for method, arguments in pairs { has_vm = { "118000000" }, create_disk = { 2048, {}, json.null } } do
        local err = director:refused("CpiError", method, arguments)
        assert.matches(text == "{}" and "cloud.properties is missing" or "broken.json", err.message, nil, true)
        assert.is_false(err.ok_to_retry)
      end
    end)
  end
end)
