-- The Debian package, in a machine that has nothing else.

local build = require "support.build"
local director = require "support.director"
local folder = require "support.folder"
local process = require "support.process"

local IS_ROOT = io.popen "id -u":read "n" == 0

-- Starts slsim, says where it is in cpi.json, and has a guest come and go.
local LIFE = [[
set -e
mkfifo /tmp/ready /tmp/end
slsim --listen 127.0.0.1:0 --speed 1000 --rps 0 --until-eof </tmp/end >/tmp/ready &
exec 3>/tmp/end
read -r line </tmp/ready
url=${line##*\"url\":\"} url=${url%%\"*}
cat >/tmp/cpi.json <<END
{"cloud": {"properties": {"softlayer": {"username": "sim", "api_key": "sim-api-key", "api_endpoint": "$url"},
  "agent": {"mbus": "nats://10.0.0.4:4222"}}}, "engine": {"speed": 1000, "state_dir": "/tmp/state"}}
END
slcpi call create_vm agent 380214 '{"datacenter": "ams01"}' '{"default": {"type": "dynamic"}}' -c /tmp/cpi.json >/tmp/vm.json
cid=$(sed -n 's/^  "\([0-9]*\)",$/\1/p' /tmp/vm.json)
slcpi call has_vm "$cid" -c /tmp/cpi.json
slcpi call delete_vm "$cid" -c /tmp/cpi.json
slcpi call has_vm "$cid" -c /tmp/cpi.json
exec 3>&-
wait
]]

describe("the Debian package", function()
  if not IS_ROOT then return it("is installed", function() pending "a chroot needs root" end) end
  local at, machine

  local function run(argv, stdin)
    local done = process.start(at, { argv = argv, stdin = stdin }):finish()
    assert(done.status == 0, done.stdout .. done.stderr)
    return done.stdout
  end

  local function inside(script, stdin) return run({ "chroot", machine, "sh", "-c", script }, stdin) end

  setup(function()
    at = folder.open()
    machine = at.path .. "/machine"
    run { "make", "-s", "deb" }
    run { "env", "B=" .. build.folder, "tests/support/chroot.sh", machine }
    run { "sh", "-c", "cp build/deb/slcpi_*.deb " .. machine .. "/slcpi.deb" }
    inside "apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install /slcpi.deb"
  end)
  teardown(function() at:close() end)

  it("has the version of VERSION", function()
    local version = folder.read("VERSION"):match "%S+"
    assert.equal(("slcpi (%s) "):format(version), folder.read("debian/changelog"):match "^%S+ %S+ ")
    assert.equal(version .. "\n", inside "dpkg-query -Wf '${Version}\n' slcpi")
  end)

  it("is as Debian wants packages", function()
    run { "sh", "-c", "lintian --allow-root --fail-on error build/deb/slcpi_*.changes" }
  end)

  it("answers an info request", function()
    local document = director.read(inside("env -i PATH=/usr/bin:/bin slcpi", '{"method":"info","arguments":[],"context":{}}'))
    assert.equal(3, document.result.api_version)
  end)

  it("has a simulator that its CPI can order a guest from", function()
    assert.equal("true\nnull\nfalse\n", inside(LIFE))
  end)

  it("has man pages, completions, examples and what stands in README", function()
    for path in ([[share/man/man1/slcpi.1.gz share/man/man1/slsim.1.gz share/bash-completion/completions/slcpi
      share/zsh/site-functions/_slcpi share/fish/vendor_completions.d/slcpi.fish share/slcpi/lualib/wait.lua
      share/doc/slcpi/examples/config/cpi.json share/doc/slcpi/README.md]]):gmatch "%S+" do
      assert.is_true(os.rename(machine .. "/usr/" .. path, machine .. "/usr/" .. path) or false, path)
    end
  end)

  it("goes without a trace", function()
    inside "apt-get -qq -y purge slcpi"
    assert.equal("", inside "find / -xdev -path '*slcpi*' ! -path '/slcpi.deb' ! -path '/var/*' ! -path '/tmp/*' ! -path '/proc/*'")
  end)
end)
