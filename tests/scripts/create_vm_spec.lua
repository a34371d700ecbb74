-- scripts/create_vm.lua over a double of the API: what is asked, what is on record, what is undone.
local double = require "support.double"
local fake = require "lualib.fake"
local json = require "core.json"
local sys = require "core.sys"

local CREATE, GET, DELETE = "Virtual_Guest::createObject", "Virtual_Guest::getObject", "Virtual_Guest::deleteObject"
local USERDATA = "Virtual_Guest::setUserMetadata"

describe("create_vm", function()
  local world, api, cancelled

  before_each(function()
    world = double.world()
    api = world.api
    cancelled = double.sell_guests(api)
  end)
  after_each(function() world.close() end)

  local function create(changes, env)
    local properties = { datacenter = "ams01" }
    for name, value in pairs(changes or {}) do properties[name] = value end
    return world.request("create_vm", "agent-1", 380214, properties, { default = { type = "dynamic" } }, json.null, env)
  end

  local function templates()
    local list = {}
    for _, call in ipairs(api.sent) do
      if call.name == CREATE then list[#list + 1] = call.args[1] end
    end
    return list
  end

  it("makes four calls for a guest that is ready at the first poll", function()
    local ok, result = create()
    assert.is_true(ok, tostring(result))
    assert.equal("101", result[1])
    assert.equal("169.1.1.1", result[2].default.ip)
    assert.same({ "Virtual_Guest_Block_Device_Template_Group::getObject", CREATE, GET, USERDATA }, api.names())
  end)

  describe("tells in its one order", function()
    local KEY = "ssh-rsa " .. sys.base64(string.pack(">s4", "ssh-rsa") .. "blob")

    before_each(function()
      api["Account::getPlacementGroups"] = function() return json.array { { id = 31, name = "spread" } } end
      api["Account::getReservedCapacityGroups"] = function() return json.array { { id = 32, name = "paid" } } end
      api["Network_SecurityGroup::getAllObjects"] = function() return json.array { { id = 33, name = "web" } } end
      api["Account::getSshKeys"] = function() return json.array { { id = 34, key = KEY .. " ada" } } end
      api["Account::getDedicatedHosts"] = function()
        return json.array { { id = 35, name = "h", datacenter = { name = "ams01" },
          allocationStatus = { cpuAvailable = 8, memoryAvailable = 8, diskAvailable = 0 } } }
      end
    end)

    -- the properties, what the template has of them
    for name, case in pairs {
      ["a host by its id"] = { { dedicated_host_id = 7 }, { dedicatedHost = { id = 7 } } },
      ["a host by its name"] = { { dedicated_host = "h" }, { dedicatedHost = { id = 35 } } },
      ["a host of our choice"] = { { dedicated_host = "auto" }, { dedicatedHost = { id = 35 } } },
      ["a placement group"] = { { placement_group = "spread" }, { placementGroupId = 31 } },
      ["reserved capacity"] = { { reserved_capacity_group = "paid", flavor_key_name = "B1_1X2X25" },
        { reservedCapacityGroup = { id = 32 }, supplementalCreateObjectOptions = { flavorKeyName = "B1_1X2X25" } } },
      ["that the guest is transient"] = { { transient = true, flavor_key_name = "B1_1X2X25" }, { transientGuestFlag = true } },
      ["security groups"] = { { public_security_groups = json.array { "web", 9 }, private_security_groups = "web" },
        { primaryNetworkComponent = { securityGroupBindings = { { securityGroup = { id = 33 } }, { securityGroup = { id = 9 } } } },
          primaryBackendNetworkComponent = { securityGroupBindings = { { securityGroup = { id = 33 } } } } } },
      ["SSH keys"] = { { ssh_keys = json.array { 5, KEY .. " grace" } }, { sshKeys = { { id = 5 }, { id = 34 } } } },
      ["script and boot mode"] = { { post_install_script_uri = "https://x.example/s", boot_mode = "HVM" },
        { postInstallScriptUri = "https://x.example/s", supplementalCreateObjectOptions = { bootMode = "HVM" } } },
    } do
      it(name, function()
        local ok, err = create(case[1])
        assert.is_true(ok, tostring(err))
        assert.equal(1, #templates())
        local sent = json.decode(json.encode(templates()[1]))
        for field, value in pairs(case[2]) do assert.same(value, sent[field], field) end
      end)
    end

    it("nothing of it when nothing was asked for", function()
      create()
      for _, field in ipairs { "dedicatedHost", "placementGroupId", "reservedCapacityGroup", "transientGuestFlag", "sshKeys",
        "primaryNetworkComponent", "primaryBackendNetworkComponent", "postInstallScriptUri", "supplementalCreateObjectOptions" } do
        assert.is_nil(templates()[1][field], field)
      end
    end)

    it("another host when the API has no room on the first, under the same name", function()
      local status = { cpuAvailable = 4, memoryAvailable = 8, diskAvailable = 0 }
      api["Account::getDedicatedHosts"] = function()
        return json.array { { id = 1, name = "full", datacenter = { name = "ams01" }, allocationStatus = status },
          { id = 2, name = "next", datacenter = { name = "ams01" }, allocationStatus = { cpuAvailable = 9, memoryAvailable = 9 } } }
      end
      api[CREATE] = function(call)
        if call.args[1].dedicatedHost.id == 2 then return { id = 101 } end
        return nil, fake.refusal("SoftLayer_Exception_Public", "It does not have enough capacity for the request.", 500)
      end
      local ok, result = create { dedicated_host = "auto" }
      assert.is_true(ok, tostring(result))
      local first, second = table.unpack(templates())
      assert.same({ 1, 2 }, { first.dedicatedHost.id, second.dedicatedHost.id })
      assert.equal(first.hostname, second.hostname)
    end)
  end)

  it("is refused for an unknown property when the configuration is strict, before anything is asked", function()
    assert.is_true((create { memry = 5 }))
    local before = #api.sent
    world.softlayer = { strict = true }
    local ok, err = create { memry = 5 }
    assert.is_false(ok)
    assert.equal("the cloud property 'memry' is not known (did you mean 'memory'?)", err.message)
    assert.equal(before, #api.sent)
  end)

  describe("with an ephemeral disk", function()
    local GENERATE, PLACE = "Virtual_Guest::generateOrderTemplate", "Product_Order::placeOrder"
    local PRICES = "Product_Package::getItemPrices"
    local written

    before_each(function()
      local function price(id, code, capacity, description)
        return { id = id, itemId = id, categories = json.array { { categoryCode = code } },
          item = { capacity = capacity, description = description } }
      end
      api[GENERATE] = function() return { packageId = 46, prices = json.array {} } end
      api[PRICES] = function()
        return json.array { price(1, "guest_disk1", "25", "25 GB (SAN)"), price(2, "port_speed", "1000", "1 Gbps Public") }
      end
      api[PLACE] = function() return { orderDetails = { virtualGuests = json.array { { id = 105 } } } } end
      api[USERDATA] = function(call)
        written = json.decode(sys.unbase64(call.args[1][1]))
        return true
      end
    end)

    it("orders it with its guest and names it in the settings, when taken up again, too", function()
      local fault = true
      local usual = api[USERDATA]
      api[USERDATA] = function(call)
        if fault then world.clock.interrupted = true end
        if fault then return nil, { kind = "interrupted", message = "a signal", sent = true } end
        return usual(call)
      end
      assert.is_false((create { ephemeral_disk_size = 20 }))
      fault, world.clock.interrupted = false, false
      local ok, result = create { ephemeral_disk_size = 20 }
      assert.is_true(ok, tostring(result))
      assert.equal("105", result[1])
      assert.equal("/dev/xvdc", written.disks.ephemeral)
      assert.same({ 1, 0 }, { api.count(PLACE), api.count(CREATE) })
    end)

    it("names none when there is none", function()
      create()
      assert.is_nil(written.disks.ephemeral)
      assert.equal(0, api.count(GENERATE))
    end)

    it("orders nothing when it is larger than what is sold", function()
      local ok, err = create { ephemeral_disk_size = 26 }
      assert.is_false(ok)
      assert.matches("the largest has 25 GB %(SAN%)", err.message)
      assert.same({ 0, 0 }, { api.count(PLACE), api.count(CREATE) })
      assert.is_true((create { ephemeral_disk_size = 25 }))
    end)
  end)

  it("answers API version 1 with the cid alone", function()
    world.version = 1
    assert.same({ true, "101" }, { create() })
  end)

  it("asked again returns the same guest, orders nothing and writes nothing", function()
    create()
    local before = #api.sent
    local ok, result = create()
    assert.is_true(ok)
    assert.equal("101", result[1])
    assert.equal(1, #templates())
    for i = before + 1, #api.sent do assert.matches("::get", api.sent[i].name) end
  end)

  it("asked again never cancels a guest that the director has, whatever fails", function()
    create()
    api[GET] = function(call, n)
      if n % 2 == 0 then return double.ready_guest(call.id) end
      return nil, fake.refusal("SoftLayer_Exception_Public", "no", 500)
    end
    for _ = 1, 4 do create() end
    assert.equal(0, api.count(DELETE))
    api[GET] = function(call) return double.ready_guest(call.id) end
    assert.equal("101", select(2, create())[1])
  end)

  it("asked again after its guest has gone orders another one, under another name", function()
    create()
    cancelled[101] = true
    local ok, result = create()
    assert.is_true(ok, tostring(result))
    assert.equal("102", result[1])
    local list = templates()
    assert.not_equal(list[1].hostname, list[2].hostname)
  end)

  it("cancels what it cannot finish, says that a retry is fine, and uses a new name then", function()
    api[USERDATA] = function() return nil, fake.refusal("SoftLayer_Exception_Public", "no", 500) end
    local ok, err = create()
    assert.is_false(ok)
    assert.same({ "Bosh::Clouds::VMCreationFailed", true }, { err.type, err.ok_to_retry })
    assert.is_true(cancelled[101])
    api[USERDATA] = function() return true end
    ok = create()
    assert.is_true(ok)
    local list = templates()
    assert.not_equal(list[1].hostname, list[2].hostname)
  end)

  it("lists what it could not cancel, and does not invite a retry", function()
    api[USERDATA] = function() return nil, fake.refusal("SoftLayer_Exception_Public", "no", 500) end
    api[DELETE] = function() return nil, fake.refusal("SoftLayer_Exception_Public", "not allowed", 500) end
    local ok, err = create()
    assert.is_false(ok)
    assert.is_false(err.ok_to_retry)
    assert.matches("rollback failed", err.message)
    local path = io.popen(("find '%s' -name '*.json'"):format(world.dir)):read "l"
    local record = json.decode(fake.slurp(path)).record
    assert.equal("ABANDONED", record.stage)
    assert.equal(101, record.left_behind[1].id)
  end)

  it("a refusal after an abandoned try does not bring the spent name back", function()
    api[USERDATA] = function() return nil, fake.refusal("SoftLayer_Exception_Public", "no", 500) end
    create()
    api[CREATE] = function() return nil, fake.refusal("SoftLayer_Exception_Public", "no capacity", 500) end
    create()
    api[CREATE] = function() return { id = 200 } end
    api[USERDATA] = function() return true end
    assert.is_true((create()))
    local list = templates()
    assert.not_equal(list[1].hostname, list[#list].hostname)
  end)

  it("interrupted while it waits cancels nothing, and the next try takes the guest up", function()
    api[GET] = function(call)
      local guest = double.ready_guest(call.id)
      guest.provisionDate = nil
      world.clock.interrupted = true
      return guest
    end
    local ok, err = create()
    assert.is_false(ok)
    assert.same({ "interrupted", true }, { err.kind, err.ok_to_retry })
    assert.equal(0, api.count(DELETE))
    world.clock.interrupted = false
    api[GET] = function(call) return double.ready_guest(call.id) end
    local again, result = create()
    assert.is_true(again)
    assert.equal("101", result[1])
    assert.equal(1, #templates())
  end)

  describe("with an address of its own", function()
    local EDIT, NOTED = "Network_Subnet_IpAddress::editObject", "bosh vm:101 director:director"
    local note, owner

    before_each(function()
      note, owner = "", nil
      api["Network_Subnet_IpAddress::getByIpAddress"] = function(call)
        return { id = 5, ipAddress = call.args[1], note = note, virtualGuest = owner, subnet = { id = 6, netmask = "255.255.255.248",
          subnetType = "SECONDARY_ON_VLAN", networkVlan = { id = 7, networkSpace = "PRIVATE" } } }
      end
      api[EDIT] = function(call)
        note = call.args[1].note
        return true
      end
      api[GET] = function(call)
        if cancelled[call.id] then return nil, fake.not_found() end
        local guest = double.ready_guest(call.id)
        guest.primaryBackendNetworkComponent = { macAddress = "06:BB", primaryIpAddress = "10.1.1.1" }
        return guest
      end
      api["Account::getPrivateIpAddresses"] = function() return { { id = 5, note = note, subnet = { id = 6 } } } end
      api["Account::getPublicIpAddresses"] = function() return {} end
    end)

    local function manual()
      return world.request("create_vm", "agent-1", 380214, { datacenter = "ams01" },
        { default = { type = "manual", ip = "10.9.9.9" } }, json.null, {})
    end

    it("orders it on the address's VLAN, and notes it before the agent is told", function()
      local ok, result = manual()
      assert.is_true(ok, tostring(result))
      assert.same({ 7, true }, { templates()[1].primaryBackendNetworkComponent.networkVlan.id, templates()[1].privateNetworkOnlyFlag })
      assert.equal("10.9.9.9", result[2].default.ip)
      assert.equal(NOTED, note)
      local names = api.names()
      assert.same({ CREATE, GET, EDIT, USERDATA }, { table.unpack(names, #names - 3) })
    end)

    it("asked again claims nothing anew", function()
      manual()
      assert.equal("101", select(2, manual())[1])
      assert.equal(1, api.count(EDIT))
    end)

    it("gives the address back with the guest that could not be finished", function()
      api[USERDATA] = function() return nil, fake.refusal("SoftLayer_Exception_Public", "no", 500) end
      assert.is_false((manual()))
      assert.same({ "", true }, { note, cancelled[101] })
    end)

    it("orders nothing when the address is somebody's", function()
      owner = { id = 3 }
      assert.matches("in use by guest 3", select(2, manual()).message)
      owner, note = nil, "bosh vm:55 director:director"
      assert.matches("in use by VM 55", select(2, manual()).message)
      assert.equal(0, api.count(CREATE))
    end)
  end)

  it("asks for the VLAN that only the VM's own properties name, the public one included", function()
    api["Account::getNetworkVlans"] = function(call)
      assert.same({ 7 }, { table.unpack(call.filter.networkVlans.id.options[1].value) })
      return { { id = 7, networkSpace = "PUBLIC", primaryRouter = { datacenter = { name = "ams01" } } } }
    end
    local ok, err = create { public_vlan_id = 7 }
    assert.is_false(ok)
    assert.matches("private network is required", err.message)
    assert.equal(0, api.count(CREATE))
  end)

  it("refuses a damaged record, however often it is asked, and orders nothing", function()
    create()
    local path = io.popen(("find '%s' -name '*.json'"):format(world.dir)):read "l"
    fake.spill(path, (fake.slurp(path):gsub('"id": ?101', '"id": 102')))
    local before = #api.sent
    for _ = 1, 3 do
      local ok, err = create()
      assert.is_false(ok)
      assert.matches("is damaged", err.message)
    end
    assert.equal(before, #api.sent)
  end)

  for _, bad in ipairs { { datacenter = json.null }, { cpu = "four" }, { flavor_key_name = "B1", cpu = 4 } } do
    it("refuses bad cloud properties before it asks anybody: " .. json.encode(bad), function()
      local ok, err = create(bad)
      assert.is_false(ok)
      assert.is_false(err.ok_to_retry)
      assert.same({}, api.sent)
    end)
  end
end)
