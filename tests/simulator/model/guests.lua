-- Virtual guests: made from a plan (see template.lua), ordered and billed, changed and cancelled.

local address_room = require "slsim.model.address_room"
local billing      = require "slsim.model.billing"
local clock        = require "slsim.clock"
local errors       = require "slsim.errors"
local events       = require "slsim.model.events"
local guess        = require "slsim.guess"
local hosting      = require "slsim.model.hosting"
local parts        = require "slsim.model.template_parts"
local provisioning = require "slsim.model.provisioning"
local random       = require "slsim.random"
local tickets      = require "slsim.model.tickets"
local world        = require "slsim.world"

guess("[G]", "capacity behind a router is unlimited unless /control/capacity says otherwise")

local guests = {}

guests.capacity = {}

-- All or none: a request that does not fit takes no room.
local function check_capacity(plans)
  local names, left = {}, {}
  for _, plan in ipairs(plans) do
    local router = plan.pod.__backend.hostname
    names[router] = names[router] or {}
    table.insert(names[router], plan.hostname)
    left[router] = guests.capacity[router] and guests.capacity[router] - #names[router]
  end
  for router, remaining in pairs(left) do
    if remaining < 0 then
      errors.public("There are insufficient resources behind router %s to fulfill the request "
        .. "for the following guests: %s", router, table.concat(names[router], ", "))
    end
  end
  for router, remaining in pairs(left) do guests.capacity[router] = remaining end
end

local function software(guest, plan)
  local system
  for _, price in ipairs(plan.prices) do
    if price.categories[1].categoryCode == "os" then system = price.item.softwareDescription end
  end
  return world.create("Software_Component_OperatingSystem", {
    passwords = {}, softwareDescription = system, softwareLicense = world.value("Software_License", {
      id = system and system.id, softwareDescriptionId = system and system.id, softwareDescription = system }),
    manufacturerLicenseInstance = "", hardwareId = nil, guest = guest })
end

-- Everything that hangs on one order: the machine's item, and a child item for each further price.
local function order_items(order, plan, guest)
  local first
  for _, price in ipairs(plan.prices) do
    local item = billing.add_item(order, { price = price, hostname = plan.hostname, domain = plan.domain,
      parent = first,
      presetId = not first and plan.flavor and plan.flavor.id or nil, preset = not first and plan.flavor or nil,
      location = plan.datacenter })
    item.__package_id = plan.package.id
    first = first or item
  end
  guest.billingItem = billing.bill(first, "Billing_Item_Virtual_Guest", guest)
  guest.billingItem.package = plan.package
end

local function set_user_data(guest, text)
  guest.userData = { world.value("Virtual_Guest_Attribute", { value = text, guest = guest,
    type = world.value("Virtual_Guest_Attribute_Type", { keyname = "USER_DATA", name = "User Data" }) }) }
end
guests.set_user_data = set_user_data

--- Makes the guest of a plan, as part of an order.
---@return table guest
function guests.create(plan, order)
  local guid = random.uuid()
  local guest = world.create("Virtual_Guest", {
    accountId = plan.user.accountId, account = plan.user.account, createDate = clock.time(), hostname = plan.hostname,
    domain = plan.domain, fullyQualifiedDomainName = plan.hostname .. "." .. plan.domain, globalIdentifier = guid,
      uuid = random.uuid(),
    startCpus = plan.cores, maxCpu = plan.cores, maxCpuUnits = "CORE", maxMemory = plan.memory, statusId = 1001,
    status = world.value("Virtual_Guest_Status", { keyName = "ACTIVE", name = "Active" }),
    dedicatedAccountHostOnlyFlag = plan.dedicated, privateNetworkOnlyFlag = plan.private_only,
      managedResourceFlag = false,
    hourlyBillingFlag = plan.hourly, localDiskFlag = plan.local_disk, datacenter = plan.datacenter,
      location = plan.datacenter,
    postInstallScriptUri = plan.post_install, notes = plan.notes, typeId = plan.flavor and 2 or 1, sshKeys = plan.keys,
      blockDevices = {},
    blockDeviceTemplateGroup = plan.image, networkComponents = {}, tagReferences = {}, userData = {},
    transientGuestFlag = plan.transient, pendingMigrationFlag = false,
    operatingSystemReferenceCode = plan.os_code, primaryNetworkComponent = nil,
    __plan = plan, __order = order, __speed = plan.speed, __disks = plan.disks, __boot_mode = plan.boot_mode })
  hosting.take(plan, guest)
  provisioning.halted(guest)
  guest.operatingSystem = software(guest, plan)
  guest.metricTrackingObject = world.create("Metric_Tracking_Object", { accountId = guest.accountId, startDate = clock.time(),
    resourceTableId = guest.id, type = world.value("Metric_Tracking_Object_Type", { keyname = "VIRTUAL_GUEST", name = "Virtual Guest" }),
    __resource = guest })
  if plan.user_data then set_user_data(guest, plan.user_data) end
  order_items(order, plan, guest)
  plan.user.__devices[guest.id] = true
  provisioning.start(guest)
  return guest
