-- Product orders: an order container is checked by the rule of its complexType, its prices are
-- resolved, and the receipt tells what was ordered.

local billing = require "slsim.model.billing"
local clock   = require "slsim.clock"
local errors  = require "slsim.errors"
local guess   = require "slsim.guess"
local json    = require "core.json"
local parts   = require "slsim.model.template_parts"
local places  = require "slsim.model.places"
local price_groups = require "slsim.model.price_groups"
local world   = require "slsim.world"

guess("[G]", "the texts for prices that are unknown, of another package, or of one category twice")
guess("[G]", "an order container's properties that the simulator does not know are kept and ignored")

local orders = {}

local PREFIX = "SoftLayer_Container_Product_Order_"

--- Rules by complexType without its prefix: { check(container, call, prices) -> plan, place(plan, container, call) ->
--- order }.
orders.rules = {}

local function rule_of(container)
  local name = parts.given(container.complexType) and tostring(container.complexType) or ""
  return orders.rules[name:gsub("^" .. PREFIX, "")]
    or errors.raise("Public", ("The order container type '%s' is not supported."):format(name))
end

local function price_of(entry)
  local id = type(entry) == "table" and parts.given(entry.id) and math.tointeger(entry.id)
  if not id then errors.public("Price does not have an id.") end
  return world.get("Product_Item_Price", id)
    or errors.raise("Order_Item_Invalid", ("The price with id #%d does not exist."):format(id))
end

-- A price of several categories may be ordered for the one that the entry names.
local function category_of(entry, price)
  local wanted = parts.path_of(entry, "categories", 1)
  if not wanted then return price.categories[1] end
  for _, category in ipairs(price.categories) do
    if category.id == wanted.id or category.categoryCode == wanted.categoryCode then return category end
  end
  local other = world.get("Product_Item_Category", wanted.id)
  return other or price.categories[1]
end

local function sold_in(price, package)
  for _, own in ipairs(price.packages) do
    if own == package then return true end
  end
end

--- Resolves a container's prices.
---@return { price: table, category: table }[]
function orders.prices(container, package)
  local list = {}
  for i, entry in ipairs(parts.list(container, "prices")) do
    local price = price_of(entry)
    if package and not sold_in(price, package) then
      errors.raise("Order_Item_Invalid", ("The price for %s (#%d) is not valid for package %d."):format(
        price.item.description, price.id, package.id))
    end
    list[i] = { price = price, category = category_of(entry, price) }
  end
  return list
end

--- The entries by their category's code; a category may be ordered once.
---@return table<string, { price: table, category: table }>
function orders.by_category(entries)
  local found = {}
  for _, entry in ipairs(entries) do
    local code = entry.category.categoryCode
    if found[code] then
      errors.raise("Order_Item_Invalid", ("Only one price of the category '%s' may be ordered."):format(code))
    end
    found[code] = entry
  end
  return found
end

---@return table package
function orders.package(container)
  local id = parts.given(container.packageId) and math.tointeger(container.packageId)
  return id and world.get("Product_Package", id) or errors.public("The package for this order does not exist.")
end

---@return table datacenter
function orders.location(container)
  local place = parts.given(container.location) and places.location(container.location)
  return place or errors.raise("Order_InvalidLocation", "The location provided for this order is invalid.")
end

--- A copy of a JSON value in which everything may be changed.
function orders.copy(value)
  if type(value) ~= "table" then return value end
  local out = json.is_array(value) and json.array {} or {}
  for key, member in pairs(value) do out[key] = orders.copy(member) end
  return out
end

local function price_echo(entry)
  local price, item = entry.price, entry.price.item
  return { id = price.id, itemId = price.itemId, hourlyRecurringFee = price.hourlyRecurringFee,
    recurringFee = entry.fee or price.recurringFee,
    laborFee = "0", oneTimeFee = "0", setupFee = "0",
    categories = json.array { { categoryCode = entry.category.categoryCode, id = entry.category.id,
      name = entry.category.name } },
    item = { id = item.id, keyName = item.keyName, description = item.description, capacity = item.capacity
      or json.null,
      units = item.units or json.null } }
end

local function total(entries, field)
  local sum = 0
  for _, entry in ipairs(entries) do sum = sum + (tonumber(entry.fee or entry.price[field]) or 0) end
  return (("%.3f"):format(sum):gsub("%.?0+$", ""))
