local hostname = require "bosh.hostname"
local property = require "lualib.property"

local NONCE = "abcdefghij234"

describe("a hostname's nonce", function()
  for name, nonce in pairs { ["bosh-abcdefghijk27"] = "abcdefghijk27", ["a-b-abcdefghijk27"] = "abcdefghijk27",
    ["boshabcdefghijk27"] = "abcdefghijk27" } do
    it("is in " .. name, function() assert.equal(nonce, hostname.nonce(name)) end)
  end
  for _, name in ipairs { "", "web-1", "abcdefghijk27", "-abcdefghijk27", "bosh-abcdefghijk18", "bosh-ABCDEFGHIJK27",
    "bosh-abcdefghijk27.example.com" } do
    it("is not in '" .. name .. "'", function() assert.is_nil(hostname.nonce(name)) end)
  end
end)

describe("a hostname", function()
  it("is the prefix and the nonce", function()
    assert.equal("bosh-" .. NONCE, hostname.make("bosh", NONCE, "softlayer.com"))
    assert.equal("cf-dea-" .. NONCE, hostname.make("cf-dea-", NONCE, "softlayer.com"))
    assert.equal("a-b-" .. NONCE, hostname.make("-a_b", NONCE, "softlayer.com"))
  end)

  for _, bad in ipairs { "", "-x.com", "x..com", "x-.com", "host", ("a"):rep(64) .. ".com", "x.c0m_", "x y.com" } do
    it(("refuses the domain '%s'"):format(bad), function()
      local name, err = hostname.make("bosh", NONCE, bad)
      assert.is_nil(name)
      assert.truthy(err.message:find("'domain'", 1, true))
    end)
  end

  it("refuses a prefix without a letter or digit", function()
    local name, err = hostname.make("---", NONCE, "softlayer.com")
    assert.is_nil(name)
    assert.truthy(err.message:find("hostname_prefix", 1, true))
  end)

  it("is always valid, never 64 characters with its domain, and ends in its nonce", function()
    property.holds(3000, function()
      local labels = {}
      for i = 1, math.random(1, 6) do labels[i] = property.text(1, 40, "abc0-9z"):gsub("^%-+", "a"):gsub("%-+$", "z") end
      local domain = table.concat(labels, ".") .. ".com"
      local name, err = hostname.make(property.text(1, 80), NONCE, domain)
      if not name then return assert.truthy(err.message:find("The property", 1, true)) end
      assert.truthy(name:find("^[%w-]+$") and name:find("^%w") and #name <= 63, name)
      assert.equal(NONCE, name:sub(-#NONCE))
      local whole = #name + 1 + #domain
      assert.not_equal(64, whole)
      assert.is_true(whole <= 55 or #name <= #NONCE + 2, name .. "." .. domain)
    end)
  end)
end)
