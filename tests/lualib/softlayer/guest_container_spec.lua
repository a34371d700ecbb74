-- softlayer.guest_container: the order of a guest with a second disk, over a double of the API.
local fake = require "lualib.fake"
local guest_container = require "softlayer.guest_container"
local json = require "core.json"
local log = require "core.log"
local session = require "session"

local GENERATE, PRICES = "Virtual_Guest::generateOrderTemplate", "Product_Package::getItemPrices"

local function price(id, code, capacity, description, group)
  return { id = id, itemId = id + 1000, locationGroupId = group, categories = json.array { { categoryCode = code } },
    item = { capacity = capacity, description = description } }
end

local function sold()
  return json.array {
    price(14, "guest_disk1", "100", "100 GB (LOCAL)"),
    price(11, "guest_disk1", "1000", "1,000 GB (SAN)"),
    price(12, "guest_disk1", "25", "25 GB (SAN)"),
    price(13, "guest_disk1", 100, "100 GB (SAN)"), -- the API has numbers as strings and as numbers
    price(15, "guest_disk1", "50", "50 GB (SAN)", 503),
    price(16, "guest_disk0", "40", "40 GB (SAN)"),
    price(17, "guest_disk1", nil, "a disk (SAN)"),
    price(21, "port_speed", "10", "10 Mbps Public & Private Network Uplinks"),
    price(22, "port_speed", "1000", "1 Gbps Public & Private Network Uplinks"),
    price(23, "port_speed", "1000", "1 Gbps Private Network Uplink"),
    price(24, "port_speed", "1000", "1 Gbps Public & Private Network Uplinks", 503),
  }
end