end

--- The container as it is answered: with its prices in full.
function orders.echo(container, entries)
  local out, hourly = orders.copy(container), container.useHourlyPricing == true
  out.prices = json.array {}
  for i, entry in ipairs(entries) do out.prices[i] = price_echo(entry) end
  local field = hourly and "hourlyRecurringFee" or "recurringFee"
  local sum = total(entries, field)
  out.postTaxRecurring, out.preTaxRecurring = sum, sum
  out.postTaxRecurringHourly, out.postTaxRecurringMonthly = hourly and sum or "0", hourly and "0" or sum
  out.postTaxSetup, out.preTaxSetup, out.currencyShortName = "0", "0", "USD"
  out.quantity = parts.given(container.quantity) and container.quantity or 1
  return out
end

local function item_echo(item)
  local children = not item.parent and json.array {} or nil
  for i, child in ipairs(item.children) do children[i] = item_echo(child) end
  return { categoryCode = item.categoryCode, description = item.description, id = item.id, itemId = item.itemId,
    itemPriceId = item.itemPriceId, laborFee = "0", oneTimeFee = "0", parentId = item.parentId or json.null,
    promoCodeId = json.null, recurringFee = item.recurringFee, setupFee = "0", children = children,
    hourlyRecurringFee = item.hourlyRecurringFee, hostName = item.hostName, domainName = item.domainName }
end

local function placed(order, write)
  local items = json.array {} -- every item, and those of a parent once more below it
  for i, item in ipairs(order.items) do items[i] = item_echo(item) end
  local user, account = order.userRecord, order.account
  return { accountId = order.accountId, id = order.id, orderQuoteId = json.null, orderTypeId = 4,
    presaleEventId = json.null,
    status = order.status, userRecordId = order.userRecordId, createDate = write(order.createDate), items = items,
    account = { id = account.id, companyName = account.companyName, brandId = account.brandId },
    userRecord = { id = user.id, accountId = user.accountId, username = user.username, firstName = user.firstName,
      lastName = user.lastName } }
end

-- Who orders several containers at once sends a wrapper; the real API takes it, we take its single content.
local function unwrap(container)
  local inner = parts.list(container, "orderContainers")
  if #inner > 1 then errors.public("Only one order container is supported.") end
  return inner[1] or container
end

--- An answer in the form of the question: what came in a wrapper goes back in one.
function orders.wrapped(container, echo)
  if unwrap(container) == container then return echo end
  local out = { orderContainers = json.array { echo } }
  for _, name in ipairs { "postTaxRecurring", "preTaxRecurring", "postTaxSetup", "preTaxSetup", "currencyShortName" } do
    out[name] = echo[name]
  end
  return out
end

local function answered(container, plan)
  local echo, place = orders.echo(container, plan.entries), plan.datacenter
  if place then echo.locationObject = { id = place.id, name = place.name, longName = place.longName } end
  return echo
end

local function checked(container, call)
  local rule = rule_of(container)
  local plan = rule.check(container, call)
  if plan.datacenter then price_groups.check(plan.entries, plan.datacenter) end
  return plan, rule
end

--- Checks an order without placing it.
---@return table container with resolved prices
function orders.verify(container, call)
  container = unwrap(container)
  local plan = checked(container, call)
  return answered(container, plan), plan
end

--- Places an order.
---@param write fun(epoch: number): string
---@return table receipt
function orders.place(container, call, write)
  container = unwrap(container)
  local plan, rule = checked(container, call)
  local order = rule.place(plan, container, call)
  call.order = order
  local details = answered(container, plan)
  if rule.details then rule.details(details, plan) end
  return { orderDate = write(clock.time()), orderId = order.id, orderDetails = details, placedOrder = placed(order,
    write) }
end

--- The order of a plan without a machine of its own: one item, the others below it.
---@return table order, table first_item
function orders.simple(plan, call, hourly)
  local order, first = billing.order(call.user, { hourly = hourly }), nil
  for _, entry in ipairs(plan.entries) do
    local item = billing.add_item(order, { price = entry.price, category = entry.category.categoryCode, parent = first,
      fee = entry.fee, description = entry.description, location = plan.datacenter, hostname = plan.hostname, domain = plan.domain })
    item.__package_id = plan.package and plan.package.id
    first = first or item
  end
  return order, first
end

return orders
