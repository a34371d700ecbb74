-- What every storage order is checked for: which prices are there, and whether their restrictions hold.

local catalogue_prices = require "slsim.model.storage_prices"
local errors = require "slsim.errors"
local guess  = require "slsim.guess"
local orders = require "slsim.model.orders"
local parts  = require "slsim.model.template_parts"
local world  = require "slsim.world"

guess("[G]", "the texts of refused storage orders; their codes are Order_Item_Invalid for prices, Order_InvalidData for "
  .. "properties")
guess("[G]", "an endurance order's iops is ignored; replicas cannot be ordered")
guess("[G]", "volume limit: 700 in the account, whatever their kind")

local rules = { LIMIT = 700 }

local OS_TYPES = { { 12, "LINUX" }, { 13, "WINDOWS" }, { 14, "WINDOWS_2008" }, { 15, "WINDOWS_GPT" }, { 16, "VMWARE" },
  { 17, "XEN" }, { 18, "HYPER_V" } }

function rules.bad_price(text, ...) errors.raise("Order_Item_Invalid", text:format(...)) end

local function bad_data(property, explanation)
  errors.raise("Order_InvalidData", ("Invalid data on the order for property: %s. %s"):format(property, explanation))
end

--- A positive integer of the container.
function rules.number(container, property)
  local value = container[property]
  local number = parts.given(value) and math.tointeger(tonumber(value))
  if not number or number <= 0 then bad_data(property, "A positive integer must be provided.") end
  return number
end

---@return table package
function rules.package(container, id)
  local package = orders.package(container)
  if package.id ~= id then errors.public("The package #%d is not valid for this order.", package.id) end
  return package
end

local function set(words)
  local members = {}
  for word in words:gmatch("[%w_]+") do members[word] = true end
  return members
end

--- The prices of an order by their category. `wanted` names required categories, `a|b` for one of two, and
--- optional ones with a question mark.
---@return table entries, table found
function rules.prices(container, package, wanted)
  local entries = orders.prices(container, package)
  local found, allowed = orders.by_category(entries), {}
  for group, optional in wanted:gmatch("([%w_|]+)(%??)") do
    local there = 0
    for code in pairs(set(group)) do
      allowed[code] = true
      if found[code] then there = there + 1 end
    end
    if there == 0 and optional == "" then rules.bad_price("A price of the category '%s' is required.", group:gsub("|", "' or '")) end
    if there > 1 then rules.bad_price("Only one price of the categories '%s' may be ordered.", group:gsub("|", "', '")) end
  end
  for code in pairs(found) do
    if not allowed[code] then rules.bad_price("A price of the category '%s' is not valid for this order.", code) end
  end
  return entries, found
end

--- The tier that a price of category storage_tier_level stands for.
function rules.tier(entry)
  local level = math.tointeger(entry.price.item.attributes[1].value)
  for _, tier in ipairs(catalogue_prices.TIERS) do
    if tier.level == level then return tier end
  end
end

local RESTRICTED = { STORAGE_SPACE = "size", IOPS = "iops", STORAGE_TIER_LEVEL = "level" }

--- Refuses prices whose restriction does not hold for what is ordered.
---@param of { size: integer, iops: integer?, level: integer? }
function rules.restrictions(entries, of)
  for _, entry in ipairs(entries) do
    local price = entry.price
    local kind = price.capacityRestrictionType
    local value = of[RESTRICTED[kind]]
    if kind and not (value and value >= tonumber(price.capacityRestrictionMinimum)
        and value <= tonumber(price.capacityRestrictionMaximum)) then
      rules.bad_price("The price for %s (#%d) is restricted to a %s of %s to %s, which does not include %s.",
        price.item.description, price.id, kind, price.capacityRestrictionMinimum, price.capacityRestrictionMaximum,
        value or "this order")
    end
  end
end

--- Refuses an amount outside an item's range.
function rules.in_range(entry, value, property)
  local item = entry.price.item
  if value < tonumber(item.capacityMinimum) or value > tonumber(item.capacityMaximum) then
    bad_data(property, ("%d is not within %s."):format(value, item.description))
  end
end

---@return integer iops
function rules.iops(container)
  local iops = rules.number(container, "iops")
  if iops % 100 ~= 0 then bad_data("iops", "The value must be a multiple of 100.") end
  return iops
end

--- What a block volume is formatted for.
---@return table? os_type
function rules.os_type(container, is_file)
  local wanted = container.osFormatType
  if not parts.given(wanted) then
    if not is_file then bad_data("osFormatType", "An OS type must be provided.") end
    return nil
  end
  for _, entry in ipairs(OS_TYPES) do
    if type(wanted) == "table" and (wanted.keyName == entry[2] or not parts.given(wanted.keyName) and wanted.id == entry[1]) then
      return world.value("Network_Storage_Iscsi_OS_Type", { id = entry[1], keyName = entry[2],
        name = entry[2]:lower():gsub("^%l", string.upper), description = entry[2], createDate = nil })
    end
  end
  bad_data("osFormatType", "The OS type does not exist.")
end

--- How many volumes the account has.
function rules.count(user)
  return #world.select("Network_Storage", function(volume)
    return volume.accountId == user.accountId and volume.nasType ~= "SNAPSHOT"
  end)
end

---@return integer quantity
function rules.quantity(container, user)
  local quantity = parts.given(container.quantity) and rules.number(container, "quantity") or 1
  if rules.count(user) + quantity > rules.LIMIT then
    errors.public("This order exceeds the limit of %d storage volumes of the account.", rules.LIMIT)
  end
  return quantity
end

--- Money for what is paid by the unit: so much for each gigabyte or IOPS.
function rules.charge(entry, units, unit)
  if not entry or not entry.price.usageRate then return end
  entry.fee = catalogue_prices.fee(units * tonumber(entry.price.usageRate))
  if unit then entry.description = ("%d %s"):format(units, unit) end
end

function rules.snapshot_space(entry)
  if not entry then return nil end
  entry.description = entry.price.item.description .. " (Snapshot Space)"
  return math.tointeger(entry.price.item.capacity)
end

--- A volume that an order names, if the user may see it.
function rules.volume(id, user)
  local volume = math.tointeger(id) and world.get("Network_Storage", id)
  if not volume or volume.nasType == "SNAPSHOT" or not world.may_see(user, volume) then
    errors.not_found(tostring(parts.given(id) and id or ""))
  end
  return volume
end

return rules
