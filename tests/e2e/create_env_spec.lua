-- bosh create-env and delete-env against slsim: the release's bin/cpi, called as the CLI calls it, and machines with an
-- agent that answers at the address in its settings and nowhere else.
local agent_client = require "support.bosh_cli.agent_client"
local agent_decoder = require "support.agent"
local authority = require "support.authority"
local bosh_cli = require "support.bosh_cli"
local eventually = require "support.eventually"
local folder = require "support.folder"
local json = require "core.json"
local own_network = require "support.own_network"
local simulator = require "support.simulator"

local isolated, why = own_network()
if not isolated then
  return describe("create-env", function() pending("needs network namespaces of its own: " .. why) end)
end

local IP, PRIVATE, PUBLIC = "10.112.166.20", 524954, 524956 -- a portable address of slsim's account, and the VLANs beside it
local LOGIN = "mbus:mbus-password"
local SPEED = 1000

local at, sim, files, cli, manifest

local function text_of(path) return folder.read(path) end

local function cloud_provider()
  return { mbus = ("https://%s@%s:6868"):format(LOGIN, IP), ca = files.ca, properties = {
    softlayer = { username = "sim", api_key = "sim-api-key", api_endpoint = sim.url,
      engine = { speed = SPEED, rate_limit = 0 } },
    agent = { mbus = ("https://%s@0.0.0.0:6868"):format(LOGIN) },
    blobstore = { provider = "local", path = "/var/vcap/micro_bosh/data/cache" },
  } }
end

local function first_manifest()
  return {
    name = "bosh", job = "bosh", tags = { team = "cloud" },
    stemcell = { name = "bosh-softlayer-xen-ubuntu-jammy-go_agent", version = "1.2", api_version = 3,
      cloud_properties = { ["virtual-disk-image-id"] = 879741, ["datacenter-name"] = "lon02", infrastructure = "softlayer" } },
    vm = { cloud_properties = { datacenter = "lon02", domain = "example.com", cpu = 4, memory = 8192 },
      env = { bosh = { mbus = { cert = { ca = text_of(files.ca), certificate = text_of(files.cert),
        private_key = text_of(files.key) } } } } },
    networks = {
      default = { type = "manual", ip = IP, netmask = "255.255.255.192", gateway = "10.112.166.1",
        cloud_properties = {}, dns = json.array { "10.0.80.11" } },
      dynamic = { type = "dynamic", cloud_properties = { vlan_ids = json.array { PUBLIC, PRIVATE } },
        dns = json.array { "10.0.80.11" }, default = json.array { "gateway", "dns" } },
    },
    disk = { size = 20480, cloud_properties = {} },
  }
end

local function guest_of(cid)
  return sim:api("SoftLayer_Virtual_Guest/" .. cid .. "/getObject", "primaryIpAddress,primaryBackendIpAddress,"
    .. "tagReferences.tag.name,allowedHost[name,credential[username,password]]")
end

