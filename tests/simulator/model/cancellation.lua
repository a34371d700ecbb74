-- What cancelling a billing item does to what it pays for: a guest, a volume, a machine or an image of each kind.

local billing = require "slsim.model.billing"
local clock   = require "slsim.clock"
local errors  = require "slsim.errors"
local guess   = require "slsim.guess"
local guests  = require "slsim.model.guests"
local parts   = require "slsim.model.template_parts"
local tickets = require "slsim.model.tickets"
local world   = require "slsim.world"

guess("[G]", "not cancelled immediately, a monthly guest ends at its nextBillDate and an hourly one at once; a second "
  .. "cancelItem is refused")
guess("[G]", "a cancellation request is COMPLETE at once; it is refused whole if one of its items cannot be cancelled")

local cancellation = { by_kind = {} }

function cancellation.by_kind.Virtual_Guest(item, call, options)
  if options and options.immediate == false and not item.hourlyFlag then
    return guests.cancel_later(item.__resource, call)
  end
  guests.cancel(item.__resource, call)
end

-- A child item (a disk, snapshot space) goes alone; its kind may have its own rule.
local function cancel_child(item)
  billing.close(item)
  if item.__cancelled then item.__cancelled() end
end

local function must_be_billed(item)
  if item.cancellationDate then
    errors.raise("NotFound", "A billing item is required to process a cancellation.")
  end
end

---@param options { immediate: boolean, associated: boolean?, reason: string?, note: string? }
function cancellation.cancel(item, call, options)
  must_be_billed(item)
  if item.parent then return cancel_child(item) end
  local resource = item.__resource
  local rule = resource and cancellation.by_kind[resource.__kind]
  if not rule then errors.public("The billing item %d cannot be cancelled.", item.id) end
  rule(item, call, options)
end

local function requested(fields, call)
  local list = {}
  for i, entry in ipairs(parts.list(fields, "items")) do
    local id = parts.integer(parts.path_of(entry, "billingItemId") or parts.path_of(entry, "billingItem", "id"), "billingItemId")
    local item = id and world.get("Billing_Item", id)
    if not item or not world.may_see(call.user, item) then errors.not_found(id or 0) end
    must_be_billed(item)
    list[i] = { item = item, immediate = parts.path_of(entry, "immediateCancellationFlag") ~= false }
  end
  if #list == 0 then errors.public("At least one billing item must be provided.") end
  return list
end

--- Cancels the items that a request names, and keeps the request.
---@return table request
function cancellation.request(fields, call)
  local list, user = requested(fields, call), call.user
  for _, entry in ipairs(list) do cancellation.cancel(entry.item, call, { immediate = entry.immediate }) end
  local ticket = tickets.create(user, { title = "Cancellation request", subject = "Cancellation Request",
    body = parts.path_of(fields, "notes") or "Cancelled by API." })
  local request = world.create("Billing_Item_Cancellation_Request", { accountId = user.accountId, account = user.account,
    createDate = clock.time(), modifyDate = clock.time(), notes = parts.path_of(fields, "notes"), statusId = 4, user = user,
    status = world.value("Billing_Item_Cancellation_Request_Status",
      { id = 4, keyName = "COMPLETE", name = "Complete", description = "Complete" }),
    ticketId = ticket.id, ticket = ticket, items = {} })
  for i, entry in ipairs(list) do
    request.items[i] = world.create("Billing_Item_Cancellation_Request_Item", { billingItemId = entry.item.id,
      billingItem = entry.item, cancellationRequest = request, immediateCancellationFlag = entry.immediate,
      scheduledCancellationDate = entry.item.cancellationDate or entry.item.__ends })
    entry.item.cancellationRequests = { request }
  end
  ticket.cancellationRequest = request
  return request
end

world.derive("Billing_Item", { pendingCancellationFlag = function(item) return item.__ends ~= nil end })

return cancellation
