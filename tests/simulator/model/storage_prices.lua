-- How storage packages are built: categories, items whose fields follow from their names, and each price
-- in all location groups.

local catalogue    = require "slsim.model.catalogue"
local price_groups = require "slsim.model.price_groups"
local world        = require "slsim.world"

local storage_prices = {}

local CATEGORIES = [[
premium 315 Surcharges|performance_storage_nfs 378 Performance Storage NFS
performance_storage_iscsi 380 Performance Storage iSCSI|performance_storage_space 382 Storage Space
performance_storage_iops 384 Performance Storage IOPS|performance_storage_replication 388 Storage Replication
storage_service_enterprise 394 Endurance|storage_tier_level 396 Storage Tier Level|storage_block 398 Block Storage
storage_file 400 File Storage|storage_snapshot_space 402 Storage Snapshot Space
storage_as_a_service 1109 Storage As A Service
]]
local TAX = 166
local TIER, MINIMUM, MAXIMUM = 118, 133, 134

--- Tier levels, the IOPS per GB that they stand for, and how a client knows them.
storage_prices.TIERS = {
  { level = 100, iops = .25, item = 5938, key = "LOW_INTENSITY_TIER", name = "0.25" },
  { level = 200, iops = 2, item = 5940, key = "READHEAVY_TIER", name = "2" },
  { level = 300, iops = 4, item = 5942, key = "WRITEHEAVY_TIER", name = "4" },
  { level = 1000, iops = 10, item = 8263, key = "10_IOPS_PER_GB", name = "10" },
}

function storage_prices.seed_categories() catalogue.add_categories(CATEGORIES) end

--- An amount of money as the API writes it: ".014", "36.25", "0".
function storage_prices.fee(amount, digits)
  local unit = 10 ^ (digits or 2)
  return (("%.7f"):format(math.floor(amount * unit + .5 + 1e-6) / unit):gsub("%.?0+$", ""):gsub("^0%.", "."))
end

local function attribute(item, kind, value, key, name)
  item.attributes[#item.attributes + 1] = world.create("Product_Item_Attribute", {
    itemAttributeTypeId = kind, itemId = item.id, item = item, value = ("%d"):format(value),
    attributeTypeKeyName = key, attributeType = key and world.value("Product_Item_Attribute_Type", { keyName = key,
      name = name }) })
end

---@param fields { id: integer, keyName: string, description: string, category: string, capacity?: integer, units?: string,
---range?: integer[], tier?: integer }
---@return table item
function storage_prices.item(package, fields)
  fields.category = catalogue.category(fields.category)
  fields.capacity = ("%d"):format(fields.capacity or 0)
  local range = fields.range
  if range then fields.minimum, fields.maximum = ("%d"):format(range[1]), ("%d"):format(range[2]) end
  local item = catalogue.add_item(package, fields)
  item.itemTaxCategoryId = TAX
  if range then
    attribute(item, MINIMUM, range[1], "CAPACITY_RANGE_MINIMUM", "Capacity range minimum")
    attribute(item, MAXIMUM, range[2], "CAPACITY_RANGE_MAXIMUM", "Capacity range maximum")
  end
  if fields.tier then attribute(item, TIER, fields.tier) end
  return item
end

local function bounds(low, high)
  local attributes = {}
  for i, value in ipairs { low, high ~= low and high or nil } do
    attributes[i] = world.value("Product_Item_Price_Attribute", { id = i, itemPriceAttributeTypeId = i,
      value = ("%d"):format(value) })
  end
  return attributes
end

local function add(package, item, category, fields, factor)
  local range = fields.restriction
  return catalogue.add_price(package, item, { category }, {
    id = fields.id, monthly = fields.monthly and storage_prices.fee(fields.monthly * factor) or "0",
    usage = fields.usage and storage_prices.fee(fields.usage * factor, 7) or nil, restriction = range and range[1],
    minimum = range and ("%d"):format(range[2]), maximum = range and ("%d"):format(range[3]),
    attributes = fields.searchable and bounds(range[2], range[3]) or nil })
end

--- Adds a price, and its regional ones before it: whoever takes the first gets the wrong one.
---@param fields { category: string, id: integer, monthly?: number, usage?: number, restriction?: table,
---searchable?: boolean, regional?: fun(id: integer, group: table): integer? }
function storage_prices.price(package, item, fields)
  local category, id = catalogue.category(fields.category), fields.id
  for _, group in ipairs(fields.regional and price_groups.all or {}) do
    fields.id = fields.regional(id, group)
    if fields.id then
      local price = add(package, item, category, fields, group.__factor)
      price.locationGroupId, price.pricingLocationGroup = group.id, group
      group.prices[#group.prices + 1] = price
    end
  end
  fields.id = id
  return add(package, item, category, fields, 1)
end

return storage_prices
