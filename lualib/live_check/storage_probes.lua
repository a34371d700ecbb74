--- What live_check asks about storage: volumes and what the scripts read of them, the catalogue of Storage as a
--- Service, and orders that are verified, good ones and bad ones.

local disk_hint = require "bosh.disk_hint"
local places = require "softlayer.places"
local sl = require "softlayer"
local storage_catalogue = require "softlayer.storage_catalogue"
local volume_order = require "softlayer.volume_order"

local VOLUME = "id,username,nasType,capacityGb,notes,isReadyToMount,provisionedIops,storageTierLevel,staasVersion,"
  .. "hasEncryptionAtRest,snapshotCapacityGb,billingItem.id,serviceResource.datacenter.name,"
  .. "activeTransactions[id,elapsedSeconds,transactionStatus[name],transactionGroup[name,averageTimeToComplete]],"
  .. "allowedVirtualGuests.id,allowedHardware.id,allowedSubnets.id,allowedIpAddresses.ipAddress," .. disk_hint.VOLUME

-- Of several volumes, because one lacks what another has.
local function volumes(method, mask)
  return function() return sl.Account:mask(mask):limit(50, 0):later(method) end
end

local function snapshots(known)
  return known.snapshots_of and sl.Network_Storage:id(known.snapshots_of.id):mask "id,notes":later "getSnapshots"
end

local function hosts(known)
  return known.guest and sl.Virtual_Guest:id(known.guest.id)
    :mask("id,allowedNetworkStorage[id,nasType,billingItem.id]," .. disk_hint.HOST):later "getObject"
end

local PRICE = "id,capacityRestrictionType,capacityRestrictionMinimum,capacityRestrictionMaximum,locationGroupId,"
  .. "usageRate,categories.categoryCode,item[keyName,capacity,capacityMinimum,capacityMaximum]"

local ITEM = "id,keyName,description,capacity,capacityMinimum,capacityMaximum,units,itemCategory.categoryCode"

local function package() return sl.Product_Package:id(storage_catalogue.PACKAGE):limit(5, 0) end

local function prices_of(category)
  return function()
    return package():mask(PRICE):filter { locationGroupId = "is null", categories = { categoryCode = category } }
      :later "getItemPrices"
  end
end

-- An order as the scripts make it, and what is wrong with it on purpose.
---@param spoil fun(container: table, prices: table[])?
local function verified(wanted, spoil)
  return function()
    local prices, location = storage_catalogue.prices(), places.id_of "dal13"
    local choice = prices and storage_catalogue.choose(prices, wanted)
    if not choice or not location then return nil end
    local container = volume_order.container(choice, location, true, wanted.protocol)
    if spoil then spoil(container, prices) end
    return sl.Product_Order:later("verifyOrder", container)
  end
end

local PERFORMANCE = { size = 100, iops = 1000, snapshot_space = 20 }
local ENDURANCE = { size = 40, tier = 4, snapshot_space = 5 }

-- The tier of another order, beside the space of this one.
local function of_another_tier(container, prices)
  local other = storage_catalogue.choose(prices, { size = ENDURANCE.size, tier = 2 })
  container.prices[4] = other and { id = other.prices[4] }
end

return {
  { "volumes without a mask", volumes "getNetworkStorage" },
  { "block volumes' relations", volumes("getIscsiNetworkStorage", VOLUME) },
  { "file volumes' relations", volumes("getNasNetworkStorage", VOLUME) },
  { "a volume's snapshots", snapshots },
  { "a guest's volumes and its name for them", hosts },
  { "limits of volumes", function() return sl.Network_Storage:later "getVolumeCountLimits" end },
  { "the package of storage", function() return sl.Product_Package:mask "id,keyName,name"
    :filter { keyName = "STORAGE_AS_A_SERVICE" }:later "getAllObjects" end },
  { "items of storage space", function() return package():mask(ITEM):filter {
    itemCategory = { categoryCode = "performance_storage_space" }, keyName = "*_GBS" }:later "getItems" end },
  { "prices of IOPS", prices_of "performance_storage_iops" },
  { "prices of tiers", prices_of "storage_tier_level" },
  { "prices of snapshot space", prices_of "storage_snapshot_space" },
  { "a verified order of performance storage", verified(PERFORMANCE) },
  { "a verified order of endurance storage", verified(ENDURANCE) },
  { "a verified order of file storage", verified { size = 40, tier = 4, protocol = "nfs" } },
  { "an order of too small a volume", verified(PERFORMANCE, function(container) container.volumeSize = 10 end) },
  { "an order of IOPS between the steps", verified(PERFORMANCE, function(container) container.iops = 150 end) },
  { "an order of space for another tier", verified(ENDURANCE, of_another_tier) },
}
