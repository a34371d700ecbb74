-- Ordering guests by container (what `slcli vs create` does), and the container of a template.

local errors    = require "slsim.errors"
local guess     = require "slsim.guess"
local guests    = require "slsim.model.guests"
local hosting   = require "slsim.model.hosting"
local images    = require "slsim.model.images"
local json      = require "core.json"
local orders    = require "slsim.model.orders"
local parts     = require "slsim.model.template_parts"
local template  = require "slsim.model.template"
local world     = require "slsim.world"

guess("[G]", "an order of guests needs a price of each required category, once; its quantity, if given, is the number of "
  .. "its virtualGuests")
guess("[G]", "the disks of an ordered guest are all local or all SAN")

local order_guest = {}

local REQUIRED = { "guest_core", "ram", "os", "port_speed", "bandwidth", "pri_ip_addresses", "remote_management" }

local function by_category(entries)
  local found = orders.by_category(entries)
  for code, entry in pairs(found) do found[code] = entry.price end
  return found
end

local function preset_of(container, package)
  local id = parts.given(container.presetId) and math.tointeger(container.presetId)
  if not id then return nil end
  local preset = world.get("Product_Package_Preset", id)
  if not preset or preset.package ~= package then errors.public("The preset #%d is not valid for this package.", id) end
  return preset
end

local function add_preset(entries, preset)
  local have = {}
  for _, entry in ipairs(entries) do have[entry.category.categoryCode] = true end
  for _, price in ipairs(preset and preset.prices or {}) do
    local category = price.categories[1]
    if not have[category.categoryCode] then table.insert(entries, 1, { price = price, category = category }) end
  end
end

local function image_of(container, found, call)
  local id = parts.given(container.imageTemplateId) and math.tointeger(container.imageTemplateId)
  local guid = parts.given(container.imageTemplateGlobalIdentifier) and container.imageTemplateGlobalIdentifier
  if not id and not guid then return nil, found.os end
  local image = id and world.get("Virtual_Guest_Block_Device_Template_Group", id) or guid and images.by_guid(guid, call)
  if not image or not world.may_see(call.user, image) then errors.public("Unable to find image template #%s.",
    tostring(id or guid)) end
  if not images.is_usable(image) then errors.public("The image template #%d is still being transferred.", image.id) end
  return image, found.os
end

