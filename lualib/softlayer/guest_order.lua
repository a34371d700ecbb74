--- The order of a virtual guest: its template, sending it once, and looking for what it made when
--- the answer is missing.

local answer = require "softlayer.answer"
local errors = require "errors"
local json = require "core.json"
local log = require "core.log"
local must = require "must"
local sent_once = require "softlayer.sent_once"
local sl = require "softlayer"
local user = require "softlayer.user"
local virtual_guest = require "softlayer.virtual_guest"
local wait = require "wait"

local guest_order = {}

-- How long after an order its guest, or the order itself, may still be missing from every list:
-- orders were seen to execute minutes after their gateway gave up on them, and lists lag behind.
guest_order.WINDOW = 10 * 60

-- A component on a VLAN, whose primary subnet may be chosen, too.
local function component(side)
  if not side then return nil end
  return { networkVlan = { id = side.vlan, primarySubnet = side.subnet and { id = side.subnet } or nil } }
end

local function key_list(ids)
  local keys = json.array {}
  for i, id in ipairs(ids) do keys[i] = { id = id } end
  return #keys > 0 and keys or nil
end

-- A flavor excludes everything that it decides itself.
local function flavored(template, size)
  template.supplementalCreateObjectOptions = { flavorKeyName = size.flavor_key_name }
  return template
end

local function sized(template, size)
  template.startCpus, template.maxMemory = size.cpu, size.memory
  template.localDiskFlag = size.local_disk_flag
  template.dedicatedAccountHostOnlyFlag = size.dedicated_account_host_only_flag
  return template
end

--- The createObject template, without what softlayer.placement adds.
---@param hostname string
---@param spec table size (cloud properties), image (globalIdentifier) or os_code and disks, plan (of
---softlayer.network_plan), ssh_keys (ids)
---@return table
function guest_order.template(hostname, spec)
  local size, plan = spec.size, spec.plan
  local template = {
    hostname = hostname,
    domain = size.domain,
    datacenter = { name = size.datacenter },
    blockDeviceTemplateGroup = spec.image and { globalIdentifier = spec.image.globalIdentifier },
    operatingSystemReferenceCode = spec.os_code,
    blockDevices = spec.disks,
    hourlyBillingFlag = size.hourly_billing_flag,
    networkComponents = json.array { { maxSpeed = size.max_network_speed } },
    privateNetworkOnlyFlag = plan.only_private,
    primaryNetworkComponent = component(plan.public),
    primaryBackendNetworkComponent = component(plan.private),
    sshKeys = key_list(spec.ssh_keys),
  }
  return size.flavor_key_name and flavored(template, size) or sized(template, size)
end

-- Orders that made nothing and never will.
local void = { CANCELLED = true, DENIED = true }

--- For wait: the guest of that name; "not yet" tells whether at least its order is known.
---@param hostname string
---@param seen table whose `order` tells of an order that may still make it
---@return integer|false|nil id
---@return Progress|Error|nil
function guest_order.seek(hostname, seen)
  local guests, err = virtual_guest.named(hostname)
  if not guests then return nil, err end
  if #guests > 1 then log.warn("%d guests are named %s; taking the oldest, %d", #guests, hostname, guests[1].id) end
  if guests[1] then return guests[1].id end
  local filter = { items = { hostName = { operation = hostname } } }
  local orders
  orders, err = sl.Billing_Order:mask("id,status,items.hostName"):filter(filter):getAllObjects()
  orders, err = answer.list(orders, err, "orders")
  if not orders then return nil, err end
  local progress
  seen.order = nil
  for _, order in ipairs(orders) do
    for _, item in ipairs(order.items or {}) do
      if item.hostName == hostname then
        progress = { stage = ("order %d is %s"):format(order.id, order.status) }
        if not void[order.status] then seen.order = progress.stage end
      end
    end
  end
  return false, progress
end

--- Looks for the guest of an order whose answer is missing, until it can no longer appear.
---@param record Record with the hostname that was sent
---@return integer? id nil: the order did not take effect
function guest_order.look(record)
  local seen = {}
  log.warn("looking for %s: an order of that name may have reached the API", record.hostname)
  local id, err = wait {
    what = "the guest " .. record.hostname, at_most = record:left(guest_order.WINDOW), guest_order.seek,
    record.hostname, seen,
  }
  if id then
    record.found = true
    return record:known("id", id)
  end
  -- Only a look that saw everything, and nothing there, permits another order.
  if not err.gave_up or err.last then error(err, 0) end
  if seen.order then
    error(errors.cloud("%s for %s, so no other one is sent; the same request made later looks for its guest again",
      seen.order, record.hostname), 0)
  end
  must(user.sees_all("virtual_guest", "the guest " .. record.hostname))
  return nil
end

local function member(value, ...)
  for _, name in ipairs { ... } do value = type(value) == "table" and value[name] or nil end
  return value
end

-- A container goes to placeOrder, whose receipt has the guests; a template to createObject, which answers one.
local function sender(order)
  if not order.virtualGuests then
    return function() return sl.Virtual_Guest:createObject(order) end, function(guest) return guest.id end
  end
  return function() return sl.Product_Order:placeOrder(order) end,
    function(receipt) return member(receipt, "orderDetails", "virtualGuests", 1, "id") end
end

--- Sends the order and puts the guest's id on file; see softlayer.sent_once.
---@param record Record
---@param order table a createObject template, or the order container of one guest
---@return integer id
function guest_order.place(record, order)
  local hostname = order.hostname or order.virtualGuests[1].hostname
  local send, id_of = sender(order)
  return sent_once(record, { what = "the order of " .. hostname, field = "id", mark = { hostname = hostname },
    send = send, id_of = id_of, look = guest_order.look, failure = errors.vm_creation_failed })
end

return guest_order
