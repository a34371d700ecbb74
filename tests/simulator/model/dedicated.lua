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
local CORES, MEMORY, DISK = 56, 242, 1200
local SPREAD = { id = 1, keyName = "SPREAD", name = "SPREAD" }

function dedicated.seed()
  catalogue.add_categories("dedicated_virtual_hosts 1034 Host Server")
  local package = catalogue.add_package { id = 813, keyName = "DEDICATED_HOST", name = "Dedicated Host",
    type = world.value("Product_Package_Type", { id = 21, keyName = "DEDICATED_HOST", name = "Dedicated Host" }),
    __required = { dedicated_virtual_hosts = true } }
  catalogue.add_lines(package, ITEM)
  world.create("Virtual_PlacementGroup_Rule", { id = SPREAD.id, keyName = SPREAD.keyName, name = SPREAD.name })
end

local function on(property)
  return function(object)
    return world.select("Virtual_Guest", function(guest) return guest[property] == object end)
  end
end

local function allocation(host)
  local cores, memory, guests = 0, 0, on("dedicatedHost")(host)
  for _, guest in ipairs(guests) do cores, memory = cores + guest.maxCpu, memory + guest.maxMemory // 1024 end
  return world.value("Container_Virtual_DedicatedHost_AllocationStatus", { cpuAllocated = cores, cpuCount = CORES,
    cpuAvailable = CORES - cores, memoryAllocated = memory, memoryCapacity = MEMORY, memoryAvailable = MEMORY - memory,
    diskAllocated = 0, diskCapacity = DISK, diskAvailable = DISK, guestCount = #guests })
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
  if #entries ~= 1 then
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
