-- The file of the shared IAM token, damaged. Its life with a server is in tests/e2e/ways_spec.lua.
local damage = require "lualib.damage"
local fake = require "lualib.fake"
local iam = require "softlayer.iam"
local json = require "core.json"
local sys = require "core.sys"

describe("the file of an IAM token", function()
  local dir, remove, clock, http, fetched

  before_each(function()
    dir, remove = fake.directory()
    clock, http, fetched = fake.clock(), package.loaded["core.http"], 0
    package.loaded["core.http"] = { client = function()
      local function send()
        fetched = fetched + 1
        return { { status = 200, body = json.encode { access_token = "token-" .. fetched, expires_in = 3600 } } }
      end
      return setmetatable({ send = send }, { __close = function() end })
    end }
  end)
  after_each(function()
    package.loaded["core.http"] = http
    clock.restore()
    remove()
  end)

  it("is begun anew when it is damaged at any byte", function()
    local options = { api_key = "the-iam-key", directory = dir }
    assert(iam.token(options))
    local path = ("%s/iam-token-%s"):format(dir, sys.nonce(options.api_key):sub(1, 8))
    local whole = fake.slurp(path)
    local tried = damage(whole, function(text, what)
      fake.spill(path, text)
      local before = fetched
      for _ = 1, 2 do assert.equal("token-" .. before + 1, assert(iam.token(options)).text, what) end
      assert.equal(before + 1, fetched, what)
    end)
    assert.is_true(tried > 5 * #whole)
  end)
end)
