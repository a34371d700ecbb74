-- Upgrades of a guest: what may be ordered for it, and what an upgrade order does to it. The second
-- disk of a guest made from an image comes this way, too.

local billing      = require "slsim.model.billing"
local clock        = require "slsim.clock"
local dates        = require "slsim.dates"
local dedicated    = require "slsim.model.dedicated"
local errors       = require "slsim.errors"
local guess        = require "slsim.guess"
local hooks        = require "slsim.hooks"
local orders       = require "slsim.model.orders"
local parts        = require "slsim.model.template_parts"
local provisioning = require "slsim.model.provisioning"
local transactions = require "slsim.transactions"
local world        = require "slsim.world"

guess("[G]", "an upgrade takes 120 s after its approval and maintenance window; the guest is halted for most of it")
guess("[G]", "getUpgradeItemPrices lists cores, memory, port speeds and disks 1 to 4 of the guest's own disk kind")
guess("[G]", "an upgrade order is for one guest, a category once, no smaller disk, and a preset of the guest's package")
guess("[G]", "an upgrade whose order is doomed (fault kind cancelled) ends CANCELLED with the guest unchanged")

local upgrade = {}

local CATEGORIES = { guest_core = true, ram = true, port_speed = true, guest_disk0 = true, guest_disk1 = true,
  guest_disk2 = true, guest_disk3 = true, guest_disk4 = true }
local SECONDS = { prepare = 20, change = 70, finish = 30 }
local STATUS = { PENDING = { 1, "Pending", "PENDING" }, COMPLETED = { 3, "Complete", "COMPLETE" }, CANCELLED = { 4,
  "Cancelled", "CANCELLED" } }

local function fits(guest, item, code)
  if not code:find("^guest_disk") then return true end
  local kind = item.description:match("%((%u+)%)")
  return kind == (guest.localDiskFlag and "LOCAL" or "SAN")
end

local function current_capacity(guest, code)
  if code == "guest_core" then return guest.maxCpu end
  if code == "ram" then return guest.maxMemory // 1024 end
  if code == "port_speed" then return guest.__speed end
  local number = math.tointeger(code:match("%d$"))
  local device = ("%d"):format(number == 0 and 0 or number + 1)
  for _, own in ipairs(guest.blockDevices) do
    if own.device == device then return own.diskImage.capacity end
  end
  return 0
end

