-- Networks of all kinds through the executables: addresses that a manifest chose, vips, machines beside each other.
local agent = require "support.agent"
local json = require "core.json"
local requests = require "support.requests"
local world = require "support.world"

local PRIVATE, PUBLIC = 524954, 524956 -- VLANs of slsim's account
local DIRECTOR = "c1719d88-2953-45e0-80a9-b838b3aa1ecb"
local BOTH = json.array { "dns", "gateway" }
local w

local function request(agent_id, networks, properties)
  local all = { datacenter = "lon02", cpu = 1, memory = 1024, domain = "example.com" }
  for name, value in pairs(properties or {}) do all[name] = value end
  return requests.create_vm { agent_id = agent_id, stemcell = "879741", properties = all, networks = networks }
end

local function create(...) return w:result(request(...))[1] end
local function refused(...) return w:failure(request(...)).message end
local function delete(vm) return w:result(requests.of("delete_vm", vm)) end

local function disks(vm) return (w:result(requests.of("get_disks", vm))) end
local function lives(vm) return (w:result(requests.of("has_vm", vm))) end
local function subnet(fields) return w.sim:ask("POST", "subnet", fields) end

local function address(ip)
  return w.sim:api("SoftLayer_Network_Subnet_IpAddress/getByIpAddress", "id,note,subnet.endPointIpAddress.ipAddress", { ip })
end

local function noted(ip, note)
  w.sim:api(("SoftLayer_Network_Subnet_IpAddress/%d/editObject"):format(address(ip).id), nil, { { note = note } })
end

local function note_of(ip)
  local note = address(ip).note
  return note ~= json.null and note or ""
end

local function end_point(ip)
  local point = address(ip).subnet.endPointIpAddress
  return point and point ~= json.null and point.ipAddress or false
end

local function guest(vm)
  return w.sim:api("SoftLayer_Virtual_Guest/" .. vm .. "/getObject", "id,hostname,primaryIpAddress,primaryBackendIpAddress,"
    .. "modifyDate,lastOperatingSystemReload.id,primaryBackendNetworkComponent[macAddress,networkVlan.id,primarySubnet[netmask,gateway]]")
end

local function manual(ip, vlans) return { type = "manual", ip = ip, cloud_properties = { vlan_ids = json.array(vlans or {}) } } end
local function dynamic(vlans, default, ip)
  return { type = "dynamic", cloud_properties = { vlan_ids = json.array(vlans) }, default = default, ip = ip }
end

