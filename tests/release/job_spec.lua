-- The job's templates, rendered as bosh create-env renders them: what manifests of today, of the Go CPI and of the
-- legacy CPI become, and how bin/cpi starts the engine.
local configuration = require "configuration"
local folder = require "support.folder"
local json = require "core.json"
local release = require "support.release"

local SPEC = release.yaml "release/jobs/softlayer_cpi/spec"
local at

before_each(function() at = folder.open() end)
after_each(function() at:close() end)

local function config_of(job) return assert(json.decode(folder.read(job .. "/config/cpi.json"))) end

-- cpi.json, which slcpi must accept.
local function rendered(properties)
  local job, complaint = release.render(at, properties)
  assert.is_nil(complaint)
  local config, err = configuration.read(job .. "/config/cpi.json")
  assert.is_nil(err and err.message)
  assert.is_nil(configuration.check(config))
  return config_of(job), config, job
end

local function with(object, changes)
  for name, value in pairs(changes) do object[name] = value end
  return object
end

local DEFAULTS = { iam_token = false, iam_endpoint = "https://iam.cloud.ibm.com/identity/token", strict = false,
  native_resize = false, preformatted_disks = false }
local NTP = { "0.pool.ntp.org", "1.pool.ntp.org" }
local ACCOUNT = { username = "SL1", api_key = "key" }

-- "a.b.c" = value in an object of objects.
local function put(object, name, value)
  local parent, last = name:match "^(.*)%.([^.]+)$"
  for key in (parent or ""):gmatch "[^.]+" do
    object[key] = object[key] or {}
    object = object[key]
  end
  object[last or name] = value
end

