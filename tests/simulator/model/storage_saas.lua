-- Package 759, Storage as a Service: space and IOPS in ranges, tiers, snapshot space, replication.

local catalogue = require "slsim.model.catalogue"
local prices    = require "slsim.model.storage_prices"
local world     = require "slsim.world"

local storage_saas = { ID = 759 }

-- GB from, to; IOPS from, to
local RANGES = {
  { 20, 39, 100, 1000 }, { 40, 79, 100, 2000 }, { 80, 99, 100, 4000 }, { 100, 499, 100, 6000 },
  { 500, 999, 100, 10000 }, { 1000, 1999, 100, 20000 }, { 2000, 2999, 200, 40000 }, { 3000, 3999, 200, 48000 },
  { 4000, 7999, 300, 48000 }, { 8000, 9999, 500, 48000 }, { 10000, 12000, 1000, 48000 },
}
-- In the order of their prices: by the name, not by the number.
local SNAPSHOTS = { 1000, 100, 10, 150, 2000, 200, 20, 250, 300, 350, 4000, 400, 40, 450, 500, 5, 600, 60, 700, 80 }
-- Items that are called after performance storage, and those of snapshots only.
local PERFORMANCE_ITEMS = { [20] = 5130, [40] = 5132, [80] = 5134, [100] = 5136, [250] = 5138, [500] = 5140,
  [1000] = 5142, [2000] = 5144, [4000] = 5146, [8000] = 5148, [12000] = 5150 }
local SNAPSHOT_ITEMS = { [5] = 6028, [10] = 6030, [60] = 6032, [150] = 6034, [200] = 6036, [300] = 6038, [350] = 6040,
  [400] = 6042, [450] = 6044, [600] = 6046, [700] = 6048 }
local PER_GB = { [100] = .0725, [200] = .145, [300] = .25375, [1000] = .4205 }
local SNAPSHOT_PER_GB = { [100] = .0145, [200] = .0725, [300] = .10875, [1000] = .145 }
local REPLICA_PER_GB = { [100] = .0145, [200] = .090625, [300] = .18125, [1000] = .3625 }
local TOP_IOPS, TOP_SIZE, TOP_SIZE_OF_FASTEST = 48000, 12000, 4000

-- The regional prices stand just before the standard one.
local BEFORE = { [505] = 50, [503] = 40, [509] = 30, [545] = 20, [507] = 10 }
local function regional(id, group) return BEFORE[group.id] and id - BEFORE[group.id] end

--- The storage space item of that size, which packages share.
function storage_saas.space_item(package, size, category)
  local performance = PERFORMANCE_ITEMS[size]
  return prices.item(package, { id = performance or SNAPSHOT_ITEMS[size], category = category, capacity = size,
    units = "GB", description = ("%d GB Storage Space"):format(size),
    keyName = ("%d_GB_%sSTORAGE_SPACE"):format(size, performance and "PERFORMANCE_" or "") })
end

local function add_services(package)
  for _, line in ipairs {
    { 9571, "STORAGE_AS_A_SERVICE", "Storage as a Service", "storage_as_a_service", 189439 },
    { 5944, "BLOCK_STORAGE_2", "Block Storage", "storage_block", 189449 },
    { 5946, "FILE_STORAGE_2", "File Storage", "storage_file", 189459 },
  } do
    local item = prices.item(package, { id = line[1], keyName = line[2], description = line[3], category = line[4],
      units = "N/A" })
    prices.price(package, item, { category = line[4], id = line[5] })
  end
end

