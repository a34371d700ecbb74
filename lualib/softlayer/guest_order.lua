--- The order of a virtual guest: its template, sending it once, and looking for what it made when
--- the answer is missing.

local errors = require "errors"
local json = require "core.json"
local log = require "core.log"
local must = require "must"
local refusal = require "softlayer.refusal"
local sl = require "softlayer"
local sys = require "core.sys"
local user = require "softlayer.user"
local virtual_guest = require "softlayer.virtual_guest"
local wait = require "wait"

local guest_order = {}

-- How long after an order its guest, or the order itself, may still be missing from every list:
-- orders were seen to execute minutes after their gateway gave up on them, and lists lag behind.
local WINDOW = 10 * 60

local SENDS = 2 -- with a look in between

local function vlan(id)
  return id and { networkVlan = { id = id } }
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

--- The createObject template.
---@param hostname string
---@param spec table size (cloud properties), image (globalIdentifier), vlans (private?, public?), ssh_keys (ids)
---@return table
function guest_order.template(hostname, spec)
  local size, vlans = spec.size, spec.vlans
  local template = {
    hostname = hostname,
    domain = size.domain,
    datacenter = { name = size.datacenter },
    blockDeviceTemplateGroup = { globalIdentifier = spec.image.globalIdentifier },
    hourlyBillingFlag = size.hourly_billing_flag,
    dedicatedHost = size.dedicated_host_id and { id = size.dedicated_host_id } or nil,
    networkComponents = json.array { { maxSpeed = size.max_network_speed } },
    privateNetworkOnlyFlag = size.private_network_only_flag or vlans.private ~= nil and vlans.public == nil,
    primaryNetworkComponent = vlan(vlans.public),
    primaryBackendNetworkComponent = vlan(vlans.private),
    sshKeys = key_list(spec.ssh_keys),
  }
  return size.flavor_key_name and flavored(template, size) or sized(template, size)
end

-- Orders that made nothing and never will.
local void = { CANCELLED = true, DENIED = true }

-- For wait: the guest of that name; "not yet" tells whether at least its order is known.
local function seek(hostname, seen)
  local guests, err = virtual_guest.named(hostname)
  if not guests then return nil, err end
  if #guests > 1 then log.warn("%d guests are named %s; taking the oldest, %d", #guests, hostname, guests[1].id) end
  if guests[1] then return guests[1].id end
  local filter = { items = { hostName = { operation = hostname } } }
  local orders
  orders, err = sl.Billing_Order:mask("id,status,items.hostName"):filter(filter):getAllObjects()
  if err then return nil, err end
  local progress
  seen.order = nil
  for _, order in ipairs(orders or {}) do
    for _, item in ipairs(order.items or {}) do
      if item.hostName == hostname then
        progress = { stage = ("order %d is %s"):format(order.id, order.status) }
        if not void[order.status] then seen.order = progress.stage end
      end
    end
  end
  return false, progress
end

-- The id is in hand, and SENT on disk leads back to it: a disk that fails now must not lose the guest.
local function keep(record, id)
  local saved, err = record:save { stage = "KNOWN", id = id }
  if not saved then log.warn("guest %d is not on record yet: %s", id, err.message) end
  return id
end

--- Looks for the guest of an order whose answer is missing, until it can no longer appear.
---@param record Record with the hostname that was sent
---@return integer? id nil: the order did not take effect
function guest_order.look(record)
  local seen = {}
  local age = record.sent_at and sys.now() - record.sent_at or WINDOW
  log.warn("looking for %s: an order of that name may have reached the API", record.hostname)
  local id, err = wait {
    what = "the guest " .. record.hostname, at_most = math.max(0, WINDOW - age), seek, record.hostname, seen,
  }
  if id then
    record.found = true
    return keep(record, id)
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

-- The API said no: nothing was ordered, and the next try may begin anew under the same name.
local function refused(record, err)
  assert(record:save { stage = "INTENT" })
  err.type = "Bosh::Clouds::VMCreationFailed"
  error(err, 0)
end

-- Nothing was ordered: the call did not leave, or the API said no to it.
local function is_refused(err)
  return err.sent == false or err.kind == "api" and not refusal.says_nothing(err)
end

local function member(value, ...)
  for _, name in ipairs { ... } do value = type(value) == "table" and value[name] or nil end
  return value
end

-- A container goes to placeOrder, whose receipt has the guests; a template to createObject, which answers one.
local function send(order)
  local guest, err
  if order.virtualGuests then
    guest, err = sl.Product_Order:placeOrder(order)
    guest = member(guest, "orderDetails", "virtualGuests", 1)
  else
    guest, err = sl.Virtual_Guest:createObject(order)
  end
  local id = member(guest, "id")
  if math.type(id) == "integer" then return id end
  return nil, err or errors.new { kind = "transport", message = "the answer to the order names no guest", sent = true }
end

--- Sends the order and puts the guest's id on file. Raises the API's refusal; an order whose outcome
--- is unknown is looked for before it is sent again.
---@param record Record
---@param order table a createObject template, or the order container of one guest
---@return integer id
function guest_order.place(record, order)
  local hostname, err = order.hostname or order.virtualGuests[1].hostname, nil
  for _ = 1, SENDS do
    local id
    assert(record:save { stage = "SENT", hostname = hostname, sent_at = sys.now() })
    id, err = send(order)
    if id then return keep(record, id) end
    if is_refused(err) then refused(record, err) end
    id = guest_order.look(record)
    if id then return id end
  end
  error(errors.vm_creation_failed("the order of %s was sent %d times without an answer, and no guest of that name "
    .. "appeared: %s", record.hostname, SENDS, err.message), 0)
end

return guest_order
