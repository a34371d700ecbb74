-- An account as the Go CPI left it, after its release was swapped for this one in the manifest: its configuration is
-- read, what it made is served under the same cids, and no disk is made anew.
local agent = require "support.agent"
local folder = require "support.folder"
local go_cpi = require "support.go_cpi"
local json = require "core.json"
local sys = require "core.sys"
local world = require "support.world"

local STAMPED = "web-20200317-101500-123" -- a hostname as the Go CPI made them
local NETWORKS = { default = { type = "dynamic", cloud_properties = { vlan_ids = json.array { 1292653, 1292651 } },
  default = json.array { "dns", "gateway" }, dns = json.array { "10.0.80.11" } } }
local PROPERTIES = { hostname_prefix = "web", datacenter = "dal13", cpu = 1, memory = 1024, ssh_key = 136868,
  deployed_by_boshcli = false, hourly_billing_flag = false, dedicated_host_id = 0, max_network_speed = 0 }

local w, go, swapped

-- The configuration of the CPI before, to which a test adds no more than where its time and its files are.
local function configured(document)
  document.engine = { speed = 1000, rate_limit = 0, state_dir = w.at.path .. "/state" }
  w.config = w.at:write("cpi.json", json.encode(document))
end

local function open_installation()
  w = world.start { slsim = { "--registry=admin:" .. go_cpi.REGISTRY_PASSWORD } }
  go = go_cpi.open(w)
  configured(go:config())
end

local function close_installation()
  go:close()
  w:close()
end

