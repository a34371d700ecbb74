-- Reinstalling a guest.

local clock        = require "slsim.clock"
local errors       = require "slsim.errors"
local events       = require "slsim.model.events"
local guess        = require "slsim.guess"
local images       = require "slsim.model.images"
local orders       = require "slsim.model.orders"
local parts        = require "slsim.model.template_parts"
local provisioning = require "slsim.model.provisioning"
local random       = require "slsim.random"
local world        = require "slsim.world"

guess("[G]", "a reload's unknown image, key or price is refused before the token is looked at; an unknown setting is refused")
guess("[G]", "of a reload's itemPrices only an operating system of the guest's package has an effect; sshKeyIds replace the keys")

local TOKEN_SECONDS = 600
local SETTINGS = { imageTemplateId = true, sshKeyIds = true, customProvisionScriptUri = true, itemPrices = true, lvmFlag = true,
  upgradeBios = true, upgradeHardDriveFirmware = true, hardDrives = true, addToSpareHostFlag = true, complexType = true,
  driveDestruction = true, eraseHardDrives = true, resetIpmiPassword = true, enableTrustedPlatformModule = true }

local function image_of(config, call)
  local wanted = config.imageTemplateId
  if not parts.given(wanted) then return nil end
  local number = math.tointeger(wanted)
  local image = number and world.get("Virtual_Guest_Block_Device_Template_Group", number)
    or type(wanted) == "string" and images.by_guid(wanted, call)
  if not image or not world.may_see(call.user, image) then errors.public("Unable to find image template #%s.", wanted) end
  if not images.is_usable(image) then errors.public("The image template #%s has no block devices.", wanted) end
  return image
end

local function keys_of(config, call)
  if not parts.given(config.sshKeyIds) then return nil end
  if type(config.sshKeyIds) ~= "table" then errors.invalid("sshKeyIds", "A list must be provided.") end
  local keys = {}
  for i, id in ipairs(config.sshKeyIds) do keys[i] = parts.ssh_key(parts.integer(id, "sshKeyIds"), call.user) end
  return keys
end

local function system_of(config, guest)
  local list = parts.list(config, "itemPrices")
  if #list == 0 then return nil end
  for _, entry in ipairs(orders.prices({ prices = list }, guest.__plan.package)) do
    if entry.category.categoryCode == "os" then return entry.price.item.softwareDescription end
  end
end

local function script_of(config)
  local uri = config.customProvisionScriptUri
  if not parts.given(uri) then return nil end
  parts.check_script(uri, "customProvisionScriptUri")
  return uri
end

local function changes_of(guest, config, call)
  for name in pairs(config) do
    if not SETTINGS[name] then
      errors.public("Property '%s' not valid for 'SoftLayer_Container_Hardware_Server_Configuration'.", name)
    end
  end
  return { image = image_of(config, call), keys = keys_of(config, call), system = system_of(config, guest),
    script = script_of(config) }
end

local function confirmed(guest, token)
  if token == "FORCE" then return true end
  if token and token ~= "" and token == guest.__reload_token and clock.now() < guest.__reload_until then
    guest.__reload_token = nil
    return true
  end
  guest.__reload_token, guest.__reload_until = random.text(16), clock.now() + TOKEN_SECONDS
  return false
end

local function apply(guest, changes)
  if changes.image then
    guest.blockDeviceTemplateGroup, guest.operatingSystemReferenceCode = changes.image, changes.image.__os
  end
  if changes.system then
    guest.blockDeviceTemplateGroup, guest.operatingSystemReferenceCode = nil, changes.system.referenceCode
    guest.operatingSystem.softwareDescription = changes.system
    guest.operatingSystem.softwareLicense.softwareDescription = changes.system
  end
  guest.sshKeys = changes.keys or guest.sshKeys
  guest.postInstallScriptUri = changes.script or guest.postInstallScriptUri
end

local reload = { args = "token:string? config:object?", run = function(guest, call, token, config)
  provisioning.must_be_ready(guest)
  local changes = changes_of(guest, config or {}, call)
  if not confirmed(guest, token) then return guest.__reload_token end
  apply(guest, changes)
  provisioning.reload(guest)
  events.log(call, "OS Reload", "CCI", guest)
  return "1"
end }

return { reloadOperatingSystem = reload, reloadCurrentOperatingSystemConfiguration = reload }
