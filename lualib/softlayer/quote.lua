--- What an order would buy and cost, asked of the API without ordering.

local errors = require "errors"
local sl = require "softlayer"

local quote = {}

---@class Quote
---@field price string "0.061 USD/h"
---@field what string? "bosh-x.example.com in ams01"
---@field items string[] what is billed, in the API's words

-- Asks for the container that a template stands for; other orders bring their own.
local function container_of(call)
  if call.service == "Product_Order" and call.method == "placeOrder" then return call.args[1] end
  if call.service ~= "Virtual_Guest" or call.method ~= "createObject" then return nil end
  local container, err = sl.Virtual_Guest:generateOrderTemplate(call.args[1])
  if err then return nil, err end
  return container
end

local function machine_of(order)
  local guest = type(order.virtualGuests) == "table" and order.virtualGuests[1]
  return guest and guest.hostname and ("%s.%s"):format(guest.hostname, guest.domain) or nil
end

-- Storage has monthly fees, also where it is billed by the hour.
local function unit_of(order)
  for _, price in ipairs(order.useHourlyPricing and order.prices or {}) do
    if (tonumber(price.hourlyRecurringFee) or 0) > 0 then return "h" end
  end
  return order.useHourlyPricing and "month, billed by the hour" or "month"
end

local function items_of(order)
  local items = {}
  for _, price in ipairs(order.prices or {}) do
    local item = price.item or {}
    items[#items + 1] = item.description
  end
  return items
end

--- The quote of a call that orders something; nil for one that has no price.
---@param call table { service, method, args }
---@return Quote?
---@return Error? err the API would refuse the order, or did not say
function quote.of(call)
  local container, err = container_of(call)
  if not container then return nil, err end
  local order
  order, err = sl.Product_Order:verifyOrder(container)
  if err then return nil, err end
  if type(order) ~= "table" then return nil, errors.cloud "verifyOrder answered no order" end
  local price = ("%s %s/%s"):format(order.postTaxRecurring or "?", order.currencyShortName or "", unit_of(order))
  return { price = price, what = machine_of(container), items = items_of(order) }
end

return quote
