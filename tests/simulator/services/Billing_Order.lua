-- Orders.

local world = require "slsim.world"

return { methods = {
  getAllObjects = { static = true, returns = "*Billing_Order", run = function(_, call)
    return world.listed("Billing_Order", call, function(order) return order.accountId == call.user.accountId end)
  end },
} }
