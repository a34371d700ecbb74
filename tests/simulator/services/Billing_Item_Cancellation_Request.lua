-- Requests to cancel billing items.

local cancellation = require "slsim.model.cancellation"
local events       = require "slsim.model.events"
local world        = require "slsim.world"

local KIND = "Billing_Item_Cancellation_Request"

return { methods = {
  createObject = { static = true, args = "templateObject:object", returns = KIND, run = function(_, call, fields)
    local request = cancellation.request(fields, call)
    events.log(call, "Create Cancellation Request", "Billing", request)
    return request
  end },
  getAllCancellationRequests = { static = true, returns = "*" .. KIND,
    run = function(_, call) return world.listed(KIND, call) end },
} }
