-- configuration: cpi.json, its spellings, and what lies over it.
local account_name = require "account_name"
local configuration = require "configuration"
local fake = require "lualib.fake"
local json = require "core.json"

describe("configuration", function()
  local dir, remove
  before_each(function() dir, remove = fake.directory() end)
  after_each(function() remove() end)

  local function read(document)
    local path = dir .. "/cpi.json"
    fake.spill(path, type(document) == "string" and document or json.encode(document))
    return configuration.read(path)
  end

  local function cloud(softlayer, engine)
    return { cloud = { properties = { softlayer = softlayer } }, engine = engine }
  end

  it("understands the Go CPI's names and the legacy CPI's", function()
    for _, softlayer in ipairs { { username = "u", api_key = "k" }, { userName = "u", apiKey = "k" },
      { USERNAME = "u", ["api-key"] = "k" } } do
      local config = assert(read(cloud(softlayer)))
      assert.same({ "u", "k" }, { config.softlayer.username, config.softlayer.api_key })
    end
  end)

  for value, url in pairs {
    [""] = "https://api.softlayer.com/rest/v3.1", public = "https://api.softlayer.com/rest/v3.1",
    private = "https://api.service.softlayer.com/rest/v3.1", ["h.example"] = "https://h.example/rest/v3.1",
    ["http://127.0.0.1:5/rest/v3.1"] = "http://127.0.0.1:5/rest/v3.1",
  } do
    it(("reads the endpoint '%s'"):format(value), function()
      assert.equal(url, read(cloud { api_endpoint = value }).softlayer.endpoint)
      assert.equal(url, read(cloud { featureOptions = { apiEndpoint = value } }).softlayer.endpoint)
    end)
  end

  for what, document in pairs {
    ["no JSON"] = "{", ["no object"] = "5", ["null"] = "null", ["nothing"] = "", ["an array"] = "[]",
    ["no cloud"] = "{}", ["an engine that is no object"] = '{"cloud":{"properties":{}},"engine":"x"}',
  } do
    it("refuses " .. what, function()
      local config, err = read(document)
      assert.is_nil(config)
      assert.equal("Bosh::Clouds::CpiError", err.type)
    end)
  end

  it("refuses a missing file, and no file", function()
    assert.matches("cannot be read", select(2, configuration.read(dir .. "/none")).message)
    assert.matches("--config", select(2, configuration.read(nil)).message)
  end)

  for key, values in pairs {
    speed = { -1, 1e7, "1", true }, memory_mb = { 7, 4097, 8.5, "64" },
    rate_limit = { -1, 1001, "40" }, state_dir = { "", 5 }, ca_file = { false },
    log_level = { "loud", "info warn", "", 5 }, timeouts = { 5, { ping = 0 }, { ping = "1" } }, overlays = { "x" },
  } do
    for _, value in ipairs(values) do
      it(("refuses engine.%s = %s"):format(key, json.encode(value)), function()
        local config, err = read(cloud({}, { [key] = value }))
        assert.is_nil(config)
        assert.matches("engine%." .. key, err.message)
      end)
    end
  end

  it("takes the known keys of the engine", function()
    local engine = { speed = 0, rate_limit = 2.5, memory_mb = 64, state_dir = "/x", log_level = "warn", timeouts = { ping = 1.5 } }
    assert.same(engine, read(cloud({}, engine)).engine)
  end)

  it("lies below what a request's context says; null says nothing", function()
    local config = read(cloud { username = "file", api_key = "k", datacenter = "ams01" })
    configuration.overlay(config, { userName = "context", api_key = json.null, api_endpoint = "private", other = 5 })
    assert.same({ "context", "k", "ams01" },
      { config.softlayer.username, config.softlayer.api_key, config.softlayer.datacenter })
    assert.equal("https://api.service.softlayer.com/rest/v3.1", config.softlayer.endpoint)
    assert.is_nil(config.softlayer.other)
  end)

  it("needs a user and a key", function()
    assert.matches("username is missing", configuration.check(read(cloud {})).message)
    assert.matches("api_key is missing", configuration.check(read(cloud { username = "u", api_key = "" })).message)
    assert.is_nil(configuration.check(read(cloud { username = "u", api_key = "k" })))
  end)

  it("needs true or false where it decides", function()
    for _, name in ipairs { "strict", "iam_token" } do
      for value, taken in pairs { [true] = true, [false] = true, yes = false, [1] = false } do
        local config = read(cloud { username = "u", api_key = "k" })
        configuration.overlay(config, { [name:upper()] = value })
        local err = configuration.check(config)
        assert.equal(taken, err == nil, name)
        if err then assert.matches(name .. " must be true or false", err.message) end
      end
    end
  end)

  for endpoint, allowed in pairs {
    ["http://127.0.0.1:1/x"] = true, ["http://127.9.9.9/x"] = true, ["http://localhost:1/x"] = true,
    ["http://[::1]:1/x"] = true, public = false, ["https://127.0.0.1.example.org/"] = false,
    ["https://localhost.example.org/"] = false, ["http://127.0.0.1@example.org/"] = false,
  } do
    it(("%s a speed for %s"):format(allowed and "takes" or "refuses", endpoint), function()
      local config = read(cloud({ username = "u", api_key = "k", api_endpoint = endpoint }, { speed = 100 }))
      assert.equal(allowed, configuration.check(config) == nil)
    end)
  end

  for _, row in ipairs { -- the API's endpoint, IAM's, the proxy
    { "public", nil, "http://proxy.example:3128", true }, { "http://127.0.0.1:1/x", nil, "http://u:p@127.0.0.1:3128", true },
    { "http://127.0.0.1:1/x", nil, "http://proxy.example:3128", false },
    { "http://127.0.0.1:1/x", nil, "http://127.0.0.1@proxy.example:3128", false },
    { "public", "http://127.0.0.1:1/x", "socks5://proxy.example", false },
    { "public", "http://127.0.0.1:1/x", "socks5://[::1]:1080", true },
  } do
    it(("%s plain http by way of %s"):format(row[4] and "takes" or "refuses", table.concat({ row[1], row[3] }, " ")), function()
      local softlayer = { username = "u", api_key = "k", api_endpoint = row[1], iam_endpoint = row[2] }
      local err = configuration.check(read(cloud(softlayer, { proxy = row[3] })))
      assert.equal(row[4], err == nil, err)
    end)
  end

  it("names a directory for each account, and never by a key", function()
    local function account(softlayer, engine) return account_name(read(cloud(softlayer, engine))) end
    assert.equal("u@api.softlayer.com", account { username = "u", api_key = "k" })
    assert.matches("^%._%.%._x@api%.softlayer%.com%-%w+$", account { username = "./../x", api_key = "k" })
    assert.equal("mine@api.softlayer.com", account({ username = "u", api_key = "k" }, { account = "mine" }))
    local secret = account { username = "apikey", api_key = "the-secret-key" }
    assert.is_nil(secret:find("secret", 1, true))
    local seen = {}
    for _, softlayer in ipairs {
      { username = "a+b@example.org" }, { username = "a_b@example.org" }, { username = "a b@example.org" },
      { username = "a_b@example.org", endpoint = "private" }, { username = "a_b@example.org", endpoint = "http://h:5/rest/v3.1" },
      { username = "a_b@example.org", endpoint = "http://h:6/rest/v3.1" }, { username = "a_b@example.org", endpoint = "http://h:6/a/b" },
      { username = "a_b@example.org", endpoint = "http://h:6/a_b" }, { username = "apikey" }, { username = "apikey", api_key = "k2" },
      { username = "bob", iam_token = true, api_key = "k3" }, { username = "bob", iam_token = true, api_key = "k4" },
      { username = "bob" }, { iam_token = true, api_key = "k5" },
    } do
      softlayer.api_key = softlayer.api_key or "k"
      local name = account(softlayer)
      assert.is_nil(seen[name], name)
      assert.is_nil(name:find "[^%w._@-]")
      seen[name] = true
    end
  end)

  -- what a context says, and whose name the directory has
  for _, case in ipairs {
    { {}, "mine" }, { { datacenter = "ams01" }, "mine" }, { { username = "u", api_key = "k" }, "mine" },
    { { username = "other" }, "other" }, { { username = "other", api_key = "k2" }, "other" }, { { userName = "other" }, "other" },
  } do
    it("takes engine.account for the file's account only: " .. json.encode(case[1]), function()
      local config = read(cloud({ username = "u", api_key = "k" }, { account = "mine" }))
      configuration.overlay(config, case[1])
      assert.equal(case[2] .. "@api.softlayer.com", account_name(config))
    end)
  end
end)
