-- Images: a parent group with a global identifier, and one child group per datacenter that has a copy.

local clock  = require "slsim.clock"
local places = require "slsim.model.places"
local random = require "slsim.random"
local transactions = require "slsim.transactions"
local world  = require "slsim.world"

local images = {}

local GROUP = "Virtual_Guest_Block_Device_Template_Group"
local BYTES_PER_GB = 1073741824

images.KINDS = {
  SYSTEM = { description = "a disk that may be replaced on upgrade", keyName = "SYSTEM", name = "System" },
  ISO = { description = "a bootable CD or DVD", keyName = "ISO", name = "ISO" },
  DISK_CAPTURE = { description = "a disk captured from a guest", keyName = "DISK_CAPTURE", name = "Disk Capture" },
}

local function image_type(name)
  return world.value("Virtual_Disk_Image_Type", {
    description = images.KINDS[name].description, keyName = name, name = images.KINDS[name].name })
end

local function status(key, name)
  return world.value("Virtual_Guest_Block_Device_Template_Group_Status",
    { keyName = key, name = name, description = name })
end

local function disk_of(group, device, gigabytes)
  local disk = world.create("Virtual_Disk_Image", {
    accountId = group.accountId, __iso = group.__iso, blockDevices = {},
    capacity = gigabytes, units = "GB", typeId = 241, createDate = clock.time(), uuid = random.uuid(),
    name = group.name, description = group.name, storageRepositoryId = 1801515 })
  return world.create("Virtual_Guest_Block_Device_Template", {
    device = device, diskImage = disk, diskImageId = disk.id, diskSpace = gigabytes * BYTES_PER_GB, units = "B",
    group = group, groupId = group.id })
end

-- Its parent's disks: the first one, and what was captured with it.
local function disks(group, parent)
  local list = { disk_of(group, "0", parent.__gigabytes) }
  for i, other in ipairs(parent.__more_disks) do list[i + 1] = disk_of(group, other.device, other.gigabytes) end
  return list
end

--- Adds the copy of one datacenter.
function images.add_child(group, datacenter)
  local child = world.create(GROUP, {
    accountId = group.accountId, createDate = clock.time(), name = group.name, parentId = group.id, parent = group,
    publicFlag = group.publicFlag, statusId = 1, summary = group.summary, userRecordId = group.userRecordId,
    status = status("ACTIVE", "Active"), datacenter = datacenter, children = {}, imageType = group.imageType,
    flexImageFlag = group.flexImageFlag })
  child.blockDevices = disks(child, group)
  group.children[#group.children + 1] = child
  return child
end

---@param fields { id?: integer, name: string, accountId: integer, gigabytes: integer?, datacenters: table[]?,
---source: string?, guest: integer?, more_disks: { device: string, gigabytes: integer }[]? } source: the URI it is imported
---from; guest: whose disk it is
---@return table group
function images.create(fields)
  local group = world.create(GROUP, {
    id = fields.id, accountId = fields.accountId, name = fields.name, note = fields.note, publicFlag = fields.public
      and 1 or 0,
    statusId = 1, status = status("ACTIVE", "Active"), createDate = fields.createDate or clock.time(),
    summary = fields.summary, userRecordId = fields.userRecordId, globalIdentifier = random.uuid(),
    imageType = image_type(fields.kind or "SYSTEM"), flexImageFlag = fields.flex or false, children = {}, blockDevices = {},
    tagReferences = {}, __gigabytes = fields.gigabytes or 25, __more_disks = fields.more_disks or {},
    __boot_mode = fields.boot_mode or "HVM", __os = fields.os or "UBUNTU_LATEST_64", __iso = fields.kind == "ISO" or nil,
    __cloud_init = fields.cloud_init or false,
    byolFlag = fields.byol or false, region = {}, accountReferences = {}, __source = fields.source, __guest = fields.guest })
  for _, datacenter in ipairs(fields.datacenters or {}) do images.add_child(group, datacenter) end
  if #group.children > 0 then group.blockDevices = disks(group, group) end
  return group
end

--- Gives an image that was made without contents its disks and its first copy.
function images.fill(group, datacenter)
  images.add_child(group, datacenter)
  group.blockDevices = disks(group, group)
end

---@return boolean whether its first disk is known, which it is some seconds after an import began
function images.has_primary_device(group) return #group.blockDevices > 0 or group.__arrived == true end

---@return boolean whether a machine can be made from it
function images.is_usable(group)
  return group.statusId == 1 and not group.transaction and #group.children > 0 and not group.__iso
end

---@return table? group the parent with that global identifier
function images.by_guid(guid, call)
  return world.find(GROUP, function(group)
    return group.globalIdentifier == guid and not group.parentId and world.may_see(call and call.user, group)
  end)
end

function images.remove_child(group, child)
  for i, other in ipairs(group.children) do
    if other == child then table.remove(group.children, i) break end
  end
  world.remove(child)
end

--- Deletes an image: a transaction runs, but from now on nobody finds it.
function images.delete(group)
  transactions.start(group, { name = "Delete Cloud Disk Template", average = ".8" },
    { { name = "CLOUD_TEMPLATE_DELETE", seconds = 30 } }, { relation = "transaction" })
  for _, child in ipairs(group.children) do world.remove(child) end
  world.remove(group)
end

world.derive(GROUP, {
  blockDevicesDiskSpaceTotal = function(group)
    local total = 0
    for _, device in ipairs(group.blockDevices) do total = total + device.diskSpace end
    return total
  end,
  firstChild = function(group) return group.children[1] end,
  datacenters = function(group)
    local list = {}
    for i, child in ipairs(group.children) do list[i] = child.datacenter end
    return list
  end,
  imageTypeKeyName = function(group) return group.imageType.keyName end,
})

function images.seed(account)
  local function add(id, name, datacenter)
    images.create { id = id, name = name, accountId = account.id, datacenters = { places.datacenter(datacenter) },
      note = "light stemcell", createDate = clock.time() - 100 * 86400 }
  end
  add(380214, "bosh-stemcell-xen-ubuntu-trusty-ams01", "ams01")
  add(879741, "bosh-stemcell-xen-ubuntu-trusty-lon02", "lon02")
  add(2243239, "bosh-stemcell-xen-ubuntu-xenial-lon02", "lon02")
  images.create { id = 1025, name = "ubuntu-18.04-minimal", accountId = 1, public = true, gigabytes = 25,
    datacenters = { places.datacenter("dal13"), places.datacenter("lon02") }, createDate = clock.time() - 400 * 86400,
    summary = "Ubuntu 18.04 LTS" }
end

return images
