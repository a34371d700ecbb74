-- The ways to the API: a private certificate authority, proxies, IAM tokens.
local build = require "support.build"
local folder = require "support.folder"
local json = require "core.json"
local kept_file = require "kept_file"
local requests = require "support.requests"
local sys = require "core.sys"
local world = require "support.world"

local HAS_VM = requests.of("has_vm", "5")

describe("the demonstration", function()
  it("goes through TLS of a private authority, a proxy with a password and IAM", function()
    local at <close> = setmetatable({ folder = folder.open() }, { __close = function(self) self.folder:close() end })
    local output = at.folder:fresh "output"
    local ok = os.execute(("B=%s DEMO_SPEED=200 DEMO_VIA='tls proxy iam' tests/demo.sh >%s 2>&1"):format(
      build.folder, output))
    local text = folder.read(output)
    assert.is_true(ok, text)
    for _, line in ipairs { "https://127.0.0.1:", "certificate of a private authority", "needs a password", "IAM",
      "Left in the account: 0 guests" } do
      assert.truthy(text:find(line, 1, true), line .. " is missing in: " .. text)
    end
    assert.truthy(text:find("has_vm%s+false"), text)
    assert.is_true(tonumber(text:match "The proxy passed on (%d+) connections") > 0)
  end)
end)

describe("a private authority", function()
  it("is not trusted unless it is named", function()
    local w = world.start { tls = true }
    assert.is_false(w:result(HAS_VM))
    w.files = nil
    w:configure()
    local err = w:failure(HAS_VM)
    assert.truthy(err.message:find "certificate", err.message)
    assert.is_false(err.ok_to_retry)
    w:close()
  end)
end)

describe("a proxy", function()
  local w
  before_each(function() w = world.start { tls = true, proxy = true } end)
  after_each(function() w:close() end)

  -- An address of this machine that does not look like one, so that the environment's variables hold for it.
  local function disguised(environment)
    local url = w.sim.url:gsub("127%.0%.0%.1", "[::ffff:127.0.0.1]")
    w:configure { cloud = { properties = { softlayer = { api_endpoint = url } } }, engine = { proxy = json.null, speed = 1 } }
    local document, run = w:ask(HAS_VM, { environment = environment })
    return document, run
  end

  it("of the configuration is for this machine, too", function()
    assert.is_false(w:result(HAS_VM, { environment = { "no_proxy=*" } }))
    assert.is_true(w.proxy:requests "CONNECT" > 0)
  end)

  for _, variable in ipairs { "https_proxy", "HTTPS_PROXY", "all_proxy" } do
    it("of " .. variable .. " is used", function()
      assert.is_false(disguised({ variable .. "=" .. w.proxy.url }).result)
      assert.is_true(w.proxy:requests "CONNECT" > 0)
    end)
  end

  it("of the environment is not used for what no_proxy names, nor for this machine", function()
    local environment = { "https_proxy=" .. w.proxy.url, "NO_PROXY=[::ffff:127.0.0.1],::ffff:127.0.0.1" }
    assert.is_false(disguised(environment).result)
    w:configure { engine = { proxy = json.null } }
    assert.is_false(w:result(HAS_VM, { environment = { "https_proxy=" .. w.proxy.url } }))
    assert.equal(0, w.proxy:requests "CONNECT")
  end)

  it("that does not take the password is an error, which does not tell the password", function()
    local wrong = w.proxy.url:gsub("proxy%-password", "wrong-password")
    local _, run = disguised({ "https_proxy=" .. wrong })
    assert.truthy((run.stdout .. run.stderr):find("the proxy refuses with HTTP 40%d: it needs another user or password"), run.stderr)
    w:configure { engine = { proxy = wrong } }
    local err, second = w:failure(HAS_VM)
    assert.truthy(err.message:find("the proxy refuses with HTTP 40%d: it needs another user or password"), err.message)
    for _, text in ipairs { run.stdout, run.stderr, second.stdout, second.stderr } do
      assert.is_nil(text:find("wrong-password", 1, true), text)
    end
    assert.same({}, w.sim:journal())
  end)

  it("is not used for the metadata service, which knows its caller by the address", function()
    w:configure { engine = { metadata_endpoint = w.sim.metadata .. "/5/rest/v3.1" } }
    local document = w:ask(requests.of "current_vm_id", { environment = { "https_proxy=" .. w.proxy.url } })
    assert.truthy(document.error.message:find("unknown caller", 1, true), document.error.message)
    assert.equal(0, w.proxy:requests "CONNECT")
  end)

  for _, wrong in ipairs { "127.0.0.1:3128", "ftp://127.0.0.1:3128", "http://user:odd/password@127.0.0.1:3128",
    "http://user:odd@password@127.0.0.1:3128", "http://user:odd?password@[::1", "http://user:odd password@proxy:3128",
    "http://user:odd-password@127.0.0.1:99999", "http://127.0.0.1:3128/path" } do
    it("must be a URL that libcurl takes, not " .. wrong, function()
      w:configure { engine = { proxy = wrong } }
      local err, run = w:failure(HAS_VM)
      assert.truthy(err.message:find("engine.proxy must be a URL", 1, true), err.message)
      assert.is_nil((run.stdout .. run.stderr):find(wrong, 1, true))
    end)
  end

  for _, wrong in ipairs { "http://user:odd/password@127.0.0.1:3128", "user:odd/password@127.0.0.1:3128",
    "http://user:odd@password@127.0.0.1:3128" } do
    it("of the environment does not show its password either when it is " .. wrong, function()
      local document, run = disguised({ "https_proxy=" .. wrong })
      assert.truthy(document.error.message:find("proxy", 1, true), document.error.message)
      for _, text in ipairs { run.stdout, run.stderr } do assert.is_nil(text:find("odd.password"), text) end
    end)
  end
end)

