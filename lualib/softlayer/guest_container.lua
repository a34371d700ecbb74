--- The order container of a guest with a second disk. A create template may not name disks beside an
--- image; an order has a price for each thing, and takes both.

local errors = require "errors"
local json = require "core.json"
local sl = require "softlayer"

local guest_container = {}

local DISK, PORT = "guest_disk1", "port_speed"

-- The flavors of these families come with local disks: BL1_2X4X100, BL2_…
local LOCAL_FAMILY = "^%u+L%d+_"

local function disk_kind(size)
  local flavor = size.flavor_key_name
  if flavor then return flavor:find(LOCAL_FAMILY) and "LOCAL" or "SAN" end
  return size.local_disk_flag and "LOCAL" or "SAN"
end

-- The package's standard prices: those of a location group hold in some datacenters only.
local function offered(package_id)
  return sl.Product_Package:id(package_id)
    :mask "id,itemId,locationGroupId,categories.categoryCode,item[capacity,description]"
    :filter { categories = { categoryCode = { DISK, PORT } }, locationGroupId = "is null" }
    :getItemPrices()
end

local function is_of(price, code)
  for _, category in ipairs(price.categories or {}) do
    if category.categoryCode == code then return true end
  end
  return false
end

-- The filter is checked, because the API ignores one that it does not understand.
local function each_of(prices, code)
  local list = {}
  for _, price in ipairs(prices or {}) do
    local item = price.item or {}
    local capacity = tonumber(item.capacity)
    if price.locationGroupId == nil and capacity and is_of(price, code) then
      list[#list + 1] = { id = price.id, item_id = price.itemId, capacity = capacity, description = item.description }
    end
  end
  table.sort(list, function(a, b) return a.capacity < b.capacity or a.capacity == b.capacity and a.id < b.id end)
  return list
end

local function second_disk(prices, gigabytes, kind)
  local largest
  for _, disk in ipairs(each_of(prices, DISK)) do
    if disk.description:find("(" .. kind .. ")", 1, true) then
      if disk.capacity >= gigabytes then return disk end
      largest = disk
    end
  end
  if not largest then return nil, errors.cloud("no second disk (%s) is sold with this guest", kind) end
  return nil, errors.cloud("no second disk has %d GB; the largest has %s", gigabytes, largest.description)
end

local function is_private(port) return not port.description:find("Public", 1, true) end

local function network_port(ports, template)
  local speed = template.networkComponents[1].maxSpeed
  for _, port in ipairs(ports) do
    if port.capacity == speed and is_private(port) == template.privateNetworkOnlyFlag then return port end
  end
  return nil, errors.cloud("no %s port has %d Mbps", template.privateNetworkOnlyFlag and "private" or "public", speed)
end

-- The container's prices with that port in place of its own, and with the disk.
local function complete(prices, ports, port, disk)
  local is_port, list = {}, json.array {}
  for _, each in ipairs(ports) do is_port[each.item_id] = true end
  for _, price in ipairs(prices) do
    if not is_port[price.itemId] then list[#list + 1] = price end
  end
  list[#list + 1], list[#list + 2] = { id = port.id }, { id = disk.id }
  return list
end

local function generate(template)
  local container, err = sl.Virtual_Guest:generateOrderTemplate(template)
  if err then
    if err.kind == "api" then err.type = "Bosh::Clouds::VMCreationFailed" end
    return nil, err
  end
  if type(container) == "table" and container.packageId and type(container.prices) == "table" then return container end
  return nil, errors.cloud "the answer of generateOrderTemplate is no order"
end

local function member(object, name) return object and object[name] end

-- What an order has beside its guests, although the template has it inside.
local function lift(container, template, image_id)
  container.imageTemplateId = image_id
  container.hostId = member(template.dedicatedHost, "id")
  container.reservedCapacityId = member(template.reservedCapacityGroup, "id")
  container.bootMode = member(template.supplementalCreateObjectOptions, "bootMode")
  container.provisionScripts = template.postInstallScriptUri and json.array { template.postInstallScriptUri } or nil
  if not template.sshKeys then return end
  local ids = json.array {}
  for i, key in ipairs(template.sshKeys) do ids[i] = key.id end
  container.sshKeys = json.array { { sshKeyIds = ids } }
end

--- What placeOrder takes for the guest of a createObject template, with a second disk of at least the
--- wanted size. generateOrderTemplate leaves out what only the template has (user data, the subnet, the
--- network's speed), so the template itself stands for the guest.
---@param template table
---@param spec table size (cloud properties), image_id
---@return table? container
---@return Error? err
function guest_container.of(template, spec)
  local container, err = generate(template)
  if not container then return nil, err end
  local prices, disk, port
  prices, err = offered(container.packageId)
  if err then return nil, err end
  local ports = each_of(prices, PORT)
  disk, err = second_disk(prices, spec.size.ephemeral_disk_size, disk_kind(spec.size))
  if not disk then return nil, err end
  port, err = network_port(ports, template)
  if not port then return nil, err end
  container.prices = complete(container.prices, ports, port, disk)
  container.virtualGuests = json.array { template }
  lift(container, template, spec.image_id)
  return container
end

return guest_container
