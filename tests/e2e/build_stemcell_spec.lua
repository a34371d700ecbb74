-- slcpi run build_stemcell: what it makes, and that a failure leaves nothing.

local builder = require "support.builder"
local eventually = require "support.eventually"
local folder = require "support.folder"
local requests = require "support.requests"

local possible, why = builder.possible()
if not possible then
  return describe("slcpi run build_stemcell", function()
    it("builds", function() pending("needs root and networks of its own: " .. why) end)
  end)
end

describe("slcpi run build_stemcell", function()
  local b
  before_each(function() b = builder.start() end)
  after_each(function() b:close() end)

  it("makes a stemcell of a stock system, and gives everything else back", function()
    local done = b:build()
    b:check(done.stdout)
    assert.equal("", b:left())
    local root = assert(b:roots()[1])
    assert.equal("#!/bin/sh\necho agent\n", folder.read(root .. "/var/vcap/bosh/bin/bosh-agent"))
    assert.equal("1.0\n", folder.read(root .. "/var/vcap/bosh/etc/stemcell_version"))
    assert.equal("", folder.read(root .. "/root/.ssh/authorized_keys"))
    assert.equal("", io.popen(("ls %s/tmp; ls %s/etc/ssh/ssh_host_* 2>/dev/null"):format(root, root)):read "a")
    for _, told in ipairs { "ordering stemcell-", "provision: wrote /var/vcap/bosh/bin/bosh-agent", "provision: clean",
      "capturing guest ", "CLOUD_TEMPLATE_CREATE", "cancelling guest " } do
      assert.truthy(done.stderr:find(told, 1, true), told)
    end
    local template = b.world.sim:journal("createObject")[2].arguments[1]
    assert.same({ "UBUNTU_22_64", 25, 1 }, { template.operatingSystemReferenceCode,
      template.blockDevices[1].diskImage.capacity, #template.sshKeys })
    assert.equal(1, #b.world.sim:journal("createArchiveTransaction")[1].arguments[2]) -- not the swap
  end)

  it("makes one that a director's VMs are made of", function()
    b:build()
    local image = ("%d"):format(b:images()[1].id)
    assert.equal(image, b.world:result(requests.of("create_stemcell", "/none", { ["virtual-disk-image-id"] = image })))
    local build_machine = b:roots()[1]
    local cid = b.world:result(requests.create_vm { stemcell = image })[1]
    local root = ("%s/%s"):format(b.at.path, cid)
    eventually("the VM", function() return folder.read(root .. "/etc/ssh/ssh_host_rsa_key.pub") ~= "" end, 60)
    assert.equal("1.0\n", folder.read(root .. "/var/vcap/bosh/etc/stemcell_version"))
    assert.equal("", folder.read(build_machine .. "/etc/ssh/ssh_host_rsa_key.pub"))
    b.world:result(requests.of("delete_vm", cid))
    assert.equal("", b:left())
  end)

  it("captures flexible images, of a base image, under another name each time", function()
    local changes = { os_code = false, image = "380214", capture = "flex", private = "true", version = "2.0" }
    b:build(changes)
    assert.equal("", b:left())
    assert.truthy(b:run(changes).stderr:find("go_agent.tgz is there already", 1, true))
    assert.equal("", b:left())
    os.remove(b:tarball "2.0")
    b:build(changes)
    assert.same({ 2, 0 }, { b:sent "captureImage", b:sent "createArchiveTransaction" })
    local list = b:images()
    assert.equal(2, #list)
    assert.are_not.equal(list[1].name, list[2].name)
    assert.equal("", b:left())
  end)

  it("gives back what a failure left: of the script, of the capture", function()
    local done = b:run { agent_sha256 = ("0"):rep(64) }
    assert.equal(1, done.status)
    local told = "bosh-agent from /tmp/slcpi-stemcell/agent is not what it should be"
    assert.truthy(done.stderr:find(told, 1, true), done.stderr)
    assert.equal("", b:left())
    b.world.sim:fault("Virtual_Guest.createArchiveTransaction count=1 do=error status=500 "
      .. "code=SoftLayer_Exception_Public text=No")
    done = b:run()
    assert.truthy(done.stderr:find("createArchiveTransaction answered: No", 1, true), done.stderr)
    assert.equal("", b:left())
    assert.same({ 0, 2 }, { #b:images(), b:sent("createObject", "Virtual_Guest") })
  end)

  for told, changes in pairs {
    ["either os_code or image must be given"] = { image = "380214" },
    ["'a/b' is no os of a stemcell"] = { os = "a/b" },
    ["capture must be standard or flex, not 'x'"] = { capture = "x" },
    ["there is no file '/none'"] = { agent = "/none" },
    ["agent is a URL: agent_sha256 is needed, too"] = { agent = "https://example.com/agent" },
    ["there is no script /none; provision=PATH names one"] = { provision = "/none" },
  } do
    it("refuses before anything is asked: " .. told, function()
      local done = b:run(changes)
      assert.truthy(done.stderr:find(told, 1, true), done.stderr)
      assert.same({}, b.world.sim:journal())
    end)
  end
end)