describe("the order container of a guest with a second disk", function()
  local api

  before_each(function()
    log.level "off"
    api = fake.api()
    session.configure(function() return api.handle end)
    api[GENERATE] = function()
      return { packageId = 46, prices = json.array { { id = 1, itemId = 1001 }, { id = 21, itemId = 1021 } }, location = "1854895",
        virtualGuests = json.array { { hostname = "h" } } }
    end
    api[PRICES] = sold
  end)
  after_each(function() log.level "info" end)

  local function template(changes)
    local made = { hostname = "h", domain = "example.org", privateNetworkOnlyFlag = false,
      networkComponents = json.array { { maxSpeed = 1000 } }, primaryBackendNetworkComponent = { networkVlan = { id = 5 } } }
    for name, value in pairs(changes or {}) do made[name] = value end
    return made
  end

  local function container(size, changes)
    size.ephemeral_disk_size = size.ephemeral_disk_size or 20
    return guest_container.of(template(changes), { size = size, image_id = 380214 })
  end

  local function prices_of(...)
    local ids = {}
    for i, each in ipairs(assert(container(...)).prices) do ids[i] = each.id end
    return ids
  end

  it("is generated, then priced by one narrow look at its package", function()
    assert(container {})
    assert.same({ GENERATE, PRICES }, api.names())
    local call = api.sent[2]
    assert.equal(46, call.id)
    assert.same({ operation = "is null" }, call.filter.itemPrices.locationGroupId)
    assert.same({ "guest_disk1", "port_speed" }, call.filter.itemPrices.categories.categoryCode.options[1].value)
  end)

  -- the size, the price of its second disk
  for _, case in ipairs {
    { { ephemeral_disk_size = 1 }, 12 }, { { ephemeral_disk_size = 25 }, 12 },
    { { ephemeral_disk_size = 26 }, 13 }, -- 50 GB are sold elsewhere, 40 GB as a first disk
    { { ephemeral_disk_size = 101 }, 11 }, { { ephemeral_disk_size = 1000 }, 11 },
    { { local_disk_flag = true }, 14 },
    { { flavor_key_name = "BL1_1X2X25" }, 14 }, { { flavor_key_name = "BL2_1X2X25" }, 14 },
    { { flavor_key_name = "B1_1X2X25" }, 12 }, { { flavor_key_name = "M1_1X8X100" }, 12 },
  } do
    it("has the smallest disk of its kind for " .. json.encode(case[1]), function()
      assert.same({ 1, 22, case[2] }, prices_of(case[1]))
    end)
  end

  for text, size in pairs {
    ["no second disk has 1001 GB; the largest has 1,000 GB (SAN)"] = { ephemeral_disk_size = 1001 },
    ["no second disk has 101 GB; the largest has 100 GB (LOCAL)"] = { ephemeral_disk_size = 101, local_disk_flag = true },
  } do
    it("is refused: " .. text, function()
      local made, err = container(size)
      assert.is_nil(made)
      assert.equal(text, err.message)
    end)
  end

  it("is refused where no such disk, or no such port, is sold", function()
    local _, err = container({}, { networkComponents = json.array { { maxSpeed = 100 } } })
    assert.equal("no public port has 100 Mbps", err.message)
    _, err = container({}, { networkComponents = json.array { { maxSpeed = 10 } }, privateNetworkOnlyFlag = true })
    assert.equal("no private port has 10 Mbps", err.message)
    api[PRICES] = function() return nil end
    _, err = container {}
    assert.equal("no second disk (SAN) is sold with this guest", err.message)
  end)

  it("has the port that the template names, for its networks, and no other one", function()
    assert.same({ 1, 23, 12 }, prices_of({}, { privateNetworkOnlyFlag = true }))
    assert.same({ 1, 21, 12 }, prices_of({}, { networkComponents = json.array { { maxSpeed = 10 } } }))
  end)

  it("has the guest as its template has it, since the generated one leaves things out", function()
    local made = assert(container {})
    assert.same({ template() }, made.virtualGuests)
    assert.is_true(json.is_array(made.virtualGuests))
    assert.same({ 380214, "1854895" }, { made.imageTemplateId, made.location })
  end)

  -- what the template has inside, what the order has beside its guests
  for name, case in pairs {
    ["the host"] = { { dedicatedHost = { id = 7 } }, { hostId = 7 } },
    ["reserved capacity"] = { { reservedCapacityGroup = { id = 8 } }, { reservedCapacityId = 8 } },
    ["the keys"] = { { sshKeys = json.array { { id = 1 }, { id = 2 } } }, { sshKeys = { { sshKeyIds = { 1, 2 } } } } },
    ["the script"] = { { postInstallScriptUri = "https://x.example/s" }, { provisionScripts = { "https://x.example/s" } } },
    ["the boot mode"] = { { supplementalCreateObjectOptions = { bootMode = "PV" } }, { bootMode = "PV" } },
    ["nothing of it"] = { {}, {} },
  } do
    it("tells " .. name .. " beside its guest, too", function()
      local made = assert(container({}, case[1]))
      for _, field in ipairs { "hostId", "reservedCapacityId", "sshKeys", "provisionScripts", "bootMode" } do
        assert.same(case[2][field], made[field])
      end
      assert.same({ template(case[1]) }, made.virtualGuests)
    end)
  end

  it("passes the API's refusal on, as that of an order", function()
    api[GENERATE] = function() return nil, fake.refusal("SoftLayer_Exception_InvalidValue", "no such datacenter", 500) end
    local _, err = container {}
    assert.equal("Bosh::Clouds::VMCreationFailed", err.type)
    assert.matches("no such datacenter", err.message)
  end)

  it("passes trouble on the way on", function()
    api[PRICES] = function() return nil, fake.refusal("SoftLayer_Exception_Public", "no permission", 500) end
    assert.matches("no permission", select(2, container {}).message)
  end)

  for name, answer in pairs { null = false, ["a list"] = json.array {}, ["no prices"] = { packageId = 46 } } do
    it("is not made of an answer that is " .. name, function()
      api[GENERATE] = function() return answer or nil end
      assert.matches("is no order", select(2, container {}).message)
    end)
  end
end)
