--- The order of a volume: its container, sending it once, finding what it made, and looking for it when
--- the answer is missing.

local answer = require "softlayer.answer"
local errors = require "errors"
local filter = require "softlayer.filter"
local json = require "core.json"
local network_storage = require "softlayer.network_storage"
local refusal = require "softlayer.refusal"
local sent_once = require "softlayer.sent_once"
local sl = require "softlayer"
local storage_catalogue = require "softlayer.storage_catalogue"
local volume_search = require "softlayer.volume_search"
local wait = require "wait"

local volume_order = {}

local USUAL = 60 -- seconds from an order to its volume; nothing in the API tells it
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

-- Would other prices help? What the API refuses for good is refused with every price.
local function may_be_stale(err)
  local reason = refusal.permanent(err)
  return err.kind == "api" and not refusal.says_nothing(err) and (reason == nil or reason == "price")
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
      if not may_be_stale(err) then return nil, err end
    end
  end
  return nil, err
end

--- Sends the order and puts its number on file; see softlayer.sent_once.
---@param record Record
---@param checked table of volume_order.check
---@return integer order
function volume_order.place(record, checked)
  return sent_once(record, {
    what = "the order of a volume", field = "order", mark = { after = checked.after }, look = volume_search.look,
    send = function() return sl.Product_Order:placeOrder(checked.container, false) end,
    id_of = function(receipt) return receipt.orderId end,
  })
end

--- The order that an earlier try of the same request sent, if there is one.
---@param record Record
---@return integer? order
function volume_order.resume(record)
  record:renew()
  return record.order or record.stage == "SENT" and volume_search.look(record) or nil
end

local void = { CANCELLED = true, DENIED = true }

--- What has become of an order.
---@param order integer
---@return { id: integer?, status: string?, void: boolean }? outcome the volume; void: it made none and never will
---@return Error? err
function volume_order.outcome(order)
  local volumes = sl.Account:mask("id"):filter { billingItem = { orderItem = { order = { id = order } } } }
  local status_of = sl.Billing_Order:id(order):mask("id,status"):later "getObject"
  local answers, err = sl.all { volumes:later "getNetworkStorage", status_of }
  if not answers then return nil, err end
  local found
  found, err = answer.list(answers[1], nil, "volumes")
  if not found then return nil, err end
  local status = answers[2] and answers[2].status
  return { id = #found == 1 and found[1].id or nil, status = status, void = void[status] or false }
end

--- For wait: the volume of an order, as soon as it is listed.
---@param order integer
function volume_order.volume(order)
  local outcome, err = volume_order.outcome(order)
  if not outcome then return nil, err end
  if outcome.id then return outcome.id end
  if outcome.void then return nil, errors.cloud("order %d is %s; it made no volume", order, outcome.status) end
  return false, { stage = ("order %d is %s"):format(order, tostring(outcome.status)), average = USUAL }
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
    record:known("id", id)
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
  assert(record:still_known())
  local cancelled, failure = false, nil
  if record.id then cancelled, failure = pcall(cancel, tostring(record.id)) end
  assert(record:abandon(err.message, cancelled))
  if failure then error(failure, 0) end
  err.ok_to_retry = cancelled and not refusal.permanent(err) and err.kind ~= "bug"
end

return volume_order