describe("cpi.json", function()
  it("of the least manifest has the account and the defaults", function()
    assert.same({
      cloud = { plugin = "softlayer", properties = {
        softlayer = with({ username = "SL1", api_key = "key" }, DEFAULTS), agent = { ntp = NTP } } },
      engine = {},
    }, (rendered { softlayer = ACCOUNT }))
  end)

  it("of every property's example is accepted, and has each that has an effect", function()
    local properties = {}
    for name, about in pairs(SPEC.properties) do put(properties, name, about.example) end
    local document, config = rendered(properties)
    local softlayer = document.cloud.properties.softlayer
    for name, about in pairs(SPEC.properties) do
      local key = name:match "^softlayer%.([%l_]+)$"
      local elsewhere = { ca_cert = true, proxy = true, state_dir = true, scripts = true, hooks = true, lualib = true, engine = true }
      if key and not elsewhere[key] then
        if about.description:find "without effect" then about.example = nil end
        assert.same(about.example, softlayer[key], name)
      end
    end
    local engine = document.engine
    assert.same({ "http://user:password@proxy.example:3128", "/var/vcap/store/director/orders", "cacert.pem", "debug", 20 },
      { engine.proxy, engine.state_dir, engine.ca_file, engine.log_level, engine.rate_limit })
    assert.same({ "hooks/create_vm.lua", "lualib/site/names.lua", "scripts/workflows/hello.lua" }, (function()
      local names = {}
      for name in pairs(engine.overlay) do names[#names + 1] = name end
      table.sort(names)
      return names
    end)())
    assert.equal("https://api.service.softlayer.com/rest/v3.1", config.softlayer.endpoint)
    assert.equal("nats://10.0.0.6:4222", document.cloud.properties.agent.mbus)
    assert.equal("http://registry:password@10.0.0.6:25777", document.cloud.properties.registry.endpoint)
  end)

  it("of bosh-deployment's old manifest, with the legacy names, is the same account", function()
    local document, config = rendered {
      softlayer = { username = "SL1", apiKey = "key", featureOptions = { apiEndpoint = "api.service.softlayer.com", apiRetryCount = 10,
        apiWaitTime = 5, createIscsiVolumeTimeout = 3600, createIscsiVolumePollingInterval = 5 } },
      agent = { mbus = "nats://nats:pw@10.0.0.6:4222" },
      blobstore = { address = "10.0.0.6", port = 25250, provider = "dav", agent = { user = "agent", password = "pw" } },
      registry = { address = "10.0.0.6", host = "10.0.0.6", port = 25777, username = "registry", password = "pw" },
    }
    local cloud = document.cloud.properties
    assert.same({ "SL1", "key" }, { config.softlayer.username, config.softlayer.api_key })
    assert.equal("https://api.service.softlayer.com/rest/v3.1", config.softlayer.endpoint)
    assert.same({ provider = "dav", options = { endpoint = "http://10.0.0.6:25250", user = "agent", password = "pw" } },
      cloud.agent.blobstore)
    assert.same({ address = "10.0.0.6", port = 25777, username = "registry", password = "pw" }, cloud.registry)
  end)

  it("of the legacy job's own names, too", function()
    local _, config = rendered { softlayer_legacy = { username = "SL1", apiKey = "key",
      featureOptions = { apiEndpoint = "api.softlayer.com", disableOsReload = true, enablePool = true } },
      baremetal = { username = "u" }, pool = { host = "h" } }
    assert.same({ "SL1", "key", "https://api.softlayer.com/rest/v3.1" },
      { config.softlayer.username, config.softlayer.api_key, config.softlayer.endpoint })
  end)

  it("has the message bus made of the nats properties, odd characters escaped", function()
    local function mbus(nats, agent)
      return (rendered { softlayer = ACCOUNT, nats = nats, agent = agent }).cloud.properties.agent.mbus
    end
    assert.equal("nats://nats:p%40%20%2F@10.0.0.6:4222", mbus { address = "10.0.0.6", password = "p@ /" })
    assert.equal("nats://10.0.0.6:5222", mbus { address = "10.0.0.6", port = 5222 })
    assert.equal("nats://10.0.0.7:4222", mbus({ address = "10.0.0.6" }, { nats = { address = "10.0.0.7" } }))
    assert.equal("nats://one", mbus({ address = "10.0.0.6" }, { mbus = "nats://one" }))
    assert.is_nil(mbus {})
  end)

  it("has the blobstore as its provider wants it", function()
    local function blobstore(properties)
      return (rendered { softlayer = ACCOUNT, blobstore = properties }).cloud.properties.agent.blobstore
    end
    assert.same({ provider = "local", options = { blobstore_path = "/data" } }, blobstore { provider = "local", path = "/data" })
    assert.same({ provider = "s3", options = { bucket_name = "b", access_key_id = "k", secret_access_key = "s", host = "h", port = 443,
      use_ssl = true, s3_force_path_style = false } },
      blobstore { provider = "s3", bucket_name = "b", access_key_id = "k", secret_access_key = "s", host = "h" })
    assert.same({ provider = "dav", options = { endpoint = "https://a:25250", tls = { cert = { ca = "PEM" } } } },
      blobstore { address = "a", tls = { cert = { ca = "PEM" } } })
    assert.is_nil(blobstore { tls = { cert = { ca = "PEM" } } })
  end)

  it("has a registry where the manifest has one; its host wins over its address", function()
    local function registry(properties)
      return (rendered { softlayer = ACCOUNT, registry = properties }).cloud.properties.registry
    end
    assert.is_nil(registry { host = "h" })
    assert.equal("h", registry({ host = "h", address = "a", username = "u" }).address)
    assert.equal("a", registry({ address = "a", username = "u" }).address)
    assert.equal("127.0.0.1", registry({ username = "u" }).address)
    assert.same({ endpoint = "http://a:1" }, registry { endpoint = "http://a:1", host = "h" })
  end)

  it("takes an overlay as a directory or as files, not both", function()
    local hooks = { create_vm = "function before.run() end" }
    local document = rendered { softlayer = with({ engine = { overlay = "/var/vcap/site" } }, ACCOUNT) }
    assert.equal("/var/vcap/site", document.engine.overlay)
    local _, complaint = release.render(at, { softlayer = { engine = { overlay = "/var/vcap/site" }, hooks = hooks } })
    assert.matches("softlayer.engine.overlay is instead of softlayer.scripts", complaint)
  end)
end)

-- A package whose engine tells how it was started.
local STUB = [[#!/bin/bash
printf '%s\n' "$@" > "$OUT/arguments"
env > "$OUT/environment"
for fd in /proc/$$/fd/*; do echo "${fd##*/}"; done > "$OUT/descriptors"
cat > "$OUT/stdin"
echo an answer; echo a log >&2
exit 7
]]