-- What the director's job has on its disk: a line for each start.
local function database(cid)
  local lines = {}
  for line in text_of(("%s/store/volumes/%s/database"):format(at.path, cid)):gmatch "[^\n]+" do lines[#lines + 1] = line end
  return lines
end

local function current_disk()
  for _, disk in ipairs(cli.state.disks) do
    if disk.id == cli.state.current_disk_id then return disk.cid end
  end
end

local function agent_id() return agent_decoder.settings(sim, cli.state.current_vm_cid).agent_id end

local function connect(ip)
  local pipe = assert(io.popen(("bash -c 'exec 3<>/dev/tcp/%s/6868' 2>&1"):format(ip)))
  local said = pipe:read "a"
  pipe:close()
  return said == "" and "accepted" or said:match "Connection refused" or said
end

-- How often an order was sent, by the journal.
local function sent(method) return #sim:journal(method) end

-- The volumes that were taken from a guest.
local function detached()
  local ids = {}
  for i, call in ipairs(sim:journal "removeAccessFromVirtualGuest") do ids[i] = tostring(call.id) end
  return ids
end

local function records()
  local names = {}
  for _, path in ipairs(folder.files(at.path .. "/.slcpi/state")) do names[#names + 1] = path:match "([^/]+)%.json$" end
  return names
end

local function left_over()
  sim:ask("POST", "advance", { seconds = 1000 })
  local left = sim:inventory()
  return { guests = #left.guests, volumes = #left.volumes, snapshots = #left.snapshots, hardware = #left.hardware,
    billed = left.billed, notes = left.notes, routes = left.routes, images = left.images, keys = left.ssh_keys }
end

-- What the CPI is asked, `info` before each.
local function calls(words, ...)
  local all = { ... }
  for word in words:gmatch "%S+" do
    all[#all + 1] = "info 1"
    all[#all + 1] = word .. " 2"
  end
  return all
end

local FIRST = calls("create_stemcell create_vm set_vm_metadata create_disk attach_disk set_disk_metadata", "info 1")

local function start()
  at = folder.open()
  local hook = ("tests/support/machine.sh tests/support/machine_agent.py %s/store"):format(at.path)
  sim = simulator.start(at, { "--speed=" .. SPEED, "--boot-hook=" .. hook })
  files = authority.issue(at, "IP:" .. IP)
  cli, manifest = bosh_cli.open(at, cloud_provider()), first_manifest()
end

local function stop()
  local complaints = sim:stop()
  at:close()
  assert.equal("", complaints)
end

local function deploy()
  assert.is_true(cli:create_env(manifest))
  return cli.cpi:taken()
end

-- A create-env whose CPI is killed in a call.
---@param method string
---@param hold string the fault that keeps it from going on
---@param condition fun(): any what is waited for before
local function kill_in(method, hold, condition)
  sim:fault(hold)
  cli.cpi.watch = function(called, process)
    if called ~= method then return end
    eventually("the moment", condition)
    process:signal "KILL"
  end
  local done, problem = pcall(cli.create_env, cli, manifest)
  assert.is_false(done)
  assert.matches(method .. ": exit status nil, signal 9", problem)
  sim:heal()
  cli.cpi.watch = nil
  cli.cpi:taken()
end

describe("create-env", function()
  local empty
  before_each(function()
    start()
    empty = left_over()
  end)
  after_each(stop)

  it("deploys a director, nothing when nothing has changed, and delete-env leaves nothing", function()
    assert.same(FIRST, deploy())
    assert.same({ 1, 1 }, { sent "createObject", sent "placeOrder" })
    assert.same({ agent_id() }, database(current_disk()))
    local volume = sim:inventory().volumes[1]
    assert.same({ current_disk(), 20 }, { tostring(volume.id), volume.size })
    assert.matches("deployment:bosh", volume.notes)

    local before = #sim:journal()
    assert.is_false(cli:create_env(manifest))
    assert.same({}, cli.cpi:taken())
    assert.equal(before, #sim:journal())

    cli:delete_env()
    assert.same(calls "has_vm delete_vm delete_disk delete_stemcell", cli.cpi:taken())
    assert.same(empty, left_over())
  end)

  it("calls the CPI as the CLI does, and the agent is told what the API tells", function()
    assert.is_true(cli:create_env(manifest))
    local create_vm, attach_disk = cli.cpi:last "create_vm", cli.cpi:last "attach_disk"
    local vm, hint = create_vm.result, attach_disk.result
    assert.same({ director_uuid = cli.state.director_id, vm = { stemcell = { api_version = 3 } } }, create_vm.context)
    assert.same({ vm[1], current_disk() }, attach_disk.arguments)
    local guest = guest_of(vm[1])
    local host = guest.allowedHost
    assert.same({ host.name, host.credential.username, host.credential.password },
      { hint.iscsi_settings.initiator_name, hint.iscsi_settings.username, hint.iscsi_settings.password })
    local tags = {}
    for _, reference in ipairs(guest.tagReferences) do tags[reference.tag.name] = true end
    for _, tag in ipairs { "deployment:bosh", "director:bosh-init", "index:0", "job:bosh", "team:cloud" } do
      assert.is_true(tags[tag], tag)
    end
    local settings = agent_decoder.settings(sim, vm[1])
    assert.same(vm[2], settings.networks)
    assert.same({ manifest.tags, text_of(files.cert) }, { settings.env.bosh.tags, settings.env.bosh.mbus.cert.certificate })
  end)

  it("reaches the agent at the address that the manifest chose, with its password and certificate, and only so", function()
    deploy()
    local guest = guest_of(cli.state.current_vm_cid)
    assert.same({ "accepted", "Connection refused", "Connection refused" },
      { connect(IP), connect(guest.primaryIpAddress), connect(guest.primaryBackendIpAddress) })
    local function ping(mbus, ca) return select(2, agent_client.open(mbus, ca):wait(0)) end
    local mbus = ("https://%s@%s:6868"):format(LOGIN, IP)
    assert.is_nil(ping(mbus, files.ca))
    assert.equal("status 401", ping(mbus:gsub("mbus%-password", "wrong"), files.ca))
    local another = folder.open()
    assert.matches("certificate", ping(mbus, authority.issue(another).ca))
    another:close()
    cli.agent:put_blob("blob-1", "bytes\0of a blob")
    assert.equal("bytes\0of a blob", cli.agent:get_blob "blob-1")
  end)

  it("makes the VM anew for a new stemcell, and keeps its disk", function()
    deploy()
    local vm, disk, first = cli.state.current_vm_cid, current_disk(), agent_id()
    manifest.stemcell.version, manifest.stemcell.cloud_properties["virtual-disk-image-id"] = "1.3", 2243239
    assert.is_true(cli:create_env(manifest))
    assert.same(json.array { disk }, cli.cpi:last "create_vm".arguments[5])
    assert.same(calls("create_stemcell has_vm delete_vm create_vm set_vm_metadata attach_disk set_disk_metadata "
      .. "delete_stemcell", "info 1"), cli.cpi:taken())
    assert.not_equal(vm, cli.state.current_vm_cid)
    assert.equal(disk, current_disk())
    assert.same({ first, agent_id() }, database(disk))
    assert.equal(1, sent "placeOrder")
    assert.equal(1, #cli.state.stemcells)
    cli:delete_env()
    assert.same(empty, left_over())
  end)

  it("migrates the disk when its size has changed, and the data are on the new one alone", function()
    deploy()
    local old, first = current_disk(), agent_id()
    manifest.disk.size = 40960
    assert.same(calls("has_vm delete_vm create_vm set_vm_metadata attach_disk set_disk_metadata "
      .. "create_disk attach_disk set_disk_metadata detach_disk delete_disk", "info 1"), deploy())
    local new = current_disk()
    assert.not_equal(old, new)
    assert.same({ old }, detached())
    assert.same({ first, agent_id() }, database(new))
    assert.same({ new }, cli.agent:ask "list_disk")
    sim:ask("POST", "advance", { seconds = 1000 })
    local volumes = sim:inventory().volumes
    assert.same({ 1, new, 40, 1 }, { #volumes, tostring(volumes[1].id), volumes[1].size, volumes[1].hosts })
    cli:delete_env()
    assert.same(empty, left_over())
  end)

  -- The CLI has no cid then, and gives the next try another agent id.
  for moment, at_call in pairs {
    ["sent the order"] = { "Virtual_Guest.createObject do=hang executed", function() return #sim:inventory().guests > 0 end },
    ["ordered the VM"] = { "Virtual_Guest.getObject do=hang", function() return sent "createObject" > 0 end },
    ["noted its address"] = { "Virtual_Guest.setUserMetadata do=hang", function() return sent "editObject" > 0 end },
    ["written the settings"] = { "Virtual_Guest.setTags do=hang", function() return sent "setUserMetadata" > 0 end },
  } do
    it("has one VM when bin/cpi was killed after it had " .. moment, function()
      kill_in("create_vm", at_call[1], at_call[2])
      assert.is_nil(cli.state.current_vm_cid)
      assert.same(calls("create_vm set_vm_metadata create_disk attach_disk set_disk_metadata", "info 1"), deploy())
      sim:ask("POST", "advance", { seconds = 1000 })
      local guests = sim:inventory().guests
      assert.same({ 1, cli.state.current_vm_cid }, { #guests, tostring(guests[1].id) })
      cli:delete_env()
      assert.same(empty, left_over())
      assert.same({}, records())
    end)
  end

  -- The VM is made anew then; the disk was ordered for another one.
  for moment, at_call in pairs {
    ["sent the order"] = { "Product_Order.placeOrder do=hang executed", function() return #sim:inventory().orders > 1 end },
    ["ordered the disk"] = { "Account.getNetworkStorage do=hang", function() return sent "placeOrder" > 0 end },
  } do
    it("has one disk when bin/cpi was killed after it had " .. moment, function()
      kill_in("create_disk", at_call[1], at_call[2])
      assert.same({}, cli.state.disks)
      assert.same(calls("has_vm delete_vm create_vm set_vm_metadata create_disk attach_disk set_disk_metadata", "info 1"), deploy())
      local volumes = sim:inventory().volumes
      assert.same({ 1, current_disk() }, { #volumes, tostring(volumes[1].id) })
      assert.equal(3, #sim:inventory().orders) -- two VMs, one disk
      cli:delete_env()
      assert.same(empty, left_over())
      assert.same({}, records())
    end)
  end
end)

describe("an agent of a VM with dynamic networks only", function()
  before_each(start)
  after_each(stop)

  it("answers at the address that it was given, and nowhere else", function()
    cli.cpi.director_id, cli.cpi.stemcell_api_version = "c1719d88-2953-45e0-80a9-b838b3aa1ecb", 3
    manifest.networks.default = nil
    local cid = cli.cpi:call(nil, "create_vm", "agent", "879741", manifest.vm.cloud_properties, manifest.networks,
      json.array {}, manifest.vm.env)[1]
    local guest = guest_of(cid)
    assert.equal(guest.primaryIpAddress, agent_decoder.settings(sim, cid).networks.dynamic.ip)
    eventually("the agent", function() return connect(guest.primaryIpAddress) == "accepted" end)
    assert.equal("Connection refused", connect(guest.primaryBackendIpAddress))
  end)
end)
