-- slcpi run build_stemcell against slsim and machines that speak SSH: what it makes, that a kill at any point costs
-- nothing, and that a failure leaves nothing.

local build = require "support.build"
local eventually = require "support.eventually"
local folder = require "support.folder"
local own_network = require "support.own_network"
local world = require "support.world"

-- The root is made while there is a network to fetch it from.
local is_root = io.popen "id -u":read "n" == 0
local made = is_root and os.execute(("B=%s tests/support/ssh_root.sh"):format(build.folder))
local isolated, why
if made then isolated, why = own_network() end
if not isolated then
  return describe("slcpi run build_stemcell", function()
    it("builds", function() pending("needs root and networks of its own: " .. (why or "not root")) end)
  end)
end

-- In place of the script: the same, but it stops where a file on the machine says so.
local WRAPPER = [[#!/bin/bash
hold() { [ ! -e "/hold-$1" ] || { touch "/held-$1"; sleep 1000; }; }
case "$*" in *--clean*) step=clean ;; *) step=install ;; esac
hold "before-$step"
bash "$(dirname "$0")/real/provision" "$@" || exit
hold "after-$step"
]]

describe("slcpi run build_stemcell", function()
  local at, w

  before_each(function()
    at = folder.open()
    w = world.start { speed = 100, slsim = { ("--boot-hook=tests/support/machine.sh tests/support/ssh_machine.sh %s"):format(
      at.path) } }
    at:write("agent", "#!/bin/sh\necho agent\n")
  end)
  after_each(function()
    w:close()
    at:close()
  end)

  local function words(changes)
    local given = { version = "1.0", os = "ubuntu-jammy", os_code = "UBUNTU_22_64", datacenter = "ams01",
      agent = at.path .. "/agent", packages = "false", folder = at.path }
    for name, value in pairs(changes or {}) do given[name] = value or nil end
    local list = { "run", "build_stemcell" }
    for name, value in pairs(given) do list[#list + 1] = ("%s=%s"):format(name, value) end
    return list
  end

  local function build_it(changes)
    local done = w:command(words(changes))
    assert(done.status == 0, done.stderr)
    return done
  end

  local function images()
    local list = {}
    for _, image in ipairs(w.sim:inventory().images) do
      if image.name:find "go_agent" then list[#list + 1] = image end
    end
    return list
  end

  -- No machine, no key, no temporary folder.
  local function all_is_given_back()
    w.sim:ask("POST", "advance", { seconds = 1000 })
    local left = w.sim:inventory()
    assert.same({ 0, 0, 1 }, { #left.guests, left.billed, #left.ssh_keys })
    assert.equal("", io.popen(("find %s/state -name 'build_stemcell-*' -type d"):format(w.at.path)):read "a")
  end

  local function sent(method, service)
    local count = 0
    for _, call in ipairs(w.sim:journal(method)) do
      if not service or call.service == "SoftLayer_" .. service then count = count + 1 end
    end
    return count
  end

  local function tarball(version)
    return ("%s/light-bosh-stemcell-%s-softlayer-xen-ubuntu-jammy-go_agent.tgz"):format(at.path, version or "1.0")
  end

  local function manifest(path)
    return io.popen(("tar -xzOf %s stemcell.MF"):format(folder.quoted(path))):read "a"
  end

  -- One image, complete, and a light stemcell that names it.
  local function is_built(stdout)
    local list = images()
    assert.equal(1, #list)
    local group = w.sim:api(("SoftLayer_Virtual_Guest_Block_Device_Template_Group/%d"):format(list[1].id),
      "name,globalIdentifier,children[datacenter.name],transaction.id")
    assert.is_nil(group.transaction)
    assert.equal("ams01", group.children[1].datacenter.name)
    assert.truthy(group.name:find "^bosh%-softlayer%-xen%-ubuntu%-jammy%-go_agent%-1%.0%-%w+$", group.name)
    assert.equal(("image %d (%s) in ams01\n%s\n"):format(list[1].id, group.globalIdentifier, tarball()), stdout)
    local text = manifest(tarball())
    for name, value in pairs { ["virtual-disk-image-id"] = ("%d"):format(list[1].id), ["os-code"] = '"UBUNTU_22_64"',
      ["virtual-disk-image-uuid"] = ('"%s"'):format(group.globalIdentifier), ["datacenter-name"] = '"ams01"' } do
      assert.truthy(text:find(("  %s: %s\n"):format(name, value), 1, true), text)
    end
    return group
  end

  local function machine_roots()
    local list = {}
    local command = "find %s -maxdepth 1 -name '1*' ! -name '*.new'"
    for path in io.popen(command:format(at.path)):lines() do list[#list + 1] = path end
    return list
  end

  it("makes a stemcell of a stock system, and gives everything else back", function()
    local done = build_it()
    is_built(done.stdout)
    all_is_given_back()
    local root = assert(machine_roots()[1])
    assert.equal("#!/bin/sh\necho agent\n", folder.read(root .. "/var/vcap/bosh/bin/bosh-agent"))
    assert.equal("1.0\n", folder.read(root .. "/var/vcap/bosh/etc/stemcell_version"))
    assert.equal("", folder.read(root .. "/root/.ssh/authorized_keys"))
    assert.equal("", io.popen(("ls %s/tmp; ls %s/etc/ssh/ssh_host_* 2>/dev/null"):format(root, root)):read "a")
    for _, told in ipairs { "ordering stemcell-", "provision: wrote /var/vcap/bosh/bin/bosh-agent", "provision: clean",
      "capturing guest ", "CLOUD_TEMPLATE_CREATE", "cancelling guest " } do
      assert.truthy(done.stderr:find(told, 1, true), told)
    end
    local template = w.sim:journal("createObject")[2].arguments[1]
    assert.same({ "UBUNTU_22_64", 25, 1 }, { template.operatingSystemReferenceCode,
      template.blockDevices[1].diskImage.capacity, #template.sshKeys })
    local captured = w.sim:journal("createArchiveTransaction")[1].arguments[2]
    assert.equal(1, #captured) -- not the swap
  end)

  it("captures flexible images, of a base image, under another name each time", function()
    local changes = { os_code = false, image = "380214", capture = "flex", private = "true", version = "2.0" }
    build_it(changes)
    assert.equal("SoftLayer_Virtual_Guest", w.sim:journal("captureImage")[1].service)
    assert.equal(0, sent "createArchiveTransaction")
    all_is_given_back()
    os.remove(tarball "2.0")
    build_it(changes)
    local list = images()
    assert.equal(2, #list)
    assert.are_not.equal(list[1].name, list[2].name)
    all_is_given_back()
  end)

  -- Kills the workflow where it is.
  local function kill_at(what, reached, changes)
    local running = w:begin_command(words(changes))
    eventually(what, reached)
    running:signal "KILL"
    assert.equal(9, running:finish().signal)
  end

  it("killed at every step and started again makes one machine and one image", function()
    at:write("wrapped/provision", WRAPPER)
    os.execute(("cp -r stemcells %s/wrapped/real"):format(at.path))
    local changes = { provision = at.path .. "/wrapped/provision" }
    local function at_call(rule)
      local name = rule:match "^%S+"
      w.sim:fault(rule)
      kill_at(name, function() return w.sim:ask("GET", "faults")[1].fired == 1 end, changes)
      w.sim:heal()
    end
    local function on_machine(step)
      local root = machine_roots()[1]
      os.execute(("touch %s/hold-%s"):format(root, step))
      kill_at(step, function() return os.rename(root .. "/held-" .. step, root .. "/seen-" .. step) end, changes)
      os.execute(("rm %s/hold-%s"):format(root, step))
    end
    at_call "Security_Ssh_Key.createObject count=1 do=hang executed"
    at_call "Virtual_Guest.createObject count=1 do=hang executed"
    kill_at("the machine", function() return machine_roots()[1] end, changes)
    for _, step in ipairs { "before-install", "after-install", "before-clean", "after-clean" } do on_machine(step) end
    at_call "Virtual_Guest.createArchiveTransaction count=1 do=hang executed"
    at_call "Virtual_Guest.deleteObject count=1 do=hang executed"
    at_call "Security_Ssh_Key.deleteObject count=1 do=hang executed"
    is_built(build_it(changes).stdout)
    all_is_given_back()
    assert.same({ 1, 1, 1 }, { sent("createObject", "Virtual_Guest"), sent "createArchiveTransaction",
      sent("createObject", "Security_Ssh_Key") })
    assert.equal(1, #machine_roots())
  end)

  it("looks for an image before it asks for it again", function()
    w.sim:fault "Virtual_Guest.createArchiveTransaction count=1 do=drop"
    is_built(build_it().stdout)
    assert.equal(2, sent "createArchiveTransaction")
    all_is_given_back()
  end)

  it("gives back what a failure left: of the script, of the capture", function()
    local done = w:command(words { agent_sha256 = ("0"):rep(64) })
    assert.equal(1, done.status)
    assert.truthy(done.stderr:find("bosh-agent from /tmp/slcpi-stemcell/agent is not what it should be", 1, true), done.stderr)
    all_is_given_back()
    w.sim:fault "Virtual_Guest.createArchiveTransaction count=1 do=error status=500 code=SoftLayer_Exception_Public text=No"
    done = w:command(words())
    assert.truthy(done.stderr:find("createArchiveTransaction answered: No", 1, true), done.stderr)
    all_is_given_back()
    assert.same({ 0, 2 }, { #images(), sent("createObject", "Virtual_Guest") })
  end)

  for told, changes in pairs {
    ["either os_code or image must be given"] = { image = "380214" },
    ["capture must be standard or flex, not 'x'"] = { capture = "x" },
    ["there is no file '/none'"] = { agent = "/none" },
    ["agent is a URL: agent_sha256 is needed, too"] = { agent = "https://example.com/agent" },
    ["there is no script /none; provision=PATH names one"] = { provision = "/none" },
  } do
    it("refuses before anything is asked: " .. told, function()
      local done = w:command(words(changes))
      assert.truthy(done.stderr:find(told, 1, true), done.stderr)
      assert.same({}, w.sim:journal())
    end)
  end
end)
