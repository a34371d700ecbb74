-- Subnets and their addresses: what portable, small and made ones show, whose an address is, and notes on it.
local json = require "core.json"
local wire = require "support.wire"

local SUBNET, IP = "SoftLayer_Network_Subnet", "SoftLayer_Network_Subnet_IpAddress"

describe("a subnet", function()
  local w
  setup(function() w = wire.open() end)
  teardown(function() w:close() end)

  local function record(address, mask) return w:get(IP .. "/getByIpAddress", mask, { parameters = { address } }) end
  local function portable(vlan, cidr)
    for _, subnet in ipairs(w:get(("SoftLayer_Network_Vlan/%d/getSecondarySubnets"):format(vlan))) do
      if subnet.cidr == cidr then return subnet end
    end
  end

  -- VLAN, its space, datacenter and router, the sizes of its portable subnets
  local seeded = {
    { 524954, "PRIVATE", "lon02", "bcr01a.lon02", { 26, 29 } }, { 524956, "PUBLIC", "lon02", "fcr01a.lon02", { 28 } },
    { 1292651, "PRIVATE", "dal13", "bcr01a.dal13", { 26, 29 } }, { 1292653, "PUBLIC", "dal13", "fcr01a.dal13", { 28 } },
  }
  for _, case in ipairs(seeded) do
    local id, space, place, router, sizes = table.unpack(case)
    it(("is portable on the %s VLAN of %s"):format(space, place), function()
      for _, cidr in ipairs(sizes) do
        local subnet = w:get(("%s/%d"):format(SUBNET, portable(id, cidr).id), "mask[addressSpace,cidr,subnetType,netmask,gateway,"
          .. "broadcastAddress,usableIpAddressCount,version,datacenter.name,networkVlan[id,networkSpace,primaryRouter[hostname],"
          .. "primarySubnetId],ipAddresses[ipAddress,isNetwork,isGateway,isBroadcast,isReserved]]")
        local size = 1 << (32 - cidr)
        assert.same({ "SECONDARY_ON_VLAN", space, place, id, space, router, 4, ("%d"):format(size - 3) }, { subnet.subnetType,
          subnet.addressSpace, subnet.datacenter.name, subnet.networkVlan.id, subnet.networkVlan.networkSpace,
          subnet.networkVlan.primaryRouter.hostname, subnet.version, subnet.usableIpAddressCount })
        assert.equal("255.255.255." .. 256 - size, subnet.netmask)
        assert.is_not.equal(subnet.id, subnet.networkVlan.primarySubnetId)
        local roles = {}
        for i, ip in ipairs(subnet.ipAddresses) do
          roles[i] = ip.isNetwork and "network" or ip.isGateway and "gateway" or ip.isBroadcast and "broadcast" or "free"
          assert.is_false(ip.isReserved)
        end
        assert.same({ size, "network", "gateway", "free", "broadcast" }, { #roles, roles[1], roles[2], roles[#roles - 1], roles[#roles] })
        assert.same({ subnet.gateway, subnet.broadcastAddress },
          { subnet.ipAddresses[2].ipAddress, subnet.ipAddresses[#roles].ipAddress })
      end
    end)
  end

  it("of eight has one address that nobody noted", function()
    local free = {}
    for _, ip in ipairs(w:get(SUBNET .. "/1410001/getIpAddresses")) do
      if not (ip.note or ip.isNetwork or ip.isGateway or ip.isBroadcast) then free[#free + 1] = ip.ipAddress end
    end
    assert.equal(1, #free)
  end)

  it("keeps notes on its addresses, and finds them", function()
    local mine = record("10.112.166.20", "mask[id,note,subnet[id,networkVlanId]]")
    assert.equal(json.null, mine.note)
    assert.equal(524954, mine.subnet.networkVlanId)
    assert.is_true(w:get(("%s/%d/editObject"):format(IP, mine.id), nil, { parameters = { { note = "bosh:vm-1" } } }))
    assert.equal("bosh:vm-1", record("10.112.166.20").note)
    local filter = { ipAddresses = { note = { operation = "^= bosh:" } } }
    local found = w:get(("%s/%d/getIpAddresses"):format(SUBNET, mine.subnet.id), "mask[ipAddress,note]", { filter = filter })
    assert.same({ 1, "10.112.166.20" }, { #found, found[1].ipAddress })
    assert.equal(200, w:call("PUT", ("%s/%d"):format(IP, mine.id), { parameters = { { note = "" } } }).status)
    assert.equal("", record("10.112.166.20").note)
  end)

  it("is found by an address, which may be unknown", function()
    assert.equal(26, w:get(SUBNET .. "/getSubnetForIpAddress", nil, { parameters = { "10.112.39.9" } }).cidr)
    assert.equal("null", w:call("POST", IP .. "/getByIpAddress", { parameters = { "192.0.2.1" } }).body)
  end)

  it("has a machine only at the machine's primary addresses", function()
    local guest = w:get("SoftLayer_Virtual_Guest/" .. w:guest { hostname = "own" }, "mask[id,primaryBackendIpAddress,primaryIpAddress]")
    for _, address in ipairs { guest.primaryBackendIpAddress, guest.primaryIpAddress } do
      local ip = record(address, "mask[virtualGuest.id,guestNetworkComponent.primaryIpAddress,guestNetworkComponentBinding.type]")
      assert.same({ guest.id, address, "PRIMARY" },
        { ip.virtualGuest.id, ip.guestNetworkComponent.primaryIpAddress, ip.guestNetworkComponentBinding.type })
    end
    local ip = record("10.112.166.21", "mask[id,virtualGuest.id,guestNetworkComponent.id,hardware.id]")
    assert.same({ id = ip.id }, ip)
  end)

  it("is listed with the account's addresses", function()
    local function has(list, address)
      for _, ip in ipairs(list) do
        if ip.ipAddress == address then return true end
      end
      return false
    end
    local public = w:get "SoftLayer_Account/getPublicIpAddresses"
    assert.same({ true, false }, { has(public, record("198.18.0.1").ipAddress), has(public, "10.112.39.9") })
    assert.is_true(has(w:get "SoftLayer_Account/getPrivateIpAddresses", "10.112.39.9"))
  end)

  -- fields of POST subnet, and what comes: type, number of usable addresses, on a VLAN
  local made = {
    { { vlan = 524956 }, "SECONDARY_ON_VLAN", 5, 524956 },
    { { kind = "portable", datacenter = "dal13", space = "PRIVATE", size = 16 }, "SECONDARY_ON_VLAN", 13, 1292651 },
    { { kind = "primary", vlan = 524954, size = 4 }, "ADDITIONAL_PRIMARY", 1, 524954 },
    { { kind = "static", datacenter = "ams01" }, "SECONDARY", 1 },
    { { kind = "static", vlan = 524956, size = 4 }, "SECONDARY", 4 },
    { { kind = "global" }, "GLOBAL_IP", 1 },
  }
  for _, case in ipairs(made) do
    it("can be made: " .. json.encode(case[1]), function()
      local answer = w.sim:ask("POST", "subnet", case[1])
      local subnet = w:get(("%s/%d"):format(SUBNET, answer.id), "mask[subnetType,usableIpAddressCount,networkVlanId,globalIpRecord.id]")
      assert.same({ case[2], ("%d"):format(case[3]), case[3] }, { subnet.subnetType, subnet.usableIpAddressCount, #answer.addresses })
      assert.equal(case[4], subnet.networkVlanId ~= json.null and subnet.networkVlanId or nil)
      assert.equal(answer.global, subnet.globalIpRecord and subnet.globalIpRecord.id)
    end)
  end

  it("can have reserved addresses", function()
    local answer = w.sim:ask("POST", "subnet", { vlan = 524956, reserved = 4 })
    assert.is_true(record(answer.addresses[4]).isReserved)
    assert.is_false(record(answer.addresses[5]).isReserved)
  end)

  for _, fields in ipairs { { kind = "odd", vlan = 524956 }, { vlan = 5 }, { datacenter = "xyz01" }, { vlan = 524956, size = 6 },
    { vlan = 524956, size = 2 }, { vlan = 524956, size = "8" }, { kind = "global", size = 2 }, { vlan = 524956, space = "ODD" } } do
    it("cannot be made: " .. json.encode(fields), function()
      assert.has_error(function() w.sim:ask("POST", "subnet", fields) end)
    end)
  end
end)