local function add_ranges(package)
  for i, range in ipairs(RANGES) do
    local low, high, slow, fast = table.unpack(range)
    local item_id, price_id = 9573 + 4 * (i - 1), 189519 + 120 * (i - 1)
    local space = prices.item(package, { id = item_id, keyName = ("%d_%d_GBS"):format(low, high), units = "GBs",
      description = ("%d - %d GBs"):format(low, high), category = "performance_storage_space", range = { low, high } })
    prices.price(package, space, { category = "performance_storage_space", id = price_id, usage = .0725,
      restriction = { "IOPS", slow, fast }, regional = regional })
    local iops = prices.item(package, { id = item_id + 2, keyName = ("%d_%d_IOPS"):format(slow, fast), units = "IOPS",
      description = ("%d - %d IOPS"):format(slow, fast), category = "performance_storage_iops", range = { slow, fast } })
    prices.price(package, iops, { category = "performance_storage_iops", id = price_id + 60, usage = .05075,
      restriction = { "STORAGE_SPACE", low, high }, regional = regional })
  end
end

local function add_tiers(package)
  for i, tier in ipairs(prices.TIERS) do
    local largest = tier.level == 1000 and TOP_SIZE_OF_FASTEST or TOP_SIZE
    local first = 192049 + 1330 * (i - 1)
    local level = prices.item(package, { id = tier.item, keyName = tier.key, capacity = tier.level, units = "N/A",
      description = tier.name .. " IOPS per GB", category = "storage_tier_level", tier = tier.level })
    prices.price(package, level, { category = "storage_tier_level", id = first,
      restriction = { "STORAGE_SPACE", 1, largest } })
    local space = prices.item(package, { id = 9621 + 2 * (i - 1), units = "GBs", category = "performance_storage_space",
      keyName = ("STORAGE_SPACE_FOR_%s_IOPS_PER_GB"):format(tier.name:gsub("%.", "_")), range = { 1, largest },
      description = ("Storage space for %s IOPS per GB"):format(tier.name) })
    prices.price(package, space, { category = "performance_storage_space", id = first + 60, usage = PER_GB[tier.level],
      restriction = { "STORAGE_TIER_LEVEL", tier.level, tier.level }, regional = regional })
  end
end

local function add_snapshots(package)
  for i, size in ipairs(SNAPSHOTS) do
    local item = storage_saas.space_item(package, size, "performance_storage_space")
    for t, tier in ipairs(prices.TIERS) do
      prices.price(package, item, { category = "storage_snapshot_space", id = 192169 + 1330 * (t - 1) + 60 * (i - 1),
        monthly = size * SNAPSHOT_PER_GB[tier.level], restriction = { "STORAGE_TIER_LEVEL", tier.level, tier.level },
        regional = regional })
    end
    prices.price(package, item, { category = "storage_snapshot_space", id = 190839 + 60 * (i - 1),
      monthly = size * .145, restriction = { "IOPS", 100, TOP_IOPS }, regional = regional })
  end
end

local function add_replication(package)
  local category = "performance_storage_replication"
  local by_iops = prices.item(package, { id = 9617, keyName = "REPLICATION_FOR_IOPSBASED_PERFORMANCE", units = "GB",
    description = "Replication for IOPS-based performance", category = category })
  prices.price(package, by_iops, { category = category, id = 192039, usage = .3625, regional = regional,
    restriction = { "IOPS", 1, TOP_IOPS } })
  local by_tier = prices.item(package, { id = 9619, keyName = "REPLICATION_FOR_TIERBASED_PERFORMANCE", units = "GB",
    description = "Replication for tier-based performance", category = category })
  for i, tier in ipairs(prices.TIERS) do
    prices.price(package, by_tier, { category = category, id = 193369 + 1330 * (i - 1), usage = REPLICA_PER_GB[tier.level],
      restriction = { "STORAGE_TIER_LEVEL", tier.level, tier.level }, regional = regional })
  end
end

function storage_saas.seed()
  local package = catalogue.add_package { id = storage_saas.ID, keyName = "STORAGE_AS_A_SERVICE",
    name = "Storage As A Service (StaaS)",
    type = world.value("Product_Package_Type", { id = 51, keyName = "STORAGE_AS_A_SERVICE", name = "StaaS" }),
    __required = { storage_as_a_service = true, performance_storage_space = true } }
  add_services(package)
  add_ranges(package)
  add_tiers(package)
  add_snapshots(package)
  add_replication(package)
end

return storage_saas
