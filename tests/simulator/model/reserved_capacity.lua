-- Reserved capacity: groups of instances of one size that were paid for in advance.

local billing   = require "slsim.model.billing"
local catalogue = require "slsim.model.catalogue"
local clock     = require "slsim.clock"
local errors    = require "slsim.errors"
local guess     = require "slsim.guess"
local orders    = require "slsim.model.orders"
local parts     = require "slsim.model.template_parts"
local places    = require "slsim.model.places"
local world     = require "slsim.world"

guess("[G]", "package 1059 RESERVED_CAPACITY and its plans; the account has one group of two B1_1X2 in dal13, paid by a "
  .. "contract and so without billing items in its lists")

local capacity = {}

local PLANS = [[
reserved_capacity|B1_1X2_1_YEAR_TERM|B1.1x2 (1 Year Term)|12|MONTHS|.032|0
reserved_capacity|B1_1X2_3_YEAR_TERM|B1.1x2 (3 Year Term)|36|MONTHS|.024|0
reserved_capacity|B1_2X4_1_YEAR_TERM|B1.2x4 (1 Year Term)|12|MONTHS|.061|0
reserved_capacity|C1_1X1_1_YEAR_TERM|C1.1x1 (1 Year Term)|12|MONTHS|.028|0
]]
local MOST = 20

local function instance(group, item, billing_item)
  return world.create("Virtual_ReservedCapacityGroup_Instance", { accountId = group.accountId, createDate = clock.time(),
    reservedCapacityGroupId = group.id, reservedCapacityGroup = group, __item = item, billingItem = billing_item })
end

local function create(account, fields)
  local group = world.create("Virtual_ReservedCapacityGroup", { accountId = account.id, account = account, name = fields.name,
    backendRouterId = fields.router.id, backendRouter = fields.router, createDate = clock.time(), modifyDate = nil,
    instancesCount = fields.quantity, __item = fields.item })
  return group
end

local function instances(group, occupied)
  return world.select("Virtual_ReservedCapacityGroup_Instance", function(own)
    return own.reservedCapacityGroup == group and (occupied == nil or (own.guest ~= nil) == occupied)
  end)
end

world.derive("Virtual_ReservedCapacityGroup", {
  instances = function(group) return instances(group) end,
  availableInstances = function(group) return instances(group, false) end,
  occupiedInstances = function(group) return instances(group, true) end,
})

function capacity.free(group) return #instances(group, false) end

--- Refuses a flavour of another size than the group's.
function capacity.must_fit(group, flavor)
  if not flavor then errors.invalid("reservedCapacityGroup", "Reserved capacity is for flavors only.") end
  if flavor.keyName:match("^(.-X%d+)X%d+$") ~= group.__item.keyName:match("^(.-)_%d+_YEAR_TERM$") then
    errors.invalid("reservedCapacityGroup", "The flavor is not the one of the reserved capacity group.")
  end
end

function capacity.take(group, guest)
  local own = instances(group, false)[1]
  own.guest, own.guestId, own.modifyDate = guest, guest.id, clock.time()
  guest.reservedCapacityGroup, guest.reservedCapacityGroupInstance, guest.reservedCapacityGroupFlag = group, own, true
end

function capacity.release(guest)
  local own = guest.reservedCapacityGroupInstance
  own.guest, own.guestId, own.modifyDate = nil, nil, clock.time()
end

local function check(container, call)
  local package = orders.package(container)
  if package.keyName ~= "RESERVED_CAPACITY" then errors.public("The package for this order is not valid.") end
  local entries = orders.prices(container, package)
  if #entries ~= 1 then errors.raise("Order_Item_Invalid", "A price of the category 'reserved_capacity' is required.") end
  local router = world.get("Hardware_Router", parts.integer(container.backendRouterId, "backendRouterId") or 0)
  if not router or router.__type ~= "SoftLayer_Hardware_Router_Backend" then
    errors.invalid("backendRouterId", "The router does not exist.")
  end
  if type(container.name) ~= "string" or container.name == "" then errors.invalid("name", "A name must be provided.") end
  local quantity = parts.integer(container.quantity, "quantity") or 1
  if quantity < 1 or quantity > MOST then errors.invalid("quantity", "The quantity is out of range.") end
  return { entries = entries, package = package, user = call.user, router = router, name = container.name,
    quantity = quantity, datacenter = router.__datacenter }
end

local function place(plan, container, call)
  local order, item = orders.simple(plan, call, container.useHourlyPricing == true)
  local product = plan.entries[1].price.item
  local group = create(plan.user.account, { name = plan.name, router = plan.router, item = product, quantity = plan.quantity })
  for _ = 1, plan.quantity do instance(group, product, billing.bill(item, "Billing_Item", group)) end
  clock.after(10, function() billing.set_status(order, "COMPLETED") end)
  return order
end

orders.rules.Virtual_ReservedCapacity = { check = check, place = place }

function capacity.seed(account)
  catalogue.add_categories("reserved_capacity 1060 Reserved Capacity")
  local package = catalogue.add_package { id = 1059, keyName = "RESERVED_CAPACITY", name = "Reserved Capacity",
    type = world.value("Product_Package_Type", { id = 28, keyName = "RESERVED_CAPACITY", name = "Reserved Capacity" }),
    __required = { reserved_capacity = true } }
  catalogue.add_lines(package, PLANS)
  local price = package.itemPrices[1]
  local group = create(account, { name = "reserved", router = places.datacenter("dal13").__pods[1].__backend,
    item = price.item, quantity = 2 })
  for number = 1, 2 do
    instance(group, price.item, world.value("Billing_Item", { id = 1000 + number, description = price.item.description,
      item = price.item, category = price.categories[1], categoryCode = "reserved_capacity", recurringFee = "0",
      hourlyRecurringFee = price.hourlyRecurringFee, accountId = account.id, createDate = clock.time() }))
  end
end

return capacity
