-- Dedicated hosts and placement groups: where guests may be put, and what of it is taken.

local billing   = require "slsim.model.billing"
local catalogue = require "slsim.model.catalogue"
local clock     = require "slsim.clock"
local errors    = require "slsim.errors"
local guess     = require "slsim.guess"
local orders    = require "slsim.model.orders"
local parts     = require "slsim.model.template_parts"
local world     = require "slsim.world"

guess("[G]", "a dedicated host is there as soon as it is ordered; one with guests cannot be cancelled")
guess("[G]", "a placement group with guests cannot be deleted; the only rule is SPREAD")

local dedicated = {}

local ITEM = "dedicated_virtual_hosts|56_CORES_X_242_RAM_X_1_4_TB|56 Cores X 242 RAM X 1.4 TB|56|CORE|3.164|2099"
local BUNDLE = [[
dedicated_host_ram|242_GB_RAM|242 GB RAM|242|GB|0|0
dedicated_host_disk|1_2_TB_LOCAL_STORAGE|1.2 TB Local Storage (Dedicated Host Capacity)|1200|GB|0|0
]]
local CORES, MEMORY, DISK = 56, 242, 1200
local SPREAD = { id = 1, keyName = "SPREAD", name = "SPREAD" }

function dedicated.seed()
  catalogue.add_categories("dedicated_virtual_hosts 1034 Host Server|dedicated_host_ram 850 Memory|"
    .. "dedicated_host_disk 851 Storage")
  local package = catalogue.add_package { id = 813, keyName = "DEDICATED_HOST", name = "Dedicated Host",
    type = world.value("Product_Package_Type", { id = 21, keyName = "DEDICATED_HOST", name = "Dedicated Host" }),
    __required = { dedicated_virtual_hosts = true } }
  catalogue.add_lines(package, ITEM)
  catalogue.add_lines(package, BUNDLE)
  package.items[1].bundleItems = { package.items[2], package.items[3] }
  world.create("Virtual_PlacementGroup_Rule", { id = SPREAD.id, keyName = SPREAD.keyName, name = SPREAD.name })
end

local function on(property)
  return function(object)
    return world.select("Virtual_Guest", function(guest) return guest[property] == object end)
  end
end

