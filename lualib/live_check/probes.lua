--- What live_check asks: reads and verifyOrder only, so that nothing is bought and nothing changes.
--
-- A probe is { name, call }: its answer's shape, or its error, is compared with slsim's. `fact` probes
-- { name, fact = function(ask, known) } answer yes or no. A probe that needs an object which the account
-- lacks gives nothing.

local filter = require "softlayer.filter"
local json = require "core.json"
local sl = require "softlayer"
local storage_probes = require "live_check.storage_probes"

local probes = {}

local function first_of(ask, call) return (ask(call).value or {})[1] end

--- Finds the objects that probes are about.
---@param ask fun(call: table): table
---@return table known
function probes.look_around(ask)
  return {
    guest = first_of(ask, sl.Account:mask "id,globalIdentifier,provisionDate":filter { provisionDate = "not null" }
      :limit(1, 0):later "getVirtualGuests"),
    image = first_of(ask, sl.Account:mask "id":limit(1, 0):later "getPrivateBlockDeviceTemplateGroups"),
    order = first_of(ask, sl.Billing_Order:mask "id":limit(1, 0):later "getAllObjects"),
    snapshots_of = first_of(ask, sl.Account:mask "id":filter { snapshotCapacityGb = "not null" }:limit(1, 0)
      :later "getIscsiNetworkStorage"),
  }
end

local function about(known, name, call) return known[name] and call(known[name].id) end

local GUEST = { "id", "hostname", "primaryIpAddress", "primaryBackendIpAddress", "provisionDate", powerState = {},
  status = {}, datacenter = {}, billingItem = { "id", orderItem = { "id", order = { "id" } } },
  networkComponents = { "id", "port", "macAddress", "name", networkVlan = { "id", "networkSpace" },
    primarySubnet = { "netmask", "gateway" } },
  blockDevices = { "device", "mountType", diskImage = { "capacity", "units" } }, operatingSystem = { passwords = {} },
  lastTransaction = { "id", transactionGroup = {} } }

local TEMPLATE = { hostname = "live-check", domain = "example.com", datacenter = { name = "dal13" },
  hourlyBillingFlag = true, localDiskFlag = false, startCpus = 1, maxMemory = 1024,
  operatingSystemReferenceCode = "UBUNTU_LATEST_64" }

local function template(changes)
  local copy = {}
  for name, value in pairs(TEMPLATE) do copy[name] = value end
  for name, value in pairs(changes) do copy[name] = value end
  return copy
end

local function generate(changes) return sl.Virtual_Guest:later("generateOrderTemplate", template(changes)) end

-- The order that generateOrderTemplate makes of TEMPLATE, verified.
local function verify(ask, change)
  local container = ask(generate {}).value
  if not container then return nil end
  if change then change(container) end
  return sl.Product_Order:later("verifyOrder", container)
end

local PACKAGE = 46 -- CLOUD_SERVER

local function package(mask, conditions, method)
  return sl.Product_Package:id(PACKAGE):mask(mask):filter(conditions):limit(5, 0):later(method)
end

