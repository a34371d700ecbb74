-- A guest's steps from order to readiness, through a reload, and to its end.

local billing      = require "slsim.model.billing"
local clock        = require "slsim.clock"
local errors       = require "slsim.errors"
local events       = require "slsim.model.events"
local guess        = require "slsim.guess"
local hosting      = require "slsim.model.hosting"
local hooks        = require "slsim.hooks"
local network      = require "slsim.model.network"
local random       = require "slsim.random"
local security_groups = require "slsim.model.security_groups"
local transactions = require "slsim.transactions"
local version6     = require "slsim.model.version6"
local world        = require "slsim.world"

guess("[G]", "a provision takes 240 s (--provision) in the proportions of two recorded traces; a reload takes "
  .. "the same, a reclaim 600 s")
guess("[G]", "a cancelled guest stays in lists, without billing item, until it is reclaimed")
guess("[I]", "a fully qualified name of exactly 64 characters breaks the customisation: the provision never ends")
guess("[G]", "an IPv6 address is bound as PRIMARY, beside the IPv4 address; its subnet is among its component's subnets")
guess("[G]", "setUserMetadata is not implemented until the transaction reaches CLONE_CLOUD_TEMPLATE")

local provisioning = {}

local ORDERED = 8
local GROUP = { name = "Service Setup", average = "4.12" }
local RECLAIM = { name = "Reclaim", average = "600" }

-- name, seconds of 240, average minutes
local PROVISION = {
  { "ASSIGN_HOST", 10, ".15" }, { "CLONE_CLOUD_TEMPLATE", 50, ".8" }, { "ATTACH_PRIMARY_DISK", 9, ".17" },
  { "CLOUD_PROVISION_SETUP", 81, "1.35" }, { "CLOUD_CONFIGURE_METADATA_DISK", 15, ".25" },
  { "POWER_ON", 10, ".2" }, { "INSTALL_COMPLETE", 15, ".3" }, { "SERVICE_SETUP", 42, ".7" },
}
local RELOAD = {
  { "CLOUD_PRE_RELOAD", 10, ".1" }, { "DETACH_DISK_IMAGE", 20, ".3" }, { "CLONE_CLOUD_TEMPLATE", 50, ".8" },
  { "ATTACH_PRIMARY_DISK", 20, ".17" }, { "CLOUD_PROVISION_SETUP", 70, "1.35" },
  { "CLOUD_CONFIGURE_METADATA_DISK", 15, ".25" }, { "POWER_ON", 13, ".2" }, { "SERVICE_SETUP", 42, ".7" },
}
local FRIENDLY = { CLOUD_PROVISION_SETUP = "Setup provision configuration", SERVICE_SETUP = "Service Setup",
  CLOUD_CONFIGURE_METADATA_DISK = "Configure Cloud Metadata Disk", RECLAIM_WAIT = "Reclaim Wait" }

local function power(guest, key, name)
  guest.powerState = world.value("Virtual_Guest_Power_State", { keyName = key, name = name, description = nil })
end

function provisioning.running(guest) power(guest, "RUNNING", "Running") end
function provisioning.halted(guest) power(guest, "HALTED", "Halted") end
function provisioning.paused(guest) power(guest, "PAUSED", "Paused") end

local function disk(guest, number, gigabytes, kind)
  local description = kind == "swap" and ("%d-SWAP"):format(guest.id) or guest.fullyQualifiedDomainName
  local image = world.create("Virtual_Disk_Image", {
    accountId = guest.accountId, __guest = guest, capacity = gigabytes, units = "GB", createDate = clock.time(),
    modifyDate = clock.time(), uuid = random.uuid(),
    name = description, description = description, typeId = kind == "swap" and 246 or 241,
      storageRepositoryId = 1801515,
    localDiskFlag = guest.localDiskFlag })
  return provisioning.attach_image(guest, number, image)
end

