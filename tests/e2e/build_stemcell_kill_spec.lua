-- slcpi run build_stemcell, killed and started again: one machine, one image, nothing else.

local builder = require "support.builder"
local eventually = require "support.eventually"

local possible, why = builder.possible()
if not possible then
  return describe("slcpi run build_stemcell, killed,", function()
    it("goes on", function() pending("needs root and networks of its own: " .. why) end)
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
  local b
  before_each(function() b = builder.start() end)
  after_each(function() b:close() end)

  -- Kills the workflow where it is.
  local function kill_at(what, reached, changes)
    local running = b.world:begin_command(b:words(changes))
    eventually(what, reached, 60)
    running:signal "KILL"
    assert.equal(9, running:finish().signal)
  end

  it("killed at every step and started again makes one machine and one image", function()
    b.at:write("wrapped/provision", WRAPPER)
    os.execute(("cp -r stemcells %s/wrapped/real"):format(b.at.path))
    local changes = { provision = b.at.path .. "/wrapped/provision" }
    local sim = b.world.sim
    local function at_call(rule)
      sim:fault(rule)
      kill_at(rule, function() return sim:ask("GET", "faults")[1].fired == 1 end, changes)
      sim:heal()
    end
    local function on_machine(step)
      local root = b:roots()[1]
      os.execute(("touch %s/hold-%s"):format(root, step))
      kill_at(step, function() return os.rename(root .. "/held-" .. step, root .. "/seen-" .. step) end, changes)
      os.execute(("rm %s/hold-%s"):format(root, step))
    end
    at_call "Security_Ssh_Key.createObject count=1 do=hang executed"
    at_call "Virtual_Guest.createObject count=1 do=hang executed"
    kill_at("the machine", function() return b:roots()[1] end, changes)
    for _, step in ipairs { "before-install", "after-install", "before-clean", "after-clean" } do on_machine(step) end
    at_call "Virtual_Guest.createArchiveTransaction count=1 do=hang executed"
    at_call "Virtual_Guest.deleteObject count=1 do=hang executed"
    at_call "Security_Ssh_Key.deleteObject count=1 do=hang executed"
    b:check(b:build(changes).stdout)
    assert.equal("", b:left())
    assert.same({ 1, 1, 1, 1 }, { b:sent("createObject", "Virtual_Guest"), b:sent "createArchiveTransaction",
      b:sent("createObject", "Security_Ssh_Key"), #b:roots() })
  end)

  it("is among the orphans when nobody goes on with it", function()
    b.world.sim:fault "Virtual_Guest.createObject count=1 do=hang executed"
    kill_at("the order", function() return b.world.sim:ask("GET", "faults")[1].fired == 1 end)
    b.world.sim:heal()
    b.world.sim:ask("POST", "advance", { seconds = 1000 })
    eventually("the machine", function() return b:roots()[1] end, 60)
    assert.truthy(b.world:command { "orphans" }.stdout:find "\nVM +%d+ +stemcell%-%w+ .* build_stemcell%-%w+ ")
    assert.truthy(b.world:command { "reap", "--yes" }.stdout:find "VM %d+ is cancelled")
    b.world.sim:ask("POST", "advance", { seconds = 1000 })
    assert.same({}, b.world.sim:inventory().guests)
  end)

  it("looks for an image before it asks for it again", function()
    b.world.sim:fault "Virtual_Guest.createArchiveTransaction count=1 do=drop"
    b:check(b:build().stdout)
    assert.equal(2, b:sent "createArchiveTransaction")
    assert.equal("", b:left())
  end)

  it("goes on without the machine when the tarball could not be written, and begins anew when its image is gone", function()
    local folder = b.at.path .. "/none"
    assert.equal(1, b:run { folder = folder }.status)
    assert.equal("", b:left())
    local id = b:images()[1].id
    b.world.sim:api(("SoftLayer_Virtual_Guest_Block_Device_Template_Group/%d/deleteObject"):format(id))
    b:check(b:build().stdout)
    assert.are_not.equal(id, b:images()[1].id)
    assert.equal("", b:left())
    os.execute("mkdir " .. folder)
    assert.equal(1, b:run { folder = "/proc", version = "1.1" }.status)
    b:build { folder = folder, version = "1.1" }
    assert.equal(3, b:sent("createObject", "Virtual_Guest"))
  end)

  it("leaves an order whose outcome is unknown on record, and goes on with it", function()
    b.world.sim:fault "Virtual_Guest.createObject count=1 do=html status=504 late=700"
    b.world.sim:fault "Billing_Order.getAllObjects count=1 do=unauthorized"
    assert.equal(1, b:run().status)
    b.world.sim:heal()
    b.world.sim:ask("POST", "advance", { seconds = 700 })
    b:check(b:build().stdout)
    assert.equal(1, b:sent("createObject", "Virtual_Guest"))
    assert.equal("", b:left())
  end)
end)
