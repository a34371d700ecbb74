-- An OS reload through the executables, by a script of an overlay.
local agent = require "support.agent"
local eventually = require "support.eventually"
local requests = require "support.requests"
local sys = require "core.sys"
local world = require "support.world"

local SCRIPT = [[
local reload = require "softlayer.reload"
local state = require "state"
description = "Reloads a guest."
arguments = { "vm_cid: cid", "image_id: integer", "ssh_key_ids: array", "user_metadata: string" }
effect = "write"
timeout = 5 * 60 * 60
function run(vm_cid, image_id, ssh_key_ids, user_metadata)
  local record = must(state.take("reload_vm", vm_cid .. " " .. user_metadata))
  local guest = reload.run(record, math.tointeger(tonumber(vm_cid)),
    { image_id = image_id, ssh_key_ids = ssh_key_ids, user_metadata = user_metadata }, "hostname,primaryIpAddress")
  must(record:save { stage = "READY" })
  return { hostname = guest.hostname, ip = guest.primaryIpAddress }
end
]]

local SETTINGS = '{"agent_id":"another-agent"}'

describe("an OS reload", function()
  local w, vm, before, options, request

  before_each(function()
    w = world.start()
    options = { arguments = { "--overlay", w:overlay { ["scripts/reload_vm.lua"] = SCRIPT } } }
    vm = w:result(requests.create_vm())[1]
    request = requests.of("reload_vm", vm, 380214, { 136868 }, sys.base64url(SETTINGS))
    before = w.sim:api(("SoftLayer_Virtual_Guest/%s/getObject"):format(vm), "hostname,primaryIpAddress,lastOperatingSystemReload.id")
  end)
  after_each(function() w:close() end)

  local function reloads() return #w.sim:journal "reloadOperatingSystem" end

  local function check(result)
    assert.same({ hostname = before.hostname, ip = before.primaryIpAddress }, result)
    local guest = w.sim:api(("SoftLayer_Virtual_Guest/%s/getObject"):format(vm),
      "lastOperatingSystemReload.id,activeTransaction.id,powerState.keyName")
    assert.is_true(guest.lastOperatingSystemReload.id > before.lastOperatingSystemReload.id)
    assert.is_nil(guest.activeTransaction)
    assert.equal("RUNNING", guest.powerState.keyName)
    assert.equal("another-agent", agent.settings(w.sim, vm).agent_id)
  end

  it("ends with the same guest, running, with its new user metadata", function()
    check(w:result(request, options))
    local call = w.sim:journal("reloadOperatingSystem")[1]
    assert.equal("FORCE", call.arguments[1])
    assert.same({ imageTemplateId = 380214, sshKeyIds = { 136868 } }, call.arguments[2])
  end)

  it("whose answer is lost is done once", function()
    w.sim:fault "Virtual_Guest.reloadOperatingSystem count=1 do=drop executed"
    check(w:result(request, options))
    assert.equal(1, reloads())
  end)

  it("that was killed on its way is gone on with", function()
    w.sim:fault "Virtual_Guest.reloadOperatingSystem count=1 do=hang executed"
    local process = w:begin(request, options)
    eventually("the reload", function() return reloads() == 1 end)
    process:signal "KILL"
    process:finish()
    check(w:result(request, options))
    assert.equal(1, reloads())
  end)

  it("answered by an error with status 200 is sent again, once", function()
    w.sim:fault "Virtual_Guest.reloadOperatingSystem count=1 do=internal"
    check(w:result(request, options))
    assert.equal(2, reloads())
    w.sim:fault "Virtual_Guest.reloadOperatingSystem do=internal"
    local err = w:failure(requests.of("reload_vm", vm, 380214, {}, "eyJ9"), options)
    assert.truthy(err.message:find("Internal Error", 1, true), err.message)
  end)
end)