--- Puts a disk image into a guest.
---@param mount_type string? "CD"; default "Disk"
function provisioning.attach_image(guest, number, image, mount_type)
  local device = world.create("Virtual_Guest_Block_Device", {
    bootableFlag = number == 0 and 1 or 0, createDate = clock.time(), modifyDate = clock.time(),
      device = tostring(number),
    diskImage = image, diskImageId = image.id, guestId = guest.id, guest = guest, hotPlugFlag = 0, mountMode = "RW",
    mountType = mount_type or "Disk", statusId = 1, uuid = random.uuid(),
    status = world.value("Virtual_Guest_Block_Device_Status", { keyName = "ACTIVE", name = "Active" }) })
  if not mount_type then image.blockDevices, image.__guest = { device }, guest end
  guest.blockDevices[#guest.blockDevices + 1] = device
  return device
end

--- Adds a disk to a guest that is there.
function provisioning.add_disk(guest, number, gigabytes) return disk(guest, number, gigabytes) end

local function attach_disks(guest)
  for _, device in ipairs(guest.blockDevices) do
    if device.device == "0" or device.device == "1" or device.device == "7" then
      world.remove(device.diskImage)
      world.remove(device)
    end
  end
  local others = {}
  for _, device in ipairs(guest.blockDevices) do
    if tonumber(device.device) > 1 and device.device ~= "7" then others[#others + 1] = device end
  end
  guest.blockDevices = {}
  for _, wanted in ipairs(guest.__disks) do
    if wanted.device == 0 or not guest.provisionDate then disk(guest, wanted.device, wanted.gigabytes) end
  end
  disk(guest, 1, 2, "swap")
  for _, other in ipairs(others) do guest.blockDevices[#guest.blockDevices + 1] = other end
end

local function component(guest, port, vlan)
  local own = world.create("Virtual_Guest_Network_Component", {
    createDate = clock.time(), modifyDate = clock.time(), guestId = guest.id, guest = guest, name = "eth", port = port,
    macAddress = "06:" .. random.hex(10):gsub("%x%x", "%0:", 4), maxSpeed = guest.__speed, speed = guest.__speed,
    networkId = random.between(1000000, 2999999), status = "ACTIVE", uuid = random.uuid(), networkVlan = vlan,
    router = vlan.primaryRouter, securityGroupBindings = {}, ipAddressBindings = {} })
  for _, group in ipairs(guest.__plan.security_groups[port]) do security_groups.bind(group, own) end
  return own
end

local function attach_networks(guest)
  local plan = guest.__plan
  local backend = plan.backend or network.vlan_in(plan.user.account, plan.pod, "PRIVATE")
  guest.primaryBackendNetworkComponent = component(guest, 0, backend)
  guest.networkComponents = { guest.primaryBackendNetworkComponent }
  if not plan.private_only then
    local frontend = plan.frontend or network.vlan_in(plan.user.account, plan.pod, "PUBLIC")
    guest.primaryNetworkComponent = component(guest, 1, frontend)
    guest.networkComponents[2] = guest.primaryNetworkComponent
  end
end

local function bind(own, ip)
  own.ipAddressBindings[#own.ipAddressBindings + 1] = world.value("Virtual_Guest_Network_Component_IpAddress", {
    ipAddressId = ip.id, port = own.port, type = "PRIMARY", ipAddress = ip, networkComponent = own })
end

local function assign(own, guest, subnet)
  local ip = network.assign(own.networkVlan, guest, subnet)
  own.primaryIpAddress, own.primaryIpAddressRecord, own.primarySubnet = ip.ipAddress, ip, ip.subnet
  bind(own, ip)
  return ip.ipAddress
end

local function assign_version6(own, guest)
  own.primaryVersion6IpAddressRecord = version6.assign(own.networkVlan, guest)
  bind(own, own.primaryVersion6IpAddressRecord)
end

local function assign_addresses(guest)
  if guest.primaryBackendIpAddress then return end
  guest.primaryBackendIpAddress = assign(guest.primaryBackendNetworkComponent, guest, guest.__plan.backend_subnet)
  if guest.primaryNetworkComponent then
    guest.primaryIpAddress = assign(guest.primaryNetworkComponent, guest, guest.__plan.frontend_subnet)
  end
  if guest.__plan.ipv6 then assign_version6(guest.primaryNetworkComponent, guest) end
end

local function password(guest)
  local component_of_os = guest.operatingSystem
  if not component_of_os then return end
  component_of_os.passwords = { world.create("Software_Component_Password", {
    username = "root", password = random.text(10), createDate = clock.time(), modifyDate = clock.time(), port = 22 }) }
end

local function stuck(guest)
  return guest.__stuck or #guest.fullyQualifiedDomainName == 64
end

local ENTER = {
  CLOUD_PROVISION_SETUP = function(guest, transaction)
    assign_addresses(guest)
    if stuck(guest) then transactions.hold(transaction) end
  end,
  CLONE_CLOUD_TEMPLATE = function(guest) guest.__takes_metadata = true end,
  POWER_ON = function(guest)
    provisioning.running(guest)
    password(guest)
    hooks.machine(guest.__booted and "reboot" or "boot", guest)
    guest.__booted = true
  end,
}
local LEAVE = {
  CLONE_CLOUD_TEMPLATE = attach_disks,
  ATTACH_PRIMARY_DISK = function(guest)
    if not guest.primaryBackendNetworkComponent then attach_networks(guest) end
  end,
  INSTALL_COMPLETE = function(guest) guest.provisionDate, guest.modifyDate = clock.time(), clock.time() end,
}

local function steps_of(list, guest)
  local scale, steps = world.settings.provision / 240, {}
  for i, entry in ipairs(list) do
    local name = entry[1]
    steps[i] = { name = name, seconds = entry[2] * scale, average = entry[3], friendly = FRIENDLY[name],
      enter = ENTER[name] and function(transaction) ENTER[name](guest, transaction) end,
      leave = LEAVE[name] and function(transaction) LEAVE[name](guest, transaction) end }
  end
  return steps
end

local function provisioned(guest)
  if guest.__order then billing.set_status(guest.__order, "COMPLETED") end
  events.log(nil, "Provision", "CCI", guest)
end

--- Begins the life of a guest that was just ordered.
function provisioning.start(guest)
  local scale = world.settings.provision / 240
  clock.after(ORDERED * scale, function()
    guest.lastOperatingSystemReload = transactions.start(guest, GROUP, steps_of(PROVISION, guest),
      { done = function() provisioned(guest) end })
  end)
end

--- Wipes and reinstalls a guest.
function provisioning.reload(guest)
  provisioning.halted(guest)
  guest.lastOperatingSystemReload = transactions.start(guest, GROUP, steps_of(RELOAD, guest),
    { done = function() guest.modifyDate = clock.time() end })
end

local function gone(guest)
  for _, own in ipairs(guest.networkComponents) do
    network.release(own.primaryIpAddressRecord)
    network.release(own.primaryVersion6IpAddressRecord)
    security_groups.forget(own)
    world.remove(own)
  end
  hosting.release(guest)
  world.remove(guest.metricTrackingObject)
  for _, device in ipairs(guest.blockDevices) do
    if device.mountType == "Disk" then world.remove(device.diskImage) end
    world.remove(device)
  end
  world.remove(guest)
end

--- Takes a cancelled guest down: some buffer first, then it is an unknown id.
function provisioning.reclaim(guest)
  provisioning.halted(guest)
  hooks.machine("delete", guest)
  local wait = world.settings.reclaim
  transactions.start(guest, RECLAIM, {
    { name = "RECLAIM_WAIT", seconds = wait * .8, average = "550.37", friendly = "Reclaim Wait" },
    { name = "CLOUD_RECLAIM_PREP", seconds = wait * .1, average = ".5" },
    { name = "CLOUD_INSTANCE_NETWORK_RECLAIM", seconds = wait * .1, average = ".7" },
  }, { done = function() gone(guest) end })
end

--- Refuses what is impossible while a transaction runs.
function provisioning.must_be_idle(guest)
  if guest.activeTransaction then
    errors.public("There is currently an active transaction on %s. This operation cannot be performed.",
      guest.fullyQualifiedDomainName)
  end
end

--- Refuses what needs a guest that is installed and idle.
function provisioning.must_be_ready(guest)
  provisioning.must_be_idle(guest)
  if not guest.provisionDate then errors.public("The guest is not provisioned.") end
end

return provisioning