local function disks_of(found, preset)
  local disks = {}
  for number = 0, 4 do
    local price = found["guest_disk" .. number]
    if price then
      disks[#disks + 1] = { device = number == 0 and 0 or number + 1, gigabytes = math.tointeger(price.item.capacity) }
    end
  end
  if #disks == 0 and preset then disks[1] = { device = 0, gigabytes = preset.__disk } end
  return disks
end

local function is_local(price) return price ~= nil and price.item.description:find("LOCAL", 1, true) ~= nil end

local function one_disk_kind(found, wanted)
  for number = 1, 4 do
    local price = found["guest_disk" .. number]
    if price and is_local(price) ~= wanted then
      errors.raise("Order_Item_Invalid", ("The price #%d is not valid for the guest's disks."):format(price.id))
    end
  end
end

local function required(found)
  for _, code in ipairs(REQUIRED) do
    if not found[code] then
      errors.raise("Order_Item_Invalid", ("A price of the category '%s' is required."):format(code))
    end
  end
end

local function keys_of(container, index, user)
  local keys = {}
  for i, id in ipairs(parts.path_of(container, "sshKeys", index, "sshKeyIds") or {}) do
    keys[i] = parts.ssh_key(parts.integer(id, "sshKeyIds"), user)
  end
  return keys
end

-- The plan of one machine, in the words of template.plan.
local function machine_plan(container, index, fields, shared, call)
  if not parts.given(fields.hostname) or not parts.given(fields.domain) then
    errors.raise("Order_InvalidData",
      "Invalid data on the order for property: virtualGuests. Hostname and domain are not set properly.")
  end
  parts.check_names(fields)
  local found = shared.found
  local plan = { user = call.user, hostname = fields.hostname, domain = fields.domain,
    datacenter = shared.datacenter, package = shared.package, flavor = shared.preset, image = shared.image,
    hourly = container.useHourlyPricing == true, speed = math.tointeger(found.port_speed.item.capacity) }
  plan.private_only = not found.port_speed.item.description:find("Public", 1, true)
    or parts.boolean(fields, "privateNetworkOnlyFlag")
  plan.dedicated = found.guest_core.item.keyName:find("PRIVATE", 1, true) ~= nil
  plan.cores, plan.memory = math.tointeger(found.guest_core.item.capacity),
    math.tointeger(found.ram.item.capacity) * 1024
  plan.os_code = found.os.item.softwareDescription.referenceCode
  plan.disks = disks_of(found, shared.preset)
  plan.local_disk = is_local(found.guest_disk0)
  one_disk_kind(found, plan.local_disk)
  plan.prices = {}
  for i, entry in ipairs(shared.entries) do plan.prices[i] = entry.price end
  plan.ipv6 = found.pri_ipv6_addresses ~= nil
  if plan.ipv6 and plan.private_only then
    errors.raise("Order_Item_Invalid", "An IPv6 address is not available without a public network.")
  end
  parts.networks(fields, plan)
  plan.keys = keys_of(container, index, call.user)
  template.extras({ userData = fields.userData, placementGroupId = fields.placementGroupId, hostId = container.hostId,
    reservedCapacityId = container.reservedCapacityId, dedicatedHost = fields.dedicatedHost,
    postInstallScriptUri = parts.path_of(container, "provisionScripts", index),
      transientGuestFlag = parts.boolean(fields, "transientGuestFlag") or shared.package.keyName == "TRANSIENT_CLOUD_SERVER",
    notes = fields.notes, supplementalCreateObjectOptions = fields.supplementalCreateObjectOptions }, plan)
  return plan
end

-- Each machine has its hostname; so many of them are ordered.
local function same_quantity(container, machines)
  local quantity = parts.integer(container.quantity, "quantity")
  if quantity and quantity ~= machines then
    errors.raise("Order_InvalidData", ("Invalid data on the order for property: virtualGuests. The quantity is %d, hostnames "
      .. "and domains are set for %d."):format(quantity, machines))
  end
end

local function check(container, call)
  local package = orders.package(container)
  local shared = { package = package, datacenter = orders.location(container), entries = orders.prices(container,
    package) }
  shared.preset = preset_of(container, package)
  add_preset(shared.entries, shared.preset)
  shared.found = by_category(shared.entries)
  required(shared.found)
  shared.image = image_of(container, shared.found, call)
  local plan = { entries = shared.entries, machines = {} }
  for i, fields in ipairs(parts.list(container, "virtualGuests")) do
    plan.machines[i] = machine_plan(container, i, fields, shared, call)
  end
  if #plan.machines == 0 then
    errors.raise("Order_InvalidData",
      "Invalid data on the order for property: virtualGuests. Hostname and domain are not set properly.")
  end
  same_quantity(container, #plan.machines)
  hosting.check(plan.machines)
  return plan
end

local function place(plan, _, call)
  local order, made = guests.order(plan.machines, call)
  plan.made = made
  return order
end

local function details(echo, plan)
  for i, guest in ipairs(plan.made) do
    local own = echo.virtualGuests[i]
    own.id, own.globalIdentifier = guest.id, guest.globalIdentifier
    own.fullyQualifiedDomainName, own.accountId = guest.fullyQualifiedDomainName, guest.accountId
  end
end

orders.rules.Virtual_Guest = { check = check, place = place, details = details }

-- Which fields of a template the container keeps for its machine.
local KEPT = { "hostname", "domain", "privateNetworkOnlyFlag", "primaryNetworkComponent",
  "primaryBackendNetworkComponent", "placementGroupId", "supplementalCreateObjectOptions", "transientGuestFlag", "notes",
  "startCpus", "maxMemory", "dedicatedAccountHostOnlyFlag", "localDiskFlag" }

guess("[D]", "generateOrderTemplate leaves out user data, the choice of a subnet, and the network's speed")
guess("[G]", "so its prices have the slowest port of the guest's networks")

local function without_subnet(component)
  local kept = orders.copy(component)
  local vlan = parts.path_of(kept, "networkVlan")
  if vlan then vlan.primarySubnet, vlan.primarySubnetId = nil, nil end
  return kept
end

local function without_omissions(fields)
  local kept = {}
  for name, value in pairs(fields) do kept[name] = value end
  kept.userData, kept.networkComponents = nil, nil
  for _, side in ipairs { "primaryNetworkComponent", "primaryBackendNetworkComponent" } do
    if parts.given(kept[side]) then kept[side] = without_subnet(kept[side]) end
  end
  return kept
end

--- The order container that a create template stands for.
function order_guest.container(fields, call)
  template.plan(fields, call) -- what is left out is checked all the same
  fields = without_omissions(fields)
  local plan = template.plan(fields, call)
  local machine = {}
  for _, name in ipairs(KEPT) do
    if parts.given(fields[name]) then machine[name] = fields[name] end
  end
  local entries = {}
  for i, price in ipairs(plan.prices) do entries[i] = { price = price, category = price.categories[1] } end
  local container = orders.echo({ complexType = "SoftLayer_Container_Product_Order_Virtual_Guest",
    packageId = plan.package.id,
    presetId = plan.flavor and plan.flavor.id or json.null, location = ("%d"):format(plan.datacenter.id), quantity = 1,
    useHourlyPricing = plan.hourly, virtualGuests = json.array { machine },
    imageTemplateId = plan.image and plan.image.id or json.null }, entries)
  container.hostId = plan.dedicated_host and plan.dedicated_host.id
  container.reservedCapacityId = plan.capacity_group and plan.capacity_group.id
  local ids = json.array {}
  for i, key in ipairs(plan.keys) do ids[i] = key.id end
  container.sshKeys = json.array { { sshKeyIds = ids } }
  container.provisionScripts = json.array { plan.post_install }
  return container
end

return order_guest
