-- Volumes: made from the plan of an order, provisioned, and changed.

local billing      = require "slsim.model.billing"
local clock        = require "slsim.clock"
local errors       = require "slsim.errors"
local guess        = require "slsim.guess"
local random       = require "slsim.random"
local transactions = require "slsim.transactions"
local world        = require "slsim.world"

guess("[G]", "a volume appears 30 s after its order, is provisioned for 60 s and not ready for mount for 10 s more "
  .. "(/control/settings)")
guess("[G]", "changes of a volume (size, IOPS, tier, snapshot space, restore) take a transaction of 60 s")

local storage = {}

--- Virtual seconds of each step, and how often an authorisation answers false once a volume is ready.
storage.SETTINGS = { volume_appear = 30, volume_provision = 60, volume_mount_wait = 10, volume_change = 60,
  volume_refusals = 0 }

local TYPES = {
  ENDURANCE_BLOCK_STORAGE = { id = 7, description = "Endurance Block Storage" },
  PERFORMANCE_BLOCK_STORAGE = { id = 6, description = "Performance Block Storage" },
  ENDURANCE_FILE_STORAGE = { id = 9, description = "Endurance File Storage" },
  PERFORMANCE_FILE_STORAGE = { id = 8, description = "Performance File Storage" },
}
local CONTAINER_TYPE = "3"

local function type_of(plan)
  local key = ("%s_%s_STORAGE"):format(plan.tier and "ENDURANCE" or "PERFORMANCE", plan.file and "FILE" or "BLOCK")
  local entry = TYPES[key]
  return world.value("Network_Storage_Type", { id = entry.id, keyName = key, description = entry.description })
end

-- One filer of each datacenter serves its volumes.
local function resource_of(datacenter)
  local name = datacenter.name
  return world.find("Network_Service_Resource", function(known) return known.datacenter == datacenter end)
    or world.create("Network_Service_Resource", { name = ("PerfStor Aggr aggr_staas%s01_p01"):format(name),
      backendIpAddress = ("nfs%s01a-fz.service.softlayer.com"):format(name), datacenter = datacenter,
      type = world.value("Network_Service_Resource_Type", { type = "NETAPP_STAAS" }),
      __portal = ("10.%d.%d."):format(random.between(1, 4), random.between(1, 254)) })
end

-- The container that the API shows as the volume's parent.
local function container_of(volume, number)
  local username = ("IBM01SEVC%d_%d"):format(volume.accountId, number)
  return world.value("Network_Storage", { id = volume.id - 1, accountId = volume.accountId, username = username,
    capacityGb = volume.capacityGb, createDate = volume.createDate, nasType = "NAS_CONTAINER", serviceProviderId = 1,
    storageTypeId = CONTAINER_TYPE, upgradableFlag = true, serviceResource = volume.serviceResource,
    serviceResourceName = volume.serviceResourceName,
    serviceResourceBackendIpAddress = volume.serviceResource.backendIpAddress, __volume = volume })
end

local last_numbers = {}

local function next_number(account)
  last_numbers[account.id] = (last_numbers[account.id] or 0) + 1
  return last_numbers[account.id]
end

function storage.reset() last_numbers = {} end

---@param plan { file: boolean, size: integer, iops: integer?, tier: table?, datacenter: table, staas: integer,
---encrypted: boolean?, os: table?, snapshot_space: integer?, origin: table? }
---@return table volume
local function make(plan)
  local account, resource, number = plan.user.account, resource_of(plan.datacenter), next_number(plan.user.account)
  local kind, encrypted = type_of(plan), plan.encrypted
  if encrypted == nil then encrypted = plan.staas > 1 end
  local volume = world.create(plan.file and "Network_Storage_Nas" or "Network_Storage_Iscsi", {
    accountId = account.id, account = account, capacityGb = plan.size, createDate = clock.time(), guestId = nil,
    hardwareId = nil, hostId = nil, nasType = plan.file and "NAS" or "ISCSI", notes = plan.notes,
    password = random.text(16), serviceProviderId = 1, storageTypeId = ("%d"):format(kind.id), storageType = kind,
    upgradableFlag = true, vendorName = "NetApp", staasVersion = ("%d"):format(plan.staas), osType = plan.os,
    osTypeId = plan.os and ("%d"):format(plan.os.id), replicationPartners = {}, dependentDuplicates = {},
    username = (plan.file and "IBM02SEV%d_%d" or "IBM01SEL%d-%d"):format(account.id, number),
    hasEncryptionAtRest = encrypted and 1 or 0, serviceResource = resource,
    serviceResourceName = resource.name, datacenter = plan.datacenter, properties = {}, schedules = {},
    serviceResourceBackendIpAddress = plan.file and resource.backendIpAddress or resource.__portal .. "67",
    iscsiTargetIpAddresses = plan.file and {} or { resource.__portal .. "67", resource.__portal .. "68" },
    lunId = not plan.file and ("%d"):format(random.between(0, 255)) or nil,
    __hosts = {}, __snapshots = {}, __iops = plan.iops, __tier = plan.tier, __snapshot_space = plan.snapshot_space,
    __refusals = world.settings.volume_refusals, __package_id = plan.package.id }, "Network_Storage")
  volume.parentVolume = container_of(volume, number)
  return volume
