-- Static and global addresses: where they can be routed, what that takes, and what their subnets show meanwhile.
local json = require "core.json"
local wire = require "support.wire"

local SUBNET, GLOBAL, IP = "SoftLayer_Network_Subnet", "SoftLayer_Network_Subnet_IpAddress_Global", "SoftLayer_Network_Subnet_IpAddress"
local LON_STATIC, DAL_STATIC, GLOBAL_SUBNET, GLOBAL_ID = 1410011, 1410012, 1410021, 82001
local SEEN = "mask[subnetType,networkVlanId,networkVlan[id,networkSpace],endPointIpAddress.ipAddress,activeTransaction.id]"

describe("a route", function()
  local w, lon, dal, private_only
  local function guest_of(id) return w:get("SoftLayer_Virtual_Guest/" .. id, "mask[id,globalIdentifier,hostname,domain,primaryIpAddress,"
    .. "primaryBackendIpAddress,networkVlans[id,networkSpace]]") end

  setup(function()
    w = wire.open()
    lon = guest_of(w:guest { hostname = "one", primaryBackendNetworkComponent = { networkVlan = { id = 524954 } } })
    dal = guest_of(w:guest { hostname = "two", datacenter = { name = "dal13" } })
    private_only = guest_of(w:guest { hostname = "inner", privateNetworkOnlyFlag = true })
    w:guest { hostname = "twin" }
    w:guest { hostname = "twin", domain = "example.org" }
  end)
  teardown(function() w:close() end)

  local function call(path, ...) return w:get(path, nil, { parameters = { ... } }) end
  local function route(subnet, kind, identifier) return call(("%s/%d/route"):format(SUBNET, subnet), "SoftLayer_" .. kind, identifier) end
  local function seen(subnet) return w:get(("%s/%d"):format(SUBNET, subnet), SEEN) end
  local function record(address) return w:get(IP .. "/getByIpAddress", "mask[id,isGateway,subnet[id,ipAddresses]]",
    { parameters = { address } }) end
  local function clear(subnet)
    local changes = w:get(("%s/%d/clearRoute"):format(SUBNET, subnet))
    w:advance(100)
    return changes
  end
  local function control(fields) return w.sim:ask("POST", "subnet", fields) end

  it("is changed later, in a transaction, and then is not changed by the same call", function()
    assert.same({ "SECONDARY" }, { seen(LON_STATIC).subnetType, seen(LON_STATIC).networkVlan })
    assert.is_true(route(LON_STATIC, "Virtual_Guest", tostring(lon.id)))
    assert.equal("SECONDARY", seen(LON_STATIC).subnetType)
    assert.is_number(seen(LON_STATIC).activeTransaction.id)
    local status, code = w:refusal("POST", ("%s/%d/route"):format(SUBNET, LON_STATIC),
      { parameters = { "SoftLayer_Virtual_Guest", lon.id } })
    assert.same({ 500, "NotReady" }, { status, code })
    assert.equal("NotReady", select(2, w:refusal("GET", ("%s/%d/clearRoute"):format(SUBNET, LON_STATIC))))
    w:advance(89)
    assert.is_nil(seen(LON_STATIC).endPointIpAddress)
    w:advance(2)
    local there = seen(LON_STATIC)
    assert.same({ "STATIC_IP_ROUTED", lon.primaryIpAddress, 524956 },
      { there.subnetType, there.endPointIpAddress.ipAddress, there.networkVlan.id })
    assert.is_nil(there.activeTransaction)
    assert.is_false(route(LON_STATIC, "Network_Subnet_IpAddress", lon.primaryIpAddress))
    assert.is_true(clear(LON_STATIC))
    assert.same({ "SECONDARY" }, { seen(LON_STATIC).subnetType, seen(LON_STATIC).endPointIpAddress, seen(LON_STATIC).networkVlan })
    assert.is_false(clear(LON_STATIC))
  end)

  it("takes as long as the settings say", function()
    w.sim:ask("POST", "settings", { route_seconds = 10 })
    route(LON_STATIC, "Virtual_Guest", lon.id)
    w:advance(11)
    assert.equal(lon.primaryIpAddress, seen(LON_STATIC).endPointIpAddress.ipAddress)
    w.sim:ask("POST", "settings", { route_seconds = 90 })
    clear(LON_STATIC)
  end)

  -- what names the guest "one"
  local spellings = {
    { "an address", "Network_Subnet_IpAddress", function() return lon.primaryIpAddress end },
    { "an address's id", "Network_Subnet_IpAddress", function() return record(lon.primaryIpAddress).id end },
    { "a guest's id in digits", "Virtual_Guest", function() return ("%d"):format(lon.id) end },
    { "a guest's global identifier", "Virtual_Guest", function() return lon.globalIdentifier end },
    { "a host name", "Virtual_Guest", function() return "one" end },
    { "a host name and a domain", "Virtual_Guest", function() return "one<example.com>" end },
  }
  for _, case in ipairs(spellings) do
    it("is found by " .. case[1], function()
      assert.is_true(route(LON_STATIC, case[2], case[3]()))
      w:advance(100)
      assert.equal(lon.primaryIpAddress, seen(LON_STATIC).endPointIpAddress.ipAddress)
      clear(LON_STATIC)
    end)
  end

  -- what, subnet, type, identifier, code
  local refusals = {
    { "an unknown address", LON_STATIC, "Network_Subnet_IpAddress", function() return "192.0.2.1" end, "NotFound" },
    { "an unknown guest", LON_STATIC, "Virtual_Guest", function() return "5" end, "NotFound" },
    { "an unknown type", LON_STATIC, "Ticket", function() return "5" end, "NotFound" },
    { "an ambiguous host name", LON_STATIC, "Virtual_Guest", function() return "twin" end, "ObjectDuplication" },
    { "a guest of another datacenter", LON_STATIC, "Virtual_Guest", function() return dal.id end, "NotFound" },
    { "an address of another datacenter", DAL_STATIC, "Network_Subnet_IpAddress", function() return lon.primaryIpAddress end, "NotFound" },
    { "a private address", LON_STATIC, "Network_Subnet_IpAddress", function() return lon.primaryBackendIpAddress end, "NotFound" },
    { "a guest without a public address", LON_STATIC, "Virtual_Guest", function() return private_only.id end, "NotFound" },
    { "a gateway", LON_STATIC, "Network_Subnet_IpAddress", function()
      return record(lon.primaryIpAddress).subnet.ipAddresses[2].ipAddress end, "NotFound" },
    { "a primary address that nobody has", LON_STATIC, "Network_Subnet_IpAddress", function()
      local list = record(lon.primaryIpAddress).subnet.ipAddresses
      return list[#list - 1].ipAddress end, "NotFound" },
    { "a static address", LON_STATIC, "Network_Subnet_IpAddress", function()
      return control { kind = "static", datacenter = "lon02" }.addresses[1] end, "NotFound" },
    { "a global address", LON_STATIC, "Network_Subnet_IpAddress", function()
      return control { kind = "global" }.addresses[1] end, "NotFound" },
    { "a VLAN, of a single address", LON_STATIC, "Network_Vlan", function() return 524956 end, "NotFound" },
    { "a VLAN, of a global address", GLOBAL_SUBNET, "Network_Vlan", function() return 524956 end, "NotFound" },
  }
  for _, case in ipairs(refusals) do
    it("is refused to " .. case[1], function()
      local _, code = w:refusal("POST", ("%s/%d/route"):format(SUBNET, case[2]), { parameters = { "SoftLayer_" .. case[3], case[4]() } })
      assert.equal(case[5], code)
      assert.is_nil(seen(case[2]).activeTransaction)
    end)
  end

  it("of a primary subnet cannot be changed", function()
    local primary = record(lon.primaryIpAddress).subnet.id
    for _, method in ipairs { "route", "clearRoute" } do
      local _, code = w:refusal("POST", ("%s/%d/%s"):format(SUBNET, primary, method),
        { parameters = method == "route" and { "SoftLayer_Virtual_Guest", lon.id } or {} })
      assert.equal("Unavailable", code)
    end
  end)

  it("needs a permission", function()
    w.sim:ask("POST", "user", { permissions = { NETWORK_ROUTE_MANAGE = false } })
    local _, code = w:refusal("GET", ("%s/%d/clearRoute"):format(SUBNET, LON_STATIC))
    w.sim:ask("POST", "user", { permissions = { NETWORK_ROUTE_MANAGE = true } })
    assert.equal("AccessDenied", code)
  end)

  it("of a global address leads anywhere, by its own service, too", function()
    local function destination() return w:get(("%s/%d"):format(GLOBAL, GLOBAL_ID),
      "mask[destinationIpAddressId,destinationIpAddress[ipAddress,virtualGuest.id],ipAddress.subnet[id,subnetType]]") end
    assert.is_nil(destination().destinationIpAddress)
    for _, guest in ipairs { lon, dal } do
      assert.is_true(call(("%s/%d/route"):format(GLOBAL, GLOBAL_ID), guest.primaryIpAddress))
      w:advance(100)
      local there = destination()
      assert.same({ guest.primaryIpAddress, guest.id, "GLOBAL_IP" },
        { there.destinationIpAddress.ipAddress, there.destinationIpAddress.virtualGuest.id, there.ipAddress.subnet.subnetType })
    end
    assert.is_true(w:get(("%s/%d/unroute"):format(GLOBAL, GLOBAL_ID)))
    w:advance(100)
    assert.is_nil(destination().destinationIpAddress)
    local records = w:get("SoftLayer_Account/getGlobalIpv4Records", "mask[id,ipAddress.ipAddress]")
    assert.is_true(#records >= 1)
    assert.same(json.array {}, w:get("SoftLayer_Account/getGlobalIpv6Records"))
  end)

  it("to a VLAN makes a subnet portable, and its addresses end points", function()
    local made = control { kind = "static", vlan = 524956, size = 8 }
    assert.equal(8, #made.addresses)
    local name = w:get("SoftLayer_Network_Vlan/524956").fullyQualifiedName
    assert.is_true(route(made.id, "Network_Vlan", (name:gsub("a%.(%d+)$", ".%1"))))
    w:advance(100)
    local subnet = w:get(("%s/%d"):format(SUBNET, made.id), "mask[subnetType,gateway,usableIpAddressCount,networkVlanId]")
    assert.same({ "SECONDARY_ON_VLAN", made.addresses[2], "5", 524956 },
      { subnet.subnetType, subnet.gateway, subnet.usableIpAddressCount, subnet.networkVlanId })
    route(LON_STATIC, "Network_Subnet_IpAddress", made.addresses[4])
    w:advance(100)
    local behind = w:get(IP .. "/getByIpAddress", "mask[endpointSubnets.id]", { parameters = { made.addresses[4] } })
    assert.equal(LON_STATIC, behind.endpointSubnets[1].id)
    assert.is_true(clear(made.id))
    assert.equal("SECONDARY", seen(LON_STATIC).subnetType)
  end)

  it("can be to every address that is offered", function()
    local offered = w:get(("%s/%d/getRoutableEndpointIpAddresses"):format(SUBNET, LON_STATIC), "mask[ipAddress]")
    local addresses = {}
    for _, ip in ipairs(offered) do addresses[ip.ipAddress] = true end
    assert.is_true(addresses[lon.primaryIpAddress])
    assert.is_nil(addresses[dal.primaryIpAddress])
    assert.is_nil(addresses[lon.primaryBackendIpAddress])
  end)

  it("goes when its end point does, and comes to nothing when that goes first", function()
    local id = w:guest { hostname = "brief" }
    route(LON_STATIC, "Virtual_Guest", id)
    w:advance(100)
    assert.is_not_nil(seen(LON_STATIC).endPointIpAddress)
    call(("SoftLayer_Virtual_Guest/%d/deleteObject"):format(id))
    w:advance(700)
    assert.equal("SECONDARY", seen(LON_STATIC).subnetType)
    local late = w:guest { hostname = "late" }
    w.sim:ask("POST", "settings", { route_seconds = 2000 })
    route(LON_STATIC, "Virtual_Guest", late)
    call(("SoftLayer_Virtual_Guest/%d/deleteObject"):format(late))
    w:advance(2100)
    w.sim:ask("POST", "settings", { route_seconds = 90 })
    assert.same({ "SECONDARY" }, { seen(LON_STATIC).subnetType, seen(LON_STATIC).activeTransaction })
  end)
end)
