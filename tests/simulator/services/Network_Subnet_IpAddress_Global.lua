-- Global addresses: both methods stand for those of the address's subnet.

local routes = require "slsim.model.routes"

return { methods = {
  route = { args = "newEndPointIpAddress:string", run = function(record, call, address)
    return routes.to_address(record.__subnet, call, address)
  end },
  unroute = { run = function(record, call) return routes.clear(record.__subnet, call) end },
} }