describe("bin/cpi", function()
  -- Runs it as create-env does, or something in its place.
  local function start(properties, environment, arguments, program)
    local job = release.render(at, properties)
    local engine = at:write("packages/slcpi/bin/slcpi", STUB)
    release.must(("chmod +x %s; mkdir -p %s/out"):format(engine, at.path))
    local line = ([[cd / && echo a request | env -i PATH=/usr/bin:/bin OUT=%s/out BOSH_PACKAGES_DIR=%s/packages BOSH_JOBS_DIR=%s %s \
      %s %s >%s/stdout 2>%s/stderr 9</dev/null; echo $?]]):format(at.path, at.path, job:match "^(.*)/", environment or "",
      program or job .. "/bin/cpi", arguments or "", at.path, at.path)
    local status = tonumber(release.must(line))
    local function out(name) return folder.read(at.path .. "/out/" .. name) end
    return { status = status, out = out, job = job, stdout = folder.read(at.path .. "/stdout"), stderr = folder.read(at.path .. "/stderr") }
  end

  it("is the engine: its request, answer, log, exit status, and no other descriptors", function()
    local run = start { softlayer = ACCOUNT }
    assert.same({ 7, "an answer\n", "a log\n" }, { run.status, run.stdout, run.stderr })
    assert.equal("a request\n", run.out "stdin")
    assert.equal(("--config\n%s/config/cpi.json\n"):format(run.job), run.out "arguments")
    local through = run.out "descriptors"
    assert.equal(start({ softlayer = ACCOUNT }, nil, nil, at.path .. "/packages/slcpi/bin/slcpi").out "descriptors", through)
  end)

  it("runs people's commands with this configuration", function()
    local run = start({ softlayer = ACCOUNT }, nil, "doctor --format json")
    assert.equal(("--config\n%s/config/cpi.json\ndoctor\n--format\njson\n"):format(run.job), run.out "arguments")
  end)

  it("sets proxies in both spellings, whatever characters they have", function()
    local proxy = "http://user:$(touch x)'\"\\ @proxy:3128"
    local environment = start({ softlayer = ACCOUNT, env = { http_proxy = proxy, no_proxy = "localhost" } }).out "environment"
    for _, line in ipairs { "http_proxy=" .. proxy, "HTTP_PROXY=" .. proxy, "no_proxy=localhost", "NO_PROXY=localhost" } do
      assert.truthy(("\n" .. environment):find("\n" .. line .. "\n", 1, true), line)
    end
    assert.is_nil(environment:find "https_proxy")
  end)

  it("leaves the environment's proxies alone when the manifest has none", function()
    assert.matches("https_proxy=http://mine", start({ softlayer = ACCOUNT }, "https_proxy=http://mine").out "environment")
  end)

  it("finds a home for records where an old create-env tells none", function()
    assert.matches("HOME=" .. release.must("env -u HOME bash -c 'echo ~'"):match "%S+", start({ softlayer = ACCOUNT }).out "environment")
    assert.matches("HOME=/mine\n", start({ softlayer = ACCOUNT }, "HOME=/mine").out "environment")
  end)

  it("takes from a person's umask what would show keys to others, or keep an overlay from being used", function()
    local function mode(properties)
      local job = release.render(at, properties)
      release.must(("chmod -R g+w %s; env -i BOSH_JOBS_DIR=%s %s/bin/cpi; true"):format(job, job:match "^(.*)/", job))
      return release.must(("stat -c %%a %s/config %s/config/cpi.json"):format(job, job))
    end
    assert.equal("755\n600\n", mode { softlayer = with({ hooks = { create_vm = "" } }, ACCOUNT) })
    assert.equal("755\n600\n", mode { softlayer = ACCOUNT })
  end)
end)

describe("docs/release.md", function()
  it("has every property of the spec, and no other", function()
    local table_text = folder.read("docs/release.md"):match "\n## Properties\n(.*)"
    local named = {}
    for first in table_text:gmatch "\n| ([^|]+) |" do
      for name in first:gmatch "`([^`]+)`" do named[name] = true end
    end
    for name in pairs(SPEC.properties) do
      assert.is_true(named[name], name)
      named[name] = nil
    end
    assert.same({}, named)
  end)
end)