end

local function copy_of(volume, plan)
  local origin = plan.origin
  if not origin then return end
  volume.originalVolumeName, volume.originalVolumeSize = origin.username, ("%d"):format(origin.capacityGb)
  volume.originalSnapshotName = plan.origin_snapshot and plan.origin_snapshot.notes
    or ("%s.clone"):format(origin.username)
  if plan.dependent then
    volume.dependentDuplicate, volume.__origin = "1", origin
    table.insert(origin.dependentDuplicates, volume)
  end
end

--- Snapshot space is paid for by an item of its own; without that item it is gone.
function storage.watch_space(volume, item)
  item.__cancelled = function()
    volume.__snapshot_space = nil
    for i = #volume.__snapshots, 1, -1 do world.remove(table.remove(volume.__snapshots, i)) end
  end
end

local function bill(volume, order_item)
  volume.billingItem = billing.bill(order_item, "Billing_Item_Network_Storage", volume)
  for _, child in ipairs(volume.billingItem.children) do
    if child.categoryCode == "storage_snapshot_space" then storage.watch_space(volume, child) end
  end
end

--- Makes a volume that is ready at once.
function storage.add(plan, order_item)
  local volume = make(plan)
  copy_of(volume, plan)
  bill(volume, order_item)
  volume.__mountable = clock.now()
  return volume
end

--- Makes the volume that an order item pays for, and provisions it.
---@param done fun(volume: table)
function storage.create(plan, order_item, done)
  local volume = storage.add(plan, order_item)
  volume.__mountable = nil
  local transaction = transactions.start(volume, { name = "Volume Provisioning", average = "1.5" },
    { { name = "VOLUME_PROVISIONING", friendly = "Volume Provisioning", seconds = world.settings.volume_provision } },
    { done = function()
      volume.__mountable = clock.now() + world.settings.volume_mount_wait
      done(volume)
    end })
  if order_item.order.__stuck then transactions.hold(transaction) end
  return volume
end

--- Refuses what is impossible while a transaction runs.
function storage.must_be_idle(volume, operation)
  local running = volume.activeTransaction
  if not running then return end
  errors.raise("Network_Storage_BlockingOperationInProgress",
    ("A %s is currently in progress on volume %s. During this process, the requested operation (%s) cannot be completed "
      .. "until the process is finished."):format(running.transactionGroup.name, volume.username, operation))
end

--- Refuses what a cancelled volume takes no more.
function storage.must_be_paid(volume)
  if not volume.billingItem then errors.public("The volume %s has been cancelled.", volume.username) end
end

--- Refuses volumes of the time before encryption.
function storage.must_be_modern(volume, participle)
  storage.must_be_paid(volume)
  if tonumber(volume.staasVersion) < 2 or volume.hasEncryptionAtRest ~= 1 then
    errors.public("The volume %s cannot be %s since it does not support Encryption at Rest.", volume.username, participle)
  end
end

--- Changes a volume in a transaction.
---@param name string "Volume Modify", …
---@param change fun()?
---@return table transaction
function storage.change(volume, name, change)
  return transactions.start(volume, { name = name, average = "1" },
    { { name = name:upper():gsub(" ", "_"), friendly = name, seconds = world.settings.volume_change } },
    { done = change })
end

---@return table snapshot of that volume
function storage.snapshot(volume, id)
  for _, snapshot in ipairs(volume.__snapshots) do
    if snapshot.id == math.tointeger(id) then return snapshot end
  end
  errors.not_found(id)
end

--- Takes an object out of a list that has it.
function storage.take(list, object)
  for i, other in ipairs(list) do
    if other == object then return table.remove(list, i) end
  end
end

return storage
