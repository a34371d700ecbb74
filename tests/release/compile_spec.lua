-- The release compiled and run: by its packaging scripts alone, moved, as bosh create-env installs it and on a director.
local director = require "support.director"
local folder = require "support.folder"
local json = require "core.json"
local release = require "support.release"
local requests = require "support.requests"
local world = require "support.world"

local quoted = folder.quoted
local w, tarball, packages

setup(function()
  w = world.start { tls = true }
  tarball = release.build()
  packages = release.compile(w.at, tarball)
end)
teardown(function() w:close() end)

-- Its certificates are held against names only.
local function properties(changes)
  local softlayer = { username = "sim", api_key = "sim-api-key", api_endpoint = w.sim.url:gsub("127%.0%.0%.1", "localhost"),
    ca_cert = folder.read(w.files.ca), engine = { speed = 1000, timeouts = { has_vm = 100000 } } }
  for name, value in pairs(changes or {}) do softlayer[name] = value ~= json.null and value or nil end
  return { softlayer = softlayer, agent = { mbus = "nats://10.0.0.4:4222" } }
end

local INFO = { method = "info", arguments = json.array {}, context = {}, api_version = 1 }
local HAS_VM = requests.of("has_vm", "5")

-- A request to the job as bosh create-env has installed it; the document, and all that was written.
local function ask(request, job, environment)
  local stdin, stdout, stderr = w.at:write("request", json.encode(request)), w.at:fresh "stdout", w.at:fresh "stderr"
  release.must(("env -i PATH=/usr/bin:/bin BOSH_JOBS_DIR=%s BOSH_PACKAGES_DIR=%s HOME=%s %s %s/bin/cpi <%s >%s 2>%s"):format(
    job:match "^(.*)/", packages, w.at.path, environment or "", job, stdin, stdout, stderr))
  return director.read(folder.read(stdout)), folder.read(stdout) .. folder.read(stderr)
end

