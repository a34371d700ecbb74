-- Packages 222 (Performance) and 240 (Endurance): what storage was before it was a service.

local catalogue = require "slsim.model.catalogue"
local guess     = require "slsim.guess"
local prices    = require "slsim.model.storage_prices"
local saas      = require "slsim.model.storage_saas"
local world     = require "slsim.world"

guess("[G]", "ids of the regional prices of packages 222 and 240, key names and types of the packages")
guess("[G]", "an IOPS price of package 222 has the bounds of its restriction as attributes")

local storage_legacy = { PERFORMANCE = 222, ENDURANCE = 240 }

local SIZES = { 20, 40, 80, 100, 250, 500, 1000, 2000, 4000, 8000, 12000 }
-- GB from, to; IOPS from, to, in steps of 100
local BANDS = { { 20, 20, 100, 1000 }, { 40, 40, 100, 2000 }, { 80, 80, 100, 4000 }, { 100, 1000, 100, 6000 },
  { 2000, 2000, 200, 6000 }, { 4000, 4000, 300, 6000 }, { 8000, 8000, 500, 6000 }, { 12000, 12000, 1000, 6000 } }
local SURCHARGE = 3955
local PER_GB, PER_IOPS = .0725, .05075

local TIER_PER_GB = { [100] = .0725, [200] = .145, [300] = .25375, [1000] = .4205 }
local SNAPSHOT_PER_GB = { [100] = .03625, [200] = .0725, [300] = .10875, [1000] = .145 }
local REPLICA_PER_GB = { [100] = .0145, [200] = .090625, [300] = .18125, [1000] = .3625 }
-- Sizes in the order of their prices.
local SNAPSHOTS = { 20, 40, 80, 100, 250, 500, 1000, 2000, 4000, 5, 10, 60, 150, 200, 300, 350, 400, 450, 600, 700 }
local REPLICAS = { 500, 2000, 4000, 20, 40, 80, 250, 1000, 8000, 12000, 100 }
local TOP_SIZE_OF_FASTEST = 4000

local function regional(id, group) return 1000000 + (group.id - 500) * 200000 + id end

local function services(package, lines)
  for _, line in ipairs(lines) do
    local item = prices.item(package, { id = line[1], keyName = line[2], description = line[3], category = line[4],
      units = line[6], tier = line[7] })
    prices.price(package, item, { category = line[4], id = line[5] })
  end
end

local function add_package(id, key, name, required)
  return catalogue.add_package { id = id, keyName = key, name = name, __required = required,
    type = world.value("Product_Package_Type", { id = id, keyName = "ADDITIONAL_" .. key, name = name }) }
end

local function add_iops(package)
  local number, seen = 0, {}
  for _, band in ipairs(BANDS) do
    local low, high, slow, fast = table.unpack(band)
    for iops = slow, fast, 100 do
      seen[iops] = (seen[iops] or 0) + 1
      local item = prices.item(package, { id = 5152 + 2 * number, capacity = iops, units = "IOPS",
        keyName = ("%d_IOPS%s"):format(iops, seen[iops] > 1 and "_" .. seen[iops] or ""),
        description = ("%d IOPS"):format(iops), category = "performance_storage_iops" })
      prices.price(package, item, { category = "performance_storage_iops", id = 40798 + 10 * number,
        monthly = iops * PER_IOPS, restriction = { "STORAGE_SPACE", low, high }, searchable = true, regional = regional })
      number = number + 1
    end
  end
end

local function seed_performance()
  local package = add_package(storage_legacy.PERFORMANCE, "PERFORMANCE_STORAGE", "Performance",
    { performance_storage_space = true, performance_storage_iops = true })
  services(package, {
    { SURCHARGE, "INTERNATIONAL_SERVICES", "International Services", "premium", 32082 },
    { 5128, "BLOCK_STORAGE_PERFORMANCE_ISCSI", "Block Storage (Performance)", "performance_storage_iscsi", 40678, "N/A" },
    { 5126, "FILE_STORAGE_PERFORMANCE_NFS", "File Storage (Performance)", "performance_storage_nfs", 40668, "N/A" },
  })
  for i, size in ipairs(SIZES) do
    local item = saas.space_item(package, size, "performance_storage_space")
    prices.price(package, item, { category = "performance_storage_space", id = 40688 + 10 * (i - 1),
      monthly = size * PER_GB, regional = regional })
  end
  add_iops(package)
end

-- Each size and tier has a price; the ids of the first three tiers lie together, those of the fastest apart.
local function tiered(package, items, category, sizes, first, fast, rates)
  for i, size in ipairs(sizes) do
    items[size] = items[size] or saas.space_item(package, size, "performance_storage_space")
    for t, tier in ipairs(prices.TIERS) do
      local fastest = tier.level == 1000
      if not fastest or size <= TOP_SIZE_OF_FASTEST then
        prices.price(package, items[size], { category = category, monthly = size * rates[tier.level],
          id = fastest and fast(size, i) or first + 30 * (i - 1) + 10 * (t - 1),
          restriction = { "STORAGE_TIER_LEVEL", tier.level, tier.level },
          regional = not (fastest and category == "performance_storage_space") and regional or nil })
      end
    end
  end
end

-- A size's place among these sizes when they are in order.
local function place(sizes)
  local sorted, at = table.move(sizes, 1, #sizes, 1, {}), {}
  table.sort(sorted)
  for i, size in ipairs(sorted) do at[size] = i - 1 end
  return at
end

local function seed_endurance()
  local package = add_package(storage_legacy.ENDURANCE, "ENTERPRISE_STORAGE", "Endurance",
    { storage_service_enterprise = true, storage_tier_level = true, performance_storage_space = true })
  services(package, {
    { 5936, "CODENAME_PRIME_STORAGE_SERVICE", "Endurance Storage", "storage_service_enterprise", 45064, "N/A" },
    { 5944, "BLOCK_STORAGE_2", "Block Storage", "storage_block", 45104, "N/A" },
    { 5946, "FILE_STORAGE_2", "File Storage", "storage_file", 45114, "N/A" },
    { 5938, "LOW_INTENSITY_TIER", "0.25 IOPS per GB", "storage_tier_level", 45074, "N/A", 100 },
    { 5940, "READHEAVY_TIER", "2 IOPS per GB", "storage_tier_level", 45084, "N/A", 200 },
    { 5942, "WRITEHEAVY_TIER", "4 IOPS per GB", "storage_tier_level", 45094, "N/A", 300 },
    { 8263, "10_IOPS_PER_GB", "10 IOPS per GB", "storage_tier_level", 178501, "N/A", 1000 },
  })
  catalogue.share(package, world.get("Product_Item", SURCHARGE))
  local items, snapshot_place, replica_place = {}, place(SNAPSHOTS), place(REPLICAS)
  tiered(package, items, "performance_storage_space", SIZES, 45124,
    function(_, i) return 178517 + 16 * (i - 1) end, TIER_PER_GB)
  tiered(package, items, "storage_snapshot_space", SNAPSHOTS, 45856,
    function(size) return 181863 + 112 * snapshot_place[size] end, SNAPSHOT_PER_GB)
  tiered(package, items, "performance_storage_replication", REPLICAS, 46565,
    function(size) return 180855 + 112 * replica_place[size] end, REPLICA_PER_GB)
end

function storage_legacy.seed()
  seed_performance()
  seed_endurance()
end

return storage_legacy
