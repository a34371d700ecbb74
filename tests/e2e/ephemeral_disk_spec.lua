-- create_vm with an ephemeral disk: one order for the guest and its second disk, through the executables.
local agent = require "support.agent"
local json = require "core.json"
local requests = require "support.requests"
local world = require "support.world"

local function request(changes, more)
  local properties = { datacenter = "lon02", cpu = 1, memory = 1024, ephemeral_disk_size = 20 }
  for name, value in pairs(changes or {}) do properties[name] = value ~= json.null and value or nil end
  more = more or {}
  more.properties = properties
  return requests.create_vm(more)
end

local VLANS = { default = { type = "dynamic", cloud_properties = { vlan_ids = json.array { 524956, 524954 } } } }

describe("an ephemeral disk", function()
  local w
  before_each(function() w = world.start() end)
  after_each(function() w:close() end)

  local function calls(method) return #w.sim:journal(method) end

  local function guest(cid)
    return w.sim:api("SoftLayer_Virtual_Guest/" .. cid .. "/getObject", "hostname,localDiskFlag,privateNetworkOnlyFlag,"
      .. "hourlyBillingFlag,maxCpu,maxMemory,blockDeviceTemplateGroup.id,sshKeys.id,networkComponents[port,maxSpeed,"
      .. "networkVlan.id],blockDevices[device,mountType,diskImage.capacity],billingItem.orderItem.order.items.categoryCode")
  end

  local function second_disk(cid)
    for _, device in ipairs(guest(cid).blockDevices) do
      if device.device == "2" then return device end
    end
  end

  it("comes with its guest: one order, no upgrade, and the agent is told", function()
    local cid = w:result(request())[1]
    assert.same({ 1, 0, 0, 0 }, { calls "placeOrder", calls "createObject", calls "getUpgradeItemPrices",
      calls "getUpgradeRequest" })
    local placed = w.sim:journal("placeOrder")[1]
    assert.equal("SoftLayer_Container_Product_Order_Virtual_Guest", placed.arguments[1].complexType)
    local disk = second_disk(cid)
    assert.same({ "Disk", 20 }, { disk.mountType, disk.diskImage.capacity })
    assert.equal("/dev/xvdc", agent.settings(w.sim, cid).disks.ephemeral)
    assert.equal(1, #w.sim:inventory().orders)
  end)

  it("leaves the guest as createObject makes it, in everything else", function()
    local wanted = { cpu = 2, memory = 4096, hourly_billing_flag = false, max_network_speed = 100,
      ssh_keys = json.array { 136868 } }
    local with = guest(w:result(request(wanted, { agent_id = "a", networks = VLANS }))[1])
    wanted.ephemeral_disk_size = 0
    local without = guest(w:result(request(wanted, { agent_id = "b", networks = VLANS }))[1])
    assert.equal(100, with.networkComponents[1].maxSpeed)
    for _, name in ipairs { "localDiskFlag", "privateNetworkOnlyFlag", "hourlyBillingFlag", "maxCpu", "maxMemory",
      "blockDeviceTemplateGroup", "sshKeys", "networkComponents" } do
      assert.same(without[name], with[name], name)
    end
    local ordered, extra = {}, {}
    for _, item in ipairs(without.billingItem.orderItem.order.items) do ordered[item.categoryCode] = true end
    for _, item in ipairs(with.billingItem.orderItem.order.items) do
      if not ordered[item.categoryCode] then extra[#extra + 1] = item.categoryCode end
    end
    assert.same({ "guest_disk1" }, extra)
  end)

  it("goes to a guest with a private network only", function()
    local networks = { default = { type = "dynamic", cloud_properties = { vlan_ids = json.array { 524954 } } } }
    local made = guest(w:result(request(nil, { networks = networks }))[1])
    assert.is_true(made.privateNetworkOnlyFlag)
    assert.equal(1, #made.networkComponents)
    assert.equal(1000, made.networkComponents[1].maxSpeed)
  end)

  -- the properties, what is made of them
  for _, case in ipairs {
    { { ephemeral_disk_size = 101 }, 125, false }, { { ephemeral_disk_size = 2000 }, 2000, false },
    { { local_disk_flag = true }, 25, true }, { { local_disk_flag = true, ephemeral_disk_size = 201 }, 300, true },
    { { flavor_key_name = "B1_1X2X25", cpu = json.null, memory = json.null }, 20, false },
    { { flavor_key_name = "BL2_1X2X100", cpu = json.null, memory = json.null }, 25, true },
  } do
    it(("is rounded up to %d GB for %s"):format(case[2], json.encode(case[1])), function()
      local cid = w:result(request(case[1]))[1]
      assert.equal(case[2], second_disk(cid).diskImage.capacity)
      assert.equal(case[3], guest(cid).localDiskFlag)
    end)
  end

  for text, changes in pairs { ["2000 GB (SAN)"] = { ephemeral_disk_size = 2001 },
    ["300 GB (LOCAL)"] = { ephemeral_disk_size = 301, local_disk_flag = true } } do
    it(("larger than %s is refused before anything is ordered"):format(text), function()
      local err = w:failure(request(changes))
      assert.truthy(err.message:find("the largest has " .. text, 1, true), err.message)
      assert.same({ 0, 0 }, { calls "placeOrder", calls "createObject" })
      assert.equal("[]", json.encode(w.sim:inventory().guests))
    end)
  end

  it("whose price the API refuses costs nothing, and the next try begins anew", function()
    w.sim:fault 'Product_Order.placeOrder count=1 do=error code=SoftLayer_Exception_Order_Item_Invalid text="Not that price."'
    local err = w:failure(request())
    assert.equal("Bosh::Clouds::VMCreationFailed", err.type)
    assert.truthy(err.message:find("Not that price.", 1, true))
    assert.equal(0, w.sim:inventory().billed)
    assert.equal(0, calls "getVirtualGuests")
    w:result(request())
    assert.equal(2, calls "placeOrder")
  end)

  it("in a datacenter that does not exist is refused as an order is", function()
    local err = w:failure(request { datacenter = "xyz99" })
    assert.equal("Bosh::Clouds::VMCreationFailed", err.type)
    assert.truthy(err.message:find("datacenter", 1, true))
    assert.equal(0, calls "placeOrder")
  end)

  for _, fault in ipairs { "do=drop executed", "do=html status=504 late=60", "do=torn", "do=null", "do=internal executed" } do
    it("is ordered once when the answer is lost: " .. fault, function()
      w.sim:fault("Product_Order.placeOrder nth=1 " .. fault)
      local cid = w:result(request())[1]
      assert.equal(1, calls "placeOrder")
      local guests = w.sim:inventory().guests
      assert.equal(1, #guests)
      assert.equal(cid, tostring(guests[1].id))
      assert.equal("/dev/xvdc", agent.settings(w.sim, cid).disks.ephemeral)
      assert.equal(cid, w:result(request())[1])
    end)
  end

  it("is sent again only after guests and orders were looked through", function()
    w.sim:fault "Product_Order.placeOrder count=1 do=drop"
    w:result(request())
    local names = {}
    for _, call in ipairs(w.sim:journal()) do
      local name = call.method == "placeOrder" and "order" or call.method == "getAllObjects" and "look"
      if name and names[#names] ~= name then names[#names + 1] = name end
    end
    assert.same({ "order", "look", "order" }, names)
    assert.equal(1, #w.sim:inventory().guests)
  end)
end)

describe("a create_vm with two VLANs, tags and an ephemeral disk", function()
  it("makes at most seven API calls and the order when its guest is ready at the first poll", function()
    local w = world.start { slsim_speed = 100000 }
    finally(function() w:close() end)
    w:result(request(nil, { networks = VLANS, env = { bosh = { tags = { owner = "ada" } } } }))
    assert.equal(1, #w.sim:journal "placeOrder")
    assert.is_true(#w.sim:journal() <= 7 + 1)
  end)
end)

describe("calculate_vm_cloud_properties", function()
  it("has the sizes that are on sale, and what it answers is taken by create_vm", function()
    local w = world.start()
    finally(function() w:close() end)
    local options = w.sim:api "SoftLayer_Virtual_Guest/getCreateObjectOptions"
    local function sold(list, name)
      local sizes, seen = {}, {}
      for _, entry in ipairs(list) do
        local size = entry.template[name]
        if not seen[size] then sizes[#sizes + 1], seen[size] = size, true end
      end
      table.sort(sizes)
      return sizes
    end
    local function calculated(cpu, ram)
      return w:result(requests.of("calculate_vm_cloud_properties", { cpu = cpu, ram = ram, ephemeral_disk_size = 20000 }))
    end
    local cores, before = sold(options.processors, "startCpus"), 0
    for _, size in ipairs(cores) do
      assert.equal(size, calculated(before + 1, 1024).cpu)
      before = size
    end
    before = 0
    for _, size in ipairs(sold(options.memory, "maxMemory")) do
      assert.equal(size, calculated(1, before + 1).memory)
      before = size
    end
    assert.truthy(w:failure(requests.of("calculate_vm_cloud_properties", { cpu = 1, ram = before + 1, ephemeral_disk_size = 0 })))
    local properties = calculated(3, 20000)
    properties.datacenter = "lon02"
    local cid = w:result(requests.create_vm { properties = properties })[1]
    assert.equal("/dev/xvdc", agent.settings(w.sim, cid).disks.ephemeral)
  end)
end)
