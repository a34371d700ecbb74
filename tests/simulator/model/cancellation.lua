-- What cancelling a billing item does to what it pays for: a guest, a volume, a machine or an image of each kind.

local billing = require "slsim.model.billing"
local errors  = require "slsim.errors"
local guess   = require "slsim.guess"
local guests  = require "slsim.model.guests"

guess("[G]", "cancelling a guest at its anniversary is accepted and takes effect at once; a second cancelItem "
  .. "is refused")

local cancellation = { by_kind = {} }

function cancellation.by_kind.Virtual_Guest(item, call)
  guests.cancel(item.__resource, call)
end

-- A child item (a disk, snapshot space) goes alone; its kind may have its own rule.
local function cancel_child(item)
  billing.close(item)
  if item.__cancelled then item.__cancelled() end
end

---@param options { immediate: boolean, associated: boolean?, reason: string?, note: string? }
function cancellation.cancel(item, call, options)
  if item.cancellationDate then
    errors.raise("NotFound", "A billing item is required to process a cancellation.")
  end
  if item.parent then return cancel_child(item) end
  local resource = item.__resource
  local rule = resource and cancellation.by_kind[resource.__kind]
  if not rule then errors.public("The billing item %d cannot be cancelled.", item.id) end
  rule(item, call, options)
end

return cancellation
