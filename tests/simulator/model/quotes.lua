-- Quotes: an order container that was checked and is kept, to be ordered later.

local billing = require "slsim.model.billing"
local clock   = require "slsim.clock"
local errors  = require "slsim.errors"
local guess   = require "slsim.guess"
local orders  = require "slsim.model.orders"
local parts   = require "slsim.model.template_parts"
local random  = require "slsim.random"
local world   = require "slsim.world"

guess("[G]", "a quote is PENDING for five days; its order has the status QUOTE; deleting it takes it off the list")

local quotes = {}

local DAYS = 5

--- Keeps a container as a quote.
---@return table quote
function quotes.save(container, call)
  local echo, plan = orders.verify(container, call)
  local order = billing.order(call.user, { hourly = echo.useHourlyPricing == true })
  billing.set_status(order, "QUOTE")
  for _, entry in ipairs(plan.entries) do
    billing.add_item(order, { price = entry.price, category = entry.category.categoryCode }).package = entry.price.packages[1]
  end
  local quote = world.create("Billing_Order_Quote", { accountId = call.user.accountId, account = call.user.account,
    name = parts.given(container.quoteName) and container.quoteName or "Quote", quoteKey = random.hex(32),
    status = "PENDING", createDate = clock.time(), modifyDate = clock.time(), expirationDate = clock.time() + DAYS * 86400,
    order = order, ordersFromQuote = {}, __container = echo })
  order.orderQuoteId, order.quote = quote.id, quote
  return quote
end

local function active(quote)
  if quote.expirationDate < clock.now() then errors.public("The quote has expired.") end
end

--- The container of a quote, checked against today's catalogue.
function quotes.container(quote, call)
  active(quote)
  return (orders.verify(quote.__container, call))
end

--- Orders a quote; `container` has what the caller changed.
function quotes.place(quote, container, call, write)
  active(quote)
  local receipt = orders.place(container or quote.__container, call, write)
  table.insert(quote.ordersFromQuote, call.order)
  call.order.orderQuoteId, call.order.quote = quote.id, quote
  return receipt
end

return quotes