describe("the compiled package", function()
  it("answers info without anything else", function()
    local output = release.must(("echo %s | env -i PATH=/usr/bin:/bin %s/slcpi/bin/slcpi 2>/dev/null"):format(
      quoted(json.encode(INFO)), packages))
    assert.equal(3, director.read(output:match "[^\n]*\n").result.api_version)
  end)

  it("has its own libcurl, wherever it is", function()
    local _, output = ask(HAS_VM, release.render(w.at, properties()), "LD_DEBUG=files")
    assert.truthy(output:find(("calling init: %s/slcpi/bin/../lib/libcurl.so.4"):format(packages), 1, true), output)
    assert.is_nil(output:find "calling init: /lib/[^\n]*libcurl")
    assert.is_nil(output:find "calling init: /usr/lib/[^\n]*libssl")
  end)

  it("speaks TLS with whom the manifest's CA vouches for, and nobody else", function()
    assert.is_false(ask(HAS_VM, release.render(w.at, properties())).result)
    local calls = #w.sim:journal()
    assert.is_true(calls > 0)
    for cause, changes in pairs {
      ["the certificate is not trusted"] = { ca_cert = json.null }, -- the system's CAs
      ["the certificate is not trusted: .*MISMATCH"] = { api_endpoint = w.sim.url }, -- another name
    } do
      local err = ask(HAS_VM, release.render(w.at, properties(changes))).error
      assert.matches(cause, err.message)
      assert.is_false(err.ok_to_retry)
    end
    local _, output = ask(HAS_VM, release.render(w.at, properties { ca_cert = "no PEM" }))
    assert.matches("ca cert", output:lower())
    assert.equal(calls, #w.sim:journal())
  end)

  it("takes hooks from the manifest", function()
    local hooks = { has_vm = "function after.run() return true end" }
    assert.is_true(ask(HAS_VM, release.render(w.at, properties { hooks = hooks })).result)
  end)
end)

describe("on a director's VM", function()
  -- What the commands write, of pre-start as root and then of a shell without HOME, as vcap or as root.
  local function on_director(job, commands, as_root)
    local output, ok = release.shell(("env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin tests/support/director_vm.sh %s %s bash -ec %s"):format(
      job, packages, quoted("/var/vcap/jobs/softlayer_cpi/bin/pre-start\nexec "
      .. (as_root and "" or "setpriv --reuid=vcap --regid=vcap --clear-groups ") .. "bash -ec " .. quoted(commands))))
    if output:find "unshare failed" then pending "mount namespaces need root" end
    assert.is_true(ok, output)
    return output
  end

  local ASK = "/var/vcap/jobs/softlayer_cpi/bin/cpi <<<" .. quoted(json.encode(HAS_VM))

  it("runs as vcap, keeps its records where they outlive the VM, and its log where it was", function()
    local hooks = { has_vm = "function before.run() log.info('from a hook') end" }
    local job = release.render(w.at, properties { hooks = hooks })
    local output = on_director(job, ASK .. [[ 2>&1 >/tmp/answer | cat >/tmp/stderr # to its end
      cat /tmp/answer
      cmp /tmp/stderr /var/vcap/sys/log/softlayer_cpi/cpi.stderr.log
      grep -c 'from a hook' /tmp/stderr
      cd /var/vcap; stat -c '%U %a %n' store/director/slcpi sys/log/softlayer_cpi
      ls store/director/slcpi/sim*/rate
      rm /tmp/answer /tmp/stderr]])
    local document, rest = output:match "^([^\n]*\n)(.*)$"
    assert.is_false(director.read(document).result)
    assert.matches("^1\nvcap 700 store/director/slcpi\nvcap 750 sys/log/softlayer_cpi\nstore/director/slcpi/sim[^\n]*/rate\n$",
      rest)
  end)

  it("runs as vcap also when root starts it, so that records stay the director's", function()
    local output = on_director(release.render(w.at, properties {}), ASK .. [[ 2>/dev/null
      stat -c %U /var/vcap/store/director/slcpi/sim*/rate]], true)
    assert.matches('"result":false}\nvcap\n$', output)
  end)

  it("answers when its log cannot be written", function()
    local job = release.render(w.at, properties { state_dir = "/var/vcap/store/orders" })
    local output = on_director(job, "chmod 0400 /var/vcap/sys/log/softlayer_cpi/cpi.stderr.log\n" .. ASK
      .. " 2>/dev/null\nls -A /var/vcap/store/orders; wc -c < /var/vcap/sys/log/softlayer_cpi/cpi.stderr.log")
    assert.matches('"result":false', output)
    assert.matches("\nsim[^\n]*\n0\n$", output)
  end)
end)

describe("the compiled release", function()
  it("has the same packages as they are when compiled, for one stemcell, and they run", function()
    local path = release.build "COMPILED=1 STEMCELL=ubuntu-jammy/1.785"
    assert.matches("%-ubuntu%-jammy%-1%.785%.tgz$", path)
    local root = release.unpack(w.at, path)
    local compiled, source = release.yaml(root .. "/release.MF"), release.yaml(release.unpack(w.at, tarball) .. "/release.MF")
    assert.is_nil(compiled.packages)
    assert.same(source.jobs, compiled.jobs)
    assert.equal(#source.packages, #compiled.compiled_packages)
    for i, package in ipairs(compiled.compiled_packages) do
      assert.equal("ubuntu-jammy/1.785", package.stemcell)
      assert.equal("sha256:" .. release.sha256(("%s/compiled_packages/%s.tgz"):format(root, package.name)), package.sha1)
      for _, key in ipairs { "name", "version", "fingerprint", "dependencies" } do
        assert.same(source.packages[i][key], package[key])
      end
    end
    local slcpi = release.unpack(w.at, root .. "/compiled_packages/slcpi.tgz")
    assert.matches("^slcpi ", release.must(("env -i %s/bin/slcpi --version"):format(slcpi)))
    local output, ok = release.shell "COMPILED=1 STEMCELL=jammy release/build.sh"
    assert.is_false(ok)
    assert.matches("STEMCELL is OS/VERSION", output)
  end)
end)
