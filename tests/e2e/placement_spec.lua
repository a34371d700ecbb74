-- create_vm's properties of placement, keys and scripts, through the executables: what slsim's guest has of them.
local json = require "core.json"
local requests = require "support.requests"
local sys = require "core.sys"
local world = require "support.world"

local GUEST = "SoftLayer_Virtual_Guest/"
local MASK = "dedicatedHost.id,placementGroupId,reservedCapacityGroup.id,transientGuestFlag,postInstallScriptUri,sshKeys.id,"
  .. "networkComponents[port,securityGroupBindings.securityGroup.id],blockDevices.device"

local function key(tail, comment)
  return ("ssh-rsa %s%s"):format(sys.base64(string.pack(">s4s4s4", "ssh-rsa", "\1\0\1", tail)), comment and " " .. comment or "")
end

describe("create_vm", function()
  local w
  before_each(function() w = world.start() end)
  after_each(function() w:close() end)

  local function call(path, ...) return w.sim:api("SoftLayer_" .. path, nil, { ... }) end

  local function request(properties, more)
    more = more or {}
    more.properties = { datacenter = "dal13", cpu = 1, memory = 1024 }
    for name, value in pairs(properties) do more.properties[name] = value end
    if properties.flavor_key_name then more.properties.cpu, more.properties.memory = nil, nil end
    return requests.create_vm(more)
  end

  local function made(cid) return w.sim:api(GUEST .. cid .. "/getObject", MASK) end
  local function guest(properties, more) return made(w:result(request(properties, more))[1]) end
  -- Orders of guests: the keys have a createObject of their own.
  local function calls(method)
    local number = 0
    for _, entry in ipairs(w.sim:journal(method)) do
      if entry.service ~= "SoftLayer_Security_Ssh_Key" then number = number + 1 end
    end
    return number
  end

  local function pods()
    local ids = {}
    for _, pod in ipairs(w.sim:api "SoftLayer_Network_Pod/getAllObjects") do ids[pod.backendRouterName] = pod.backendRouterId end
    return ids
  end

  local function take(host_id, cores)
    call("Virtual_Guest/createObject", { hostname = "other", domain = "example.com", datacenter = { name = "dal13" },
      hourlyBillingFlag = true, localDiskFlag = false, startCpus = cores, maxMemory = 1024, dedicatedHost = { id = host_id },
      operatingSystemReferenceCode = "UBUNTU_LATEST_64" })
  end

  -- Orders a dedicated host; guests of another program have so many cores of it.
  local function dedicated_host(name, taken, router)
    local price
    for _, entry in ipairs(w.sim:api "SoftLayer_Product_Package/813/getItemPrices") do
      if entry.hourlyRecurringFee ~= "0" then price = entry.id end
    end
    call("Product_Order/placeOrder", { complexType = "SoftLayer_Container_Product_Order_Virtual_DedicatedHost", packageId = 813,
      location = "dal13", useHourlyPricing = true, prices = json.array { { id = price } },
      hardware = json.array { { hostname = name, domain = "example.com",
        primaryBackendNetworkComponent = { router = { id = pods()[router or "bcr01a.dal13"] } } } } })
    local id
    for _, host in ipairs(w.sim:api "SoftLayer_Account/getDedicatedHosts") do
      if host.name == name then id = host.id end
    end
    for _, cores in ipairs(taken or {}) do take(id, cores) end
    return id
  end

  local function placement_group(name)
    return call("Virtual_PlacementGroup/createObject", { name = name, backendRouterId = pods()["bcr01a.dal13"], ruleId = 1 }).id
  end

  local function security_group(name) return call("Network_SecurityGroup/createObject", { name = name }).id end
  local function reserved() return w.sim:api("SoftLayer_Account/getReservedCapacityGroups")[1].id end

  local function groups_of(made_guest)
    local by_port = {}
    for _, component in ipairs(made_guest.networkComponents) do
      local ids = {}
      for i, binding in ipairs(component.securityGroupBindings) do ids[i] = binding.securityGroup.id end
      table.sort(ids)
      by_port[component.port] = ids
    end
    return by_port
  end

  -- The same by a create template and by an order container.
  for way, disk in pairs { ["by createObject"] = 0, ["by an order with a second disk"] = 20 } do
    describe(way, function()
      local function of(properties, more)
        properties.ephemeral_disk_size = disk
        w.sim:ask("DELETE", "journal")
        local result = guest(properties, more)
        assert.same({ disk > 0 and 1 or 0, disk > 0 and 0 or 1 }, { calls "placeOrder", calls "createObject" })
        return result
      end

      it("puts the guest on the dedicated host of an id", function()
        local id = dedicated_host "h1"
        assert.equal(id, of({ dedicated_host_id = id }).dedicatedHost.id)
      end)

      it("puts it into a placement group, by name or by id", function()
        local id = placement_group "spread"
        assert.equal(id, of({ placement_group = "spread" }).placementGroupId)
        assert.equal(id, guest({ placement_group = id }, { agent_id = "other" }).placementGroupId)
      end)

      it("takes an instance of reserved capacity, by name or by id", function()
        assert.equal(reserved(), of({ reserved_capacity_group = "reserved", flavor_key_name = "B1_1X2X25" }).reservedCapacityGroup.id)
        guest({ reserved_capacity_group = reserved(), flavor_key_name = "B1_1X2X25" }, { agent_id = "b" })
        local err = w:failure(request({ reserved_capacity_group = reserved(), flavor_key_name = "B1_1X2X25" }, { agent_id = "c" }))
        assert.truthy(err.message:find("no instance available", 1, true), err.message)
      end)

      it("makes it transient", function()
        assert.is_true(of({ transient = true, flavor_key_name = "B1_1X2X25" }).transientGuestFlag)
      end)

      it("binds security groups to its interfaces, beside VLANs, too", function()
        local web, db = security_group "web", security_group "db"
        local groups = { public_security_groups = json.array { "web" }, private_security_groups = json.array { "db", web } }
        assert.same({ [0] = { math.min(web, db), math.max(web, db) }, [1] = { web } }, groups_of(of(groups)))
        local vlans = { default = { type = "dynamic", cloud_properties = { vlan_ids = json.array { 1292651, 1292653 } } } }
        assert.same({ web }, groups_of(guest(groups, { agent_id = "b", networks = vlans }))[1])
      end)

      it("gives it keys, a script and a boot mode", function()
        local result = of { ssh_keys = json.array { 136868, key "new" }, boot_mode = "PV",
          post_install_script_uri = "https://x.example/install" }
        assert.equal(2, #result.sshKeys)
        assert.equal("https://x.example/install", result.postInstallScriptUri)
        local sent = w.sim:journal(disk > 0 and "placeOrder" or "createObject")
        local order = sent[#sent].arguments[1]
        local template = disk > 0 and order.virtualGuests[1] or order
        assert.equal("PV", template.supplementalCreateObjectOptions.bootMode)
      end)
    end)
  end

  describe("with dedicated_host: auto", function()
    it("fills the fullest of three hosts that has room, then the next", function()
      local empty, full, half = dedicated_host "empty", dedicated_host("full", { 56 }), dedicated_host("half", { 32, 16 })
      local function place(agent_id) return guest({ dedicated_host = "auto", cpu = 4 }, { agent_id = agent_id }).dedicatedHost.id end
      assert.same({ half, half, empty }, { place "a", place "b", place "c" })
      assert.not_equal(full, empty)
    end)

    it("is refused when none has room, and nothing is ordered", function()
      dedicated_host("one", { 56 })
      dedicated_host("two", { 32, 16 })
      local err = w:failure(request { dedicated_host = "auto", cpu = 16 })
      assert.truthy(err.message:find("no dedicated host has room for 16 cores and 1024 MiB: one has 0 cores", 1, true), err.message)
      assert.truthy(err.message:find("two has 8 cores", 1, true), err.message)
      assert.equal(3, #w.sim:inventory().guests)
    end)

    it("is refused where the account has none", function()
      local err = w:failure(request { dedicated_host = "auto" })
      assert.equal("the account has no dedicated host in dal13", err.message)
    end)

    it("takes one behind the router of the VM's VLANs", function()
      local vlans = { default = { type = "dynamic", cloud_properties = { vlan_ids = json.array { 1292651 } } } }
      local there = w.sim:api("SoftLayer_Network_Vlan/1292651/getPrimaryRouter").hostname
      local elsewhere = there == "bcr01a.dal13" and "bcr02a.dal13" or "bcr01a.dal13"
      dedicated_host("fuller", { 32, 16 }, elsewhere)
      local err = w:failure(request({ dedicated_host = "auto" }, { networks = vlans }))
      assert.truthy(err.message:find("behind the router of the VM's VLANs", 1, true), err.message)
      local right = dedicated_host("right", nil, there)
      assert.equal(right, guest({ dedicated_host = "auto" }, { networks = vlans }).dedicatedHost.id)
    end)

    it("goes on to the next host when another program was faster, and orders one guest", function()
      local first, second = dedicated_host("first", { 32 }), dedicated_host "second"
      w.sim:fault('Virtual_Guest.createObject count=1 do=error code=SoftLayer_Exception_Public '
        .. ('text="The dedicated host #%d does not have enough capacity for the request."'):format(first))
      local document, run = w:ask(request { dedicated_host = "auto" })
      assert.equal(json.null, document.error)
      assert.equal(second, made(document.result[1]).dedicatedHost.id)
      assert.truthy(run.stderr:find("no room for dedicated host first, so dedicated host second is ordered", 1, true), run.stderr)
      assert.equal(2, #w.sim:inventory().guests)
    end)

    it("may be a name instead, and one that does not exist is refused", function()
      dedicated_host("fuller", { 32, 16 })
      local named = dedicated_host "mine"
      assert.equal(named, guest({ dedicated_host = "mine" }).dedicatedHost.id)
      local err = w:failure(request({ dedicated_host = "mime" }, { agent_id = "b" }))
      assert.equal("there is no dedicated host named 'mime', or the account may not see it", err.message)
    end)
  end)

  describe("for a transient guest without room", function()
    local TRANSIENT = { transient = true, flavor_key_name = "B1_1X2X25" }
    local function no_room(transient)
      w.sim:ask("POST", "capacity", { router = "bcr01a.dal13", available = 0, transient = transient })
    end

    for way, disk in pairs { createObject = 0, placeOrder = 20 } do
      it("orders a normal one by " .. way .. ", with a warning", function()
        no_room(true)
        local document, run = w:ask(request { transient = true, flavor_key_name = "B1_1X2X25", ephemeral_disk_size = disk })
        assert.equal(json.null, document.error)
        assert.is_false(made(document.result[1]).transientGuestFlag)
        assert.truthy(run.stderr:find("no room for a transient guest, so a normal guest is ordered", 1, true), run.stderr)
        assert.equal(2, calls(way))
        assert.equal(1, #w.sim:inventory().guests)
      end)
    end

    it("is refused with transient_fallback: false", function()
      no_room(true)
      TRANSIENT.transient_fallback = false
      local err = w:failure(request(TRANSIENT))
      TRANSIENT.transient_fallback = nil
      assert.equal("Bosh::Clouds::VMCreationFailed", err.type)
      assert.truthy(err.message:find("insufficient resources behind router bcr01a.dal13", 1, true), err.message)
      assert.equal(1, calls "createObject")
    end)

    it("is refused when there is none for a normal one, either; later the same request succeeds", function()
      no_room(false)
      local err = w:failure(request(TRANSIENT))
      assert.truthy(err.message:find("insufficient resources", 1, true), err.message)
      assert.equal(2, calls "createObject")
      assert.equal("[]", json.encode(w.sim:inventory().guests))
      w.sim:ask("POST", "capacity", { router = "bcr01a.dal13" })
      assert.is_true(guest(TRANSIENT).transientGuestFlag)
    end)

    it("orders no normal one after another refusal", function()
      w.sim:fault 'Virtual_Guest.createObject count=1 do=error code=SoftLayer_Exception_Public text="Not that price."'
      local err = w:failure(request(TRANSIENT))
      assert.truthy(err.message:find("Not that price.", 1, true))
      assert.equal(1, calls "createObject")
    end)

    it("looks for it after a lost answer instead of ordering a normal one", function()
      w.sim:fault "Virtual_Guest.createObject nth=1 do=drop executed"
      assert.is_true(guest(TRANSIENT).transientGuestFlag)
      assert.equal(1, calls "createObject")
    end)
  end)

  describe("with public keys as text", function()
    local function keys() return w.sim:api "SoftLayer_Account/getSshKeys" end

    it("adds a key once, and finds it again by another comment", function()
      local before = #keys()
      local first = guest({ ssh_keys = json.array { key("a", "ada@one") } }, { agent_id = "a" })
      local second = guest({ ssh_keys = json.array { key("a", "grace@two") } }, { agent_id = "b" })
      assert.same(first.sshKeys, second.sshKeys)
      assert.equal(before + 1, #keys())
    end)

    it("adds only the one of two that is missing", function()
      local there = call("Security_Ssh_Key/createObject", { label = "there", key = key("b", "x") }).id
      local before = #keys()
      local result = guest { ssh_keys = json.array { key("b", "y"), key "c" } }
      assert.equal(before + 1, #keys())
      local ids = {}
      for _, entry in ipairs(result.sshKeys) do ids[entry.id] = true end
      assert.is_true(ids[there])
      assert.equal(2, #result.sshKeys)
    end)

    it("gives each guest the configuration's key, too, once", function()
      w:configure { cloud = { properties = { softlayer = { ssh_public_key = key("d", "director") } } } }
      local result = guest { ssh_keys = json.array { 136868, key("d", "me") } }
      assert.equal(2, #result.sshKeys)
    end)
  end)

  it("refuses a name that nothing has, before anything is ordered", function()
    for name, value in pairs { placement_group = "x", reserved_capacity_group = "x", public_security_groups = "x" } do
      local flavor = name == "reserved_capacity_group" and "B1_1X2X25" or nil
      local err = w:failure(request { [name] = value, flavor_key_name = flavor })
      assert.truthy(err.message:find("named 'x', or the account may not see it", 1, true), err.message)
    end
    assert.equal(0, calls "createObject")
  end)

  it("tells older spellings in one line, and refuses unknown ones when strict", function()
    local _, run = w:ask(request { startCpus = 1, bosh_ip = "10.0.0.1", memry = 5 })
    local _, lines = run.stderr:gsub("cloud properties: 'bosh_ip' has no effect, 'startCpus' is now 'cpu'", "")
    assert.equal(1, lines)
    assert.truthy(run.stderr:find("'memry' is not known and has no effect (did you mean 'memory'?)", 1, true))
    w:configure { cloud = { properties = { softlayer = { strict = true } } } }
    local err = w:failure(request({ memry = 5 }, { agent_id = "b" }))
    assert.equal("the cloud property 'memry' is not known (did you mean 'memory'?)", err.message)
    err = w:failure(requests.of("create_disk", 1024, { datacenter = "dal13", iop = 5 }, json.null))
    assert.equal("the cloud property 'iop' is not known (did you mean 'iops'?)", err.message)
  end)
end)

describe("a create_vm whose properties are all ids", function()
  -- the properties, how many calls more than the four
  for name, case in pairs { ["without names"] = { { ssh_keys = json.array { 136868 }, boot_mode = "HVM",
    post_install_script_uri = "https://x.example/s", private_security_groups = json.array {} }, 0 },
    ["with a key's text that is there"] = { { ssh_keys = json.array { "KEY" } }, 1 } } do
    it(("makes at most %d API calls %s"):format(4 + case[2], name), function()
      local w = world.start { slsim_speed = 100000 }
      finally(function() w:close() end)
      local properties = { datacenter = "dal13", cpu = 1, memory = 1024 }
      for property, value in pairs(case[1]) do properties[property] = value end
      if case[2] == 1 then properties.ssh_keys = json.array { w.sim:api("SoftLayer_Account/getSshKeys")[1].key } end
      w.sim:ask("DELETE", "journal")
      w:result(requests.create_vm { properties = properties })
      assert.is_true(#w.sim:journal() <= 4 + case[2])
    end)
  end
end)
