--- What Storage as a Service (package 759) sells, and the prices of one volume: the choice between all
--- sizes, IOPS, tiers and snapshot spaces is made here, before anything is ordered.
--
-- Only standard prices count (those without a location group); each has a restriction that must hold.

local cache = require "cache"
local errors = require "errors"
local json = require "core.json"
local sl = require "softlayer"

local storage_catalogue = { PACKAGE = 759, SMALLEST = 20 } -- GB

local AGE = 24 * 3600 -- seconds for which the prices on disk are good
local STEP = 100 -- IOPS are sold in hundreds
local DEFAULT_IOPS_PER_GB = 10

-- Tiers by their IOPS per GB, as an operator writes them, and the catalogue's levels.
local LEVELS = { { 0.25, 100 }, { 2, 200 }, { 4, 300 }, { 10, 1000 } }

local MASK = { "id", "capacityRestrictionType", "capacityRestrictionMinimum", "capacityRestrictionMaximum",
  categories = { "categoryCode" }, item = { "keyName", "capacity", "capacityMinimum", "capacityMaximum" } }

-- One price as this library keeps it: numbers instead of the API's texts.
local function digest(price)
  local item = price.item or {}
  return {
    id = price.id, category = price.categories and price.categories[1] and price.categories[1].categoryCode,
    key = item.keyName, capacity = tonumber(item.capacity), low = tonumber(item.capacityMinimum),
    high = tonumber(item.capacityMaximum), restricted = price.capacityRestrictionType,
    from = tonumber(price.capacityRestrictionMinimum), to = tonumber(price.capacityRestrictionMaximum),
  }
end

local function fetch()
  local call = sl.Product_Package:id(storage_catalogue.PACKAGE):mask(MASK):filter { locationGroupId = "is null" }
  local prices, err = call:getItemPrices()
  if not prices then return nil, err or errors.cloud("the API sells no Storage as a Service") end
  local digests = json.array {}
  for i, price in ipairs(prices) do digests[i] = digest(price) end
  return digests
end

--- The standard prices, from disk if they are not older than a day.
---@param anew boolean? ask the API in any case
---@return table[]? prices
---@return Error? err
function storage_catalogue.prices(anew)
  return cache.get("storage-prices", AGE, fetch, anew)
end

local function within(value, low, high) return low and high and value >= low and value <= high end

