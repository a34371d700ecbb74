-- The createObject template of a virtual guest: every field checked as the API checks it, and what
-- the fields mean (a datacenter, an image, VLANs, prices). Nothing is made here.

local catalogue = require "slsim.model.catalogue"
local check_properties = require "slsim.model.template_properties"
local computing = require "slsim.model.computing"
local disks     = require "slsim.model.template_disks"
local errors    = require "slsim.errors"
local guess     = require "slsim.guess"
local hosting   = require "slsim.model.hosting"
local images    = require "slsim.model.images"
local parts     = require "slsim.model.template_parts"
local places    = require "slsim.model.places"
local regional_groups = require "slsim.model.regional_groups"
local world     = require "slsim.world"

guess("[G]", "the texts for wrong flavours, images, speeds, disks and key ids")

local template = {}

local given, path_of, boolean, integer = parts.given, parts.path_of, parts.boolean, parts.integer

local OWNER = "SoftLayer_Virtual_Guest"

local function required(fields, names)
  local missing = {}
  for _, name in ipairs(names) do
    if not given(fields[name]) then missing[#missing + 1] = name end
  end
  if #missing == 1 then
    errors.raise("MissingCreationProperty",
      ("The property '%s' must be set to create an instance of '%s'."):format(missing[1], OWNER))
  elseif #missing > 1 then
    errors.raise("MissingCreationProperty", ("Properties %s ALL must be set to create an instance of '%s'."):format(
      table.concat(names, ", "), OWNER))
  end
end

-- A regional group stands for the datacenter of the VLANs that are named, or for its first.
local function of_group(fields, name)
  local members = regional_groups.datacenters(name)
  for _, side in ipairs { "primaryBackendNetworkComponent", "primaryNetworkComponent" } do
    local vlan = world.get("Network_Vlan", path_of(fields, side, "networkVlan", "id"))
    for _, place in ipairs(members or {}) do
      if vlan and vlan.__datacenter == place then return place end
    end
  end
  return members and members[1]
end

local function datacenter(fields)
  local name = path_of(fields, "datacenter", "name")
  local found = name and (places.datacenter(name) or of_group(fields, name))
  if not found then
    errors.invalid("datacenter.name", "A datacenter name or regional groupmust be provided.")
  end
  return found
end

-- A flavour, or cores and memory.
local function size(fields, plan)
  local key = path_of(fields, "supplementalCreateObjectOptions", "flavorKeyName")
  if key then
    plan.flavor = computing.flavor(key)
      or errors.invalid("supplementalCreateObjectOptions.flavorKeyName", "The flavor does not exist.")
    for _, name in ipairs { "startCpus", "maxMemory", "localDiskFlag", "dedicatedAccountHostOnlyFlag" } do
      if given(fields[name]) and fields[name] ~= false then
        errors.invalid(name, "The property may not be provided together with a flavor.")
      end
    end
    plan.cores, plan.memory = plan.flavor.__cores, plan.flavor.__memory * 1024
    plan.local_disk = plan.flavor.__local
    return
  end
  required(fields, { "startCpus", "maxMemory", "localDiskFlag" })
  plan.cores, plan.memory = integer(fields.startCpus, "startCpus"), integer(fields.maxMemory, "maxMemory")
  plan.local_disk = boolean(fields, "localDiskFlag")
end

local function price(package, code, matches, what)
  return catalogue.price(package, code, matches)
    or errors.raise("NotFound", ("Unable to find price for %s."):format(what))
end

local function capacity(number)
  local text = ("%d"):format(number)
  return function(item) return item.capacity == text end
end

local function size_prices(plan, package)
  if plan.flavor then
    plan.prices = table.move(plan.flavor.prices, 1, #plan.flavor.prices, 1, {})
    return
  end
  local private = plan.dedicated and "PRIVATE" or "GUEST_CORES"
  plan.prices = {
    price(package, "guest_core", function(item)
      return item.capacity == ("%d"):format(plan.cores) and item.keyName:find(private, 1, true)
    end, ("core capacity of %d"):format(plan.cores)),
    price(package, "ram", function(item)
      return plan.memory % 1024 == 0 and capacity(plan.memory // 1024)(item)
    end, ("ram capacity of %d"):format(plan.memory)),
  }
end

local function speed_price(fields, plan, package)
  local component = parts.list(fields, "networkComponents")[1]
  local speed = component and integer(component.maxSpeed, "networkComponents.maxSpeed") or 10
  plan.speed = speed
  local side = plan.private_only and "Private" or "Public"
  plan.prices[#plan.prices + 1] = catalogue.price(package, "port_speed", function(item)
    local first_word = item.description:find("Public", 1, true) and "Public" or "Private"
    return capacity(speed)(item) and first_word == side
  end) or errors.invalid("networkComponents.maxSpeed", "The speed is not available.")
end

local function image(fields, plan, call)
  local guid = path_of(fields, "blockDeviceTemplateGroup", "globalIdentifier")
  local code = given(fields.operatingSystemReferenceCode) and fields.operatingSystemReferenceCode or nil
  if guid and code then
    errors.invalid("operatingSystemReferenceCode",
      "An operating system may not be provided when using an image template.")
  end
  if not guid and not code then
    errors.raise("MissingCreationProperty", "The property 'operatingSystemReferenceCode' or "
      .. "'blockDeviceTemplateGroup' must be set to create an instance of 'SoftLayer_Virtual_Guest'.")
  end
  if not guid then return code end
  if #parts.list(fields, "blockDevices") > 0 then
    errors.invalid("blockDevices", "Block devices may not be provided when using an image template.")
  end
  plan.image = images.by_guid(guid, call)
    or errors.invalid("blockDeviceTemplateGroup.globalIdentifier", "The image template does not exist.")
  if not images.is_usable(plan.image) then
    errors.public("The image template '%s' has no block devices or is still being transferred.", guid)
  end
  return plan.image.__os
end

local function ssh_keys(fields, plan)
  plan.keys = {}
  for i, key in ipairs(parts.list(fields, "sshKeys")) do
    plan.keys[i] = parts.ssh_key(integer(path_of(key, "id"), "sshKeys.id"), plan.user)
  end
end

--- User data, script, boot mode, hosts and groups: the same in a template and in an order.
function template.extras(fields, plan)
  local data = parts.list(fields, "userData")
  if #data > 1 then errors.invalid("userData", "Only one value may be provided.") end
  plan.user_data = path_of(data, 1, "value")
  if plan.user_data and type(plan.user_data) ~= "string" then errors.invalid("userData", "A string must be provided.") end
  local uri = path_of(fields, "supplementalCreateObjectOptions", "postInstallScriptUri") or path_of(fields,
    "postInstallScriptUri")
  if uri then parts.check_script(uri, "postInstallScriptUri") end
  plan.post_install = uri
  plan.notes = path_of(fields, "notes")
  local mode = path_of(fields, "supplementalCreateObjectOptions", "bootMode")
  if mode and mode ~= "HVM" and mode ~= "PV" then errors.invalid("supplementalCreateObjectOptions.bootMode",
    "HVM or PV.") end
  plan.transient = boolean(fields, "transientGuestFlag")
  if plan.transient and not (plan.hourly and plan.flavor and computing.may_be_transient(plan.flavor)) then
    errors.invalid("transientGuestFlag", "A transient guest must be hourly and have a flavor.")
  end
  plan.boot_mode = mode
  hosting.resolve(fields, plan)
end

local INCLUDED = { bandwidth = "BANDWIDTH_0_GB_2", pri_ip_addresses = "1_IP_ADDRESS",
  remote_management = "REBOOT_REMOTE_CONSOLE" }

local function included(plan, package)
  for _, code in ipairs { "bandwidth", "pri_ip_addresses", "remote_management" } do
    plan.prices[#plan.prices + 1] = catalogue.price(package, code,
      function(item) return item.keyName == INCLUDED[code] end)
  end
end

--- Checks a template and says what it means.
---@param fields table the template as it was sent
---@param call table
---@return table plan
function template.plan(fields, call)
  check_properties(fields)
  required(fields, { "hostname", "domain" })
  parts.check_names(fields)
  required(fields, { "datacenter", "hourlyBillingFlag" })
  local plan = { user = call.user, hostname = fields.hostname, domain = fields.domain, datacenter = datacenter(fields) }
  plan.hourly = boolean(fields, "hourlyBillingFlag")
  plan.private_only = boolean(fields, "privateNetworkOnlyFlag")
  plan.dedicated = boolean(fields, "dedicatedAccountHostOnlyFlag")
  size(fields, plan)
  local package = catalogue.package(plan.flavor and "PUBLIC_CLOUD_SERVER" or "CLOUD_SERVER")
  plan.package = package
  size_prices(plan, package)
  plan.os_code = image(fields, plan, call)
  plan.prices[#plan.prices + 1] = computing.system_price(package, plan.os_code)
    or errors.invalid("operatingSystemReferenceCode", "The operating system does not exist.")
  disks(fields, plan, package)
  speed_price(fields, plan, package)
  included(plan, package)
  parts.networks(fields, plan)
  ssh_keys(fields, plan)
  template.extras(fields, plan)
  return plan
end

return template
