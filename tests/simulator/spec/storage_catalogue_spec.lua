-- The catalogue of storage: what is in it, and that every size, speed and tier has its price.
local folder  = require "support.folder"
local json    = require "core.json"
local storage = require "support.storage"
local wire    = require "support.wire"

local GROUPS = { saas = 6, old = 7 }

describe("the storage catalogue", function()
  local w, shop
  setup(function()
    w = wire.open()
    shop = storage.open(w)
  end)
  teardown(function() w:close() end)

  -- package, category, prices (of all location groups)
  local counts = {
    { 222, "performance_storage_space", 11 * GROUPS.old }, { 222, "performance_storage_iops", 354 * GROUPS.old },
    { 222, "performance_storage_iscsi", 1 }, { 222, "performance_storage_nfs", 1 },
    { 240, "performance_storage_space", 42 + 33 * 6 }, { 240, "storage_snapshot_space", 80 * GROUPS.old },
    { 240, "performance_storage_replication", 42 * GROUPS.old }, { 240, "storage_tier_level", 4 },
    { 759, "performance_storage_space", 15 * GROUPS.saas }, { 759, "performance_storage_iops", 11 * GROUPS.saas },
    { 759, "storage_snapshot_space", 100 * GROUPS.saas }, { 759, "storage_tier_level", 4 },
    { 759, "performance_storage_replication", 5 * GROUPS.saas }, { 759, "storage_as_a_service", 1 },
  }
  for _, case in ipairs(counts) do
    it(("has the prices of %s in package %d"):format(case[2], case[1]), function()
      local count = 0
      for _, price in ipairs(shop.lists[case[1]]) do
        if price.categories[1].categoryCode == case[2] then count = count + 1 end
      end
      assert.equal(case[3], count)
    end)
  end

  -- package, id, item, category
  local ids = {
    { 222, 40678, "BLOCK_STORAGE_PERFORMANCE_ISCSI" }, { 759, 189439, "STORAGE_AS_A_SERVICE" },
    { 759, 189449, "BLOCK_STORAGE_2" }, { 759, 189459, "FILE_STORAGE_2" },
    { 759, 189519, "20_39_GBS" }, { 759, 190779, "1000_48000_IOPS" }, { 759, 196039, "10_IOPS_PER_GB" },
    { 240, 45064, "CODENAME_PRIME_STORAGE_SERVICE" }, { 222, 44328, "6000_IOPS_5" },
  }
  for _, case in ipairs(ids) do
    it(("knows price %d"):format(case[2]), function()
      for _, price in ipairs(shop.lists[case[1]]) do
        if price.id == case[2] then return assert.equal(case[3], price.item.keyName) end
      end
      error "no such price"
    end)
  end

  it("gives each price its own id; one is sold in two packages", function()
    local seen = {}
    for _, list in pairs(shop.lists) do
      for _, price in ipairs(list) do
        local key = price.item.keyName
        assert.is_true(not seen[price.id] or key == "INTERNATIONAL_SERVICES", price.id)
        seen[price.id] = true
      end
    end
  end)

  it("has a capacity for every item, and restrictions as text", function()
    for _, list in pairs(shop.lists) do
      for _, price in ipairs(list) do
        assert.is_string(price.item.capacity)
        if price.capacityRestrictionType then
          assert.is_string(price.capacityRestrictionMinimum)
          assert.is_string(price.capacityRestrictionMaximum)
        end
      end
    end
  end)

  it("finds IOPS prices of package 222 by the bounds of their sizes", function()
    for size, count in pairs { [20] = 10, [1000] = 60, [12000] = 51 } do
      local found = w:get("SoftLayer_Product_Package/222/getItemPrices", nil, { filter = { itemPrices = {
        locationGroupId = { operation = "is null" }, attributes = { value = { operation = size } } } } })
      assert.equal(count, #found)
      assert.is_string(found[1].capacityRestrictionMaximum)
    end
  end)

  it("shows item and categories of a price to whoever has no mask", function()
    local guest = w:guest()
    local prices = w:get("SoftLayer_Product_Package/222/getItemPrices", nil, { limit = "0,1" })
    local upgrades = w:get(("SoftLayer_Virtual_Guest/%d/getUpgradeItemPrices"):format(guest), nil, { parameters = { true } })
    for _, price in ipairs { prices[1], upgrades[1] } do
      assert.is_string(price.item.capacity)
      assert.is_string(price.categories[1].categoryCode)
      assert.equal(json.null, price.locationGroupId)
    end
    local disks = {}
    for _, price in ipairs(upgrades) do
      local code = price.categories[1].categoryCode
      if code == "guest_disk1" then disks[#disks + 1] = price.item.description end
    end
    assert.is_true(#disks > 3)
    for _, text in ipairs(disks) do assert.truthy(text:find "^%d+ GB %(LOCAL%)$") end
    local bare = w:get("SoftLayer_Product_Package/222/getItemPrices", "mask[id]", { limit = "0,1" })
    assert.same({ { id = prices[1].id } }, bare)
  end)

  it("finds its package by a category of it", function()
    local found = w:get("SoftLayer_Product_Package/getAllObjects", "mask[id,name,items[prices[categories],attributes]]", {
      filter = { categories = { categoryCode = { operation = "_= storage_as_a_service" } },
        statusCode = { operation = "_= ACTIVE" } } })
    assert.equal(1, #found)
    assert.equal(759, found[1].id)
    assert.equal(55, #found[1].items)
  end)

  it("sells every size with every speed of its range, and refuses the next", function()
    for _, entry in ipairs(storage.SPACE) do
      local size, fastest = table.unpack(entry)
      assert.equal(5, #shop:place(storage.with(shop:performance(size, fastest), shop:snapshot_space(20, fastest, "IOPS")),
        true).prices)
      assert.equal("Order_InvalidData", (shop:refusal(shop:performance(size, fastest + 100))))
    end
  end)

  it("sells every tier from 1 GB to its largest size", function()
    for level, largest in pairs { [100] = 12000, [200] = 12000, [300] = 12000, [1000] = 4000 } do
      for _, size in ipairs { 1, largest } do
        local echo = shop:place(storage.with(shop:endurance(size, level), shop:snapshot_space(450, level, "STORAGE_TIER_LEVEL")), true)
        assert.equal(5, #echo.prices)
      end
      assert.equal("Order_InvalidData", (shop:refusal(shop:endurance(largest + 1, level))))
    end
  end)

  it("tells which price lists hold where", function()
    local place = w:get("SoftLayer_Location_Datacenter/449604", "mask[name,priceGroups.id]")
    assert.same({ { id = 509 } }, place.priceGroups)
    assert.same({}, w:get("SoftLayer_Location_Datacenter/1854895", "mask[name,priceGroups.id]").priceGroups)
  end)
end)

describe("the recorded storage catalogue", function()
  local recorded = os.getenv "SLCPI_FIXTURES"
  local w
  setup(function() w = wire.open() end)
  teardown(function() w:close() end)

  local MASK = "mask[id,name,items[prices[categories],attributes]]"
  local BARE = { ["table"] = "table", ["userdata"] = "null" }

  local function kind(value) return value == json.null and "null" or BARE[type(value)] or type(value) end

  -- What an item is: its own fields and those of its standard prices, without amounts.
  local function shape(item)
    local prices = {}
    for _, price in ipairs(item.prices) do
      prices[#prices + 1] = ("%s %s %s %s %s"):format(price.locationGroupId == json.null and "standard" or "regional",
        price.categories[1].categoryCode, price.capacityRestrictionType or "", price.capacityRestrictionMinimum or "",
        price.capacityRestrictionMaximum or "")
    end
    table.sort(prices)
    return { id = item.id, capacity = item.capacity, units = item.units, category = item.itemCategory.categoryCode,
      minimum = item.capacityMinimum, maximum = item.capacityMaximum, prices = prices, attributes = #item.attributes }
  end

  local function by_key(items)
    local found = {}
    for _, item in ipairs(items) do found[item.keyName] = item end
    return found
  end

  for name, id in pairs { saas = 759, performance = 222, endurance = 240 } do
    it("has the items, restrictions and types of package " .. id, function()
      if not recorded then return pending "SLCPI_FIXTURES is not set" end
      local package = json.decode(folder.read(("%s/softlayer/SoftLayer_Product_Package_getAllObjects_%s.json"):format(
        recorded, name)))[1]
      local own = by_key(w:get("SoftLayer_Product_Package/" .. id, MASK).items)
      for key, item in pairs(by_key(package.items)) do
        assert.same(shape(item), shape(assert(own[key], key)), key)
        for field, value in pairs(item) do
          local given = own[key][field]
          if given ~= json.null and value ~= json.null then assert.equal(kind(value), kind(given), key .. "." .. field) end
        end
        own[key] = nil
      end
      assert.is_nil(next(own))
    end)
  end
end)
