-- Orders that change a volume: its snapshot space, and its size and speed.

local billing = require "slsim.model.billing"
local clock   = require "slsim.clock"
local errors  = require "slsim.errors"
local guess   = require "slsim.guess"
local legacy  = require "slsim.model.storage_legacy"
local orders  = require "slsim.model.orders"
local parts   = require "slsim.model.template_parts"
local rules   = require "slsim.model.storage_rules"
local saas    = require "slsim.model.storage_saas"
local storage = require "slsim.model.storage"
local storage_order = require "slsim.model.storage_order"

guess("[G]", "a change starts 5 s after its order, or when the volume's running transaction is over")
guess("[G]", "snapshot space of package 222 cannot be ordered; an upgrade of it needs more than there is")

local DELAY = 5

local function started(container, volume, user, package)
  storage.must_be_paid(volume)
  local plan = { package = package, user = user, volume = volume, size = volume.capacityGb,
    datacenter = volume.datacenter }
  if parts.given(container.location) and orders.location(container) ~= volume.datacenter then
    errors.raise("Order_InvalidLocation", "The location provided for this order is invalid.")
  end
  return plan
end

local function check_space(upgrade)
  return function(container, call)
    local volume = rules.volume(container.volumeId, call.user)
    local package_id = volume.__package_id
    if package_id == legacy.PERFORMANCE then
      errors.public("Snapshot space cannot be ordered for the volume %s.", volume.username)
    end
    local plan = started(container, volume, call.user, rules.package(container, package_id))
    if not volume.__tier then storage.must_be_modern(volume, "given snapshot space") end
    local entries, found = rules.prices(container, plan.package, "storage_snapshot_space")
    plan.entries, plan.snapshot_space = entries, rules.snapshot_space(found.storage_snapshot_space)
    rules.restrictions(entries, { size = volume.capacityGb, iops = volume.__iops,
      level = volume.__tier and volume.__tier.level })
    storage.must_be_idle(volume, "Snapshot Space")
    local space = volume.__snapshot_space
    if upgrade and not space then errors.public("The volume %s has no snapshot space.", volume.username) end
    if not upgrade and space then errors.public("The volume %s already has snapshot space.", volume.username) end
    if space and plan.snapshot_space <= space then
      errors.public("The snapshot space of volume %s can only be increased.", volume.username)
    end
    plan.name = "Volume Snapshot Space"
    plan.apply = function() volume.__snapshot_space = plan.snapshot_space end
    return plan
  end
end

local function must_change(plan, volume)
  if plan.size < volume.capacityGb then errors.public("The volume %s cannot be made smaller.", volume.username) end
  if plan.size == volume.capacityGb and plan.iops == volume.__iops and plan.tier == volume.__tier then
    errors.public("A current price was provided for the upgrade order (%s).", volume.username)
  end
end

local function check_modify(container, call)
  local volume = rules.volume(parts.path_of(container, "volume", "id"), call.user)
  storage.must_be_modern(volume, "modified")
  local plan = started(container, volume, call.user, rules.package(container, saas.ID))
  local entries, found = rules.prices(container, plan.package,
    "storage_as_a_service performance_storage_space performance_storage_iops|storage_tier_level")
  if (found.storage_tier_level ~= nil) ~= (volume.__tier ~= nil) then
    errors.public("The volume %s cannot be turned into the other type.", volume.username)
  end
  plan.entries, plan.size = entries, rules.number(container, "volumeSize")
  storage_order.performance(plan, container, found)
  must_change(plan, volume)
  storage.must_be_idle(volume, "Volume Modify")
  plan.name = plan.size > volume.capacityGb and "Volume Resize" or "Volume Modify"
  plan.apply = function()
    volume.capacityGb, volume.__iops, volume.__tier = plan.size, plan.iops, plan.tier
  end
  return plan
end

-- What is paid for the new state replaces what was paid for the old.
local function rebill(volume, order_item)
  local item = volume.billingItem
  if not item or order_item.categoryCode == item.categoryCode then return end
  for _, child in ipairs(item.children) do
    if child.categoryCode == order_item.categoryCode and not child.cancellationDate then billing.close(child) end
  end
  local new = billing.bill(order_item, "Billing_Item", volume, item)
  new.associatedBillingItemId = ("%d"):format(item.id)
  item.children[#item.children + 1] = new
  if new.categoryCode == "storage_snapshot_space" then storage.watch_space(volume, new) end
end

local function start(plan, order)
  local volume = plan.volume
  if order.__doomed or not volume.billingItem then return billing.set_status(order, "CANCELLED") end
  if volume.activeTransaction then return clock.after(DELAY, function() start(plan, order) end) end
  storage.change(volume, plan.name, function()
    plan.apply()
    for _, item in ipairs(order.items) do rebill(volume, item) end
    billing.set_status(order, "COMPLETED")
  end)
end

local function place(plan, _, call)
  local order = billing.order(call.user, { hourly = plan.volume.billingItem.hourlyFlag })
  for _, entry in ipairs(plan.entries) do
    billing.add_item(order, { price = entry.price, category = entry.category.categoryCode, fee = entry.fee,
      description = entry.description, location = plan.datacenter })
  end
  clock.after(DELAY, function() start(plan, order) end)
  return order
end

orders.rules.Network_Storage_Enterprise_SnapshotSpace = { check = check_space(false), place = place }
orders.rules.Network_Storage_Enterprise_SnapshotSpace_Upgrade = { check = check_space(true), place = place }
orders.rules.Network_Storage_AsAService_Upgrade = { check = check_modify, place = place }