local function offered(prices, category, kind, fits)
  local found = {}
  for _, price in ipairs(prices) do
    if price.category == category and (not kind or price.restricted == kind) and (not fits or fits(price)) then
      found[#found + 1] = price
    end
  end
  return found
end

-- The catalogue may list a price twice; the lowest id makes the choice the same each time.
local function first(prices)
  local best
  for _, price in ipairs(prices) do
    if not best or price.id < best.id then best = price end
  end
  return best
end

local function largest(prices)
  local most = 0
  for _, price in ipairs(prices) do most = math.max(most, price.high or 0) end
  return most
end

local function no_space(...) return nil, errors.no_disk_space(...) end

-- The IOPS price of a size, or an error that names what there is.
local function iops_price(prices, size, iops)
  local of_size = offered(prices, "performance_storage_iops", "STORAGE_SPACE", function(price)
    return within(size, price.from, price.to)
  end)
  local price = first(of_size)
  if not price then
    return no_space("no IOPS are sold for %d GB; performance storage has up to %d GB", size,
      largest(offered(prices, "performance_storage_space", "IOPS")))
  end
  local nearest = math.max(price.low, math.min(price.high, (iops + STEP // 2) // STEP * STEP))
  if nearest == iops then return price end
  return nil, errors.cloud("'iops: %d' is not sold for %d GB: %d to %d IOPS in steps of %d are; the nearest is "
    .. "'iops: %d'", iops, size, price.low, price.high, STEP, nearest)
end

-- Without a word about speed: 10 IOPS per GB, within what is sold for the size.
local function default_iops(prices, size)
  local price = first(offered(prices, "performance_storage_iops", "STORAGE_SPACE", function(each)
    return within(size, each.from, each.to)
  end))
  if not price then return 0 end
  local wanted = (size * DEFAULT_IOPS_PER_GB + STEP - 1) // STEP * STEP
  return math.max(price.low, math.min(price.high, wanted))
end

local function level_of(tier)
  local nearest
  for _, entry in ipairs(LEVELS) do
    if entry[1] == tier then return entry[2] end
    if not nearest or math.abs(entry[1] - tier) < math.abs(nearest - tier) then nearest = entry[1] end
  end
  return nil, errors.cloud("'tier: %s' is not sold: 0.25, 2, 4 and 10 IOPS per GB are; the nearest is 'tier: %s'", tier,
    nearest)
end

local function space_price(prices, kind, size, value)
  local fitting = offered(prices, "performance_storage_space", kind, function(price)
    return within(value, price.from, price.to)
  end)
  local price = first(offered(fitting, "performance_storage_space", kind, function(each)
    return within(size, each.low, each.high)
  end))
  if price then return price end
  return no_space("%d GB are not sold with this speed; the largest size is %d GB", size, largest(fitting))
end

local function snapshot_price(prices, wanted, kind, value)
  local best, most
  for _, price in ipairs(offered(prices, "storage_snapshot_space", kind)) do
    if within(value, price.from, price.to) and price.capacity then
      most = math.max(most or 0, price.capacity)
      local fits = price.capacity >= wanted
      if fits and (not best or price.capacity < best.capacity) then best = price end
      if fits and price.capacity == best.capacity then best = first { best, price } end
    end
  end
  if best then return best end
  return no_space("%d GB of snapshot space are not sold; the most is %d GB", wanted, most or 0)
end

-- A volume that exists keeps its kind, block or file.
local function service(prices, wanted)
  local whole = first(offered(prices, "storage_as_a_service"))
  local kind = first(offered(prices, wanted.protocol == "nfs" and "storage_file" or "storage_block"))
  if whole and wanted.change then return { whole.id } end
  if whole and kind then return { whole.id, kind.id } end
  return nil, errors.cloud("Storage as a Service is not sold to this account")
end

local function performance(prices, choice, ids)
  local iops, space = choice.iops or default_iops(prices, choice.size), nil
  local speed, err = iops_price(prices, choice.size, iops)
  if speed then space, err = space_price(prices, "IOPS", choice.size, iops) end
  if not space then return nil, err end
  choice.iops, choice.restriction, choice.value = iops, "IOPS", iops
  ids[#ids + 1], ids[#ids + 2] = space.id, speed.id
  return true
end

local function endurance(prices, choice, ids)
  local level, err = level_of(choice.tier)
  if not level then return nil, err end
  local space
  space, err = space_price(prices, "STORAGE_TIER_LEVEL", choice.size, level)
  if not space then return nil, err end
  local tier = first(offered(prices, "storage_tier_level", nil, function(price) return price.capacity == level end))
  if not tier then return nil, errors.cloud("'tier: %s' is not sold to this account", choice.tier) end
  choice.restriction, choice.value = "STORAGE_TIER_LEVEL", level
  ids[#ids + 1], ids[#ids + 2] = space.id, tier.id
  return true
end

--- The tier of a level's name on a volume: READHEAVY_TIER is 2 IOPS per GB.
---@param prices table[]
---@param key string? storageTierLevel
---@return number?
function storage_catalogue.tier_of(prices, key)
  local price = key and first(offered(prices, "storage_tier_level", nil, function(each) return each.key == key end))
  for _, entry in ipairs(LEVELS) do
    if price and entry[2] == price.capacity then return entry[1] end
  end
end

--- The prices of a volume.
---@param prices table[] of storage_catalogue.prices
---@param wanted { size: integer, iops: integer?, tier: number?, snapshot_space: integer?, protocol: string?,
---change: boolean? } GB; change: of a volume that exists
---@return table? choice { size, iops?, tier?, snapshot_space?, prices = {id, …} }: what will be ordered
---@return Error? err names the nearest that is sold
function storage_catalogue.choose(prices, wanted)
  local ids, err = service(prices, wanted)
  if not ids then return nil, err end
  local size = math.max(wanted.size, storage_catalogue.SMALLEST)
  local choice = { size = size, iops = wanted.iops, tier = wanted.tier, prices = ids }
  local done
  if wanted.tier then done, err = endurance(prices, choice, ids) else done, err = performance(prices, choice, ids) end
  if not done then return nil, err end
  if (wanted.snapshot_space or 0) > 0 then
    local space
    space, err = snapshot_price(prices, wanted.snapshot_space, choice.restriction, choice.value)
    if not space then return nil, err end
    choice.snapshot_space, ids[#ids + 1] = math.tointeger(space.capacity), space.id
  end
  return choice
end

return storage_catalogue
