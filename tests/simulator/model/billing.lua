-- Orders, their items, and the billing items that they become.

local clock = require "slsim.clock"
local guess = require "slsim.guess"
local world = require "slsim.world"

guess("[G]", "an order is PENDING_AUTO_APPROVAL for 2 s, then APPROVED; COMPLETED when what it ordered is there")

local billing = {}

local APPROVAL_SECONDS = 2

--- Places an order. `lines` are { category, description, prices… }, the first of a machine with its children.
---@return table order
function billing.order(user, options)
  local order = world.create("Billing_Order", {
    accountId = user.accountId, createDate = clock.time(), modifyDate = clock.time(), orderTypeId = 4,
      orderQuoteId = nil,
    status = "PENDING_AUTO_APPROVAL", userRecordId = user.id, userRecord = user, impersonatingUserRecordId = nil,
    presaleEventId = nil, privateCloudOrderFlag = false, items = {}, account = user.account,
    orderType = world.value("Billing_Order_Type", { id = 4, type = "STANDARD", description = "Standard order" }) })
  order.__hourly = options and options.hourly
  clock.after(APPROVAL_SECONDS, function()
    if order.status == "PENDING_AUTO_APPROVAL" then billing.set_status(order, "APPROVED") end
  end)
  return order
end

function billing.set_status(order, status)
  order.status, order.modifyDate = status, clock.time()
end

---@param fields { price: table, hostname?: string, domain?: string, parent?: table, presetId?: integer }
---@return table order_item
function billing.add_item(order, fields)
  local price = fields.price
  local item = world.create("Billing_Order_Item", {
    categoryCode = fields.category or price.categories[1].categoryCode, description = fields.description
      or price.item.description,
    hostName = fields.hostname, domainName = fields.domain, itemId = price.itemId,
      itemPriceId = ("%d"):format(price.id),
    itemPrice = price, item = price.item, quantity = 1, presetId = fields.presetId, preset = fields.preset,
      order = order,
    parentId = fields.parent and fields.parent.id, parent = fields.parent, children = {}, setupFee = "0",
      laborFee = "0",
    oneTimeFee = "0", recurringFee = order.__hourly and "0" or fields.fee or price.recurringFee,
    hourlyRecurringFee = order.__hourly and price.hourlyRecurringFee or nil, promoCodeId = nil,
      category = price.categories[1],
    location = fields.location })
  order.items[#order.items + 1] = item
  if fields.parent then fields.parent.children[#fields.parent.children + 1] = item end
  return item
end

--- Turns an order item and its children into billing items.
---@param type string "Billing_Item_Virtual_Guest", …
---@return table billing_item
function billing.bill(order_item, type, resource, parent)
  local item = world.create(type, {
    allowCancellationFlag = 1, categoryCode = order_item.categoryCode, createDate = clock.time(),
      cycleStartDate = clock.time(),
    description = order_item.description, domainName = order_item.domainName, hostName = order_item.hostName,
    hourlyRecurringFee = order_item.hourlyRecurringFee, recurringFee = order_item.recurringFee, oneTimeFee = "0",
    setupFee = "0", laborFee = "0", orderItemId = order_item.id, orderItem = order_item, recurringMonths = 1,
    serviceProviderId = 1, hoursUsed = "0", currentHourlyCharge = "0", lastBillDate = clock.time(),
      modifyDate = clock.time(),
    parentId = parent and parent.id, parent = parent, children = {}, hourlyFlag = order_item.order.__hourly or false,
    packageId = order_item.__package_id, accountId = order_item.order.accountId, account = order_item.order.account,
    category = order_item.category, item = order_item.item, location = order_item.location, cancellationDate = nil,
    nextBillDate = clock.time() + 30 * 86400, __resource = resource }, "Billing_Item")
  order_item.billingItem = item
  for i, child in ipairs(order_item.children) do
    item.children[i] = billing.bill(child, "Billing_Item", resource, item)
    item.children[i].associatedBillingItemId = ("%d"):format(item.id)
  end
  return item
end

--- Ends the charges.
function billing.close(item)
  item.cancellationDate, item.modifyDate = clock.time(), clock.time()
  for _, child in ipairs(item.children) do billing.close(child) end
end

world.derive("Billing_Item", {
  activeChildren = function(item)
    local active = {}
    for _, child in ipairs(item.children) do
      if not child.cancellationDate then active[#active + 1] = child end
    end
    return active
  end,
  nextInvoiceTotalRecurringAmount = function(item)
    local total = tonumber(item.recurringFee) or 0
    for _, child in ipairs(item.children) do total = total + (tonumber(child.recurringFee) or 0) end
    return total
  end,
})

world.derive("Billing_Order", {
  orderTotalAmount = function(order)
    local sum = 0
    for _, item in ipairs(order.items) do sum = sum + (tonumber(item.recurringFee) or 0) end
    return tostring(sum)
  end,
  initialInvoice = function() return nil end,
  orderTotalRecurring = function(order)
    local total = 0
    for _, item in ipairs(order.items) do total = total + (tonumber(item.recurringFee) or 0) end
    return tostring(total)
  end,
})

return billing
