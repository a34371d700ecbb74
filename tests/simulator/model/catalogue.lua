-- The product catalogue: categories, items, prices and packages, generated from compact tables.
--
-- A line is: category(s) | keyName | description | capacity | units | hourly | monthly. Only the
-- standard (location-independent) price list is generated; ids follow from the order of the lines.

local world = require "slsim.world"
local guess = require "slsim.guess"

guess("[G]", "prices are plausible, their ids are not those of the real catalogue (except where a client fixes one)")

local catalogue = {}

--- What lists of prices show besides the prices' own properties when the caller has no mask.
catalogue.PRICE_MASK = "mask[item,categories]"

local CATEGORIES = [[
guest_core 80 Computing Instance|ram 3 RAM|os 12 Operating System|guest_disk0 81 First Disk|guest_disk1 82 Second Disk
guest_disk2 92 Third Disk|guest_disk3 93 Fourth Disk|guest_disk4 116 Fifth Disk|port_speed 26 Uplink Port Speeds
bandwidth 10 Public Bandwidth|pri_ip_addresses 13 Primary IP Addresses|pri_ipv6_addresses 27 Primary IPv6 Addresses
remote_management 46 Remote Management|vpn_management 31 VPN Management - Private Network
vulnerability_scanner 32 Vulnerability Assessments & Management|monitoring 20 Monitoring|notification 21 Notification
response 22 Response
]]

function catalogue.category(code)
  return world.find("Product_Item_Category", function(category) return category.categoryCode == code end)
end

function catalogue.add_categories(text)
  for code, id, name in text:gmatch("([%w_]+) (%d+) ([^|\n]+)") do
    world.create("Product_Item_Category",
      { id = math.tointeger(id), categoryCode = code, name = name, quantityLimit = 0, sortOrder = nil })
  end
end

---@return table package
function catalogue.add_package(fields)
  fields.isActive, fields.unitSize, fields.firstOrderStepId = 1, 1, 1
  fields.subDescription, fields.description = fields.name, fields.name
  fields.statusCode, fields.items, fields.itemPrices, fields.activePresets = "ACTIVE", {}, {}, {}
  fields.categories, fields.configuration, fields.attributes = {}, {}, {}
  fields.accountRestrictedActivePresets = {}
  return world.create("Product_Package", fields)
end

local function add_category(package, category)
  for _, known in ipairs(package.categories) do
    if known == category then return end
  end
  package.categories[#package.categories + 1] = category
  package.configuration[#package.configuration + 1] = world.value("Product_Package_Order_Configuration", {
    id = category.id * 1000 + package.id, packageId = package.id, itemCategoryId = category.id,
    itemCategory = category, isRequired = package.__required[category.categoryCode] and 1 or 0 })
end

---@param fields { hourly?: string, monthly?: string, id?: integer }
---@return table price
function catalogue.add_price(package, item, categories, fields)
  local price = world.create("Product_Item_Price", {
    id = fields.id, itemId = item.id, item = item, categories = categories, packageReferences = {},
    hourlyRecurringFee = fields.hourly, recurringFee = fields.monthly or "0", setupFee = "0", oneTimeFee = "0",
    laborFee = "0", onSaleFlag = nil, quantity = nil, sort = 0, usageRate = fields.usage, locationGroupId = nil,
    capacityRestrictionType = fields.restriction, capacityRestrictionMinimum = fields.minimum,
    capacityRestrictionMaximum = fields.maximum, attributes = fields.attributes or {}, pricingLocationGroup = nil,
    packages = { package }, bundleReferences = {} })
  item.prices[#item.prices + 1] = price
  package.itemPrices[#package.itemPrices + 1] = price
  for _, category in ipairs(categories) do add_category(package, category) end
  return price
end

---@return table item
function catalogue.add_item(package, fields)
  -- Packages that sell the same item each have their own view of it.
  local make = fields.id and world.get("Product_Item", fields.id) and world.value or world.create
  local item = make("Product_Item", {
    id = fields.id, keyName = fields.keyName, description = fields.description, capacity = fields.capacity,
    units = fields.units, prices = {}, itemCategory = fields.category, categories = { fields.category },
    capacityMinimum = fields.minimum, capacityMaximum = fields.maximum, attributes = fields.attributes or {},
    softwareDescription = fields.software, softwareDescriptionId = fields.software and fields.software.id,
    activeReservedCapacityFlag = nil, longDescription = nil, conflicts = {}, packages = { package } })
  package.items[#package.items + 1] = item
  return item
end

--- Sells an item of another package with its prices here, too.
function catalogue.share(package, item)
  package.items[#package.items + 1] = item
  for _, price in ipairs(item.prices) do
    package.itemPrices[#package.itemPrices + 1] = price
    price.packages[#price.packages + 1] = package
    for _, category in ipairs(price.categories) do add_category(package, category) end
  end
end

--- Adds the items of a table of lines (see above); `+` joins categories that share an item.
function catalogue.add_lines(package, text)
  for line in text:gmatch("[^\n]+") do
    local codes, key, description, capacity, units, hourly, monthly =
      line:match("^%s*([%w_+]+)|([^|]*)|([^|]*)|([^|]*)|([^|]*)|([^|]*)|([^|]*)$")
    assert(codes, line)
    local first = catalogue.category(codes:match("^[^+]+"))
    local item = catalogue.add_item(package, {
      keyName = key, description = description, capacity = capacity ~= "" and capacity or nil,
      units = units ~= "" and units or nil, category = first })
    for code in codes:gmatch("[^+]+") do
      catalogue.add_price(package, item, { catalogue.category(code) },
        { hourly = hourly ~= "" and hourly or nil, monthly = monthly })
    end
  end
end

---@return table?
function catalogue.package(key_name)
  return world.find("Product_Package", function(package) return package.keyName == key_name end)
end

--- The price of the item in that category which `matches`.
---@param matches fun(item: table): boolean
function catalogue.price(package, code, matches)
  for _, price in ipairs(package.itemPrices) do
    if price.categories[1].categoryCode == code and matches(price.item) then return price end
  end
end

function catalogue.reset()
  catalogue.add_categories(CATEGORIES)
end

return catalogue
