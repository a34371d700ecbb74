-- Where a template may send a guest: regional groups, routers, subnets, security groups, hosts, groups, capacity.
local json = require "core.json"
local wire = require "support.wire"

local GUEST = "SoftLayer_Virtual_Guest"

describe("a template's place", function()
  local w, routers, host
  local function call(path, ...) return w:get(path, nil, { parameters = { ... } }) end

  setup(function()
    w = wire.open()
    routers = {}
    for _, pod in ipairs(w:get "SoftLayer_Network_Pod/getAllObjects") do
      routers[pod.backendRouterName], routers[pod.frontendRouterName] = pod.backendRouterId, pod.frontendRouterId
    end
    local price = w:get "SoftLayer_Product_Package/813/getItemPrices"
    for _, entry in ipairs(price) do
      if entry.hourlyRecurringFee ~= "0" then price = entry end
    end
    call("SoftLayer_Product_Order/placeOrder", { complexType = "SoftLayer_Container_Product_Order_Virtual_DedicatedHost",
      packageId = 813, location = "lon02", useHourlyPricing = true, prices = json.array { { id = price.id } },
      hardware = json.array { { hostname = "host", domain = "example.com" } } })
    host = w:get("SoftLayer_Account/getDedicatedHosts")[1]
  end)
  teardown(function() w:close() end)

  local function refused(changes)
    local fields = wire.template(changes)
    if changes.monthly then fields.monthly, fields.hourlyBillingFlag = nil, false end
    return w:refusal("POST", GUEST, { parameters = { fields } })
  end
  local function made(changes, mask) return w:get(GUEST .. "/" .. w:guest(changes), mask) end
  local function flavored(changes)
    local fields = { startCpus = false, maxMemory = false, localDiskFlag = false,
      supplementalCreateObjectOptions = { flavorKeyName = "B1_1X2X25" } }
    for name, value in pairs(changes or {}) do fields[name] = value end
    return fields
  end
  local function router(name) return { router = { id = routers[name] } } end

  -- what, changes, code, part of the text
  local cases = {
    { "a router of another datacenter", function() return { primaryBackendNetworkComponent = router "bcr01a.dal13" } end,
      "InvalidValue", "No such router." },
    { "a front-end router behind", function() return { primaryBackendNetworkComponent = router "fcr01a.lon02" } end,
      "InvalidValue", "No such router." },
    { "two routers of two pods", function() return { primaryBackendNetworkComponent = router "bcr01a.lon02",
      primaryNetworkComponent = router "fcr02a.lon02" } end, "Public", "not in the pod" },
    { "a router of another pod than the VLAN's", function() return { primaryNetworkComponent = router "fcr02a.lon02",
      primaryBackendNetworkComponent = { networkVlan = { id = 524954 } } } end, "Public", "not in the pod" },
    { "a portable subnet", function()
      local subnets = w:get("SoftLayer_Network_Vlan/524954/getSecondarySubnets")
      return { primaryBackendNetworkComponent = { networkVlan = { primarySubnetId = subnets[1].id } } }
    end, "InvalidValue", "not a primary subnet" },
    { "an unknown security group", function() return { primaryNetworkComponent = {
      securityGroupBindings = json.array { { securityGroup = { id = 5 } } } } } end, "ObjectNotFound", "5" },
    { "an unknown property of a relation", function() return { networkComponents = { { speedy = 10 } } } end, "Public",
      "Property 'speedy' not valid for 'SoftLayer_Virtual_Guest_Network_Component'." },
    { "an unknown supplemental option", function() return { supplementalCreateObjectOptions = { flavour = "x" } } end, "Public",
      "Property 'flavour' not valid for 'SoftLayer_Virtual_Guest_SupplementalCreateObjectOptions'." },
    { "an unknown boot mode", function() return { supplementalCreateObjectOptions = { bootMode = "UEFI" } } end, "InvalidValue",
      "HVM or PV" },
    { "user data that is no text", function() return { userData = { { value = 5 } } } end, "InvalidValue", "string" },
    { "a device twice", function() return { blockDevices = { { device = "0", diskImage = { capacity = 25 } },
      { device = 0, diskImage = { capacity = 25 } } } } end, "InvalidValue", "only once" },
    { "no first disk", function() return { blockDevices = { { device = "2", diskImage = { capacity = 25 } } } } end,
      "InvalidValue", "device 0" },
    { "another first disk than the flavor's", function() return flavored { blockDevices = { { device = "0",
      diskImage = { capacity = 100 } } } } end, "InvalidValue", "flavor" },
    { "an unknown host", function() return { dedicatedHost = { id = 7 } } end, "ObjectNotFound", "7" },
    { "a host of another datacenter", function() return { dedicatedHost = { id = host.id }, datacenter = { name = "dal13" } } end,
      "Public", "not in the datacenter dal13" },
    { "a host behind another router", function() return { hostId = host.id,
      primaryBackendNetworkComponent = router "bcr02a.lon02" } end, "Public", "not behind the router" },
    { "a host and a flavor", function() return flavored { hostId = host.id } end, "InvalidValue", "flavor" },
    { "an unknown placement group", function() return { placementGroupId = 7 } end, "ObjectNotFound", "7" },
    { "reserved capacity without a flavor", function() return { datacenter = { name = "dal13" },
      reservedCapacityGroup = { id = w:get("SoftLayer_Account/getReservedCapacityGroups")[1].id } } end, "InvalidValue", "flavors" },
    { "reserved capacity for another flavor", function() return flavored { datacenter = { name = "dal13" },
      supplementalCreateObjectOptions = { flavorKeyName = "B1_2X4X25" },
      reservedCapacityGroup = { id = w:get("SoftLayer_Account/getReservedCapacityGroups")[1].id } } end, "InvalidValue", "flavor" },
    { "a transient guest by the month", function() return flavored { transientGuestFlag = true, monthly = true } end,
      "InvalidValue", "hourly" },
    { "a transient guest without a flavor", function() return { transientGuestFlag = true } end, "InvalidValue", "flavor" },
  }
  for _, case in ipairs(cases) do
    it("is refused for " .. case[1], function()
      local _, code, text = refused(case[2]())
      assert.equal(case[3], code)
      assert.truthy(text:find(case[4], 1, true), text)
    end)
  end

  it("may be a regional group, which stands for its first datacenter or the one of the VLANs", function()
    assert.equal("dal13", made({ datacenter = { name = "na-usa-central-1" } }, "mask[datacenter.name]").datacenter.name)
    assert.equal("dal13", made({ datacenter = { name = "na-usa-central-1" },
      primaryBackendNetworkComponent = { networkVlan = { id = 1292651 } } }, "mask[datacenter.name]").datacenter.name)
    assert.equal("na-usa-central-1", w:get("SoftLayer_Location_Datacenter/1854895", "mask[regionalGroup.name]").regionalGroup.name)
  end)

  it("may be a router, which decides the pod", function()
    local guest = made({ primaryBackendNetworkComponent = router "bcr02a.lon02" }, "mask[backendRouters.hostname,frontendRouters.hostname]")
    assert.equal("bcr02a.lon02", guest.backendRouters[1].hostname)
    assert.equal("fcr02a.lon02", guest.frontendRouters.hostname)
  end)

  it("binds security groups to its network components, until it is gone", function()
    local group = call("SoftLayer_Network_SecurityGroup/createObject", { name = "web" })
    local id = w:guest { primaryNetworkComponent = { securityGroupBindings = json.array { { securityGroup = { id = group.id } } } } }
    local bindings = ("SoftLayer_Network_SecurityGroup/%d/getNetworkComponentBindings"):format(group.id)
    local bound = w:get(bindings, "mask[networkComponent[port,guest.id]]")
    assert.same({ 1, id }, { bound[1].networkComponent.port, bound[1].networkComponent.guest.id })
    call(("%s/%d/deleteObject"):format(GUEST, id))
    w:advance(700)
    assert.same(json.array {}, w:get(bindings))
  end)

  it("on a dedicated host is counted against its room, all guests of a request together", function()
    local big = wire.template { hostId = host.id, startCpus = 32, maxMemory = 65536 }
    local status, _, text = w:refusal("POST", GUEST .. "/createObjects", { parameters = { json.array { big, big } } })
    assert.equal(500, status)
    assert.truthy(text:find("enough capacity", 1, true), text)
    local id = w:guest { hostId = host.id, startCpus = 32, maxMemory = 65536 }
    assert.equal(host.id, w:get(GUEST .. "/" .. id, "mask[dedicatedHost.id]").dedicatedHost.id)
    local room = w:get(("SoftLayer_Virtual_DedicatedHost/%d/getAllocationStatus"):format(host.id))
    assert.same({ 32, 24, 64, 1 }, { room.cpuAllocated, room.cpuAvailable, room.memoryAllocated, room.guestCount })
    assert.equal("Public", select(2, refused { hostId = host.id, startCpus = 32 }))
    call(("%s/%d/deleteObject"):format(GUEST, id))
    w:advance(700)
    w:guest { hostId = host.id, startCpus = 32 }
  end)

  it("in a placement group is spread over five hosts", function()
    local group = call("SoftLayer_Virtual_PlacementGroup/createObject", { name = "pg", backendRouterId = routers["bcr02a.lon02"],
      ruleId = 1 })
    for _ = 1, 5 do w:guest({ placementGroupId = group.id }, 0) end
    assert.truthy(select(3, refused { placementGroupId = group.id }):find("is full", 1, true))
    local own = w:get(("SoftLayer_Virtual_PlacementGroup/%d"):format(group.id), "mask[guestCount,guests.placementGroupId]")
    assert.same({ 5, group.id }, { own.guestCount, own.guests[1].placementGroupId })
  end)

  it("in reserved capacity takes an instance, and gives it back", function()
    local group = w:get("SoftLayer_Account/getReservedCapacityGroups", "mask[id,availableInstanceCount,backendRouter.hostname]")[1]
    assert.same({ 2, "bcr01a.dal13" }, { group.availableInstanceCount, group.backendRouter.hostname })
    local function order() return flavored { datacenter = { name = "dal13" }, reservedCapacityGroup = { id = group.id } } end
    local first = w:guest(order())
    w:guest(order())
    assert.truthy(select(3, refused(order())):find("no instance available", 1, true))
    local guest = w:get(GUEST .. "/" .. first, "mask[reservedCapacityGroupFlag,reservedCapacityGroupInstance.guestId]")
    assert.same({ true, first }, { guest.reservedCapacityGroupFlag, guest.reservedCapacityGroupInstance.guestId })
    call(("%s/%d/deleteObject"):format(GUEST, first))
    w:advance(700)
    assert.equal(1, w:get("SoftLayer_Virtual_ReservedCapacityGroup/" .. group.id, "mask[availableInstanceCount]").availableInstanceCount)
  end)

  it("takes second disks with a flavor, too", function()
    local guest = made(flavored { blockDevices = { { device = 2, diskImage = { capacity = 30 } } } },
      "mask[blockDevices[device,diskImage.capacity]]")
    local sizes = {}
    for _, device in ipairs(guest.blockDevices) do sizes[device.device] = device.diskImage.capacity end
    assert.same({ ["0"] = 25, ["1"] = 2, ["2"] = 30 }, sizes)
  end)
end)
