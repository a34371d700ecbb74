-- Quotes.

local clock  = require "slsim.clock"
local dates  = require "slsim.dates"
local events = require "slsim.model.events"
local orders = require "slsim.model.orders"
local quotes = require "slsim.model.quotes"
local world  = require "slsim.world"

return { methods = {
  getRecalculatedOrderContainer = { args = "userOrderData:object? orderBeingPlacedFlag:boolean?", run = function(quote, call)
    return quotes.container(quote, call)
  end },
  saveQuote = { returns = "Billing_Order_Quote", run = function(quote)
    quote.status, quote.modifyDate = "SAVED", clock.time()
    return quote
  end },
  verifyOrder = { args = "orderData:object?", run = function(quote, call, container)
    return (orders.verify(container or quote.__container, call))
  end },
  placeOrder = { args = "orderData:object?", run = function(quote, call, container)
    local receipt = quotes.place(quote, container, call, dates.writer(call.user.__zone))
    events.log(call, "Place Order", "Order", { id = receipt.orderId, accountId = quote.accountId })
    return receipt
  end },
  deleteQuote = { returns = "Billing_Order_Quote", run = function(quote, call)
    world.remove(quote)
    events.log(call, "Delete Quote", "Quote", quote)
    return quote
  end },
} }
