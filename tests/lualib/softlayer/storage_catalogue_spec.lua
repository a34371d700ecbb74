-- softlayer.storage_catalogue: the choice of prices over all sizes, speeds and kinds, held against what the
-- simulator's verifyOrder takes, and against a recorded catalogue if SLCPI_FIXTURES names a folder with one.
local fake = require "lualib.fake"
local folder = require "support.folder"
local json = require "core.json"
local log = require "core.log"
local property = require "lualib.property"
local session = require "session"
local sl = require "softlayer"
local storage_catalogue = require "softlayer.storage_catalogue"
local volume_order = require "softlayer.volume_order"
local wire = require "support.wire"

local DAL13 = 1854895
local FLIGHT = 100 -- calls

-- GB from, to; IOPS from, to
local RANGES = {
  { 20, 39, 100, 1000 }, { 40, 79, 100, 2000 }, { 80, 99, 100, 4000 }, { 100, 499, 100, 6000 },
  { 500, 999, 100, 10000 }, { 1000, 1999, 100, 20000 }, { 2000, 2999, 200, 40000 }, { 3000, 3999, 200, 48000 },
  { 4000, 7999, 300, 48000 }, { 8000, 9999, 500, 48000 }, { 10000, 12000, 1000, 48000 },
}
-- tier: its level, its largest size
local TIERS = { [0.25] = { 100, 12000 }, [2] = { 200, 12000 }, [4] = { 300, 12000 }, [10] = { 1000, 4000 } }
local SNAPSHOTS = { 5, 10, 20, 40, 60, 80, 100, 150, 200, 250, 300, 350, 400, 450, 500, 600, 700, 1000, 2000, 4000 }
local KINDS = { iscsi = "storage_block", nfs = "storage_file" }

local function range_of(size)
  for _, range in ipairs(RANGES) do
    if math.max(size, 20) >= range[1] and math.max(size, 20) <= range[2] then return range end
  end
end

local function within(value, low, high) return math.max(low, math.min(high, value)) end

