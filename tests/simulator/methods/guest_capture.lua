-- Images made from a guest: what Virtual_Guest's archive and capture methods do.

local errors       = require "slsim.errors"
local events       = require "slsim.model.events"
local guess        = require "slsim.guess"
local images       = require "slsim.model.images"
local json         = require "core.json"
local parts        = require "slsim.model.template_parts"
local places       = require "slsim.model.places"
local provisioning = require "slsim.model.provisioning"
local transactions = require "slsim.transactions"

guess("[G]", "captureImage makes a flex image of the type DISK_CAPTURE, the archive methods one of the type SYSTEM")
guess("[G]", "a guest of an image of several disks has the first one only")
guess("[G]", "a capture takes 300 s; guest and image share no transaction; the image has its copies when it ends")

local GROUP = { name = "Create Cloud Disk Template", average = "10" }
local SECONDS = 300

local methods = {}

local function disk_of(guest, wanted)
  local id = type(wanted) == "table" and math.tointeger(wanted.id)
  for _, device in ipairs(guest.blockDevices) do
    if id and device.id == id or not id and device.device == wanted.device then return device end
  end
  errors.invalid("blockDevices", "The block device does not belong to the guest.")
end

local function captured(guest, list)
  if #list == 0 then errors.invalid("blockDevices", "At least one block device must be provided.") end
  local disks = {}
  for i, wanted in ipairs(list) do
    local device = disk_of(guest, wanted)
    if device.mountType ~= "Disk" or device.diskImage.typeId ~= 241 then
      errors.invalid("blockDevices", "Only disks can be captured.")
    end
    disks[i] = { device = device.device, gigabytes = device.diskImage.capacity }
  end
  table.sort(disks, function(a, b) return a.device < b.device end)
  return table.remove(disks, 1).gigabytes, disks
end

local function capture(guest, call, name, list, note, flex)
  provisioning.must_be_idle(guest)
  if not guest.provisionDate then errors.public("The guest is not provisioned.") end
  local gigabytes, others = captured(guest, list)
  local image = images.create { name = name, note = note, accountId = guest.accountId, gigabytes = gigabytes,
    more_disks = others, userRecordId = call.user.id, os = guest.operatingSystemReferenceCode, boot_mode = guest.__boot_mode,
    guest = guest.id, flex = flex, kind = flex and "DISK_CAPTURE" or "SYSTEM" }
  transactions.start(image, GROUP, { { name = "CLOUD_TEMPLATE_CREATE", seconds = SECONDS,
    leave = function()
      images.fill(image, guest.datacenter)
      for _, place in ipairs(image.__locations or {}) do
        if place ~= guest.datacenter then images.add_child(image, place) end
      end
    end } }, { relation = "transaction" })
  local transaction = transactions.start(guest, GROUP,
    { { name = "CLOUD_TEMPLATE_COPY", seconds = SECONDS, friendly = "Copy Cloud Template" } })
  events.log(call, "Capture Image", "CCI", guest)
  return image, transaction
end

methods.createArchiveTemplate = { args = "groupName:string blockDevices:list note:string?",
  returns = "Virtual_Guest_Block_Device_Template_Group", run = function(guest, call, name, list, note)
    return (capture(guest, call, name, list, note))
  end }

methods.createArchiveTransaction = { args = "groupName:string blockDevices:list note:string?",
  returns = "Provisioning_Version1_Transaction", run = function(guest, call, name, list, note)
    local _, transaction = capture(guest, call, name, list, note)
    return transaction
  end }

-- A public image lies in the datacenters that are named.
methods.createPublicArchiveTransaction = { args = "groupName:string summary:string? note:string? locations:list?",
  run = function(guest, call, name, summary, note, locations)
    local datacenters = {}
    for i, entry in ipairs(locations or {}) do
      datacenters[i] = places.location(parts.path_of(entry, "id") or parts.path_of(entry, "name") or 0)
        or errors.invalid("locations", "The location does not exist.")
    end
    local first
    for _, device in ipairs(guest.blockDevices) do
      if device.device == "0" then first = device end
    end
    if not first then errors.public("Unable to find the primary block device") end
    local image, transaction = capture(guest, call, name, { { id = first.id } }, note)
    image.publicFlag, image.summary, image.__locations = 1, summary, datacenters
    return transaction.id
  end }

methods.captureImage = { args = "captureTemplate:object", run = function(guest, call, fields)
  if type(fields.name) ~= "string" then errors.invalid("name", "A name must be provided.") end
  local first
  for _, device in ipairs(guest.blockDevices) do
    if device.device == "0" then first = device end
  end
  if not first then errors.public("Unable to find the primary block device") end
  capture(guest, call, fields.name, { { id = first.id } }, type(fields.summary) == "string" and fields.summary or nil,
    true)
  return { name = fields.name, summary = fields.summary or "", description = fields.description or "",
    volumes = json.array { { name = first.diskImage.name, partitions = json.array { { name = "/" } } } } }
end }

return methods
