local nearest = require "nearest"

local names = { "plan", "provision", "look_up", "tag", "abandon" }

describe("nearest", function()
  for given, wanted in pairs { paln = "plan", provsion = "provision", provisoin = "provision", lookup = "look_up",
    Tag = "tag", abbandon = "abandon", tga = "tag" } do
    it(("takes %s for %s"):format(given, wanted), function() assert.equal(wanted, nearest(given, names)) end)
  end

  for _, given in ipairs { "", "x", "create", "tagging", "zzzzzzzzzzzz" } do
    it(("has no idea of '%s'"):format(given), function() assert.is_nil(nearest(given, names)) end)
  end
end)
