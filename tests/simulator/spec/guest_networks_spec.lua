-- A guest's network components: what they are bound to, which VLANs an order may name, and what happens when these are full.
local json = require "core.json"
local wire = require "support.wire"

local GUEST = "SoftLayer_Virtual_Guest"
local COMPONENT = "[port,macAddress,maxSpeed,primaryIpAddress,networkVlan[id,networkSpace,primaryRouter.hostname],primarySubnet[id,cidr],"
  .. "ipAddressBindings[type,port,ipAddressId,ipAddress[ipAddress,subnet[netmask,gateway,cidr,networkIdentifier,version]]],"
  .. "subnets[netmask,gateway,cidr,version],primaryVersion6IpAddressRecord[ipAddress,subnet[version,cidr,gateway]]]"
local NETWORKS = ("mask[primaryIpAddress,primaryBackendIpAddress,primaryNetworkComponent%s,primaryBackendNetworkComponent%s]"):format(
  COMPONENT, COMPONENT)

local function component(vlan, subnet) return { networkVlan = { id = vlan, primarySubnetId = subnet } } end

describe("a guest's network component", function()
  local w
  before_each(function() w = wire.open() end)
  after_each(function() w:close() end)

  local function networks(id) return w:get(GUEST .. "/" .. id, NETWORKS) end
  local function refused(changes) return select(2, w:refusal("POST", GUEST, { parameters = { wire.template(changes) } })) end
  local function control(fields) return w.sim:ask("POST", "subnet", fields) end

  it("is bound to its address, with netmask and gateway", function()
    local guest = networks(w:guest { primaryBackendNetworkComponent = component(524954), primaryNetworkComponent = component(524956) })
    for _, case in ipairs { { guest.primaryBackendNetworkComponent, 0, 524954, guest.primaryBackendIpAddress, 26, "255.255.255.192" },
      { guest.primaryNetworkComponent, 1, 524956, guest.primaryIpAddress, 27, "255.255.255.224" } } do
      local own, port, vlan, address, cidr, netmask = table.unpack(case)
      assert.same({ port, vlan, address, cidr }, { own.port, own.networkVlan.id, own.primaryIpAddress, own.primarySubnet.cidr })
      assert.equal(1, #own.ipAddressBindings)
      local binding, subnet = own.ipAddressBindings[1], own.ipAddressBindings[1].ipAddress.subnet
      assert.same({ "PRIMARY", port, address }, { binding.type, binding.port, binding.ipAddress.ipAddress })
      assert.same({ netmask, cidr, 4 }, { subnet.netmask, subnet.cidr, subnet.version })
      assert.same({ { netmask = netmask, gateway = subnet.gateway, cidr = cidr, version = 4 } }, { own.subnets[1] })
      assert.equal(subnet.gateway, (subnet.networkIdentifier:gsub("%d+$", function(last) return ("%d"):format(last + 1) end)))
      assert.is_nil(own.primaryVersion6IpAddressRecord)
    end
  end)

  it("has an IPv6 address, too, if one was ordered", function()
    local order = w:get(GUEST .. "/generateOrderTemplate", nil, { parameters = { wire.template() } })
    local filter = { itemPrices = { item = { keyName = { operation = "1_IPV6_ADDRESS" } } } }
    order.prices[#order.prices + 1] = { id = w:get("SoftLayer_Product_Package/46/getItemPrices", nil, { filter = filter })[1].id }
    local receipt = w:get("SoftLayer_Product_Order/placeOrder", nil, { parameters = { order } })
    w:advance(400)
    local own = networks(receipt.orderDetails.virtualGuests[1].id).primaryNetworkComponent
    local six = own.primaryVersion6IpAddressRecord
    assert.is_not_nil(six.ipAddress:find("^2001:0db8:%x%x%x%x:%x%x%x%x:0000:0000:0000:%x%x%x%x$"))
    assert.same({ 6, 64, (six.ipAddress:gsub("%x+$", "0001")) }, { six.subnet.version, six.subnet.cidr, six.subnet.gateway })
    assert.same({ 2, six.ipAddress, 64 }, { #own.ipAddressBindings, own.ipAddressBindings[2].ipAddress.ipAddress, own.subnets[2].cidr })
  end)

  -- what, changes, code
  local refusals = {
    { "a private VLAN in front", { primaryNetworkComponent = component(524954) } },
    { "a public VLAN behind", { primaryBackendNetworkComponent = component(524956) } },
    { "a VLAN of another datacenter", { primaryBackendNetworkComponent = component(1292651) } },
    { "VLANs of two datacenters", { primaryBackendNetworkComponent = component(524954), primaryNetworkComponent = component(1292653) } },
    { "an unknown VLAN", { primaryBackendNetworkComponent = component(5) } },
    { "an unknown subnet", { primaryBackendNetworkComponent = component(nil, 5) }, "ObjectNotFound" },
    { "a portable subnet", { primaryBackendNetworkComponent = component(nil, 1410001) }, "InvalidValue" },
    { "a public VLAN without a public network", { privateNetworkOnlyFlag = true, primaryNetworkComponent = component(524956) },
      "InvalidValue" },
  }
  for _, case in ipairs(refusals) do
    it("is refused on " .. case[1], function() assert.equal(case[3] or "Public", refused(case[2])) end)
  end

  it("is refused on VLANs of two pods", function()
    local other = networks(w:guest { primaryBackendNetworkComponent = { router = { id = w:get("SoftLayer_Network_Pod/getAllObjects", nil,
      { filter = { name = { operation = "lon02.pod02" } } })[1].backendRouterId } } })
    assert.equal("bcr02a.lon02", other.primaryBackendNetworkComponent.networkVlan.primaryRouter.hostname)
    assert.equal("Public", refused { primaryNetworkComponent = component(524956),
      primaryBackendNetworkComponent = component(other.primaryBackendNetworkComponent.networkVlan.id) })
  end)

  it("takes the subnet that the order names, to its last address", function()
    local small = control { kind = "primary", vlan = 524954, size = 8, reserved = 4 }
    local changes = { primaryBackendNetworkComponent = component(nil, small.id) }
    local guest = networks(w:guest(changes))
    assert.same({ small.addresses[5], small.id, 524954 }, { guest.primaryBackendIpAddress,
      guest.primaryBackendNetworkComponent.primarySubnet.id, guest.primaryBackendNetworkComponent.networkVlan.id })
    assert.equal("Public", refused(changes))
  end)

  it("has no room beside a guest that still waits for the last address", function()
    local small = control { kind = "primary", vlan = 524954, size = 4 }
    local changes = { primaryBackendNetworkComponent = component(nil, small.id) }
    local id = w:guest(changes, 0)
    assert.equal("Public", refused(changes))
    w:advance(400)
    w:get(("%s/%d/deleteObject"):format(GUEST, id))
    w:advance(700)
    assert.equal(small.addresses[1], networks(w:guest(changes)).primaryBackendIpAddress)
  end)

  it("is one of many with addresses of their own, on VLANs that get more subnets", function()
    local requests = {}
    for i = 1, 32 do
      requests[i] = { url = w.sim.url .. "/SoftLayer_Virtual_Guest.json", method = "POST", userpwd = "sim:sim-api-key", once = true,
        timeout = 20, body = json.encode { parameters = json.array { wire.template { hostname = "vm-" .. i } } } }
    end
    local addresses, names, types = {}, {}, {}
    for _, answer in ipairs(w.client:send(requests)) do assert.equal(201, answer.status, answer.body) end
    w:advance(400)
    for _, guest in ipairs(w:get("SoftLayer_Account/getVirtualGuests", "mask[hostname,primaryIpAddress,primaryBackendIpAddress,"
      .. "primaryNetworkComponent[networkVlan.id,primarySubnet.subnetType]]")) do
      names[guest.hostname], addresses[guest.primaryIpAddress], addresses[guest.primaryBackendIpAddress] = true, true, true
      assert.equal(524956, guest.primaryNetworkComponent.networkVlan.id)
      local kind = guest.primaryNetworkComponent.primarySubnet.subnetType
      types[kind] = (types[kind] or 0) + 1
    end
    local function count(set)
      local n = 0
      for _ in pairs(set) do n = n + 1 end
      return n
    end
    assert.same({ 32, 64 }, { count(names), count(addresses) })
    assert.same({ PRIMARY = 29, ADDITIONAL_PRIMARY = 3 }, types)
  end)

  it("is refused on a full VLAN with the quirk, all guests of a request together", function()
    w.sim:ask("POST", "settings", { quirks = { ["full-vlan-refused"] = true } })
    local many = json.array {}
    for i = 1, 30 do many[i] = wire.template { hostname = "vm-" .. i } end
    assert.equal("Public", select(2, w:refusal("POST", GUEST .. "/createObjects", { parameters = { many } })))
    assert.equal(0, #w:get "SoftLayer_Account/getVirtualGuests")
    table.remove(many)
    assert.equal(200, w:call("POST", GUEST .. "/createObjects", { parameters = { many } }).status)
    assert.equal("Public", refused())
    assert.is_not_nil(w:guest { privateNetworkOnlyFlag = true })
    control { kind = "primary", vlan = 524956 }
    w:guest()
  end)
end)
