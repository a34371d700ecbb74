--- Looking for the order of a volume whose answer is missing.
--
-- A volume has no name that an order could give it. So the newest order's number is on record before
-- one is sent, and an order whose answer is missing is one that is newer, of our user, for storage as a
-- service, and on no other record. While another record waits for its answer too, it may be that one's: an error is
-- better than one volume for two disks.

local answer = require "softlayer.answer"
local log = require "core.log"
local sl = require "softlayer"
local state = require "state"
local user = require "softlayer.user"
local wait = require "wait"

local volume_search = {}

volume_search.WINDOW = 10 * 60 -- seconds after an order in which it may still be missing from the list of orders
local SERVICE = "storage_as_a_service"

-- An order of a new volume has an item for block or file storage, one of a change has not.
local function is_of_kind(order, new)
  local codes = {}
  for _, item in ipairs(order.items or {}) do codes[item.categoryCode or ""] = true end
  return codes[SERVICE] and (codes.storage_block or codes.storage_file or false) == new
end

--- The orders that may be the one whose answer is missing. Raises when a damaged record may claim one of them.
---@param record { after: integer, method: string }
---@param own_id integer the user's
---@return integer[]? orders
---@return Error? err
function volume_search.candidates(record, own_id)
  local orders, err = sl.Billing_Order:mask("id,status,userRecordId,items.categoryCode")
    :filter({ id = "> " .. record.after }):getAllObjects()
  orders, err = answer.list(orders, err, "orders")
  if not orders then return nil, err end
  local candidates = {}
  for _, order in ipairs(orders) do
    local ours = order.id > record.after and order.userRecordId == own_id
      and is_of_kind(order, record.method ~= "change_disk")
    if ours and not state.claimed(order.id) then candidates[#candidates + 1] = order.id end
  end
  return candidates
end

-- For wait: the order that may be ours, once it is the only one. `sight.doubt` tells whether there are some.
local function seek(record, own_id, sight)
  local candidates, err = volume_search.candidates(record, own_id)
  if not candidates then return nil, err end
  sight.doubt = #candidates > 0
  if not sight.doubt then return false end
  if #candidates == 1 and not state.disputed(record, candidates[1], volume_search.WINDOW) then return candidates[1] end
  return false, { stage = ("orders %s, any of which may be it"):format(table.concat(candidates, ", ")) }
end

--- Looks for an order whose answer is missing, until it can no longer appear.
---@param record Record with `after` and `sent`
---@return integer? order nil: it did not take effect
function volume_search.look(record)
  log.warn("looking for an order after %d: one may have reached the API", record.after)
  local who, sight = assert(user.current()), {}
  local id, err = wait { what = "the order that was sent", at_most = record:left(volume_search.WINDOW), seek, record,
    who.id, sight }
  if id then return record:known("order", id) end
  -- Only a look that saw everything, and nothing there, permits another order.
  if not err.gave_up or err.last or sight.doubt then error(err, 0) end
  return nil
end

return volume_search
