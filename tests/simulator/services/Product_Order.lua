-- Ordering.

local dates  = require "slsim.dates"
local errors = require "slsim.errors"
local events = require "slsim.model.events"
local orders = require "slsim.model.orders"

require "slsim.model.order_guest"
require "slsim.model.upgrade"

return { methods = {
  verifyOrder = { static = true, args = "orderData:object saveAsQuoteFlag:boolean?", run = function(_, call, container)
    return (orders.verify(container, call))
  end },
  placeOrder = { static = true, args = "orderData:object saveAsQuoteFlag:boolean?", run = function(_, call, container,
    quote)
    if quote then errors.public("Quotes are not offered here.") end
    local receipt = orders.place(container, call, dates.writer(call.user.__zone))
    events.log(call, "Place Order", "Order", { id = receipt.orderId, accountId = call.user.accountId })
    return receipt
  end },
} }