end

--- Places one order for all plans. Nothing exists unless everything can.
---@return table order, table[] guests
function guests.order(plans, call)
  hosting.check(plans)
  address_room.check(plans)
  check_capacity(plans)
  local order, made = billing.order(call.user, { hourly = plans[1].hourly }), {}
  for i, plan in ipairs(plans) do made[i] = guests.create(plan, order) end
  call.order = order
  return order, made
end

local function must_be_cancellable(guest)
  if not guest.billingItem then
    errors.raise("NotFound", "A billing item is required to process a cancellation.")
  end
  if guest.activeTransaction or not guest.provisionDate then
    errors.public("This cancellation could not be processed please contact support."
      .. "This cancellation could not be processed. Please contact support. There is currently an active transaction.")
  end
end

local RETRY = 60

-- What happens to run at that time is waited for.
local function cancel_at(seconds, guest, call)
  clock.after(seconds, function()
    if not guest.billingItem then return end
    if guest.activeTransaction then return cancel_at(RETRY, guest, call) end
    guests.cancel(guest, call)
  end)
end

--- Cancels a guest for the end of the month that is paid for.
function guests.cancel_later(guest, call)
  must_be_cancellable(guest)
  local item = guest.billingItem
  if item.__ends then errors.public("The cancellation of %s is scheduled already.", guest.fullyQualifiedDomainName) end
  item.__ends = item.nextBillDate
  events.log(call, "Schedule Cancellation", "CCI", guest)
  cancel_at(item.__ends - clock.now(), guest, call)
end

--- The provider takes a transient guest back.
function guests.reclaim(guest)
  if not guest.billingItem then return end
  local call = { user = guest.__plan.user }
  if guest.activeTransaction then return cancel_at(RETRY, guest, call) end
  guests.cancel(guest, call)
end

--- Cancels a guest: the charges stop at once, the machine follows.
function guests.cancel(guest, call)
  must_be_cancellable(guest)
  billing.close(guest.billingItem)
  guest.billingItem = nil
  guest.openCancellationTicket = tickets.create(call.user,
    { title = "Cancellation of " .. guest.fullyQualifiedDomainName,
    subject = "Cancellation Request", body = "Cancelled by API." })
  for _, volume in ipairs(guest.__volumes or {}) do
    for i, host in ipairs(volume.__hosts) do
      if host == guest then table.remove(volume.__hosts, i) break end
    end
  end
  guest.__volumes = {}
  events.log(call, "Cancel Server", "CCI", guest)
  provisioning.reclaim(guest)
end

local EDITABLE = { hostname = true, domain = true, notes = true }

function guests.edit(guest, fields)
  local changed = {}
  for name, value in pairs(fields) do
    if EDITABLE[name] and type(value) == "string" then changed[name] = value end
  end
  parts.check_names { hostname = changed.hostname or guest.hostname, domain = changed.domain or guest.domain }
  for name, value in pairs(changed) do guest[name] = value end
  guest.fullyQualifiedDomainName = guest.hostname .. "." .. guest.domain
  guest.modifyDate = clock.time()
end

local function side(guest, port)
  local list = {}
  for _, component in ipairs(guest.networkComponents) do
    if component.port == port then list[1] = component end
  end
  return list
end

local function routers(guest, port)
  local own = side(guest, port)[1]
  return own and own.networkVlan.primaryRouter
end

world.derive("Virtual_Guest", {
  activeTransactions = function(guest) return { guest.activeTransaction } end,
  backendNetworkComponents = function(guest) return side(guest, 0) end,
  frontendNetworkComponents = function(guest) return side(guest, 1) end,
  backendRouters = function(guest) return { routers(guest, 0) } end,
  frontendRouters = function(guest) return routers(guest, 1) end,
  lastKnownPowerState = function(guest) return guest.powerState end,
  networkVlans = function(guest)
    local vlans = {}
    for i, component in ipairs(guest.networkComponents) do vlans[i] = component.networkVlan end
    return vlans
  end,
  softwareComponents = function(guest) return { guest.operatingSystem } end,
  metricTrackingObjectId = function(guest) return guest.metricTrackingObject and guest.metricTrackingObject.id end,
  orderedPackageId = function(guest) return ("%d"):format(guest.__plan.package.id) end,
})

world.derive("Virtual_Guest_Network_Component", {
  subnets = function(component)
    local list = {}
    for i, binding in ipairs(component.ipAddressBindings) do list[i] = binding.ipAddress.subnet end
    return list
  end,
})

return guests
