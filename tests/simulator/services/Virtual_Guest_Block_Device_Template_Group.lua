-- Images.

local errors       = require "slsim.errors"
local events       = require "slsim.model.events"
local guess        = require "slsim.guess"
local images       = require "slsim.model.images"
local json         = require "core.json"
local places       = require "slsim.model.places"
local tags         = require "slsim.model.tags"
local transactions = require "slsim.transactions"
local world        = require "slsim.world"

guess("[G]", "copying an image to a datacenter takes 60 s, removing it 20 s")

local KIND = "Virtual_Guest_Block_Device_Template_Group"
local TRANSFER = { name = "Transfer Cloud Disk Template", average = "12" }

local methods = {}

local function own(group, call)
  if group.accountId ~= call.user.accountId then errors.public("The image belongs to another account.") end
end

local function public(call, matches)
  return world.listed(KIND, call, function(group)
    return group.publicFlag == 1 and not group.parentId and (not matches or matches(group))
  end)
end

methods.getPublicImages = { static = true, returns = "*" .. KIND, run = function(_, call) return public(call) end }
methods.getPublicCustomerOwnedImages = { static = true, returns = "*" .. KIND, run = function(_, call)
  return public(call, function(group) return group.accountId ~= 1 end)
end }

methods.editObject = { args = "templateObject:object", run = function(group, call, fields)
  own(group, call)
  if type(fields.name) == "string" then group.name = fields.name end
  if type(fields.note) == "string" then group.note = fields.note end
  events.log(call, "Edit Image", "Image Template", group)
  return true
end }

methods.deleteObject = { returns = "Provisioning_Version1_Transaction", run = function(group, call)
  own(group, call)
  if group.transaction then errors.public("There is currently an active transaction on the image.") end
  if group.parentId then errors.public("Only the parent of an image can be deleted.") end
  images.delete(group)
  events.log(call, "Delete Image", "Image Template", group)
  return group.transaction
end }

methods.setTags = { args = "tags:string", run = function(group, call, text)
  own(group, call)
  tags.set(group, "IMAGE_TEMPLATE", text)
  events.log(call, "Set Tags", "Image Template", group)
  return true
end }

methods.setBootMode = { args = "newBootMode:string", run = function(group, call, mode)
  own(group, call)
  if mode ~= "HVM" and mode ~= "PV" then errors.invalid("newBootMode", "The boot mode must be HVM or PV.") end
  if not images.has_primary_device(group) then errors.public("Unable to find the primary block device") end
  group.__boot_mode = mode
  events.log(call, "Set Boot Mode", "Image Template", group)
  return true
end }
methods.getBootMode = { run = function(group) return group.__boot_mode end }
methods.getSupportedBootModes = { run = function() return json.array { "HVM", "PV" } end }
methods.getStorageLocations = { returns = "*Location", run = function(_, call) return world.listed("Location",
  call) end }

local function located(list)
  local found = {}
  for i, entry in ipairs(list) do
    found[i] = type(entry) == "table" and places.location(entry.id or entry.name)
      or errors.invalid("locations", "The location does not exist.")
  end
  return found
end

local function copies(group)
  local at = {}
  for _, child in ipairs(group.children) do at[child.datacenter] = child end
  return at
end

local function change(group, call, add, remove)
  own(group, call)
  if group.transaction then errors.public("There is currently an active transaction on the image.") end
  local step = #add > 0 and { name = "CLOUD_TEMPLATE_TRANSFER", seconds = 60 } or { name = "CLOUD_TEMPLATE_REMOVE",
    seconds = 20 }
  step.leave = function()
    for _, datacenter in ipairs(add) do images.add_child(group, datacenter) end
    for _, child in ipairs(remove) do images.remove_child(group, child) end
  end
  transactions.start(group, TRANSFER, { step }, { relation = "transaction" })
  events.log(call, "Change Image Locations", "Image Template", group)
  return true
end

methods.addLocations = { args = "locations:list", run = function(group, call, list)
  local at, add = copies(group), {}
  for _, datacenter in ipairs(located(list)) do
    if not at[datacenter] then add[#add + 1] = datacenter end
  end
  return #add == 0 or change(group, call, add, {})
end }

methods.removeLocations = { args = "locations:list", run = function(group, call, list)
  local at, remove = copies(group), {}
  for _, datacenter in ipairs(located(list)) do remove[#remove + 1] = at[datacenter] end
  if #remove > 0 and #remove == #group.children then errors.public("An image must keep one location.") end
  return #remove == 0 or change(group, call, {}, remove)
end }

methods.setAvailableLocations = { args = "locations:list", run = function(group, call, list)
  local at, wanted, add, remove = copies(group), {}, {}, {}
  for _, datacenter in ipairs(located(list)) do
    wanted[datacenter] = true
    if not at[datacenter] then add[#add + 1] = datacenter end
  end
  for datacenter, child in pairs(at) do
    if not wanted[datacenter] then remove[#remove + 1] = child end
  end
  return #add + #remove == 0 or change(group, call, add, remove)
end }

for name, method in pairs(require "slsim.methods.image_sharing") do methods[name] = method end
for name, method in pairs(require "slsim.methods.image_import") do methods[name] = method end

return { methods = methods }
