--- Storage orders as a client makes them: prices by what they are called.

local json = require "core.json"

local storage = {}
storage.__index = storage

local CONTAINER = "SoftLayer_Container_Product_Order_Network_"

storage.SPACE = { { 20, 1000 }, { 40, 2000 }, { 80, 4000 }, { 100, 6000 }, { 500, 10000 }, { 1000, 20000 }, { 2000, 40000 } }

--- Reads the price lists of a simulator.
---@param wire table a support.wire
function storage.open(wire)
  local self = setmetatable({ wire = wire, lists = {} }, storage)
  for _, id in ipairs { 222, 240, 759 } do
    self.lists[id] = wire:get("SoftLayer_Product_Package/" .. id .. "/getItemPrices", "mask[id,locationGroupId,"
      .. "capacityRestrictionType,capacityRestrictionMinimum,capacityRestrictionMaximum,categories.categoryCode,"
      .. "item[keyName,capacity,capacityMinimum,capacityMaximum]]")
  end
  return self
end

--- The id of a price: of an item, a category, and for a restriction to a value.
---@param group integer? a location group instead of the standard price
function storage:price(package, category, key, value, group, kind)
  for _, price in ipairs(self.lists[package]) do
    local holds = not value or price.capacityRestrictionType and value >= tonumber(price.capacityRestrictionMinimum)
      and value <= tonumber(price.capacityRestrictionMaximum)
    if price.categories[1].categoryCode == category and price.item.keyName:find("^" .. key .. "$") and holds
      and (not kind or price.capacityRestrictionType == kind) and price.locationGroupId == (group or json.null) then
      return price.id
    end
  end
  error(("no price for %s %s %s"):format(category, key, tostring(value)))
end

local function list(...)
  local prices = json.array {}
  for i, id in ipairs { ... } do prices[i] = { id = id } end
  return prices
end
storage.list = list

--- An order as a service; `changes` replace members of the container, `false` takes one away.
function storage:performance(size, iops, changes)
  local p = 759
  return self.order("Storage_AsAService", p, list(self:price(p, "storage_as_a_service", ".*"),
    self:price(p, "storage_block", ".*"), self:space(size, iops), self:iops(size)),
    { volumeSize = size, iops = iops, osFormatType = { keyName = "LINUX" } }, changes)
end

-- The price of the range that holds a size.
local function in_range(self, category, key, size)
  for _, price in ipairs(self.lists[759]) do
    local item = price.item
    if price.locationGroupId == json.null and price.categories[1].categoryCode == category and item.keyName:find(key)
      and tonumber(item.capacityMinimum) <= size and tonumber(item.capacityMaximum) >= size then return price.id end
  end
end

function storage:space(size) return in_range(self, "performance_storage_space", "_GBS$", size) end
function storage:iops(size) return self:price(759, "performance_storage_iops", ".*", size) end

function storage:endurance(size, level, changes)
  local p, key = 759, { [100] = "0_25", [200] = "2", [300] = "4", [1000] = "10" }
  local tier = { [100] = "LOW_INTENSITY_TIER", [200] = "READHEAVY_TIER", [300] = "WRITEHEAVY_TIER", [1000] = "10_IOPS_PER_GB" }
  return self.order("Storage_AsAService", p, list(self:price(p, "storage_as_a_service", ".*"),
    self:price(p, "storage_block", ".*"),
    self:price(p, "performance_storage_space", "STORAGE_SPACE_FOR_" .. key[level] .. "_IOPS_PER_GB"),
    self:price(p, "storage_tier_level", tier[level])), { volumeSize = size, osFormatType = { keyName = "LINUX" } }, changes)
end

function storage.order(kind, package, prices, members, changes)
  local order = { complexType = CONTAINER .. kind, packageId = package, prices = prices, quantity = 1,
    location = 1854895, useHourlyPricing = false }
  for name, value in pairs(members) do order[name] = value end
  for name, value in pairs(changes or {}) do
    order[name] = value
    if value == false then order[name] = nil end
  end
  return order
end

--- An order with one more price.
function storage.with(order, ...)
  for _, id in ipairs { ... } do order.prices[#order.prices + 1] = { id = id } end
  return order
end

---@param value integer IOPS, or a tier's level
---@param kind "IOPS"|"STORAGE_TIER_LEVEL"
function storage:snapshot_space(gigabytes, value, kind, package)
  return self:price(package or 759, "storage_snapshot_space", gigabytes .. "_GB_.*STORAGE_SPACE", value, nil, kind)
end

--- What happens to an order: its answer's value.
function storage:place(order, verify)
  local path = "SoftLayer_Product_Order/" .. (verify and "verifyOrder" or "placeOrder")
  return self.wire:get(path, nil, { parameters = { order } })
end

function storage:refusal(order)
  local _, code, text = self.wire:refusal("POST", "SoftLayer_Product_Order/placeOrder", { parameters = { order } })
  return code, text
end

--- The volumes of an order.
function storage:of_order(receipt, mask)
  return self.wire:get("SoftLayer_Account/getNetworkStorage", mask or "mask[id]", { filter = { networkStorage = {
    billingItem = { orderItem = { order = { id = { operation = receipt.orderId } } } } } } })
end

--- Orders a volume and waits until it is ready.
---@return string id
function storage:volume(order)
  local receipt = self:place(order)
  self.wire:advance(200)
  return ("%d"):format(self:of_order(receipt)[1].id)
end

function storage:read(id, mask) return self.wire:get("SoftLayer_Network_Storage/" .. id, mask) end

--- A method of a volume, with parameters.
function storage:call(id, method, ...)
  return self.wire:get(("SoftLayer_Network_Storage/%s/%s"):format(id, method), nil,
    { parameters = select("#", ...) > 0 and { ... } or nil })
end

--- Code and text of a method that must be refused.
function storage:refused(id, method, ...)
  local _, code, text = self.wire:refusal("POST", ("SoftLayer_Network_Storage/%s/%s"):format(id, method),
    { parameters = { ... } })
  return code, text
end

return storage
