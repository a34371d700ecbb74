-- Installations that still run a BOSH registry: the agent's settings are there, and follow the VM's life.
local agent = require "support.agent"
local json = require "core.json"
local leaks = require "support.leaks"
local folder = require "support.folder"
local http = require "core.http"
local requests = require "support.requests"
local world = require "support.world"

local PASSWORD = "regi/stry:p4ss w0rd"
local ENCODED = "regi%2Fstry%3Ap4ss%20w0rd"

-- As directors asked that knew no API version but the first, and as present ones ask for an old stemcell.
local function old(request)
  request.api_version, request.context.vm = nil, nil
  return request
end
local function with_stemcell(version, request)
  request.context.vm.stemcell.api_version = version
  return request
end

describe("an installation with a registry", function()
  local w, client

  before_each(function()
    w = world.start { slsim = { "--registry=admin:" .. PASSWORD } }
    client = assert(http.client {})
    w:configure { cloud = { properties = { softlayer = { datacenter = "ams01" },
      registry = { endpoint = w.sim.registry, username = "admin", password = PASSWORD } } } }
  end)
  after_each(function()
    client:close()
    w:close()
  end)

  local function settings(vm)
    assert.matches("//admin:" .. ENCODED:gsub("%%", "%%%%") .. "@", agent.user_data(w.sim, vm).registry.endpoint)
    return agent.registered(w.sim, vm)
  end

  local function entry(vm)
    return client:send({ { url = ("%s/instances/%s/settings"):format(w.sim.registry, vm) } })[1].status
  end

  it("keeps them there from create_vm to delete_vm, with each disk that is attached, for API version 1", function()
    local vm = w:result(old(requests.create_vm()))
    assert.equal("string", type(vm))
    local data = agent.user_data(w.sim, vm)
    assert.same({ "10.0.80.11" }, data.dns.nameserver)
    assert.equal(vm, data.server.name)
    assert.is_nil(data.agent_id)
    local before = settings(vm)
    assert.equal("a5a36b3c-2b7e-4f1b-9d0a-6d1c2a3b4c5d", before.agent_id)
    assert.equal("{}", json.encode(before.disks.persistent))

    local disks = {}
    for i = 1, 2 do
      disks[i] = w:result(old(requests.of("create_disk", 20480, { tier = 2 }, vm)))
      assert.equal(json.null, w:result(old(requests.of("attach_disk", vm, disks[i]))))
    end
    assert.equal(json.null, w:result(old(requests.of("attach_disk", vm, disks[1]))))
    local after = settings(vm)
    for i = 1, 2 do
      local hint = after.disks.persistent[disks[i]]
      assert.equal(disks[i], hint.id)
      assert.matches("^iqn%.", hint.iscsi_settings.initiator_name)
    end
    after.disks.persistent = before.disks.persistent
    assert.equal(json.encode(before), json.encode(after))

    w:result(old(requests.of("detach_disk", vm, disks[1])))
    w:result(old(requests.of("detach_disk", vm, disks[1])))
    local left = settings(vm).disks.persistent
    assert.is_nil(left[disks[1]])
    assert.equal(disks[2], left[disks[2]].id)

    w:result(old(requests.of("delete_vm", vm)))
    assert.equal(500, entry(vm))
    w:result(old(requests.of("detach_disk", vm, disks[2])))
    w:result(old(requests.of("delete_vm", vm)))
  end)

  it("is for stemcells below API version 2 of a present director, which gets the hint, too", function()
    local vm = w:result(with_stemcell(1, requests.create_vm()))[1]
    assert.truthy(settings(vm).agent_id)
    local disk = w:result(requests.of("create_disk", 20480, { tier = 2 }, vm))
    local hint = w:result(with_stemcell(1, requests.of("attach_disk", vm, disk)))
    assert.same(hint, settings(vm).disks.persistent[disk])
    local modern = w:result(requests.create_vm { agent_id = "modern" })[1]
    assert.equal("modern", agent.settings(w.sim, modern).agent_id)
    assert.equal(500, entry(modern))
  end)

  it("loses an entry whose guest is gone already, whichever way its registry says that there is none", function()
    local vm = w:result(old(requests.create_vm()))
    w:result(requests.of("delete_vm", vm)) -- not by the director that uses the registry
    assert.equal(200, entry(vm))
    w.sim:fault "Registry.deleteSettings count=1 do=error status=502"
    w:result(old(requests.of("delete_vm", vm)))
    assert.equal(500, entry(vm))
    for _, status in ipairs { 404, 500 } do
      w.sim:fault(("Registry.deleteSettings count=1 do=error status=%d"):format(status))
      w:result(old(requests.of("delete_vm", vm)))
    end
  end)

  it("that is in trouble for a moment is asked again; one that stays so costs no guest", function()
    w.sim:fault "Registry.putSettings count=2 do=drop"
    local vm = w:result(old(requests.create_vm()))
    assert.truthy(settings(vm))
    w.sim:fault "Registry.putSettings do=html status=503"
    local err = w:failure(old(requests.create_vm { agent_id = "second" }))
    assert.equal("Bosh::Clouds::VMCreationFailed", err.type)
    assert.truthy(err.message:find("the registry " .. w.sim.registry .. " answered PUT", 1, true), err.message)
    assert.is_true(err.ok_to_retry)
    assert.equal(1, w.sim:inventory().billed)
  end)

  it("shows its password to nobody", function()
    local known = { password = PASSWORD, encoded = ENCODED }
    local function check(run)
      leaks.check("stderr", run.stderr, known)
      leaks.check("stdout", run.stdout, known)
      for _, path in ipairs(folder.files(w.at.path .. "/state")) do leaks.check(path, folder.read(path), known) end
    end
    local verbose = { arguments = { "--log-level", "debug" } }
    local vm, run = w:result(old(requests.create_vm()), verbose)
    check(run)
    w.sim:fault "Virtual_Guest.setUserMetadata count=1 do=error text=refused"
    check(select(2, w:failure(old(requests.create_vm { agent_id = "second" }), verbose)))
    for _, settings_of in ipairs {
      { endpoint = (w.sim.registry:gsub("//", "//admin:" .. ENCODED:gsub("%%", "%%%%") .. "@")) },
      { endpoint = w.sim.registry, username = "admin", password = PASSWORD .. "x" },
    } do
      w:configure { cloud = { properties = { registry = settings_of } } }
      w.sim:fault "Registry.deleteSettings count=1 do=error status=403"
      local err, failed = w:failure(old(requests.of("delete_vm", vm)), verbose)
      assert.truthy(err.message:find("the registry " .. w.sim.registry, 1, true), err.message)
      check(failed)
      w.sim:heal()
    end
    local err = w:failure(old(requests.of("delete_vm", vm)))
    assert.truthy(err.message:find("HTTP 401; check registry.username and registry.password", 1, true), err.message)
  end)
end)

describe("an installation without a registry", function()
  it("orders nothing for a stemcell that needs one", function()
    local w = world.start()
    finally(function() w:close() end)
    local err = w:failure(with_stemcell(1, requests.create_vm()))
    assert.equal("Bosh::Clouds::CloudError", err.type)
    assert.truthy(err.message:find("the configuration has no cloud.properties.registry", 1, true), err.message)
    assert.same({}, w.sim:journal())
  end)
end)