local function swap()
  local calls = w.sim:journal()
  swapped = calls[#calls] and calls[#calls].n or 0
end

-- How often a method was called since.
local function since(method)
  local count = 0
  for _, call in ipairs(w.sim:journal(method)) do
    if call.n > swapped then count = count + 1 end
  end
  return count
end

-- As a director asks that speaks `version`. It tells no version of a stemcell whose stemcell.MF has none.
local function asked(version, stemcell, method, ...)
  return { method = method, arguments = json.array { ... }, api_version = version > 1 and version or nil,
    context = { director_uuid = "c1719d88-2953-45e0-80a9-b838b3aa1ecb", request_id = "cpi-271828",
      vm = version > 1 and stemcell and { stemcell = { api_version = stemcell } } or nil } }
end

local function create_vm(version, stemcell, properties, networks, disks)
  return asked(version, stemcell, "create_vm", "new-agent", "380214", properties or PROPERTIES, networks or NETWORKS,
    disks or json.null, { bosh = { tags = { deployment = "cf" } } })
end

-- A director copies the address of the VM that it replaces; the Go CPI reloaded the guest that had it.
local function networks_with(address)
  local network = { ip = address }
  for name, value in pairs(NETWORKS.default) do network[name] = value end
  return { default = network }
end

local function disks_of(vm)
  local settings = go:settings(vm)
  return settings and settings.disks.persistent
end

local function user_data(vm)
  return json.decode(sys.unbase64((w.sim:metadata_text(vm, "getUserMetadata"):gsub('"', ""))))
end

local function tags_of(vm)
  local names = {}
  for _, reference in ipairs(w.sim:api("SoftLayer_Virtual_Guest/" .. vm, "tagReferences.tag.name").tagReferences) do
    names[#names + 1] = reference.tag.name
  end
  table.sort(names)
  return table.concat(names, " ")
end

local function notes_of(volume) return w.sim:api("SoftLayer_Network_Storage/" .. volume, "notes").notes end

for version = 1, 3 do
  describe(("after the Go CPI, a director of API version %d"):format(version), function()
    local vm, a, b, hint_a, hint_b, snapshot

    local function ask(method, ...) return w:result(asked(version, nil, method, ...)) end
    local function fail(method, ...) return w:failure(asked(version, nil, method, ...)) end
    local function attach(disk, hint)
      local answer = ask("attach_disk", vm, disk)
      if version == 1 then assert.equal(json.null, answer) else assert.same(hint, answer) end
    end

    before_each(function()
      open_installation()
      vm = go:create_vm { agent_id = "old-agent", hostname = STAMPED, ephemeral = true }
      a, b = go:create_disk(20, 1000), go:create_disk_with_snapshots(40, 500, 5)
      hint_a = go:attach_disk(vm, a)
      hint_b = go:attach_disk(vm, b)
      go:set_vm_metadata(vm, "deployment:cf,job:web,index:0,director:my-bosh,mine:1")
      go:set_disk_metadata(a, "director:my-bosh,deployment:cf,instance_id:i-1,job:web")
      snapshot = go:snapshot_disk(b, "cf_web_0")
      swap()
    end)
    after_each(close_installation)

    it("finds its VM and its disks, and writes their metadata", function()
      assert.is_true(ask("has_vm", vm))
      assert.is_true(ask("has_vm", math.tointeger(tonumber(vm)))) -- version 0.4 answered numbers
      for _, disk in ipairs { a, b } do assert.is_true(ask("has_disk", disk)) end
      assert.same({ a, b }, ask("get_disks", vm))
      assert.equal(json.null, ask("reboot_vm", vm))
      ask("set_vm_metadata", vm, { deployment = "cf", job = "db", name = "db/0" })
      assert.equal("deployment:cf director:my-bosh index:0 job:db mine:1 name:db-0", tags_of(vm))
      ask("set_disk_metadata", a, { deployment = "cf", director = "my-bosh", job = "db" })
      assert.equal("deployment:cf, director:my-bosh, job:db", notes_of(a))
      assert.equal(0, since "placeOrder" + since "createObject" + since "allowAccessFromVirtualGuest")
      assert.equal(vm, tostring(user_data(vm).server.name))
      assert.equal(go.endpoint, user_data(vm).registry.endpoint)
      assert.equal("old-agent", go:settings(vm).agent_id)
    end)

    it("attaches, detaches and migrates in the registry, where the agent looks, and keeps the other disks there", function()
      assert.same({ [b] = hint_b }, disks_of(vm)) -- as the Go CPI left it
      attach(a, hint_a)
      assert.same({ [a] = hint_a, [b] = hint_b }, disks_of(vm))
      assert.equal(0, since "allowAccessFromVirtualGuest")
      assert.equal("Bosh::Clouds::NotSupported", fail("resize_disk", a, 40960).type)
      local copy = ask("create_disk", 40960, { iops = 0, type = "SSD" }, vm)
      ask("attach_disk", vm, copy)
      local both = disks_of(vm)
      assert.same({ hint_a, copy, hint_b }, { both[a], both[copy].id, both[b] })
      assert.equal(hint_a.iscsi_settings.initiator_name, both[copy].iscsi_settings.initiator_name)
      ask("detach_disk", vm, a)
      assert.is_nil(disks_of(vm)[a])
      ask("delete_disk", a)
      assert.is_false(ask("has_disk", a))
      assert.same({ b, copy }, ask("get_disks", vm))
      assert.equal("old-agent", go:settings(vm).agent_id)
      assert.equal("/dev/xvdc", go:settings(vm).disks.ephemeral)
    end)

    it("makes snapshots and deletes those that are there", function()
      assert.truthy(fail("snapshot_disk", a, {}).message:find("no space for snapshots", 1, true))
      local own = ask("snapshot_disk", b, { deployment = "cf", job = "web", index = 0 })
      assert.truthy(notes_of(own):find "^deployment:cf, index:0, job:web ")
      for _, each in ipairs { snapshot, own, snapshot } do assert.equal(json.null, ask("delete_snapshot", each)) end
      assert.same({}, w.sim:inventory().snapshots)
    end)

    it("recreates the VM with a new stemcell and its old disks, and deletes all in the end", function()
      local before = w.sim:api("SoftLayer_Virtual_Guest/" .. vm, "primaryIpAddress").primaryIpAddress
      ask("delete_vm", vm) -- the agent did not answer: the disks are still attached
      assert.is_false(ask("has_vm", vm))
      assert.is_nil(go:settings(vm))
      local pair = w:result(create_vm(version, 3, nil, networks_with(before), json.array { a, b }))
      local new = version == 1 and pair or pair[1]
      assert.equal("new-agent", (version == 1 and go:settings(new) or agent.settings(w.sim, new)).agent_id)
      assert.is_nil(version > 1 and go:settings(new) or nil)
      for _, disk in ipairs { a, b } do
        local hint = w:result(asked(version, 3, "attach_disk", new, disk))
        if version == 1 then hint = disks_of(new)[disk] end
        assert.equal(disk, hint.id)
        assert.matches("V" .. new .. "$", hint.iscsi_settings.initiator_name)
      end
      assert.same({ a, b }, ask("get_disks", new))
      assert.same({ 1, 0, 0 }, { since "createObject", since "placeOrder", since "reloadOperatingSystem" })
      assert.equal("director:my-bosh,deployment:cf,instance_id:i-1,job:web", notes_of(a))

      for _, disk in ipairs { a, b } do
        w:result(asked(version, 3, "detach_disk", new, disk))
        w:result(asked(version, 3, "delete_disk", disk))
      end
      w:result(asked(version, 3, "delete_vm", new))
      w:result(asked(version, 3, "delete_vm", vm))
      assert.equal(0, w.sim:inventory().billed)
      assert.is_nil(go:settings(new))
      assert.same({}, w:records())
    end)
  end)
end

describe("after the Go CPI, a director that never deletes VMs (enable_virtual_delete_vms)", function()
  before_each(open_installation)
  after_each(close_installation)

  it("gets a new VM beside the old one, which is not reloaded, and a warning that says so", function()
    local old = go:create_vm { agent_id = "old-agent", hostname = STAMPED }
    local address = w.sim:api("SoftLayer_Virtual_Guest/" .. old, "primaryIpAddress").primaryIpAddress
    swap()
    local pair, run = w:result(create_vm(2, 3, nil, networks_with(address)))
    assert.is_not.equal(address, pair[2].default.ip)
    assert.truthy(run.stderr:find("Set the director's property enable_virtual_delete_vms to false", 1, true), run.stderr)
    assert.same({ 1, 0 }, { since "createObject", since "reloadOperatingSystem" })
    assert.is_true(w:result(asked(2, nil, "has_vm", old)))
  end)
end)

describe("after the Go CPI, a stemcell of its time", function()
  before_each(open_installation)
  after_each(close_installation)

  it("finds its settings in the registry, and in its user metadata if it may be a new one", function()
    swap()
    local pair, run = w:result(create_vm(2, 1))
    local certain = pair[1]
    assert.truthy(run.stderr:find("cloud.properties.registry names this machine", 1, true), run.stderr)
    assert.is_nil(user_data(certain).agent_id)
    local perhaps = w:result(asked(2, nil, "create_vm", "other-agent", "380214", PROPERTIES, NETWORKS, json.null, {}))[1]
    assert.equal("other-agent", agent.settings(w.sim, perhaps).agent_id)
    for agent_id, vm in pairs { ["new-agent"] = certain, ["other-agent"] = perhaps } do
      local data = user_data(vm)
      assert.same({ go.endpoint, vm }, { data.registry.endpoint, data.server.name })
      assert.equal(agent_id, go:settings(vm).agent_id)
    end
    local disk = w:result(asked(2, nil, "create_disk", 20480, {}, perhaps))
    assert.same(w:result(asked(2, nil, "attach_disk", perhaps, disk)), disks_of(perhaps)[disk])
  end)

  it("needs no registry where a disk's VM never had an entry", function()
    local vm = w:result(create_vm(2, 3))[1]
    local disk = w:result(asked(2, nil, "create_disk", 20480, {}, vm))
    assert.equal(disk, w:result(asked(2, nil, "attach_disk", vm, disk)).id)
    assert.equal(json.null, w:result(asked(2, nil, "detach_disk", vm, disk)))
    assert.is_nil(go:settings(vm))
  end)

  it("is refused without a registry, before anything is ordered", function()
    configured(go:config(false))
    swap()
    for stemcell, said in pairs { [false] = "has no API version (api_version in its stemcell.MF)",
      [1] = "API version is 1, so its agent needs a registry" } do
      local err = w:failure(create_vm(3, stemcell or nil))
      assert.equal("Bosh::Clouds::CloudError", err.type)
      assert.truthy(err.message:find(said, 1, true), err.message)
      assert.truthy(err.message:find("use a stemcell of API version 2 or higher", 1, true), err.message)
      assert.is_false(err.ok_to_retry)
    end
    assert.equal(0, since "createObject" + since "getObject")
  end)
end)

describe("after the legacy CPI", function()
  before_each(function()
    open_installation()
    configured(go:legacy_config())
  end)
  after_each(close_installation)

  -- Verbatim the shape of its test requests.
  local function spelt(method, ...)
    return { method = method, arguments = json.array { ... }, context = { director_uuid = "d" } }
  end

  local LEGACY_NETWORKS = { default = { type = "dynamic", default = json.array { "dns", "gateway" },
    dns = json.array { "10.0.80.11" }, cloud_properties = { PrimaryNetworkComponent = { NetworkVlan = { Id = 1292653 } },
      PrimaryBackendNetworkComponent = { NetworkVlan = { Id = 1292651 } } } } }

  it("serves its VM and its disk, by its configuration and its spelling", function()
    local vm, disk = go:create_legacy_vm { agent_id = "l", hostname = "web20180816-101500-123" }, go:create_disk(20, 600)
    go:attach_disk(vm, disk)
    swap()
    assert.is_true(w:result(spelt("has_vm", math.tointeger(tonumber(vm)))))
    w:result(spelt("set_vm_metadata", vm, { deployment = "cf", job = "web", index = 0 }))
    local second = w:result(spelt("create_disk", 1024, { useHourlyPricing = true, iops = 1000 }, vm))
    w:result(spelt("attach_disk", vm, second))
    assert.same({ disk, second }, w:result(spelt("get_disks", vm)))
    local entry = disks_of(vm)
    assert.same({ disk, second }, { entry[disk].id, entry[second].id })
    w:result(spelt("detach_disk", vm, disk))
    w:result(spelt("delete_vm", vm, "")) -- its second argument was the agent's id
    assert.is_nil(go:settings(vm))

    local new = w:result(spelt("create_vm", "n", "380214", { vmNamePrefix = "web", startCpus = 1, maxMemory = 1024,
      domain = "softlayer.com", datacenter = { name = "dal13" }, sshKeys = json.array { { id = 136868 } },
      ephemeralDiskSize = 0, deployedByBoshcli = true, hourlyBillingFlag = true, localDiskFlag = false,
      networkComponents = json.array { { maxSpeed = 100 } } }, LEGACY_NETWORKS, json.null, {}))
    w:result(spelt("attach_disk", new, disk))
    assert.equal(disk, disks_of(new)[disk].id)
    local guest = w.sim:api("SoftLayer_Virtual_Guest/" .. new, "startCpus,maxMemory,primaryNetworkComponent.networkVlan.id,"
      .. "primaryBackendNetworkComponent.networkVlan.id")
    assert.same({ 1, 1024, 1292653, 1292651 }, { guest.startCpus, guest.maxMemory,
      guest.primaryNetworkComponent.networkVlan.id, guest.primaryBackendNetworkComponent.networkVlan.id })
    for _, each in ipairs { disk, second } do w:result(spelt("delete_disk", each)) end
    w:result(spelt("delete_vm", new, ""))
    assert.equal(0, w.sim:inventory().billed)
  end)
end)

describe("after the legacy CPI without a registry, whose agents read a file that it wrote", function()
  before_each(function()
    open_installation()
    local config = go:legacy_config()
    config.cloud.properties.registry = nil
    configured(config)
  end)
  after_each(close_installation)

  it("a disk leaves its VM and goes to that of a new stemcell", function()
    local vm, disk = go:create_legacy_vm { agent_id = "l", hostname = "web20180816-101500-123" }, go:create_disk(20, 600)
    go:attach_disk(vm, disk)
    swap()
    w:result(asked(2, nil, "detach_disk", vm, disk))
    w:result(asked(2, nil, "delete_vm", vm))
    local new = w:result(create_vm(2, 3))[1]
    assert.equal(disk, w:result(asked(2, 3, "attach_disk", new, disk)).id)
    assert.equal("new-agent", agent.settings(w.sim, new).agent_id)
    assert.same({ 1, 0 }, { since "createObject", since "placeOrder" })
  end)
end)

describe("an order of the Go CPI", function()
  before_each(open_installation)
  after_each(close_installation)

  local function known(...)
    local run = w:command { "orphans", "--format", "json", "--known", w.at:write("known", table.concat({ ... }, "\n") .. "\n") }
    assert.equal(0, run.status, run.stderr)
    local told = {}
    for _, row in ipairs(json.decode(run.stdout).orphans) do told[row.cid] = row.kind .. ": " .. row.reason end
    return told
  end

  for name, order in pairs { ["222"] = function() return go:order_disk(20, 1000) end,
    ["759"] = function() return go:order_disk_with_snapshots(20, 1000, 5) end } do
    it(("that never completes, of package %s, is taken for no order of ours, and says so when it is cancelled"):format(name), function()
      w.sim:fault "Product_Order.placeOrder count=1 do=stuck"
      local stuck = order()
      w.sim:heal()
      go.wire:advance(100)
      w.sim:fault "Product_Order.placeOrder count=1 do=drop executed" -- so ours is looked for
      local disk = w:result(asked(2, nil, "create_disk", 20480, { datacenter = "dal13", iops = 1000, snapshot_space = 5 },
        json.null))
      local old = go:volume_of(stuck)
      assert.is_not.equal(old, disk)
      assert.equal(2, #w.sim:journal "placeOrder")
      assert.same({ [old] = "disk: this user ordered it, but neither the director nor a record knows it" }, known(disk))
      local err = w:failure(asked(2, nil, "delete_disk", old))
      assert.truthy(err.message:find(("an idle volume %s; last seen: VOLUME_PROVISIONING"):format(old), 1, true), err.message)
      w.sim:ask("POST", "transaction", { id = math.tointeger(tonumber(old)), hold = false })
      for _, each in ipairs { old, disk } do w:result(asked(2, nil, "delete_disk", each)) end
      assert.equal(0, w.sim:inventory().billed)
    end)
  end

  it("that nobody knows is listed, is not reaped, and goes by its cid", function()
    local vm, used = go:create_vm { agent_id = "a", hostname = STAMPED }, go:create_disk(20, 100)
    local lost = go:create_vm { agent_id = "b", hostname = "db-20200317-101500-124" }
    local legacy = go:create_legacy_vm { agent_id = "c", hostname = "db20180816-101500-125" }
    local bought, other = go:create_disk(20, 100), go:create_disk(40, 100)
    go:set_disk_metadata(other, "director:another,deployment:cf")
    assert.same({
      [lost] = "VM: named as the Go CPI named VMs, but the director does not know it",
      [legacy] = "VM: named as the Go CPI named VMs, but the director does not know it",
      [bought] = "disk: this user ordered it, but neither the director nor a record knows it",
      [other] = "disk: its notes are a director's, but this one does not know it",
    }, known(vm, used))
    assert.equal(0, w:command({ "reap", "--yes" }).status)
    assert.equal(0, #w.sim:journal "deleteObject")
    for _, each in ipairs { lost, legacy } do assert.equal(0, w:command({ "call", "delete_vm", each }).status) end
    for _, each in ipairs { bought, other } do assert.equal(0, w:command({ "call", "delete_disk", each }).status) end
    assert.same({}, known(vm, used))
    assert.equal(2, w.sim:inventory().billed)
  end)

  it("whose guest never gets ready cannot be cancelled, and that is said", function()
    w.sim:fault "Virtual_Guest.createObject count=1 do=stuck"
    local vm = go:create_vm { agent_id = "a", hostname = STAMPED }
    local err = w:failure(asked(2, nil, "delete_vm", vm))
    assert.truthy(err.message:find("an idle guest " .. vm, 1, true), err.message)
    w.sim:ask("POST", "transaction", { id = math.tointeger(tonumber(vm)), hold = false })
    w:result(asked(2, nil, "delete_vm", vm))
    assert.equal(0, w.sim:inventory().billed)
  end)
end)

-- `bosh create-env` of the present CLI, as far as it asks the CPI: in its order, with its context, over its state file.
local cli = {}
cli.__index = cli

function cli.open(path, stemcell_version)
  return setmetatable({ path = path, version = stemcell_version, state = json.decode(folder.read(path)) }, cli)
end

function cli:save()
  local file = assert(io.open(self.path, "w"))
  assert(file:write(json.encode(self.state)))
  file:close()
end

function cli:ask(method, ...)
  return w:result { method = method, arguments = json.array { ... }, api_version = 2,
    context = { director_uuid = self.state.director_id, vm = { stemcell = { api_version = self.version } } } }
end

local function of_id(list, id)
  for i, each in ipairs(list) do
    if each.id == id then return each, i end
  end
end

local function metadata() return { deployment = "bosh", director = "bosh-init", instance_group = "bosh", instance_index = "0" } end

-- A new stemcell: the VM is made anew, and the disk moves.
function cli:deploy(stemcell)
  local state, old_id = self.state, self.state.current_stemcell_id
  stemcell.cid = self:ask("create_stemcell", "/tmp/image", { ["virtual-disk-image-id"] = stemcell.image,
    infrastructure = "softlayer" })
  table.insert(state.stemcells, { id = stemcell.id, name = stemcell.id, version = "2", cid = stemcell.cid,
    api_version = self.version })
  self:ask("has_vm", state.current_vm_cid)
  self:ask("delete_vm", state.current_vm_cid)
  local disk = of_id(state.disks, state.current_disk_id)
  state.current_vm_cid = self:ask("create_vm", "agent", stemcell.cid, PROPERTIES, NETWORKS, json.array { disk.cid }, {})[1]
  state.current_stemcell_id = stemcell.id
  self:save()
  self:ask("set_vm_metadata", state.current_vm_cid, metadata())
  local hint = self:ask("attach_disk", state.current_vm_cid, disk.cid)
  self:ask("set_disk_metadata", disk.cid, metadata())
  local old, place = of_id(state.stemcells, old_id)
  self:ask("delete_stemcell", old.cid)
  table.remove(state.stemcells, place)
  self:save()
  return hint
end

function cli:delete()
  local state = self.state
  if self:ask("has_vm", state.current_vm_cid) then self:ask("delete_vm", state.current_vm_cid) end
  for _, disk in ipairs(state.disks) do self:ask("delete_disk", disk.cid) end
  for _, stemcell in ipairs(state.stemcells) do self:ask("delete_stemcell", stemcell.cid) end
end

describe("a create-env state file of the Go CPI", function()
  before_each(open_installation)
  after_each(close_installation)

  local function left_by_go()
    local vm, disk = go:create_vm { agent_id = "a", hostname = "my-director", ephemeral = true }, go:create_disk(80, 4000)
    go:attach_disk(vm, disk)
    go:set_disk_metadata(disk, "director:bosh-init,deployment:bosh,instance_id:0,job:bosh")
    local path = w.at:write("bosh-state.json", json.encode {
      director_id = "8ab2c4de-0000-4000-8000-1234567890ab", installation_id = "1fd3c3a1-0000-4000-8000-1234567890ab",
      current_vm_cid = vm, current_stemcell_id = "s1", current_disk_id = "d1", current_release_ids = json.array { "r1" },
      current_manifest_sha = "x", disks = json.array { { id = "d1", cid = disk, size = 65536, cloud_properties = {} } },
      stemcells = json.array { { id = "s1", name = "bosh-softlayer-xen-ubuntu-xenial-go_agent", version = "97.15",
        cid = "2243239" } }, releases = json.array { { id = "r1", name = "bosh-softlayer-cpi", version = "51" } } })
    configured(go:config(false))
    swap()
    return path, vm, disk
  end

  it("keeps its disk through a new stemcell, and delete-env leaves nothing", function()
    local path, old, disk = left_by_go()
    local hint = cli.open(path, 3):deploy { id = "s2", image = 380214 }
    local again = cli.open(path, 3)
    assert.is_not.equal(old, again.state.current_vm_cid)
    assert.equal(disk, hint.id)
    assert.equal(disk, again.state.disks[1].cid)
    assert.same({ disk }, again:ask("get_disks", again.state.current_vm_cid))
    assert.is_false(again:ask("has_vm", old))
    assert.same({ 1, 0, 0 }, { since "createObject", since "placeOrder", since "cancelItem" })
    again:delete()
    assert.equal(0, w.sim:inventory().billed)
    assert.equal(3, #w.sim:inventory().images)
  end)

  it("can be deleted as it is, with the stemcell that has no API version", function()
    local path = left_by_go()
    cli.open(path, 1):delete()
    assert.equal(0, w.sim:inventory().billed)
  end)

  it("is not deleted while the configuration has a registry that is not there", function()
    local path = left_by_go()
    local config = go:config()
    config.cloud.properties.registry.endpoint = "http://admin:pw@127.0.0.1:9"
    configured(config)
    local env = cli.open(path, 1)
    local ok, complaint = pcall(env.delete, env)
    assert.is_false(ok)
    assert.truthy(complaint:find("the registry http://127.0.0.1:9", 1, true), complaint)
    assert.equal(1, #w.sim:inventory().volumes)
    configured(go:config(false))
    cli.open(path, 1):delete()
    assert.equal(0, w.sim:inventory().billed)
  end)

  it("loses nothing to a stemcell that needs a registry", function()
    local path, vm, disk = left_by_go()
    local env = cli.open(path, 1)
    assert.is_false(pcall(env.deploy, env, { id = "s2", image = 380214 }))
    assert.is_true(env:ask("has_disk", disk))
    assert.is_false(env:ask("has_vm", vm)) -- the CLI deletes before it creates
    local hint = cli.open(path, 3):deploy { id = "s3", image = 380214 }
    assert.equal(disk, hint.id)
  end)
end)