-- 10 IOPS for each GB, in hundreds rounded up, of what the size has.
local function default_iops(size)
  local range = range_of(size)
  return within((math.max(size, 20) * 10 + 99) // 100 * 100, range[3], range[4])
end

local function is_valid(wanted)
  if wanted.tier then return TIERS[wanted.tier] ~= nil and wanted.size <= TIERS[wanted.tier][2] end
  local range = range_of(wanted.size)
  if not range or not wanted.iops then return range ~= nil end
  return wanted.iops % 100 == 0 and wanted.iops >= range[3] and wanted.iops <= range[4]
end

local function sizes()
  local list, seen = {}, {}
  local function add(size)
    if size >= 1 and not seen[size] then list[#list + 1], seen[size] = size, true end
  end
  for _, range in ipairs(RANGES) do
    for _, border in ipairs { range[1], range[2] } do
      for near = -1, 1 do add(border + near) end
    end
    add((range[1] + range[2]) // 2)
  end
  for _, odd in ipairs { 1, 2, 7, 13, 33, 101, 123, 250, 333, 777, 1023, 1025, 1234, 2047, 2345, 3210, 3999, 4001, 4321,
    5555, 6789, 8191, 9876, 11111, 11999, 12001, 12500, 16384, 100000 } do add(odd) end
  return list
end

local function iops_of(size)
  local range = range_of(size) or RANGES[#RANGES]
  local low, high = range[3], range[4]
  return { 0, 1, low - 100, low - 50, low - 1, low, low + 1, low + 49, low + 50, low + 100, high - 100, high - 51,
    high - 50, high, high + 1, high + 50, high + 100, 10 * high }
end

-- Every size with every tier, every IOPS worth a look, and none.
local function combinations()
  local list = {}
  local function add(wanted) list[#list + 1] = wanted end
  for _, size in ipairs(sizes()) do
    for protocol in pairs(KINDS) do
      for tier in pairs(TIERS) do add { size = size, tier = tier, protocol = protocol } end
      for _, iops in ipairs(iops_of(size)) do
        if iops >= 0 then add { size = size, iops = iops, protocol = protocol } end
      end
      add { size = size, protocol = protocol }
    end
  end
  return list
end

local function words(wanted) return json.encode(wanted) end

-- What is said of a choice that is not possible names one that is.
local function check_refusal(prices, wanted)
  local choice, err = storage_catalogue.choose(prices, wanted)
  assert.is_nil(choice, words(wanted))
  local next_try = { size = wanted.size, tier = wanted.tier, iops = wanted.iops, protocol = wanted.protocol }
  local field, value = err.message:match "the nearest is '(%l+): ([%d.]+)'"
  local largest = err.message:match "the largest size is (%d+) GB$" or err.message:match "up to (%d+) GB$"
  if field then next_try[field] = tonumber(value) else next_try.size = tonumber(largest) end
  assert.equal(field and "Bosh::Clouds::CloudError" or "Bosh::Clouds::NoDiskSpace", err.type)
  if not field and next_try.iops then next_try.iops = default_iops(next_try.size) end
  if field == "tier" and wanted.size > 4000 then -- the tier is one of those that are sold; the size is another matter
    assert.truthy(TIERS[next_try.tier])
  else
    assert.is_true(is_valid(next_try), words(wanted) .. err.message)
    assert.truthy(storage_catalogue.choose(prices, next_try), words(wanted) .. err.message)
  end
  return next_try
end

-- What holds for every choice, whoever sells.
local function check_choice(choice, wanted)
  assert.equal(math.max(wanted.size, 20), choice.size, words(wanted))
  assert.equal(wanted.tier, choice.tier)
  local iops = wanted.iops or not wanted.tier and default_iops(wanted.size) or nil
  assert.equal(iops, choice.iops, words(wanted))
  assert.equal("integer", math.type(choice.size))
end

-- The smallest that is sold and holds what was asked for.
local function snapshot_space(wanted)
  for _, space in ipairs(SNAPSHOTS) do
    if space >= wanted then return space end
  end
end

-- Volumes at the borders of sizes and speeds, for snapshot spaces.
local function speeds()
  local list = {}
  for tier, entry in pairs(TIERS) do
    list[#list + 1] = { size = 20, tier = tier }
    list[#list + 1] = { size = entry[2], tier = tier }
  end
  for _, range in ipairs(RANGES) do
    list[#list + 1] = { size = range[1], iops = range[3] }
    list[#list + 1] = { size = range[2], iops = range[4] }
  end
  return list
end

-- Calls check(choice, wanted) for each snapshot space at the borders of what is sold.
local function each_snapshot_space(prices, check)
  for _, speed in ipairs(speeds()) do
    for _, space in ipairs(SNAPSHOTS) do
      for _, wanted in ipairs { math.max(1, space - 1), space, space < 4000 and space + 1 or space } do
        local whole = { size = speed.size, tier = speed.tier, iops = speed.iops, snapshot_space = wanted }
        local choice = assert(storage_catalogue.choose(prices, whole))
        assert.equal(snapshot_space(wanted), choice.snapshot_space, words(whole))
        check(choice, whole)
      end
    end
  end
end

local function random_wish()
  local wish = { size = property.pick { math.random(1, 60), math.random(1, 4200), math.random(1, 13000) },
    protocol = property.pick { "iscsi", "nfs" } }
  local which = math.random(4)
  if which == 1 then wish.tier = property.pick { 0.25, 2, 4, 10, 10.0, 2.0 } end
  if which == 2 then wish.tier = property.pick { 0, 0.24, 1, 2.5, 3, 5, 7, 9.99, 11, 1000 } end
  if which == 3 then wish.iops = math.random(0, 500) * 100 end
  if which == 4 then wish.iops = math.random(0, 50000) end
  return wish
end

describe("storage_catalogue against a simulated account", function()
  local w, prices

  setup(function()
    log.level "off"
    fake.records_in(nil)
    w = wire.open()
    session.configure(function()
      return require "core.softlayer".open { endpoint = w.sim.url, username = "sim", api_key = "sim-api-key" }
    end)
    prices = assert(storage_catalogue.prices())
  end)
  teardown(function()
    session.configure(function() return nil, "there is no API" end)
    w:close()
    log.level "info"
  end)

  -- The API takes each choice, and understands size and speed as they were meant.
  local function verify(choices)
    for from = 1, #choices, FLIGHT do
      local calls, to = {}, math.min(#choices, from + FLIGHT - 1)
      for i = from, to do
        calls[#calls + 1] = sl.Product_Order:later("verifyOrder", volume_order.container(choices[i], DAL13, true))
      end
      for i, echo in ipairs(assert(sl.all(calls))) do
        local choice = choices[from + i - 1]
        assert.same({ choice.size, choice.iops, #choice.prices }, { echo.volumeSize, echo.iops, #echo.prices })
      end
    end
  end

  it("has standard prices only, with ids, categories and numbers", function()
    assert.equal(15 + 11 + 100 + 4 + 5 + 3, #prices)
    for _, price in ipairs(prices) do
      assert.equal("integer", math.type(price.id))
      assert.is_string(price.category)
      if price.restricted then assert.is_true(price.from <= price.to) end
    end
  end)

  it("chooses what the API sells, for every size, speed and kind, never another size", function()
    local choices, refused = {}, 0
    for _, wanted in ipairs(combinations()) do
      if is_valid(wanted) then
        local choice = assert(storage_catalogue.choose(prices, wanted))
        check_choice(choice, wanted)
        choices[#choices + 1] = choice
      else
        check_refusal(prices, wanted)
        refused = refused + 1
      end
    end
    assert.is_true(#choices > 1000 and refused > 1000)
    verify(choices)
  end)

  it("refuses without a call", function()
    local before = session.count()
    for _, wanted in ipairs(combinations()) do storage_catalogue.choose(prices, wanted) end
    assert.equal(before, session.count())
  end)

  -- GB, IOPS, the nearest that is sold
  for _, case in ipairs {
    { 20, 0, 100 }, { 20, 99, 100 }, { 20, 149, 100 }, { 20, 150, 200 }, { 39, 1001, 1000 }, { 40, 1001, 1000 },
    { 40, 1951, 2000 }, { 1, 48000, 1000 }, { 2000, 100, 200 }, { 4000, 200, 300 }, { 8000, 449, 500 },
    { 12000, 950, 1000 }, { 12000, 48100, 48000 }, { 250, 1049, 1000 }, { 250, 1050, 1100 },
  } do
    it(("names %d IOPS as the nearest to %d for %d GB"):format(case[3], case[2], case[1]), function()
      assert.equal(case[3], check_refusal(prices, { size = case[1], iops = case[2] }).iops)
    end)
  end

  for tier, nearest in pairs { [0] = 0.25, [0.3] = 0.25, [1] = 0.25, [1.2] = 2, [3] = 2, [3.5] = 4, [7] = 4, [8] = 10, [99] = 10 } do
    it(("names tier %s as the nearest to %s"):format(nearest, tier), function()
      assert.equal(nearest, check_refusal(prices, { size = 100, tier = tier }).tier)
    end)
  end

  for _, case in ipairs { { { size = 12001 }, 12000 }, { { size = 12001, tier = 2 }, 12000 }, { { size = 4001, tier = 10 }, 4000 },
    { { size = 12001, iops = 1000 }, 12000 } } do
    it("names the largest size instead of " .. words(case[1]), function()
      assert.equal(case[2], check_refusal(prices, case[1]).size)
    end)
  end

  -- GB, the IOPS of whoever asks for none
  for _, case in ipairs { { 1, 200 }, { 20, 200 }, { 21, 300 }, { 39, 400 }, { 100, 1000 }, { 101, 1100 }, { 500, 5000 },
    { 600, 6000 }, { 1999, 20000 }, { 2000, 20000 }, { 4800, 48000 }, { 4801, 48000 }, { 12000, 48000 } } do
    it(("gives a disk of %d GB %d IOPS"):format(case[1], case[2]), function()
      assert.equal(case[2], storage_catalogue.choose(prices, { size = case[1] }).iops)
    end)
  end

  it("rounds snapshot space up to what is sold, for each speed", function()
    local choices = {}
    each_snapshot_space(prices, function(choice) choices[#choices + 1] = choice end)
    assert.is_true(#choices > 1000)
    verify(choices)
  end)

  it("takes no more snapshot space than is sold, and says how much that is", function()
    for _, speed in ipairs(speeds()) do
      speed.snapshot_space = 4001
      local choice, err = storage_catalogue.choose(prices, speed)
      assert.is_nil(choice)
      assert.matches("the most is 4000 GB$", err.message)
      assert.equal("Bosh::Clouds::NoDiskSpace", err.type)
    end
  end)

  it("orders no snapshot space where none is asked for", function()
    for _, space in ipairs { 0, false } do
      local choice = storage_catalogue.choose(prices, { size = 20, snapshot_space = space or nil })
      assert.same({ 4 }, { #choice.prices, choice.snapshot_space })
    end
  end)

  it("leaves block or file out of a change", function()
    local new, change = { size = 20 }, { size = 20, change = true }
    assert.equal(#storage_catalogue.choose(prices, new).prices - 1, #storage_catalogue.choose(prices, change).prices)
  end)

  it("knows a volume's tier by its level's name", function()
    for key, tier in pairs { LOW_INTENSITY_TIER = 0.25, READHEAVY_TIER = 2, WRITEHEAVY_TIER = 4, ["10_IOPS_PER_GB"] = 10 } do
      assert.equal(tier, storage_catalogue.tier_of(prices, key))
    end
    assert.is_nil(storage_catalogue.tier_of(prices, "ANOTHER"))
    assert.is_nil(storage_catalogue.tier_of(prices, nil))
  end)

  it("chooses or explains whatever is asked for", function()
    local choices = {}
    property.holds(2000, function()
      local wanted = random_wish()
      if is_valid(wanted) then
        local choice = assert(storage_catalogue.choose(prices, wanted))
        check_choice(choice, wanted)
        if #choices < 300 then choices[#choices + 1] = choice end
      else
        check_refusal(prices, wanted)
      end
    end)
    verify(choices)
  end)

  it("sells one price of each category, of the kind that was asked for", function()
    local category = {}
    for _, price in ipairs(prices) do category[price.id] = price.category end
    for _, wanted in ipairs { { size = 20 }, { size = 20, protocol = "iscsi" }, { size = 20, protocol = "nfs" } } do
      local found = {}
      for i, id in ipairs(storage_catalogue.choose(prices, wanted).prices) do found[i] = category[id] end
      table.sort(found)
      assert.same({ "performance_storage_iops", "performance_storage_space", "storage_as_a_service",
        KINDS[wanted.protocol or "iscsi"] }, found)
    end
  end)

  it("makes the same choice from a list in any order, with prices that are listed twice", function()
    local shuffled = {}
    for _, price in ipairs(prices) do
      local again = setmetatable({ id = price.id + 1000000 }, { __index = price })
      table.move({ price, again }, 1, 2, #shuffled + 1, shuffled)
    end
    property.holds(20, function()
      for i = #shuffled, 2, -1 do
        local j = math.random(i)
        shuffled[i], shuffled[j] = shuffled[j], shuffled[i]
      end
      local wanted = random_wish()
      wanted.snapshot_space = math.random(0, 4000)
      assert.same(storage_catalogue.choose(prices, wanted), storage_catalogue.choose(shuffled, wanted))
    end)
  end)

  it("sells nothing from an empty catalogue", function()
    for _, wanted in ipairs { { size = 20 }, { size = 20, tier = 2 } } do
      local choice, err = storage_catalogue.choose({}, wanted)
      assert.is_nil(choice)
      assert.matches("not sold to this account", err.message)
    end
  end)
end)

describe("storage_catalogue against a recorded catalogue", function()
  local recorded = os.getenv "SLCPI_FIXTURES"
  if not recorded then return it("chooses the same", function() pending "SLCPI_FIXTURES is not set" end) end

  local prices, by_id

  -- The package's items with their prices, turned into the list of prices that the API gives for it.
  local function list_of(package)
    local list = json.array {}
    for _, item in ipairs(package.items) do
      for _, price in ipairs(item.prices) do
        price.item = { keyName = item.keyName, capacity = item.capacity, capacityMinimum = item.capacityMinimum,
          capacityMaximum = item.capacityMaximum }
        if not price.locationGroupId then list[#list + 1], by_id[price.id] = price, price end
      end
    end
    return list
  end

  setup(function()
    log.level "off"
    fake.records_in(nil)
    by_id = {}
    local text = folder.read(recorded .. "/softlayer/SoftLayer_Product_Package_getAllObjects_saas.json")
    local list = list_of(assert(json.decode(text, { null = "absent" }))[1])
    local api = fake.api()
    api["Product_Package::getItemPrices"] = function() return list end
    session.configure(function() return api.handle end)
    prices = assert(storage_catalogue.prices())
  end)
  teardown(function() log.level "info" end)

  local function holds(price, value)
    return value >= tonumber(price.capacityRestrictionMinimum) and value <= tonumber(price.capacityRestrictionMaximum)
  end

  -- By what the API restricts a price, and the value that must be in it.
  local function restricting(choice)
    return { IOPS = choice.iops, STORAGE_SPACE = choice.size, STORAGE_TIER_LEVEL = choice.tier and TIERS[choice.tier][1] }
  end

  local function check_prices(choice, wanted)
    local expected = { storage_as_a_service = 1, [KINDS[wanted.protocol or "iscsi"]] = 1, performance_storage_space = 1,
      [choice.tier and "storage_tier_level" or "performance_storage_iops"] = 1,
      storage_snapshot_space = wanted.snapshot_space and 1 or nil }
    local found, values = {}, restricting(choice)
    for _, id in ipairs(choice.prices) do
      local price = by_id[id]
      local category = price.categories[1].categoryCode
      found[category] = (found[category] or 0) + 1
      local kind = price.capacityRestrictionType
      if kind then assert.is_true(holds(price, assert(values[kind], kind)), words(wanted)) end
      local low, high = tonumber(price.item.capacityMinimum), tonumber(price.item.capacityMaximum)
      local measured = category == "performance_storage_iops" and choice.iops
        or category == "performance_storage_space" and choice.size
      if measured then assert.is_true(measured >= low and measured <= high, words(wanted)) end
    end
    assert.same(expected, found)
  end

  it("resolves every combination to one price of each category, and refuses the others", function()
    for _, wanted in ipairs(combinations()) do
      if is_valid(wanted) then
        local choice = assert(storage_catalogue.choose(prices, wanted))
        check_choice(choice, wanted)
        check_prices(choice, wanted)
      else
        check_refusal(prices, wanted)
      end
    end
  end)

  it("resolves snapshot space as well", function()
    each_snapshot_space(prices, check_prices)
  end)
end)