describe("a manual network", function()
  local portable, ip
  before_each(function()
    w = world.start()
    portable = subnet { kind = "portable", space = "PRIVATE", vlan = PRIVATE }
    ip = portable.addresses[1]
  end)
  after_each(function() w:close() end)

  it("puts the guest on its subnet's VLAN, and the agent the address beside the primary one", function()
    local vm = create("a", { default = manual(ip) })
    local found, made = agent.settings(w.sim, vm).networks, guest(vm)
    local component = made.primaryBackendNetworkComponent
    assert.equal(PRIVATE, component.networkVlan.id)
    assert.same({ ip, "eth0:0", "manual" }, { found.default.ip, found.default.alias, found.default.type })
    assert.equal("255.255.255.248", found.default.netmask)
    local own = found["generated-private"]
    assert.same({ made.primaryBackendIpAddress, component.macAddress:lower() }, { own.ip, own.mac })
    assert.same({ component.primarySubnet.netmask, component.primarySubnet.gateway }, { own.netmask, own.gateway })
    assert.is_nil(made.primaryIpAddress)
  end)

  it("is noted with VM and director until delete_vm", function()
    local vm = create("a", { default = manual(ip) })
    assert.equal(("bosh vm:%s director:%s"):format(vm, DIRECTOR), note_of(ip))
    delete(vm)
    assert.equal("", note_of(ip))
  end)

  it("is refused while its VM lives, and not after that is gone, noted or not", function()
    local first = create("a", { default = manual(ip) })
    local before = #w.sim:inventory().guests
    assert.matches("is in use by VM " .. first, refused("b", { default = manual(ip) }))
    assert.equal(before, #w.sim:inventory().guests)
    w.sim:api("SoftLayer_Virtual_Guest/" .. first .. "/deleteObject")
    w.sim:ask("POST", "advance", { seconds = 1000 })
    assert.matches("vm:" .. first, note_of(ip))
    local second = create("b", { default = manual(ip) })
    assert.matches("vm:" .. second, note_of(ip))
    delete(first)
    assert.matches("vm:" .. second, note_of(ip))
  end)

  it("keeps another's note, with a warning", function()
    noted(ip, "the printer")
    local result, run = w:result(request("a", { default = manual(ip) }))
    assert.matches("'the printer', is not ours", run.stderr)
    assert.equal("the printer", note_of(ip))
    delete(result[1])
    assert.equal("the printer", note_of(ip))
  end)

  it("is claimed once by a request that is made again, and given back when it fails", function()
    local vm = create("a", { default = manual(ip) })
    assert.equal(vm, create("a", { default = manual(ip) }))
    assert.equal(1, #w.sim:journal "editObject")
    w.sim:fault "Virtual_Guest.setUserMetadata do=error"
    local second = portable.addresses[2]
    refused("b", { default = manual(second) })
    assert.equal("", note_of(second))
    assert.matches("vm:" .. vm, note_of(ip))
  end)

  it("is refused before anything is ordered when it cannot be had", function()
    local network = portable.networkIdentifier
    local primary = guest(create("a", { default = dynamic { PRIVATE } })).primaryBackendIpAddress
    for given, text in pairs { [network] = "network address", [primary] = "subnet of type PRIMARY",
      ["192.0.2.77"] = "no subnet of the account has the address", ["2001:db8::1"] = "IPv6" } do
      assert.matches(text, refused("b", { default = manual(given) }))
    end
    assert.matches("on VLAN 524954, not on VLAN 1292651", refused("b", { default = manual(ip, { 1292651 }) }, { datacenter = "dal13" }))
    assert.matches("is in lon02", refused("b", { default = manual(ip) }, { datacenter = "dal13" }))
    assert.equal(1, #w.sim:inventory().guests)
  end)
end)

describe("a vip", function()
  before_each(function() w = world.start() end)
  after_each(function() w:close() end)

  local function networks(ip) return { default = dynamic({}, BOTH), public = { type = "vip", ip = ip, cloud_properties = {} } } end

  for _, kind in ipairs { "static", "global" } do
    it("of a " .. kind .. " subnet leads to its guest from create_vm's answer to delete_vm's, and then to the next", function()
      local vip = subnet { kind = kind, datacenter = kind == "static" and "lon02" or nil }.addresses[1]
      for _, name in ipairs { "a", "b" } do
        local vm = create(name, networks(vip))
        assert.equal(guest(vm).primaryIpAddress, end_point(vip))
        local entry = agent.settings(w.sim, vm).networks.public
        assert.same({ vip, "255.255.255.255", "eth1:0", "manual" }, { entry.ip, entry.netmask, entry.alias, entry.type })
        assert.matches("vm:" .. vm, note_of(vip))
        assert.matches(vip .. " is in use by VM " .. vm, refused("c", networks(vip)))
        delete(vm)
        assert.same({ false, "" }, { end_point(vip), note_of(vip) })
      end
    end)
  end

  it("that leads elsewhere, or to a private guest, is refused before anything is ordered", function()
    local vip = subnet { kind = "static", datacenter = "lon02" }
    local other = guest(create("other", { default = dynamic({}, BOTH) })).primaryIpAddress
    w.sim:api(("SoftLayer_Network_Subnet/%d/route"):format(vip.id), nil, { "SoftLayer_Network_Subnet_IpAddress", other })
    w.sim:ask("POST", "advance", { seconds = 200 })
    assert.matches("is routed to " .. other, refused("a", networks(vip.addresses[1])))
    assert.matches("needs a public interface", refused("a", { default = dynamic { PRIVATE }, v = networks(vip.addresses[1]).public }))
    assert.equal(1, #w.sim:inventory().guests)
  end)

  it("is given back when the request fails after its route", function()
    local vip = subnet { kind = "static", datacenter = "lon02" }.addresses[1]
    w.sim:fault "Virtual_Guest.setUserMetadata do=error"
    refused("a", networks(vip))
    assert.same({ false, "" }, { end_point(vip), note_of(vip) })
    assert.equal(0, w.sim:inventory().billed)
  end)

  it("that cannot be taken away does not keep delete_vm from its guest", function()
    local vip = subnet { kind = "static", datacenter = "lon02" }.addresses[1]
    local vm = create("a", networks(vip))
    w.sim:fault "Network_Subnet.clearRoute do=error"
    local _, run = w:result(requests.of("delete_vm", vm))
    assert.matches("may still be noted as its own", run.stderr)
    assert.equal(0, w.sim:inventory().billed)
    w.sim:heal()
    w.sim:ask("POST", "advance", { seconds = 1000 })
    local second = create("b", networks(vip))
    assert.equal(guest(second).primaryIpAddress, end_point(vip))
  end)
end)

describe("a director that creates the new VM before it deletes the old one", function()
  before_each(function() w = world.start() end)
  after_each(function() w:close() end)

  it("has both alive together, the old one untouched, and the disk moves", function()
    local old = create("old", { default = dynamic({ PUBLIC, PRIVATE }, BOTH) })
    local disk = tostring(w.sim:ask("POST", "volume", { datacenter = "lon02" }).id)
    w:result(requests.of("attach_disk", old, disk))
    local before, settings = guest(old), select(2, agent.settings(w.sim, old))
    local last = #w.sim:journal()

    local new = create("new", { default = dynamic({ PUBLIC, PRIVATE }, BOTH, before.primaryIpAddress) })
    assert.not_equal(old, new)
    assert.same(before, guest(old))
    assert.equal(settings, select(2, agent.settings(w.sim, old)))
    for i, call in ipairs(w.sim:journal()) do
      assert.truthy(i <= last or tostring(call.id) ~= old or call.method:find "^get", call.method)
    end
    local made = guest(new)
    for _, name in ipairs { "hostname", "primaryIpAddress", "primaryBackendIpAddress" } do
      assert.not_equal(before[name], made[name])
    end
    assert.equal(made.primaryIpAddress, agent.settings(w.sim, new).networks.default.ip)

    w:result(requests.of("detach_disk", old, disk))
    w:result(requests.of("attach_disk", new, disk))
    assert.same({ {}, { disk } }, { disks(old), disks(new) })
    delete(old)
    assert.same({ false, true, { disk } }, { lives(old), lives(new), disks(new) })
  end)
end)

describe("32 create_vm at once on one VLAN", function()
  it("make 32 guests, each with its own name, addresses and settings, at the API's rate", function()
    local _ <close> = setmetatable({}, { __close = function() w:close() end })
    w = world.start { speed = 200, slsim = { "--rps=500" } }
    w.sim:fault "*.* do=rate p=0.1" -- the limit is of real seconds, which run 200 times too slow for it here
    local running, documents, cids = {}, {}, {}
    for i = 1, 32 do running[i] = w:begin(request("agent-" .. i, { default = dynamic({ PUBLIC, PRIVATE }, BOTH) })) end
    local seen = {}
    local function once(value) assert.is_nil(seen[value], value); seen[value] = true end
    for i, process in ipairs(running) do documents[i] = world.answer(process:finish()) end
    for i, document in ipairs(documents) do
      assert.equal(json.null, document.error, document.error ~= json.null and document.error.message)
      cids[i] = document.result[1]
    end
    local refused_calls = 0
    for _, call in ipairs(w.sim:journal()) do refused_calls = call.status == 429 and refused_calls + 1 or refused_calls end
    assert.truthy(refused_calls > 10)
    w.sim:heal()
    w.sim:ask("POST", "settings", { rps = 0 }) -- what follows is this test's own look
    for i, cid in ipairs(cids) do
      local made = guest(cid)
      once(cid)
      once(made.hostname)
      once(made.primaryIpAddress)
      once(made.primaryBackendIpAddress)
      local settings = agent.settings(w.sim, cid)
      assert.equal("agent-" .. i, settings.agent_id)
      assert.equal(made.primaryIpAddress, settings.networks.default.ip)
      assert.equal(PRIVATE, made.primaryBackendNetworkComponent.networkVlan.id)
    end
    assert.equal(32, #w.sim:inventory().guests)
  end)
end)