probes.list = {
  { "the account", function() return sl.Account:later "getObject" end },
  { "the user", function() return sl.Account
    :mask "id,username,hasFullVirtualGuestAccessFlag,hasFullHardwareAccessFlag,timezone":later "getCurrentUser" end },
  { "guests without a mask", function() return sl.Account:limit(5, 0):later "getVirtualGuests" end },
  { "a guest", function(known) return about(known, "guest", function(id)
    return sl.Virtual_Guest:id(id):later "getObject" end) end },
  { "a guest's relations", function(known) return about(known, "guest", function(id)
    return sl.Virtual_Guest:id(id):mask(GUEST):later "getObject" end) end },
  { "a guest by its GUID", function(known) return known.guest
    and sl.Virtual_Guest:id(known.guest.globalIdentifier):mask "id":later "getObject" end },
  { "a property's getter", function(known) return about(known, "guest", function(id)
    return sl.Virtual_Guest:id(id):later "getPowerState" end) end },
  { "a getter that has nothing to say", function(known) return about(known, "guest", function(id)
    return sl.Virtual_Guest:id(id):mask "id":later "getActiveTransaction" end) end },
  { "counts", function(known) return about(known, "guest", function(id)
    return sl.Virtual_Guest:id(id):mask "id,networkComponentCount,activeTransactionCount":later "getObject" end) end },
  { "upgrade prices", function(known) return about(known, "guest", function(id)
    return sl.Virtual_Guest:id(id):limit(5, 0):later("getUpgradeItemPrices", true) end) end },
  { "private images", function() return sl.Account:limit(5, 0):later "getPrivateBlockDeviceTemplateGroups" end },
  { "an image's relations", function(known) return about(known, "image", function(id)
    return sl.Virtual_Guest_Block_Device_Template_Group:id(id)
      :mask "id,globalIdentifier,imageType,status,children[id,datacenter[name]]":later "getObject" end) end },
  { "VLANs", function() return sl.Account:mask { "id", "networkSpace", "vlanNumber", primaryRouter = { "hostname",
    datacenter = { "name" } } }:limit(5, 0):later "getNetworkVlans" end },
  { "VLANs without a mask", function() return sl.Account:limit(50, 0):later "getNetworkVlans" end },
  { "subnets without a mask", function() return sl.Account:limit(50, 0):later "getSubnets" end },
  { "SSH keys", function() return sl.Account:limit(5, 0):later "getSshKeys" end },
  { "datacenters", function()
    return sl.Location_Datacenter:filter { name = { "dal13", "lon02" } }:later "getDatacenters" end },
  { "pods", function() return sl.Network_Pod:filter { datacenterName = "dal13" }:later "getAllObjects" end },
  { "an order", function(known) return about(known, "order", function(id)
    return sl.Billing_Order:id(id):mask "id,status,items[categoryCode,description]":later "getObject" end) end },
  { "packages", function() return sl.Product_Package:mask "id,keyName,name"
    :filter { keyName = { "CLOUD_SERVER", "PUBLIC_CLOUD_SERVER" } }:later "getAllObjects" end },
  { "items", function() return package("id,keyName,description,capacity,units,itemCategory.categoryCode",
    { keyName = "RAM_*" }, "getItems") end },
  { "item prices", function() return package(nil, { locationGroupId = "is null" }, "getItemPrices") end },
  { "flavors", function() return sl.Product_Package:id(835):filter { keyName = "B1_2X4X*" }:limit(5, 0)
    :later "getActivePresets" end },
  { "an order template", function() return generate {} end },
  { "a verified order", function(_, ask) return verify(ask) end },
  { "an order of a price that does not exist", function(_, ask) return verify(ask, function(container)
    container.prices[1] = { id = 1 } end) end },
  { "a template without a hostname", function() return generate { hostname = json.null } end },
  { "a template with cores that are not sold", function() return generate { startCpus = 1642 } end },
  { "a template in no datacenter", function() return generate { datacenter = { name = "nowhere01" } } end },
  { "no such object", function() return sl.Virtual_Guest:id(1):later "getObject" end },
  { "no such service", function() return sl.No_Such_Service:later "getObject" end },
  { "no such method", function() return sl.Account:later "getNoSuchThing" end },
  { "no such property in a mask", function() return sl.Account:mask "mask[noSuchProperty]":later "getObject" end },
  { "a mask that does not end", function() return sl.Account:mask "mask[id":later "getObject" end },
}

table.move(storage_probes, 1, #storage_probes, #probes.list + 1, probes.list)

local function length(ask, call)
  local value = ask(call).value
  return type(value) == "table" and #value or nil
end

local function offset_of(date)
  local sign, hours, minutes = date:match("([+-])(%d%d):?(%d%d)$")
  return sign and (sign == "-" and -1 or 1) * (hours * 60 + minutes)
end

-- A day without daylight saving time and one with it: the zone's own offset or an hour more.
local function in_users_zone(ask)
  local user = ask(sl.Account:mask "createDate,timezone.offset":later "getCurrentUser").value
  local zone = user and user.timezone and offset_of(tostring(user.timezone.offset or ""))
  local date = zone and type(user.createDate) == "string" and offset_of(user.createDate)
  if not date then return nil end
  return date == zone or date == zone + 60
end

local function places(conditions, mask)
  return sl.Location_Datacenter:mask(mask or "id,name"):filter(conditions):later "getDatacenters"
end

local function is_sorted(list)
  for i = 2, #list do
    if list[i - 1].name > list[i].name then return false end
  end
  return #list > 1
end

probes.facts = {
  { "a list cut to one element is still a list", function(ask)
    local value = ask(sl.Location_Datacenter:mask "id":limit(1, 0):later "getDatacenters").value
    return value ~= nil and json.is_array(value) end },
  { "lists tell how many there are in all", function(ask)
    local answer = ask(sl.Location_Datacenter:mask "id":limit(2, 0):later "getDatacenters")
    return answer.total ~= nil and answer.total > 2 end },
  { "a filter with another root is ignored", function(ask)
    local all = length(ask, sl.Account:mask "id":later "getNetworkVlans")
    local same = length(ask, sl.Account:mask "id":filter { noSuchRoot = { id = { operation = 1 } } }
      :later "getNetworkVlans")
    return all ~= nil and all == same end },
  { "a filter by name finds one place", function(ask) return length(ask, places { name = "dal13" }) == 1 end },
  { "the operation in finds each value", function(ask)
    return length(ask, places { name = { "dal13", "lon02" } }) == 2 end },
  { "the operation ^= finds beginnings", function(ask) return (length(ask, places { name = "dal*" }) or 0) > 1 end },
  { "orderBy sorts", function(ask)
    return is_sorted(ask(places { name = filter.sorted() }).value or {}) end },
  { "a mask that names only relations brings the locals", function(ask)
    local place = first_of(ask, places({ name = "dal13" }, "mask[groups]"))
    return place ~= nil and place.name == "dal13" end },
  { "a mask that names a local leaves the others out", function(ask)
    local place = first_of(ask, places({ name = "dal13" }, "mask[id]"))
    return place ~= nil and place.name == nil end },
  { "dates are in the user's zone", in_users_zone },
}

return probes