describe("an IAM key", function()
  local w
  before_each(function() w = world.start { iam = true } end)
  after_each(function() w:close() end)

  local function exchanges()
    local count = 0
    for _, call in ipairs(w.sim:journal()) do
      if call.service == "IAM" then count = count + 1 end
    end
    return count
  end

  local function token_file()
    for _, path in ipairs(folder.files(w.at.path .. "/state")) do
      if path:find "iam%-token%-%w+$" then return path end
    end
  end

  it("is exchanged once for many requests; the token is for its owner's eyes", function()
    for _ = 1, 3 do assert.is_false(w:result(HAS_VM)) end
    assert.equal(1, exchanges())
    local pipe = assert(io.popen("stat -c %a " .. folder.quoted(token_file())))
    assert.equal("600", pipe:read "l")
    pipe:close()
  end)

  it("needs no state directory", function()
    w:configure { engine = { state_dir = "/proc/none" } }
    for _ = 1, 2 do assert.is_false(w:result(HAS_VM)) end
    assert.equal(2, exchanges())
  end)

  it("gives a new token when the API takes the old one no more, also in the middle of an order", function()
    assert.is_false(w:result(HAS_VM))
    w.sim:ask("POST", "expire-tokens", {})
    assert.is_false(w:result(HAS_VM))
    assert.equal(2, exchanges())
    w.sim:fault "Virtual_Guest.createObject do=token nth=1"
    assert.equal(2, #w:result(requests.create_vm()))
    assert.equal(1, #w.sim:inventory().guests)
    assert.equal(3, exchanges())
  end)

  it("is asked for again while IAM has trouble, in an order, too", function()
    assert.is_false(w:result(HAS_VM))
    w.sim:fault "Virtual_Guest.createObject do=token count=5"
    w.sim:fault "IAM.token do=html status=503 count=4"
    assert.equal(2, #w:result(requests.create_vm()))
    assert.equal(1, #w.sim:inventory().guests)
    assert.equal(6, exchanges())
  end)

  it("of an IAM that hangs is asked for until the request's deadline, which is no signal", function()
    w.sim:fault "IAM.token do=hang"
    w:configure { engine = { timeouts = { has_vm = 1000 } } }
    local err = w:failure(HAS_VM)
    assert.truthy(err.message:find("reached its deadline", 1, true), err.message)
    assert.is_false(err.ok_to_retry)
  end)

  it("gives a new token before the old one ends", function()
    assert.is_false(w:result(HAS_VM))
    local path = token_file()
    local document = assert(kept_file.read(path))
    document.expires_at = sys.now() + 200
    assert(kept_file.write(path, document))
    assert.is_false(w:result(HAS_VM))
    assert.equal(2, exchanges())
  end)

  it("that was replaced does not use the other's token", function()
    assert.is_false(w:result(HAS_VM))
    w:configure { engine = { account = "one" } }
    assert.is_false(w:result(HAS_VM))
    w:configure { engine = { account = "one" }, cloud = { properties = { softlayer = { api_key = "another-iam-key" } } } }
    assert.truthy(w:failure(HAS_VM).message:find("Provided API key could not be found", 1, true))
  end)

  it("of another account in the same director has a token of its own", function()
    w.sim:ask("POST", "user", { user = "limited", iam_key = "limited-iam-key" })
    w:configure { engine = { account = "both" } }
    local other = requests.of("has_vm", "5")
    other.context.api_key = "limited-iam-key"
    for _ = 1, 2 do
      assert.is_false(w:result(HAS_VM))
      assert.truthy(w:failure(other).message:find("the API's user lacks the permission", 1, true))
    end
    assert.equal(2, exchanges())
  end)

  it("and its tokens are in no output", function()
    local _, run = w:ask(requests.create_vm(), { arguments = { "--log-level", "debug" } })
    local token = kept_file.read(token_file()).token
    for _, secret in ipairs { token, "sim-iam-key" } do
      assert.is_nil((run.stdout .. run.stderr):find(secret, 1, true))
    end
  end)

  it("can also go as the password of the user apikey", function()
    w:configure { cloud = { properties = { softlayer = { username = "apikey", iam_token = false } } } }
    assert.is_false(w:result(HAS_VM))
    assert.equal(0, exchanges())
  end)
end)