--- The prices that may be ordered for a guest.
---@param downgrades boolean
function upgrade.prices(guest, downgrades)
  local list = {}
  for _, price in ipairs(guest.__plan.package.itemPrices) do
    local code = price.categories[1].categoryCode
    local capacity = CATEGORIES[code] and math.tointeger(price.item.capacity)
    if capacity and fits(guest, price.item, code) then
      local now = current_capacity(guest, code)
      if capacity > now or downgrades and not code:find("^guest_disk") then list[#list + 1] = price end
    end
  end
  return list
end

local function window(container)
  for _, property in ipairs(parts.list(container, "properties")) do
    if property.name == "MAINTENANCE_WINDOW" and parts.given(property.value) and property.value ~= "now" then
      local text = tostring(property.value):gsub("^(%d+%-%d+%-%d+) ", "%1T")
      return dates.read(text) or errors.invalid("MAINTENANCE_WINDOW", "The date is not valid.")
    end
  end
  return clock.now()
end

local function target(container, call)
  if #parts.list(container, "virtualGuests") > 1 then errors.public("Only one guest can be upgraded by an order.") end
  local id = parts.integer(parts.path_of(container, "virtualGuests", 1, "id"), "virtualGuests.id")
  local guest = id and world.get("Virtual_Guest", id)
  if not guest or not world.may_see(call.user, guest) then errors.not_found(id or 0) end
  if not guest.provisionDate or not guest.billingItem then errors.public("The guest cannot be upgraded.") end
  provisioning.must_be_idle(guest)
  if guest.upgradeRequest and guest.upgradeRequest.statusId == STATUS.PENDING[1] then
    errors.public("An upgrade order is already in progress for %s.", guest.fullyQualifiedDomainName)
  end
  return guest
end

local function check_change(guest, entry)
  local code, capacity = entry.category.categoryCode, math.tointeger(entry.price.item.capacity)
  if not CATEGORIES[code] or not capacity then
    errors.raise("Order_Item_Invalid", ("The price #%d is not valid for an upgrade."):format(entry.price.id))
  end
  if not fits(guest, entry.price.item, code) then
    errors.raise("Order_Item_Invalid", ("The price #%d is not valid for the guest's disks."):format(entry.price.id))
  end
  local now = current_capacity(guest, code)
  if capacity == now then
    errors.public("A current price was provided for the upgrade order (%s).", entry.price.item.description)
  end
  if code:find("^guest_disk") and capacity < now then
    errors.raise("Order_Item_Invalid", ("The price #%d is for a smaller disk than the guest has."):format(entry.price.id))
  end
end

local function preset_entries(container, guest)
  local id = parts.given(container.presetId) and math.tointeger(container.presetId)
  if not id then return {} end
  local preset = world.get("Product_Package_Preset", id)
  if not preset or preset.package ~= guest.__plan.package then
    errors.public("The preset #%d is not valid for the guest's package.", id)
  end
  local entries = {}
  for _, price in ipairs(preset.prices) do
    local code = price.categories[1].categoryCode
    if code ~= "guest_disk0" and math.tointeger(price.item.capacity) ~= current_capacity(guest, code) then
      entries[#entries + 1] = { price = price, category = price.categories[1] }
    end
  end
  return entries, preset
end

local function once_each(entries)
  local seen = {}
  for _, entry in ipairs(entries) do
    local code = entry.category.categoryCode
    if seen[code] then
      errors.raise("Order_Item_Invalid", ("Only one price of the category '%s' may be ordered."):format(code))
    end
    seen[code] = true
  end
end

-- What the upgrade adds must fit on the guest's dedicated host.
local function must_fit(guest, entries)
  if not guest.dedicatedHost then return end
  local more = { cores = 0, memory = 0, disk = 0 }
  for _, entry in ipairs(entries) do
    local code, capacity = entry.category.categoryCode, math.tointeger(entry.price.item.capacity)
    local name = code == "guest_core" and "cores" or code == "ram" and "memory" or guest.localDiskFlag
      and code:find("^guest_disk") and "disk"
    if name then more[name] = more[name] + capacity - current_capacity(guest, code) end
  end
  dedicated.must_have_room(guest.dedicatedHost, { more })
end

local function check(container, call)
  local guest = target(container, call)
  local entries = orders.prices(container, nil)
  local from_preset, preset = preset_entries(container, guest)
  for _, entry in ipairs(entries) do check_change(guest, entry) end
  table.move(from_preset, 1, #from_preset, #entries + 1, entries)
  once_each(entries)
  must_fit(guest, entries)
  if #entries == 0 then errors.public("A current price was provided for the upgrade order (no change).") end
  return { guest = guest, entries = entries, window = window(container), preset = preset, hostname = guest.hostname,
    domain = guest.domain, package = guest.__plan.package, datacenter = guest.datacenter }
end

local function request(guest, order, plan, user)
  guest.upgradeRequest = world.create("Product_Upgrade_Request", {
    accountId = guest.accountId, createDate = clock.time(), modifyDate = clock.time(), guestId = guest.id,
      virtualGuest = guest,
    maintenanceStartTimeUtc = math.floor(plan.window), orderId = order.id, order = order, orderTotal = "0",
      proratedTotal = "0",
    userId = user.id, user = user })
end

local function set_status(guest, key)
  local own, entry = guest.upgradeRequest, STATUS[key]
  own.statusId, own.modifyDate = entry[1], clock.time()
  own.status = world.value("Product_Upgrade_Request_Status", { id = entry[1], name = entry[2], statusCode = entry[3] })
end

local function change_disk(guest, number, gigabytes)
  local device = number == 0 and 0 or number + 1
  for _, own in ipairs(guest.blockDevices) do
    if own.device == ("%d"):format(device) then own.diskImage.capacity = gigabytes return end
  end
  guest.__disks[#guest.__disks + 1] = { device = device, gigabytes = gigabytes }
  provisioning.add_disk(guest, device, gigabytes)
end

local function apply(guest, entry)
  local code, capacity = entry.category.categoryCode, math.tointeger(entry.price.item.capacity)
  if code == "guest_core" then guest.maxCpu, guest.startCpus = capacity, capacity
  elseif code == "ram" then guest.maxMemory = capacity * 1024
  elseif code == "port_speed" then
    guest.__speed = capacity
    for _, component in ipairs(guest.networkComponents) do component.maxSpeed, component.speed = capacity, capacity end
  else change_disk(guest, math.tointeger(code:match("%d$")), capacity) end
end

-- What is paid for changes with the machine: an upgraded category replaces its old billing item.
local function rebill(guest, order_item)
  local item = guest.billingItem
  if not item then return end
  local new = billing.bill(order_item, "Billing_Item", guest, item)
  new.associatedBillingItemId = ("%d"):format(item.id)
  for _, child in ipairs(item.children) do
    if child.categoryCode == new.categoryCode and not child.cancellationDate then billing.close(child) end
  end
  item.children[#item.children + 1] = new
end

local function start(guest, plan, order)
  if order.__doomed or not guest.billingItem then
    billing.set_status(order, "CANCELLED")
    return set_status(guest, "CANCELLED")
  end
  billing.set_status(order, "PENDING_UPGRADE")
  transactions.start(guest, { name = "Cloud Instance Upgrade", average = "3.5" }, {
    { name = "CLOUD_INSTANCE_UPGRADE_PREP", seconds = SECONDS.prepare, average = ".4" },
    { name = "CLOUD_INSTANCE_UPGRADE", seconds = SECONDS.change, average = "1.5",
      enter = function() provisioning.halted(guest) end,
      leave = function()
        for _, entry in ipairs(plan.entries) do apply(guest, entry) end
      end },
    { name = "POWER_ON", seconds = SECONDS.finish, average = ".5", enter = function()
      provisioning.running(guest)
      hooks.machine("reboot", guest)
    end },
  }, { done = function()
    for _, item in ipairs(order.items) do rebill(guest, item) end
    if plan.preset then
      local ordered = guest.billingItem.orderItem
      ordered.presetId, ordered.preset, guest.__plan.flavor = plan.preset.id, plan.preset, plan.preset
    end
    guest.modifyDate = clock.time()
    billing.set_status(order, "COMPLETED")
    set_status(guest, "COMPLETED")
  end })
end

local function place(plan, container, call)
  local order = billing.order(call.user, { hourly = plan.guest.hourlyBillingFlag })
  for _, entry in ipairs(plan.entries) do
    billing.add_item(order, { price = entry.price, category = entry.category.categoryCode, hostname = plan.hostname,
      domain = plan.domain, location = plan.datacenter })
  end
  request(plan.guest, order, plan, call.user)
  set_status(plan.guest, "PENDING")
  clock.after(math.max(5, plan.window - clock.now()), function()
    if plan.guest.activeTransaction then return clock.after(10, function() start(plan.guest, plan, order) end) end
    start(plan.guest, plan, order)
  end)
  return order, container
end

orders.rules.Virtual_Guest_Upgrade = { check = check, place = place }

return upgrade
