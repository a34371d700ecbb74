-- Ordering.

local dates  = require "slsim.dates"
local events = require "slsim.model.events"
local json   = require "core.json"
local orders = require "slsim.model.orders"
local quotes = require "slsim.model.quotes"

require "slsim.model.dedicated"
require "slsim.model.order_guest"
require "slsim.model.storage_changes"
require "slsim.model.storage_order"
require "slsim.model.upgrade"

local function place_quote(call, container)
  local write = dates.writer(call.user.__zone)
  local quote = quotes.save(container, call)
  events.log(call, "Create Quote", "Quote", quote)
  return { orderDate = write(quote.createDate), orderId = json.null, orderDetails = quote.__container, placedOrder = json.null,
    quote = { id = quote.id, accountId = quote.accountId, name = quote.name, quoteKey = quote.quoteKey, status = quote.status,
      createDate = write(quote.createDate), expirationDate = write(quote.expirationDate) } }
end

return { methods = {
  placeQuote = { static = true, args = "orderData:object", run = function(_, call, container)
    return place_quote(call, container)
  end },
  verifyOrder = { static = true, args = "orderData:object saveAsQuoteFlag:boolean?", run = function(_, call, container)
    return orders.wrapped(container, (orders.verify(container, call)))
  end },
  placeOrder = { static = true, args = "orderData:object saveAsQuoteFlag:boolean?", run = function(_, call, container,
    quote)
    if quote then return place_quote(call, container) end
    local receipt = orders.place(container, call, dates.writer(call.user.__zone))
    events.log(call, "Place Order", "Order", { id = receipt.orderId, accountId = call.user.accountId })
    return receipt
  end },
} }
