-- The disks of a create template, and the prices of those that are ordered by themselves.

local catalogue = require "slsim.model.catalogue"
local errors    = require "slsim.errors"
local parts     = require "slsim.model.template_parts"

local integer, path_of = parts.integer, parts.path_of

local function capacity(number)
  local text = ("%d"):format(number)
  return function(item) return item.capacity == text end
end

local function disk_price(package, plan, device, gigabytes)
  local number = device == 0 and 0 or device - 1
  local kind = plan.local_disk and "(LOCAL)" or "(SAN)"
  return catalogue.price(package, "guest_disk" .. number, function(item)
    return capacity(gigabytes)(item) and item.description:find(kind, 1, true) ~= nil
  end) or errors.invalid("blockDevices", ("A disk of %d GB %s is not available as device %d."):format(
    gigabytes, kind, device))
end

-- Sizes by device number.
local function wanted_disks(fields, plan)
  local numbers = {}
  plan.disks = {}
  for i, device in ipairs(parts.list(fields, "blockDevices")) do
    local number = integer(path_of(device, "device"), "blockDevices.device")
    local gigabytes = integer(path_of(device, "diskImage", "capacity"), "blockDevices.diskImage.capacity")
    if not number or not gigabytes then errors.invalid("blockDevices", "A device and a capacity must be provided.") end
    if number == 1 then errors.invalid("blockDevices", "Device 1 is reserved for swap.") end
    if number < 0 or number > 6 then errors.invalid("blockDevices", "The device does not exist.") end
    if plan.disks[number] then errors.invalid("blockDevices", "A device may be provided only once.") end
    plan.disks[number], numbers[i] = gigabytes, number
  end
  return numbers
end

-- The first disk of a flavour is its own; more may be ordered with it.
return function(fields, plan, package)
  local wanted = {}
  local numbers = wanted_disks(fields, wanted)
  local given_sizes, first = wanted.disks, plan.flavor and plan.flavor.__disk
  if not first and #numbers == 0 then first = plan.image and plan.image.__gigabytes > 25 and 100 or 25 end
  if first and given_sizes[0] and given_sizes[0] ~= first then
    errors.invalid("blockDevices", "The first disk is the flavor's.")
  end
  if not first and not given_sizes[0] then errors.invalid("blockDevices", "The first disk (device 0) is missing.") end
  given_sizes[0] = given_sizes[0] or first
  plan.disks = {}
  for device = 0, 6 do
    local gigabytes = given_sizes[device]
    if gigabytes then
      plan.disks[#plan.disks + 1] = { device = device, gigabytes = gigabytes }
      if device > 0 or not plan.flavor then
        plan.prices[#plan.prices + 1] = disk_price(package, plan, device, gigabytes)
      end
    end
  end
end
