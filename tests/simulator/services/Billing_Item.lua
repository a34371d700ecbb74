-- Billing items: cancelling one takes what it pays for.

local cancellation = require "slsim.model.cancellation"
local events       = require "slsim.model.events"

local function cancel(item, call, immediate, associated, reason, note)
  cancellation.cancel(item, call, { immediate = immediate, associated = associated, reason = reason, note = note })
  events.log(call, "Cancel Billing Item", "Billing", item)
  return true
end

return { methods = {
  cancelItem = { args = "cancelImmediately:boolean? cancelAssociatedBillingItems:boolean? reason:string? "
      .. "customerNote:string?",
    run = function(item, call, immediate, ...) return cancel(item, call, immediate ~= false, ...) end },
  cancelService = { run = function(item, call) return cancel(item, call, true) end },
  cancelServiceOnAnniversaryDate = { run = function(item, call) return cancel(item, call, false) end },
} }
