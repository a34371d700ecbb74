-- Ordering: containers, their refusals, upgrades, quotes, and what an order becomes.
local folder = require "support.folder"
local json = require "core.json"
local simulator = require "support.simulator"

local GUEST = "SoftLayer_Container_Product_Order_Virtual_Guest"
local NEEDED = { "GUEST_CORES_2", "RAM_4_GB", "OS_UBUNTU_20_64", "GUEST_DISK_25_GB_SAN",
  "100_MBPS_PUBLIC_PRIVATE_NETWORK_UPLINKS", "BANDWIDTH_0_GB_2", "1_IP_ADDRESS", "REBOOT_REMOTE_CONSOLE" }

describe("orders", function()
  local at, sim, price_ids

  setup(function()
    at = folder.open()
    sim = simulator.start(at, { "--speed=0" })
    price_ids = {}
    for _, price in ipairs(sim:api("SoftLayer_Product_Package/46/getItemPrices", "id,item.keyName,categories.categoryCode")) do
      local key = price.item.keyName
      price_ids[key] = price_ids[key] or price.id
      price_ids[key .. "/" .. price.categories[1].categoryCode] = price.id
    end
  end)
  teardown(function()
    assert.equal("", sim:stop())
    at:close()
  end)

  local function api(path, ...) return sim:api(path, nil, ...) end
  local function advance(seconds) sim:ask("POST", "advance", { seconds = seconds }) end

  local function refusal(...)
    local ok, body = pcall(api, ...)
    assert.is_false(ok)
    return json.decode(tostring(body):match "{.*}")
  end

  local function container(changes)
    local prices = json.array {}
    for i, key in ipairs(NEEDED) do prices[i] = { id = assert(price_ids[key], key) } end
    local made = { complexType = GUEST, packageId = 46, location = "1854895", quantity = 1, useHourlyPricing = true,
      prices = prices, virtualGuests = json.array { { hostname = "ordered", domain = "example.com" } } }
    for name, value in pairs(changes or {}) do made[name] = value end
    return made
  end

  local function place(changes) return api("SoftLayer_Product_Order/placeOrder", { container(changes) }) end
  local function guests() return #api "SoftLayer_Account/getVirtualGuests" end

  local function ready_guest()
    local receipt = place()
    advance(400)
    return receipt.orderDetails.virtualGuests[1].id, receipt
  end

  local function upgrade(id, entries, extra)
    local order = { complexType = GUEST .. "_Upgrade", prices = entries, virtualGuests = json.array { { id = id } },
      properties = json.array { { name = "MAINTENANCE_WINDOW", value = "now" } } }
    for name, value in pairs(extra or {}) do order[name] = value end
    return order
  end

  it("resolve prices without a side effect when verified", function()
    local before = guests()
    local echo = api("SoftLayer_Product_Order/verifyOrder", { container() })
    assert.equal(#NEEDED, #echo.prices)
    assert.equal("2 x 2.0 GHz or higher Cores", echo.prices[1].item.description)
    assert.equal(before, guests())
  end)

  it("answer in a wrapper what came in a wrapper", function()
    local echo = api("SoftLayer_Product_Order/verifyOrder", { { orderContainers = json.array { container() } } })
    assert.equal(#NEEDED, #echo.orderContainers[1].prices)
  end)

  it("make a guest that reaches COMPLETED through PENDING_AUTO_APPROVAL and APPROVED", function()
    local receipt = place()
    assert.equal("PENDING_AUTO_APPROVAL", receipt.placedOrder.status)
    local status = function() return api(("SoftLayer_Billing_Order/%d/getObject"):format(receipt.orderId)).status end
    advance(3)
    assert.equal("APPROVED", status())
    advance(400)
    assert.equal("COMPLETED", status())
    local guest = api(("SoftLayer_Virtual_Guest/%d/getObject"):format(receipt.orderDetails.virtualGuests[1].id))
    assert.equal(2, guest.maxCpu)
    assert.equal(4096, guest.maxMemory)
    assert.equal("ordered.example.com", guest.fullyQualifiedDomainName)
  end)

  describe("are refused", function()
    local function without(key)
      local prices = json.array {}
      for _, name in ipairs(NEEDED) do
        if name ~= key then prices[#prices + 1] = { id = price_ids[name] } end
      end
      return prices
    end
    local function with(entry)
      local prices = without ""
      prices[#prices + 1] = entry
      return prices
    end

    -- what, changes, code, part of the text
    local cases = {
      { "a price without an id", function() return { prices = with { itemId = 1 } } end, "Public", "Price does not have an id." },
      { "an unknown price", function() return { prices = with { id = 7 } } end, "Order_Item_Invalid", "#7" },
      { "a missing category", function() return { prices = without "RAM_4_GB" } end, "Order_Item_Invalid", "'ram'" },
      { "a category twice", function() return { prices = with { id = price_ids.RAM_8_GB } } end, "Order_Item_Invalid", "'ram'" },
      { "disks of two kinds", function() return { prices = with { id = price_ids["GUEST_DISK_100_GB_LOCAL/guest_disk1"] } } end,
        "Order_Item_Invalid", "guest's disks" },
      { "an unknown location", function() return { location = "99" } end, "Order_InvalidLocation",
        "The location provided for this order is invalid." },
      { "no hostname", function() return { virtualGuests = json.array { { domain = "example.com" } } } end,
        "Order_InvalidData", "Hostname and domain are not set properly." },
      { "no machine", function() return { virtualGuests = json.array {} } end, "Order_InvalidData", "virtualGuests" },
      { "a price of another package", function() return { packageId = 835 } end, "Order_Item_Invalid", "package 835" },
      { "an unknown package", function() return { packageId = 1 } end, "Public", "package" },
      { "an unknown type", function() return { complexType = GUEST .. "_X" } end, "Public", "not supported" },
      { "another quantity than machines", function() return { quantity = 2 } end, "Order_InvalidData", "virtualGuests" },
      { "an unknown SSH key", function() return { sshKeys = json.array { { sshKeyIds = json.array { 5 } } } } end,
        "ObjectNotFound", "5" },
      { "an unknown host", function() return { hostId = 5 } end, "ObjectNotFound", "5" },
      { "an unknown image", function() return { imageTemplateId = 5 } end, "Public", "#5" },
      { "a bad script", function() return { provisionScripts = json.array { "ftp://x" } } end, "InvalidValue", "URI" },
      { "an unknown preset", function() return { presetId = 5 } end, "Public", "preset" },
      { "a bad hostname", function() return { virtualGuests = json.array { { hostname = "-x", domain = "example.com" } } } end,
        "InvalidHostname", "-x" },
    }
    for _, case in ipairs(cases) do
      it("for " .. case[1], function()
        local before = guests()
        local err = refusal("SoftLayer_Product_Order/placeOrder", { container(case[2]()) })
        assert.equal("SoftLayer_Exception_" .. case[3], err.code)
        assert.truthy(err.error:find(case[4], 1, true), err.error)
        assert.equal(before, guests())
      end)
    end
  end)

  it("of flavours take cores and memory from the preset", function()
    local template = { hostname = "fl", domain = "example.com", datacenter = { name = "dal13" }, hourlyBillingFlag = true,
      operatingSystemReferenceCode = "UBUNTU_LATEST_64", supplementalCreateObjectOptions = { flavorKeyName = "B1_4X8X100" } }
    local made = api("SoftLayer_Virtual_Guest/generateOrderTemplate", { template })
    assert.equal(835, made.packageId)
    local receipt = api("SoftLayer_Product_Order/placeOrder", { made })
    advance(400)
    local guest = api(("SoftLayer_Virtual_Guest/%d/getObject"):format(receipt.orderDetails.virtualGuests[1].id))
    assert.equal(4, guest.maxCpu)
    assert.equal(8192, guest.maxMemory)
  end)

  it("are generated without what only the template has", function()
    local vlan = { id = 1292651, primarySubnetId = 1 }
    for _, subnet in ipairs(sim:api("SoftLayer_Account/getSubnets", "id,subnetType,networkVlanId")) do
      if subnet.networkVlanId == vlan.id and subnet.subnetType == "PRIMARY" then vlan.primarySubnetId = subnet.id end
    end
    local template = { hostname = "om", domain = "example.com", datacenter = { name = "dal13" }, hourlyBillingFlag = true,
      localDiskFlag = false, startCpus = 1, maxMemory = 1024, operatingSystemReferenceCode = "UBUNTU_LATEST_64",
      userData = json.array { { value = "x" } }, networkComponents = json.array { { maxSpeed = 1000 } },
      primaryBackendNetworkComponent = { networkVlan = vlan } }
    local made = api("SoftLayer_Virtual_Guest/generateOrderTemplate", { template })
    local own = made.virtualGuests[1]
    assert.same({ id = vlan.id }, own.primaryBackendNetworkComponent.networkVlan)
    assert.same({ "om" }, { own.hostname, own.userData, own.networkComponents })
    for _, price in ipairs(made.prices) do
      if price.categories[1].categoryCode == "port_speed" then assert.equal("10", price.item.capacity) end
    end
    template.networkComponents[1].maxSpeed = 7
    assert.truthy(refusal("SoftLayer_Virtual_Guest/generateOrderTemplate", { template }).error:find "speed")
  end)

  it("of several machines give each its own data, script and keys", function()
    local receipt = place { quantity = 2, sshKeys = json.array { { sshKeyIds = json.array { 136868 } }, { sshKeyIds = json.array {} } },
      provisionScripts = json.array { "https://x.example/1", "https://x.example/2" }, virtualGuests = json.array {
        { hostname = "one", domain = "example.com", userData = json.array { { value = "1" } } },
        { hostname = "two", domain = "example.com", userData = json.array { { value = "2" } } } } }
    for i, made in ipairs(receipt.orderDetails.virtualGuests) do
      local guest = sim:api(("SoftLayer_Virtual_Guest/%d/getObject"):format(made.id),
        "userData.value,postInstallScriptUri,sshKeyCount,billingItem.orderItem.order.id")
      assert.same({ tostring(i), "https://x.example/" .. i, 2 - i, receipt.orderId }, { guest.userData[1].value,
        guest.postInstallScriptUri, guest.sshKeyCount, guest.billingItem.orderItem.order.id })
    end
  end)

  it("take an IPv6 address, whichever package its price is read from", function()
    local price
    for _, entry in ipairs(sim:api("SoftLayer_Product_Package/835/getItemPrices", "id,item.keyName")) do
      if entry.item.keyName == "1_IPV6_ADDRESS" then price = entry.id end
    end
    local prices = container().prices
    prices[#prices + 1] = { id = price }
    local receipt = place { prices = prices }
    advance(400)
    local guest = sim:api(("SoftLayer_Virtual_Guest/%d/getObject"):format(receipt.orderDetails.virtualGuests[1].id),
      "primaryNetworkComponent.primaryVersion6IpAddressRecord[ipAddress,subnet[version,cidr]]")
    local record = guest.primaryNetworkComponent.primaryVersion6IpAddressRecord
    assert.truthy(record.ipAddress:find("^2001:0db8:"))
    assert.same({ 6, 64 }, { record.subnet.version, record.subnet.cidr })
  end)

  describe("of upgrades", function()
    it("are refused", function()
      local id = ready_guest()
      local function prices(...)
        local list = json.array {}
        for i, key in ipairs { ... } do list[i] = { id = assert(price_ids[key], key) } end
        return list
      end
      -- prices, more of the container, code, part of the text
      local cases = {
        { prices("GUEST_CORES_4", "GUEST_CORES_8"), nil, "Order_Item_Invalid", "Only one price" },
        { prices "OS_UBUNTU_20_64", nil, "Order_Item_Invalid", "not valid for an upgrade" },
        { prices "GUEST_DISK_100_GB_LOCAL/guest_disk1", nil, "Order_Item_Invalid", "guest's disks" },
        { prices "RAM_8_GB", { properties = json.array { { name = "MAINTENANCE_WINDOW", value = "soon" } } }, "InvalidValue",
          "MAINTENANCE_WINDOW" },
        { prices "RAM_8_GB", { virtualGuests = json.array { { id = id }, { id = id } } }, "Public", "Only one guest" },
        { json.array {}, { presetId = 5 }, "Public", "preset" },
        { json.array {}, nil, "Public", "A current price was provided for the upgrade order" },
      }
      for _, case in ipairs(cases) do
        local err = refusal("SoftLayer_Product_Order/placeOrder", { upgrade(id, case[1], case[2]) })
        assert.equal("SoftLayer_Exception_" .. case[3], err.code)
        assert.truthy(err.error:find(case[4], 1, true), err.error)
      end
      assert.is_nil(sim:api(("SoftLayer_Virtual_Guest/%d/getObject"):format(id), "id,upgradeRequest.id").upgradeRequest)
    end)

    it("wait for their maintenance window", function()
      local id = ready_guest()
      local hour = os.date("!%Y-%m-%dT%H:%M:%SZ", math.floor(sim:ask("GET", "clock").now) + 3600)
      api("SoftLayer_Product_Order/placeOrder", { upgrade(id, json.array { { id = price_ids.RAM_8_GB } },
        { properties = json.array { { name = "MAINTENANCE_WINDOW", value = hour } } }) })
      local request = ("SoftLayer_Virtual_Guest/%d/getUpgradeRequest"):format(id)
      advance(3500)
      assert.equal(1, api(request).statusId)
      assert.equal(4096, api(("SoftLayer_Virtual_Guest/%d/getObject"):format(id)).maxMemory)
      advance(400)
      assert.equal(3, api(request).statusId)
      assert.equal(8192, api(("SoftLayer_Virtual_Guest/%d/getObject"):format(id)).maxMemory)
    end)

    it("resize the guest, add a disk, and complete", function()
      local id = ready_guest()
      local receipt = api("SoftLayer_Product_Order/placeOrder", { upgrade(id, json.array {
        { id = price_ids["GUEST_CORES_4"] }, { id = price_ids["GUEST_DISK_100_GB_SAN/guest_disk1"] } }) })
      advance(60)
      local order = ("SoftLayer_Billing_Order/%d/getObject"):format(receipt.orderId)
      assert.equal("PENDING_UPGRADE", api(order).status)
      assert.equal("HALTED", api(("SoftLayer_Virtual_Guest/%d/getPowerState"):format(id)).keyName)
      advance(200)
      assert.equal("COMPLETED", api(order).status)
      assert.equal(4, api(("SoftLayer_Virtual_Guest/%d/getObject"):format(id)).maxCpu)
      assert.equal(3, #api(("SoftLayer_Virtual_Guest/%d/getBlockDevices"):format(id)))
      assert.equal(3, api(("SoftLayer_Virtual_Guest/%d/getUpgradeRequest"):format(id)).statusId)
    end)

    it("refuse what the guest has already", function()
      local id = ready_guest()
      local err = refusal("SoftLayer_Product_Order/placeOrder",
        { upgrade(id, json.array { { id = price_ids.GUEST_CORES_2 } }) })
      assert.truthy(err.error:find("^A current price was provided for the upgrade order"), err.error)
    end)

    it("refuse a guest with a transaction, and a guest that is not there", function()
      local receipt = place()
      local id = receipt.orderDetails.virtualGuests[1].id
      local entries = json.array { { id = price_ids.GUEST_CORES_4 } }
      assert.equal("SoftLayer_Exception_Public", refusal("SoftLayer_Product_Order/placeOrder", { upgrade(id, entries) }).code)
      assert.equal("SoftLayer_Exception_ObjectNotFound",
        refusal("SoftLayer_Product_Order/placeOrder", { upgrade(5, entries) }).code)
    end)
  end)

  it("can be quoted first and placed later", function()
    local before = guests()
    local quote = api("SoftLayer_Product_Order/placeOrder", { container(), true }).quote
    assert.equal(before, guests())
    assert.equal(1, #api "SoftLayer_Account/getActiveQuotes")
    local path = ("SoftLayer_Billing_Order_Quote/%d/"):format(quote.id)
    local again = api(path .. "getRecalculatedOrderContainer")
    assert.equal(#NEEDED, #again.prices)
    api(path .. "placeOrder", { again })
    assert.equal(before + 1, guests())
    api(path .. "deleteQuote")
    assert.equal(0, #api "SoftLayer_Account/getActiveQuotes")
  end)

  it("of dedicated hosts make one that holds guests", function()
    local price = sim:api("SoftLayer_Product_Package/813/getItemPrices", "id")[1]
    api("SoftLayer_Product_Order/placeOrder", { { complexType = "SoftLayer_Container_Product_Order_Virtual_DedicatedHost",
      packageId = 813, location = "dal13", useHourlyPricing = true, prices = json.array { { id = price.id } },
      hardware = json.array { { hostname = "host", domain = "example.com" } } } })
    local host = api("SoftLayer_Account/getDedicatedHosts")[1]
    assert.equal(56, host.cpuCount)
    assert.equal(true, api(("SoftLayer_Virtual_DedicatedHost/%d/deleteObject"):format(host.id)))
    assert.same(json.array {}, api "SoftLayer_Account/getDedicatedHosts")
  end)
end)

describe("an image of a guest", function()
  local at, sim
  setup(function()
    at = folder.open()
    sim = simulator.start(at, { "--speed=0" })
  end)
  teardown(function()
    assert.equal("", sim:stop())
    at:close()
  end)

  it("is made of its first disk and can be used when its transaction is over", function()
    local guest = sim:api("SoftLayer_Virtual_Guest/createObject", nil, { { hostname = "src", domain = "example.com", startCpus = 1,
      maxMemory = 1024, hourlyBillingFlag = true, localDiskFlag = false, datacenter = { name = "dal13" },
      operatingSystemReferenceCode = "UBUNTU_LATEST_64" } })
    sim:ask("POST", "advance", { seconds = 400 })
    local path = ("SoftLayer_Virtual_Guest/%d/"):format(guest.id)
    local disk = sim:api(path .. "getBlockDevices", "id,device")[1]
    local image = sim:api(path .. "createArchiveTemplate", nil, { "copy", json.array { disk }, "a note" })
    local own = "SoftLayer_Virtual_Guest_Block_Device_Template_Group/" .. ("%d"):format(image.id) .. "/getObject"
    assert.truthy(sim:api(own, "transaction").transaction)
    sim:ask("POST", "advance", { seconds = 400 })
    local done = sim:api(own, "transaction,children.id,globalIdentifier")
    assert.is_nil(done.transaction)
    assert.equal(1, #done.children)
  end)

  it("is not made of swap", function()
    local guest = sim:api("SoftLayer_Account/getVirtualGuests")[1]
    local path = ("SoftLayer_Virtual_Guest/%d/"):format(guest.id)
    local ok, body = pcall(sim.api, sim, path .. "createArchiveTemplate", nil, { "copy", json.array { { device = "1" } } })
    assert.is_false(ok)
    assert.equal("SoftLayer_Exception_InvalidValue", json.decode(tostring(body):match "{.*}").code)
  end)
end)
