-- softlayer.placement and softlayer.dedicated_host: the ways to place a guest, over a double of the API.
local errors = require "errors"
local fake = require "lualib.fake"
local json = require "core.json"
local log = require "core.log"
local placement = require "softlayer.placement"
local session = require "session"
local sl = require "softlayer"

local HOSTS, GROUPS = "Account::getDedicatedHosts", "Account::getPlacementGroups"
local CAPACITY, SECURITY = "Account::getReservedCapacityGroups", "Network_SecurityGroup::getAllObjects"

local function host(id, cores, memory, changes)
  local made = { id = id, name = "host" .. id, datacenter = { name = "dal13" }, backendRouter = { hostname = "bcr01a.dal13" },
    allocationStatus = { cpuAvailable = cores, memoryAvailable = memory, diskAvailable = 500 } }
  for name, value in pairs(changes or {}) do made[name] = value end
  return made
end

describe("placement", function()
  local api, clock

  before_each(function()
    log.level "off"
    api, clock = fake.api(), fake.clock()
    session.configure(function() return api.handle end)
  end)
  after_each(function()
    clock.restore()
    log.level "info"
  end)

  local function ways(changes, pod)
    local size = { datacenter = "dal13", cpu = 4, memory = 8192, ephemeral_disk_size = 0, transient_fallback = true }
    for name, value in pairs(changes or {}) do size[name] = value end
    local calls, resolve = placement.query(size)
    return resolve(#calls > 0 and assert(sl.all(calls)) or {}, pod)
  end

  it("asks nobody when everything is an id", function()
    local list = assert(ways { placement_group = 5, reserved_capacity_group = 6, public_security_groups = { 7, 8 } })
    assert.equal(1, #list)
    assert.same({ { 5 }, { 6 }, { 7, 8 } }, { list[1].placement_group, list[1].reserved_capacity_group,
      list[1].public_security_groups })
    assert.equal(9, assert(ways { dedicated_host_id = 9 })[1].dedicated_host)
    assert.same({ { what = "a guest" } }, ways {})
    assert.same({}, api.sent)
  end)

  it("looks names up, each list once and by their names, and takes none that only looks like one", function()
    local function listed(name) return function() return json.array { { id = 1, name = name:upper() }, { id = 2, name = name } } end end
    api[GROUPS], api[CAPACITY] = listed "spread", listed "paid"
    api[SECURITY] = function() return json.array { { id = 3, name = "web" }, { id = 4, name = "db" }, { id = 5, name = "web2" } } end
    local way = assert(ways { placement_group = "spread", reserved_capacity_group = "paid", public_security_groups = { "web", 9 },
      private_security_groups = { "db", "web" } })[1]
    assert.same({ { 2 }, { 2 }, { 3, 9 }, { 4, 3 } }, { way.placement_group, way.reserved_capacity_group,
      way.public_security_groups, way.private_security_groups })
    assert.same({ GROUPS, CAPACITY, SECURITY }, api.names())
    assert.same({ "spread" }, { table.unpack(api.sent[1].filter.placementGroups.name.options[1].value) })
    assert.same({ "web", "db", "web" }, { table.unpack(api.sent[3].filter.name.options[1].value) })
  end)

  -- the property, its getter, what it is called
  for _, case in ipairs { { "placement_group", GROUPS, "placement group" }, { "dedicated_host", HOSTS, "dedicated host" },
    { "reserved_capacity_group", CAPACITY, "reserved capacity group" }, { "public_security_groups", SECURITY, "security group" } } do
    it("refuses a name that no or more than one " .. case[3] .. " has", function()
      local value = case[1]:find "s$" and { "x" } or "x"
      api[case[2]] = function() return nil end
      local list, err = ways { [case[1]] = value }
      assert.is_nil(list)
      assert.equal(("there is no %s named 'x', or the account may not see it"):format(case[3]), err.message)
      api[case[2]] = function() return json.array { { id = 1, name = "x" }, { id = 2, name = "x" } } end
      _, err = ways { [case[1]] = value }
      assert.equal(("more than one %s is named 'x': say which by its id"):format(case[3]), err.message)
    end)
  end

  describe("on a dedicated host that is chosen", function()
    -- the hosts, the size, the pod, the ids of those that fit in their order
    for name, case in pairs {
      ["the fullest first"] = { { host(1, 56, 242), host(2, 8, 64), host(3, 20, 100) }, {}, nil, { 2, 3, 1 } },
      ["the one with less memory of two with the same cores"] = { { host(1, 8, 64), host(2, 8, 32) }, {}, nil, { 2, 1 } },
      ["the older of two alike"] = { { host(7, 8, 64), host(3, 8, 64) }, {}, nil, { 3, 7 } },
      ["exactly full"] = { { host(1, 4, 8) }, {}, nil, { 1 } },
      ["not one core short"] = { { host(1, 3, 242), host(2, 56, 242) }, {}, nil, { 2 } },
      ["not one megabyte short"] = { { host(1, 56, 8), host(2, 56, 9) }, { memory = 8193 }, nil, { 2 } },
      ["in the datacenter, though the filter was ignored"] = { { host(1, 8, 64, { datacenter = { name = "lon02" } }), host(2, 9, 64) },
        {}, nil, { 2 } },
      ["behind the VLANs' router"] = { { host(1, 8, 64), host(2, 9, 64, { backendRouter = { hostname = "bcr02a.dal13" } }) }, {},
        "02", { 2 } },
      ["numbers as strings"] = { { host(1, "8", "64"), host(2, "10", "64") }, {}, nil, { 1, 2 } },
      ["room for local disks"] = { { host(1, 8, 64), host(2, 9, 64, { allocationStatus = { cpuAvailable = 9, memoryAvailable = 64,
        diskAvailable = 525 } }) }, { local_disk_flag = true, ephemeral_disk_size = 500 }, nil, { 2 } },
      ["not where the room is unknown"] = { { host(1, 8, 64, { allocationStatus = {} }), host(2, 9, 64) }, {}, nil, { 2 } },
    } do
      it("goes to " .. name, function()
        api[HOSTS] = function(call)
          assert.same({ "dal13" }, { table.unpack(call.filter.dedicatedHosts.datacenter.name.options[1].value) })
          return json.array(case[1])
        end
        case[2].dedicated_host = "auto"
        local ids = {}
        for i, way in ipairs(assert(ways(case[2], case[3]))) do ids[i] = way.dedicated_host end
        assert.same(case[4], ids)
      end)
    end

    for text, case in pairs {
      ["the account has no dedicated host in dal13"] = { {} },
      ["no dedicated host in dal13 that is behind the router of the VM's VLANs (pod 02)"] = { { host(1, 9, 9) }, "02" },
      ["no dedicated host has room for 4 cores and 8192 MiB: host1 has 2 cores, 242 GB and 500 GB of disk left; host2 has 56 "
        .. "cores, 7 GB and 500 GB of disk left"] = { { host(2, 56, 7), host(1, 2, 242) } },
    } do
      it("is refused: " .. text, function()
        api[HOSTS] = function() return json.array(case[1]) end
        local list, err = ways({ dedicated_host = "auto" }, case[2])
        assert.is_nil(list)
        assert.truthy(err.message:find(text, 1, true), err.message)
      end)
    end
  end)

  it("has two ways for a transient guest, or one without fall-back", function()
    local list = assert(ways { transient = true, flavor_key_name = "B1", private_security_groups = { 3 } })
    assert.same({ 2, true }, { #list, list[1].transient })
    assert.is_nil(list[2].transient)
    assert.same({ 3 }, list[2].private_security_groups)
    assert.equal(1, #assert(ways { transient = true, transient_fallback = false }))
  end)

  describe("in another datacenter", function()
    local function spec_of(list, changes)
      local spec = { ways = list, size = {}, networks = {}, plan = {}, disk_cids = {} }
      for name, value in pairs(changes or {}) do spec[name] = value end
      return spec
    end

    local function told(spec)
      local texts = {}
      for i, way in ipairs(spec.ways) do
        texts[i] = ("%s, %s, %s"):format(way.datacenter, way.transient and "transient" or "normal", way.what)
      end
      return texts
    end

    it("is tried last, once for each of the ways, with all that the VM asks for", function()
      local spec = spec_of(assert(ways { transient = true, flavor_key_name = "B1", private_security_groups = { 3 } }))
      placement.also_in(spec, "dal10")
      placement.also_in(spec, "dal12")
      assert.same({ "nil, transient, a transient guest", "nil, normal, a normal guest", "dal10, transient, a transient guest in dal10",
        "dal10, normal, a normal guest in dal10", "dal12, transient, a transient guest in dal12",
        "dal12, normal, a normal guest in dal12" }, told(spec))
      local template = assert(placement.apply({ datacenter = { name = "dal13" } }, {}, spec.ways[4]))
      assert.same({ name = "dal10" }, template.datacenter)
      assert.same({ { securityGroup = { id = 3 } } }, { template.primaryBackendNetworkComponent.securityGroupBindings[1] })
    end)

    for what, changes in pairs {
      ["a private VLAN"] = { plan = { private = { vlan = 5 } } },
      ["a public VLAN"] = { plan = { public = { vlan = 5 } } },
      ["an address"] = { networks = { { name = "n", address = "10.0.0.5" } } },
      ["a disk"] = { disk_cids = { "5" } },
      ["a dedicated host"] = { size = { dedicated_host = "auto" } },
      ["the id of a dedicated host"] = { size = { dedicated_host_id = 5 } },
      ["a placement group"] = { size = { placement_group = "x" } },
      ["reserved capacity"] = { size = { reserved_capacity_group = "x" } },
    } do
      it("is not tried with " .. what, function()
        local spec = spec_of(assert(ways {}), changes)
        placement.also_in(spec, "dal10")
        assert.same({ "nil, normal, a guest" }, told(spec))
      end)
    end
  end)

  -- what a way and the size say, what the template gets
  local VLAN = { networkVlan = { id = 9 } }
  local function groups(...)
    local bindings = {}
    for i, id in ipairs { ... } do bindings[i] = { securityGroup = { id = id } } end
    return bindings
  end
  for name, case in pairs {
    ["nothing"] = { {}, {}, { primaryBackendNetworkComponent = VLAN } },
    ["a host"] = { { dedicated_host = 5 }, {}, { primaryBackendNetworkComponent = VLAN, dedicatedHost = { id = 5 } } },
    ["groups"] = { { placement_group = { 5 }, reserved_capacity_group = { 6 } }, {},
      { primaryBackendNetworkComponent = VLAN, placementGroupId = 5, reservedCapacityGroup = { id = 6 } } },
    ["a transient guest"] = { { transient = true }, {}, { primaryBackendNetworkComponent = VLAN, transientGuestFlag = true } },
    ["security groups beside a VLAN, and without one"] = { { public_security_groups = { 1, 2 },
      private_security_groups = { 3 } }, {},
      { primaryNetworkComponent = { securityGroupBindings = groups(1, 2) },
        primaryBackendNetworkComponent = { networkVlan = { id = 9 }, securityGroupBindings = groups(3) } } },
    ["a boot mode and a script"] = { {}, { boot_mode = "PV", post_install_script_uri = "https://x" },
      { primaryBackendNetworkComponent = VLAN, supplementalCreateObjectOptions = { bootMode = "PV" },
        postInstallScriptUri = "https://x" } },
    ["a boot mode beside a flavor"] = { {}, { boot_mode = "HVM" }, { primaryBackendNetworkComponent = VLAN,
      supplementalCreateObjectOptions = { flavorKeyName = "B1", bootMode = "HVM" } }, { flavorKeyName = "B1" } },
  } do
    it("adds to a template " .. name, function()
      local template = { primaryBackendNetworkComponent = { networkVlan = { id = 9 } }, supplementalCreateObjectOptions = case[4] }
      assert.same(case[3], placement.apply(template, case[2], case[1]))
    end)
  end

  it("refuses public security groups for a guest that has a private network only", function()
    local made, err = placement.apply({ privateNetworkOnlyFlag = true }, {}, { public_security_groups = { 1 } })
    assert.is_nil(made)
    assert.matches("a private network only", err.message)
  end)

  describe("goes on where there is room", function()
    local function api_error(words)
      return errors.of_call(fake.refusal("SoftLayer_Exception_Public", words, 500), { service = "X", method = "createObject" })
    end
    local FULL, WRONG = api_error "There is insufficient capacity to complete the request.", api_error "Not that price."
    local LIST = { { what = "a" }, { what = "b" }, { what = "c" } }

    -- what each way answers, how many are tried, the result or the error
    for name, case in pairs {
      ["at once"] = { { 5 }, 1, 5 }, ["at the second"] = { { FULL, 6 }, 2, 6 }, ["at the last"] = { { FULL, FULL, 7 }, 3, 7 },
      ["nowhere"] = { { FULL, FULL, FULL }, 3, FULL }, ["not after another refusal"] = { { WRONG, 6 }, 1, WRONG },
      ["not after a bug"] = { { "oops", 6 }, 1, "oops" },
    } do
      it(name, function()
        local tried = 0
        local ok, result = pcall(placement.first_with_room, LIST, function(way)
          tried = tried + 1
          assert.equal(LIST[tried], way)
          local answer = case[1][tried]
          return type(answer) == "number" and answer or error(answer, 0)
        end)
        assert.same({ type(case[3]) == "number", case[3], case[2] }, { ok, result, tried })
      end)
    end
  end)
end)