--- What a plan takes of a host.
function dedicated.need_of(plan)
  local disk = 0
  for _, entry in ipairs(plan.local_disk and plan.disks or {}) do disk = disk + entry.gigabytes end
  return { cores = plan.cores, memory = plan.memory // 1024, disk = disk }
end

--- What a guest takes of its host.
function dedicated.need(guest)
  return dedicated.need_of { cores = guest.maxCpu, memory = guest.maxMemory, disks = guest.__disks,
    local_disk = guest.localDiskFlag }
end

function dedicated.guests_in(group) return on("placementGroup")(group) end

local function taken(host)
  local all, guests = { cores = 0, memory = 0, disk = 0 }, on("dedicatedHost")(host)
  for _, guest in ipairs(guests) do
    for name, amount in pairs(dedicated.need(guest)) do all[name] = all[name] + amount end
  end
  return all, guests
end

---@return table host
function dedicated.host(id, user)
  local host = world.get("Virtual_DedicatedHost", id)
  if not host or not world.may_see(user, host) then errors.not_found(id) end
  return host
end

--- Refuses what the host has no room for.
---@param needs { cores: integer, memory: integer, disk: integer }[]
function dedicated.must_have_room(host, needs)
  local all = taken(host)
  for _, need in ipairs(needs) do
    for name, amount in pairs(need) do all[name] = all[name] + amount end
  end
  if all.cores > CORES or all.memory > MEMORY or all.disk > DISK then
    errors.public("The dedicated host #%d does not have enough capacity for the request.", host.id)
  end
end

local function allocation(host)
  local all, guests = taken(host)
  local cores, memory = all.cores, all.memory
  return world.value("Container_Virtual_DedicatedHost_AllocationStatus", { cpuAllocated = cores, cpuCount = CORES,
    cpuAvailable = CORES - cores, memoryAllocated = memory, memoryCapacity = MEMORY, memoryAvailable = MEMORY - memory,
    diskAllocated = all.disk, diskCapacity = DISK, diskAvailable = DISK - all.disk, guestCount = #guests })
end

world.derive("Virtual_DedicatedHost", { guests = on "dedicatedHost", allocationStatus = allocation })
world.derive("Virtual_PlacementGroup", { guests = on "placementGroup" })

local function machine(container)
  local fields = parts.path_of(container, "hardware", 1)
  if not fields or not parts.given(fields.hostname) or not parts.given(fields.domain) then
    errors.raise("Order_InvalidData",
      "Invalid data on the order for property: hardware. Hostname and domain are not set properly.")
  end
  parts.check_names(fields)
  return fields
end

local function backend_router(id, datacenter)
  local router = id and world.get("Hardware_Router", id)
  if not router or router.__type ~= "SoftLayer_Hardware_Router_Backend"
    or datacenter and router.__datacenter ~= datacenter then
    errors.invalid("backendRouter", "The router does not exist or is not in the datacenter.")
  end
  return router
end

local function check(container)
  local package, datacenter = orders.package(container), orders.location(container)
  if package.keyName ~= "DEDICATED_HOST" then errors.public("The package for this order is not valid.") end
  local entries, fields = orders.prices(container, package), machine(container)
  if #entries ~= 1 or entries[1].category.categoryCode ~= "dedicated_virtual_hosts" then
    errors.raise("Order_Item_Invalid", "A price of the category 'dedicated_virtual_hosts' is required.")
  end
  local wanted = parts.integer(parts.path_of(fields, "primaryBackendNetworkComponent", "router", "id"), "router.id")
  return { entries = entries, package = package, datacenter = datacenter, hostname = fields.hostname, domain = fields.domain,
    router = wanted and backend_router(wanted, datacenter) or datacenter.__pods[1].__backend }
end

local function place(plan, container, call)
  local order, item = orders.simple(plan, call, container.useHourlyPricing == true)
  local user = call.user
  local host = world.create("Virtual_DedicatedHost", { accountId = user.accountId, account = user.account,
    name = plan.hostname, cpuCount = CORES, memoryCapacity = MEMORY, diskCapacity = DISK, createDate = clock.time(),
    modifyDate = nil, datacenter = plan.datacenter, backendRouter = plan.router, tagReferences = {}, pciDevices = {} })
  host.billingItem = billing.bill(item, "Billing_Item_Virtual_DedicatedHost", host)
  clock.after(10, function() billing.set_status(order, "COMPLETED") end)
  return order
end

orders.rules.Virtual_DedicatedHost = { check = check, place = place }

function dedicated.cancel(host)
  if #on("dedicatedHost")(host) > 0 then errors.public("The dedicated host still has guests.") end
  billing.close(host.billingItem)
  world.remove(host)
end

---@return table group
function dedicated.create_group(user, fields)
  for _, name in ipairs { "name", "backendRouterId", "ruleId" } do
    if not parts.given(fields[name]) then
      errors.raise("MissingCreationProperty",
        ("The property '%s' must be set to create an instance of 'SoftLayer_Virtual_PlacementGroup'."):format(name))
    end
  end
  local rule = world.get("Virtual_PlacementGroup_Rule", fields.ruleId)
    or errors.invalid("ruleId", "The rule does not exist.")
  local router = backend_router(parts.integer(fields.backendRouterId, "backendRouterId"))
  return world.create("Virtual_PlacementGroup", { accountId = user.accountId, account = user.account, name = fields.name,
    backendRouterId = router.id, backendRouter = router, ruleId = rule.id, rule = rule, createDate = clock.time(),
    modifyDate = nil })
end

function dedicated.delete_group(group)
  if #on("placementGroup")(group) > 0 then errors.public("The placement group still has guests.") end
  world.remove(group)
end

return dedicated
