-- No secret leaves slcpi but to the API: not in the log, an answer, a state file, a trace or the argument list.
local eventually = require "support.eventually"
local folder = require "support.folder"
local json = require "core.json"
local leaks = require "support.leaks"
local requests = require "support.requests"
local sys = require "core.sys"
local world = require "support.world"

local PEM = ("-----BEGIN RSA PRIVATE KEY-----\n%s\n%s\n-----END RSA PRIVATE KEY-----\n"):format(
  ("MIIEpAIBAAKCAQEA7p+/"):rep(3), ("u8sJ/Zt+kQ2x0bYv9w3M"):rep(3))

local SECRETS = {
  ["API key"] = 'k/3y+~"w\\rd&1=9e8d7c6b5a',
  ["mbus password"] = "mbus-p4ss_w0rd-xyzzy",
  ["blobstore password"] = "bl0b/st+re p4ss",
  ["VM password"] = "$6$rounds=5000$sAlt$h4sh/ed+value.",
  ["access key"] = "AKIA/0123456789+abcdef",
  ["nested token"] = "tok3n-\u{fc}ber-\u{1f600}-secret",
  ["private key"] = PEM,
  ["a line of the private key"] = PEM:match "\n(%w[^\n]+)\n",
}

local ENV = { bosh = {
  password = SECRETS["VM password"],
  mbus = { cert = { ca = "not secret", private_key = PEM } },
  blobstores = json.array { { provider = "s3", options = { secret_access_key = SECRETS["access key"] } } },
}, custom = { api_token = SECRETS["nested token"] } }

local function secret_world(options)
  local w = world.start(options)
  w.sim:ask("POST", "user", { user = "sim", key = SECRETS["API key"] })
  w:configure { cloud = { properties = {
    softlayer = { api_key = SECRETS["API key"] },
    agent = { mbus = "nats://nats:" .. SECRETS["mbus password"] .. "@10.0.0.4:4222",
      blobstore = { options = { password = SECRETS["blobstore password"] } } },
  } }, engine = { trace_dir = w.at.path .. "/state/traces" } }
  return w
end

local function check(w, run)
  assert.is_true(#folder.files(w.at.path .. "/state/traces") > 0)
  leaks.check("stderr", run.stderr, SECRETS)
  leaks.check("stdout", run.stdout, SECRETS)
  for _, path in ipairs(folder.files(w.at.path .. "/state")) do leaks.check(path, folder.read(path), SECRETS) end
  local data = w.sim:journal "setUserMetadata"
  assert.falsy(run.stderr:find("eyJ", 1, true) and #data > 0 and run.stderr:match "eyJ[%w_-]+", "user data in the log")
end

local request = requests.create_vm { env = ENV }

describe("no secret is written", function()
  local w
  before_each(function() w = secret_world() end)
  after_each(function() w:close() end)

  for _, level in ipairs { "debug", "info", "error" } do
    it("at the log level " .. level, function()
      local run = w:begin(request, { arguments = { "--log-level", level } }):finish()
      assert.equal(json.null, world.answer(run).error)
      check(w, run)
    end)
  end

  local encoded = sys.base64("xy" .. SECRETS["API key"])
  for _, fault in ipairs {
    "Virtual_Guest.setUserMetadata do=error", "*.* do=html status=500", "Virtual_Guest.createObject do=reset",
    "*.* do=unauthorized", ('*.* do=error text="Authorization: Basic %s"'):format(encoded),
    ('Virtual_Guest.setUserMetadata do=error text="bad value %s"'):format(SECRETS["VM password"]),
  } do
    it("when calls fail: " .. fault:sub(1, 60), function()
      w.sim:fault(fault)
      local run = w:begin(request, { arguments = { "--log-level", "debug" } }):finish()
      assert.not_equal(json.null, world.answer(run).error)
      check(w, run)
    end)
  end

  it("when a script writes and raises all it knows, in several encodings", function()
    local overlay = w:overlay { ["scripts/create_vm.lua"] = [[
local json, sys = require "core.json", require "core.sys"
description = "Gossips."
arguments = { "agent_id: string", "stemcell_cid: cid", "properties: object", "networks: object", "disks: array?", "env: object" }
effect = "write"
timeout = 60
local function percent(text) return (text:gsub("[^%w]", function(c) return ("%%%02X"):format(c:byte()) end)) end
function run(_, _, _, _, _, env)
  local all = json.encode { env, config, request }
  for shift = 0, 2 do
    log.info("%s", sys.base64(("x"):rep(shift) .. all))
    log.warn("%s", sys.base64url(("x"):rep(shift) .. env.custom.api_token .. env.bosh.password))
  end
  log.error("%s %s", all, percent(env.bosh.password))
  print(config.agent.mbus, env.bosh.mbus.cert.private_key)
  error(all .. env.bosh.password .. env.custom.api_token, 0)
end
]] }
    local run = w:begin(request, { arguments = { "--overlay", overlay, "--log-level", "debug" } }):finish()
    assert.truthy(world.answer(run).error.message:find("<redacted>", 1, true))
    check(w, run)
  end)

  it("in the argument list or the environment while it runs", function()
    w.sim:fault "Virtual_Guest.createObject count=1 do=delay delay=60"
    local process = w:begin(request)
    eventually("the order", function() return #w.sim:journal "createObject" == 1 end)
    for _, name in ipairs { "cmdline", "environ" } do
      leaks.check(name, folder.read(("/proc/%d/%s"):format(process.pid, name)), SECRETS)
    end
    process:signal "TERM"
    check(w, process:finish())
  end)
end)

describe("the search for leaks", function()
  it("finds a secret in each of its forms", function()
    local secret = SECRETS["VM password"]
    for _, text in ipairs { secret, json.encode(secret), sys.base64("a" .. secret .. "bc"), sys.base64url("ab" .. secret),
      sys.base64(secret), "%246%24rounds%3D5000%24sAlt%24h4sh%2Fed%2Bvalue." } do
      assert.is_false(pcall(leaks.check, "a text", "before " .. text .. " after", { it = secret }))
    end
  end)
end)
