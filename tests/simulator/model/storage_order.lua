-- Orders of new volumes: as a service, and the two packages that were before.

local clock  = require "slsim.clock"
local billing = require "slsim.model.billing"
local errors = require "slsim.errors"
local guess  = require "slsim.guess"
local legacy = require "slsim.model.storage_legacy"
local orders = require "slsim.model.orders"
local parts  = require "slsim.model.template_parts"
local rules  = require "slsim.model.storage_rules"
local saas   = require "slsim.model.storage_saas"
local storage = require "slsim.model.storage"
local world  = require "slsim.world"

guess("[G]", "a storage order with an empty complexType is refused as any unknown one (one client sends it)")
guess("[G]", "a duplicate is of its origin's kind, class and datacenter and not smaller; its origin has snapshot space and "
  .. "no transaction")

local storage_order = {}

local function started(container, call, package_id)
  if parts.given(container.originVolumeId) then errors.public("Replica volumes cannot be ordered.") end
  local package = rules.package(container, package_id)
  return { package = package, datacenter = orders.location(container), user = call.user,
    hourly = parts.boolean(container, "useHourlyPricing"), quantity = rules.quantity(container, call.user) }
end

local function origin_of(container, plan, user)
  if not parts.given(container.duplicateOriginVolumeId) then
    if parts.given(container.duplicateOriginSnapshotId) then
      errors.public("A duplicate needs the volume of the snapshot: duplicateOriginVolumeId.")
    end
    return
  end
  local origin = rules.volume(container.duplicateOriginVolumeId, user)
  storage.must_be_modern(origin, "duplicated")
  storage.must_be_idle(origin, "Volume Duplication")
  if not origin.__snapshot_space then errors.public("The volume %s has no snapshot space.", origin.username) end
  if origin.datacenter ~= plan.datacenter or (origin.nasType == "NAS") ~= plan.file
    or (origin.__tier ~= nil) ~= (plan.tier ~= nil) then
    errors.public("A duplicate of %s must have its datacenter, protocol and type.", origin.username)
  end
  if plan.size < origin.capacityGb then errors.public("A duplicate of %s cannot be smaller than it.", origin.username) end
  plan.origin, plan.dependent = origin, parts.given(container.isDependentDuplicateFlag)
    and container.isDependentDuplicateFlag ~= false and container.isDependentDuplicateFlag ~= 0
  local id = container.duplicateOriginSnapshotId
  if parts.given(id) then plan.origin_snapshot = storage.snapshot(origin, id) end
end

local function check_service(container, call)
  local plan = started(container, call, saas.ID)
  local entries, found = rules.prices(container, plan.package, "storage_as_a_service storage_block|storage_file "
    .. "performance_storage_space performance_storage_iops|storage_tier_level storage_snapshot_space?")
  plan.entries, plan.file, plan.staas = entries, found.storage_file ~= nil, 2
  plan.size = rules.number(container, "volumeSize")
  storage_order.performance(plan, container, found)
  plan.os = rules.os_type(container, plan.file)
  plan.snapshot_space = rules.snapshot_space(found.storage_snapshot_space)
  origin_of(container, plan, call.user)
  return plan
end

--- Size and speed of a volume as a service; refuses what its prices do not offer.
function storage_order.performance(plan, container, found)
  rules.in_range(found.performance_storage_space, plan.size, "volumeSize")
  if found.performance_storage_iops then
    plan.iops = rules.iops(container)
    rules.in_range(found.performance_storage_iops, plan.iops, "iops")
  else
    plan.tier = rules.tier(found.storage_tier_level)
  end
  rules.restrictions(plan.entries, { size = plan.size, iops = plan.iops, level = plan.tier and plan.tier.level })
  rules.charge(found.performance_storage_space, plan.size, "GBs")
  rules.charge(found.performance_storage_iops, plan.iops, "IOPS")
end

local function capacity(entry) return math.tointeger(entry.price.item.capacity) end

local function check_endurance(container, call)
  local plan = started(container, call, legacy.ENDURANCE)
  local entries, found = rules.prices(container, plan.package, "storage_service_enterprise storage_block|storage_file "
    .. "performance_storage_space storage_tier_level storage_snapshot_space? premium?")
  plan.entries, plan.file, plan.staas = entries, found.storage_file ~= nil, 1
  plan.size, plan.tier = capacity(found.performance_storage_space), rules.tier(found.storage_tier_level)
  rules.restrictions(entries, { size = plan.size, level = plan.tier.level })
  plan.os = rules.os_type(container, plan.file)
  plan.snapshot_space = rules.snapshot_space(found.storage_snapshot_space)
  return plan
end

local function check_performance(service, file)
  return function(container, call)
    local plan = started(container, call, legacy.PERFORMANCE)
    local entries, found = rules.prices(container, plan.package,
      service .. " performance_storage_space performance_storage_iops premium?")
    plan.entries, plan.file, plan.staas = entries, file, 1
    plan.size, plan.iops = capacity(found.performance_storage_space), capacity(found.performance_storage_iops)
    rules.restrictions(entries, { size = plan.size, iops = plan.iops })
    plan.os = rules.os_type(container, file)
    return plan
  end
end

-- The service comes first: the other items are below it.
local function service_first(plan)
  for i, entry in ipairs(plan.entries) do
    local code = entry.category.categoryCode
    if code == "storage_as_a_service" or code == "storage_service_enterprise" or code == "performance_storage_iscsi"
      or code == "performance_storage_nfs" then
      table.insert(plan.entries, 1, table.remove(plan.entries, i))
    end
  end
end

local function appear(plan, order, item)
  if order.__doomed then return billing.set_status(order, "CANCELLED") end
  for _ = 1, plan.quantity do
    storage.create(plan, item, function()
      if order.status == "APPROVED" then billing.set_status(order, "COMPLETED") end
    end)
  end
end

local function place(plan, container, call)
  service_first(plan)
  local order, item = orders.simple(plan, call, container.useHourlyPricing == true)
  clock.after(world.settings.volume_appear, function() appear(plan, order, item) end)
  return order
end

for name, check in pairs {
  Network_Storage_AsAService = check_service, Network_Storage_Enterprise = check_endurance,
  Network_PerformanceStorage_Iscsi = check_performance("performance_storage_iscsi", false),
  Network_PerformanceStorage_Nfs = check_performance("performance_storage_nfs", true),
} do
  orders.rules[name] = { check = check, place = place }
end

return storage_order
