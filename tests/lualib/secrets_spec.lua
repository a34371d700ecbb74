-- secrets: which values are secret, by the names of their leaves.
local json = require "core.json"
local log = require "core.log"
local secrets = require "secrets"
local sys = require "core.sys"

local function canary() return "canary-" .. sys.uuid() end
local function hidden(value) return log.redact("x " .. value .. " y") == "x <redacted> y" end

describe("secrets.learn", function()
  for _, name in ipairs { "password", "api_key", "apiKey", "API-KEY", "private_key", "secret_access_key", "vcap_password",
    "access_token", "credentials", "auth", "passphrase", "nats_key", "clientSecret" } do
    it(("masks %s"):format(name), function()
      local value = canary()
      secrets.learn { deep = json.array { { [name] = value } } }
      assert.is_true(hidden(value))
    end)
  end

  for _, name in ipairs { "hostname", "public_key", "ssh_public_key", "flavor_key_name", "author", "monkey_business" } do
    it(("leaves %s readable"):format(name), function()
      local value = canary()
      secrets.learn { [name] = value }
      assert.is_false(hidden(value))
    end)
  end

  it("leaves public keys readable, whatever they are called", function()
    local key = "ssh-ed25519 AAAA" .. canary() .. " me@here"
    secrets.learn { key = key, ssh_keys = json.array { key } }
    assert.is_false(hidden(key))
  end)

  it("masks whatever stands below a telling name", function()
    local a, b = canary(), canary()
    secrets.learn { passwords = json.array { a, json.array { b } } }
    assert.is_true(hidden(a) and hidden(b))
  end)

  it("masks the password of every URL, with an @ in it too", function()
    local one, two = canary(), "p@" .. canary()
    secrets.learn { urls = ("nats://user:%s@10.0.0.1:4222/x https://u:%s@h/y"):format(one, two) }
    assert.equal("nats://user:<redacted>@10.0.0.1", log.redact(("nats://user:%s@10.0.0.1"):format(one)))
    assert.is_true(hidden(two))
  end)

  it("masks a PEM key line by line, as logs quote it", function()
    local line = ("A1b2"):rep(16)
    secrets.learn { private_key = "-----BEGIN KEY-----\n" .. line .. "\n-----END KEY-----\n" }
    assert.is_true(hidden(line))
  end)

  it("bears null, numbers and booleans", function()
    secrets.learn { password = json.null, token = 5, api_key = true, secret = json.array {} }
    secrets.learn(nil)
    secrets.learn(json.null)
  end)
end)
