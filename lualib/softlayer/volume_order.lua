--- The order of a volume: its container, sending it once, finding what it made, and looking for it when
--- the answer is missing.
--
-- A volume has no name that an order could give it. So the newest order's number is on record before
-- one is sent, and an order whose answer is missing is one that is newer, of our user, for storage as a
-- service, and on no other record. While another record waits for its answer too, it may be that one's: an error is
-- better than one volume for two disks.

local answer = require "softlayer.answer"
local errors = require "errors"
local filter = require "softlayer.filter"
local json = require "core.json"
local log = require "core.log"
local network_storage = require "softlayer.network_storage"
local refusal = require "softlayer.refusal"
local sent_once = require "softlayer.sent_once"
local sl = require "softlayer"
local state = require "state"
local storage_catalogue = require "softlayer.storage_catalogue"
local sys = require "core.sys"
local user = require "softlayer.user"
local wait = require "wait"

local volume_order = {}

local WINDOW = 10 * 60 -- seconds after an order in which it may still be missing from the list of orders
local USUAL = 60 -- seconds from an order to its volume; nothing in the API tells it
local SERVICE = "storage_as_a_service"
local CONTAINER = "SoftLayer_Container_Product_Order_Network_Storage_AsAService"

local function price_list(ids)
  local prices = json.array {}
  for i, id in ipairs(ids) do prices[i] = { id = id } end
  return prices
end

--- The order container of a new volume.
---@param choice table of storage_catalogue.choose
---@param location integer the datacenter's id
---@param hourly boolean
---@param protocol string? "nfs": a file volume has no format
---@return table
function volume_order.container(choice, location, hourly, protocol)
  return {
    complexType = CONTAINER, packageId = storage_catalogue.PACKAGE, prices = price_list(choice.prices), quantity = 1,
    location = location, useHourlyPricing = hourly, volumeSize = choice.size, iops = choice.iops,
    osFormatType = protocol ~= "nfs" and { keyName = "LINUX" } or nil,
  }
end

--- The order container of a change of a volume.
---@param choice table
---@param volume_id integer
---@return table
function volume_order.change(choice, volume_id)
  return {
    complexType = CONTAINER .. "_Upgrade", packageId = storage_catalogue.PACKAGE, volume = { id = volume_id },
    prices = price_list(choice.prices), volumeSize = choice.size, iops = choice.iops,
  }
end

-- The API's free check of an order, and in the same flight the newest order.
local function verify(container)
  local newest = sl.Billing_Order:mask("id"):filter({ id = filter.sorted "DESC" }):limit(1)
  local answers, err = sl.all { newest:later "getAllObjects", sl.Product_Order:later("verifyOrder", container) }
  return answer.list(answers and answers[1], err, "orders")
end

--- Chooses prices and has the API check the order. Prices that were kept too long are asked for anew.
---@param wanted table of storage_catalogue.choose
---@param make fun(choice: table): table the container
---@return table? checked { container =, choice =, after = the newest order's id }
---@return Error? err
function volume_order.check(wanted, make)
  local err
  for attempt = 1, 2 do
    local prices, choice, newest, container
    prices, err = storage_catalogue.prices(attempt == 2)
    if not prices then return nil, err end
    choice, err = storage_catalogue.choose(prices, wanted)
    if choice then
      container = make(choice)
      newest, err = verify(container)
      if newest then return { container = container, choice = choice, after = newest[1] and newest[1].id or 0 } end
      if err.kind ~= "api" or refusal.says_nothing(err) then return nil, err end
    end
  end
  return nil, err
end

-- An order of a new volume has an item for block or file storage, one of a change has not.
local function is_of_kind(order, new)
  local codes = {}
  for _, item in ipairs(order.items or {}) do codes[item.categoryCode or ""] = true end
  return codes[SERVICE] and (codes.storage_block or codes.storage_file or false) == new
end

-- For wait: the order that may be ours, once it is the only one. `sight.doubt` tells whether there are some.
local function seek(record, own_id, sight)
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
  sight.doubt = #candidates > 0
  if not sight.doubt then return false end
  if #candidates == 1 and not state.disputed(record, candidates[1], WINDOW) then return candidates[1] end
  return false, { stage = ("orders %s, any of which may be it"):format(table.concat(candidates, ", ")) }
end

--- Looks for an order whose answer is missing, until it can no longer appear.
---@param record Record with `after` and `sent_at`
---@return integer? order nil: it did not take effect
function volume_order.look(record)
  log.warn("looking for an order after %d: one may have reached the API", record.after)
  local who = assert(user.current())
  local age = record.sent_at and sys.now() - record.sent_at or WINDOW
  local sight, left = {}, math.max(0, WINDOW - age)
  local id, err = wait { what = "the order that was sent", at_most = left, seek, record, who.id, sight }
  if id then return record:known("order", id) end
  -- Only a look that saw everything, and nothing there, permits another order.
  if not err.gave_up or err.last or sight.doubt then error(err, 0) end
  return nil
end

--- Sends the order and puts its number on file; see softlayer.sent_once.
---@param record Record
---@param checked table of volume_order.check
---@return integer order
function volume_order.place(record, checked)
  return sent_once(record, {
    what = "the order of a volume", field = "order", mark = { after = checked.after }, look = volume_order.look,
    send = function() return sl.Product_Order:placeOrder(checked.container, false) end,
    id_of = function(receipt) return receipt.orderId end,
  })
end

--- The order that an earlier try of the same request sent, if there is one.
---@param record Record
---@return integer? order
function volume_order.resume(record)
  record:renew()
  return record.order or record.stage == "SENT" and volume_order.look(record) or nil
end

local void = { CANCELLED = true, DENIED = true }

--- For wait: the volume of an order, as soon as it is listed.
---@param order integer
function volume_order.volume(order)
  local volumes = sl.Account:mask("id"):filter { billingItem = { orderItem = { order = { id = order } } } }
  local status_of = sl.Billing_Order:id(order):mask("id,status"):later "getObject"
  local answers, err = sl.all { volumes:later "getNetworkStorage", status_of }
  if not answers then return nil, err end
  local status = answers[2] and answers[2].status
  local found
  found, err = answer.list(answers[1], nil, "volumes")
  if not found then return nil, err end
  if #found == 1 then return found[1].id end
  if void[status] then return nil, errors.cloud("order %d is %s; it made no volume", order, status) end
  return false, { stage = ("order %d is %s"):format(order, tostring(status)), average = USUAL }
end

--- Waits until the volume of an order is on record and can be mounted. Raises.
---@param record Record
---@param order integer
---@return table volume
function volume_order.await(record, order)
  local id, err = record.id
  if not id then
    id, err = wait { what = "the volume of order " .. order, at_most = 60 * 60, volume_order.volume, order }
    if not id then error(err, 0) end
    assert(record:save { id = id })
  end
  local volume
  volume, err = wait { what = "volume " .. id, at_most = 60 * 60, network_storage.mountable, tostring(id) }
  return volume or error(err, 0)
end

--- Gives back what a failed try ordered. An order whose volume never came stays on record.
---@param record Record
---@param err Error why; learns whether the request may be made again
---@param cancel fun(cid: string) raises
function volume_order.abandon(record, err, cancel)
  local cancelled, failure = false, nil
  if record.id then cancelled, failure = pcall(cancel, tostring(record.id)) end
  assert(record:abandon(err.message, cancelled))
  if failure then error(failure, 0) end
  err.ok_to_retry = cancelled
end

return volume_order
