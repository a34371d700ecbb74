-- Disks and CDs that come and go while a guest lives.

local errors       = require "slsim.errors"
local events       = require "slsim.model.events"
local guess        = require "slsim.guess"
local provisioning = require "slsim.model.provisioning"
local transactions = require "slsim.transactions"
local world        = require "slsim.world"

guess("[G]", "a detached disk image stays in the account as a portable volume of its datacenter and can be attached again")
guess("[G]", "an ISO image is mounted as a block device of mountType CD; a guest has one at a time")

local FIRST, LAST, CD = 2, 6, "8"
local SECONDS = 20

local function transaction(guest, call, name, event, done)
  local step = { name = name, seconds = SECONDS, leave = done }
  local started = transactions.start(guest, { name = event, average = ".5" }, { step })
  events.log(call, event, "CCI", guest)
  return started
end

local function device_of(guest, matches)
  for i, device in ipairs(guest.blockDevices) do
    if matches(device) then return device, i end
  end
end

local function free_number(guest)
  for number = FIRST, LAST do
    local name = ("%d"):format(number)
    if not device_of(guest, function(device) return device.device == name end) then return number end
  end
  errors.public("The guest has no free device for another disk.")
end

local function volume(id, call)
  local image = world.get("Virtual_Disk_Image", id)
  if not image or image.accountId ~= call.user.accountId or not world.may_see(call.user, image) then errors.not_found(id) end
  return image
end

local methods = {}

methods.attachDiskImage = { args = "imageId:int", returns = "Provisioning_Version1_Transaction",
  run = function(guest, call, id)
    provisioning.must_be_ready(guest)
    local image = volume(id, call)
    if not image.__portable or #image.blockDevices > 0 then errors.public("The disk image #%d cannot be attached.", id) end
    if image.__datacenter ~= guest.datacenter then errors.public("The disk image #%d is in another datacenter.", id) end
    local number = free_number(guest)
    return transaction(guest, call, "ATTACH_DISK_IMAGE", "Attach Disk Image", function()
      provisioning.attach_image(guest, number, image)
    end)
  end }

methods.detachDiskImage = { args = "imageId:int", returns = "Provisioning_Version1_Transaction",
  run = function(guest, call, id)
    provisioning.must_be_ready(guest)
    local device, at = device_of(guest, function(own)
      return own.diskImageId == id and own.mountType == "Disk" and tonumber(own.device) >= FIRST
    end)
    if not device then errors.not_found(id) end
    return transaction(guest, call, "DETACH_DISK_IMAGE", "Detach Disk Image", function()
      table.remove(guest.blockDevices, at)
      world.remove(device)
      device.diskImage.blockDevices, device.diskImage.__portable = {}, true
      device.diskImage.__guest, device.diskImage.__datacenter = nil, guest.datacenter
    end)
  end }

methods.mountIsoImage = { args = "diskImageId:int", returns = "Provisioning_Version1_Transaction",
  run = function(guest, call, id)
    provisioning.must_be_ready(guest)
    local image = volume(id, call)
    if not image.__iso then errors.public("The disk image #%d is not an ISO image.", id) end
    if device_of(guest, function(device) return device.mountType == "CD" end) then
      errors.public("The guest has an ISO image already.")
    end
    return transaction(guest, call, "MOUNT_ISO_IMAGE", "Mount ISO Image", function()
      provisioning.attach_image(guest, CD, image, "CD")
    end)
  end }

methods.unmountIsoImage = { returns = "Provisioning_Version1_Transaction", run = function(guest, call)
  provisioning.must_be_ready(guest)
  local device, at = device_of(guest, function(own) return own.mountType == "CD" end)
  if not device then errors.public("The guest has no ISO image.") end
  return transaction(guest, call, "UNMOUNT_ISO_IMAGE", "Unmount ISO Image", function()
    table.remove(guest.blockDevices, at)
    world.remove(device)
  end)
end }

methods.checkHostDiskAvailability = { args = "diskCapacity:int", run = function(guest, _, gigabytes)
  local host = guest.dedicatedHost
  if not host then return true end
  return world.reader()(host, "allocationStatus", host.__type).diskAvailable >= gigabytes
end }

return methods
