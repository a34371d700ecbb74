-- Orders of storage: what is accepted, what each rule of the catalogue refuses, and what becomes of an order.
local json    = require "core.json"
local storage = require "support.storage"
local wire    = require "support.wire"

describe("a storage order", function()
  local w, shop
  setup(function()
    w = wire.open()
    shop = storage.open(w)
  end)
  teardown(function() w:close() end)

  local function volumes() return #w:get("SoftLayer_Account/getNetworkStorage", "mask[id]") end

  local function space(key, group) return { id = shop:price(759, "performance_storage_space", key, nil, group) } end

  -- An order with the price at a place replaced, or without it.
  local function replaced(order, at, price)
    if price then order.prices[at] = price else table.remove(order.prices, at) end
    return order
  end

  local function endurance_240(changes, size)
    return storage.order("Storage_Enterprise", 240, storage.list(45064, 45104,
      shop:price(240, "performance_storage_space", (size or 20) .. "_GB_.*", 200), 45084),
      { osFormatType = { keyName = "LINUX" } }, changes)
  end

  local function performance_222(changes, iops)
    return storage.order("PerformanceStorage_Iscsi", 222, storage.list(40678,
      shop:price(222, "performance_storage_space", "100_GB_.*"),
      shop:price(222, "performance_storage_iops", (iops or 500) .. "_IOPS_?%d?", 100)),
      { osFormatType = { id = 12, keyName = "LINUX" } }, changes)
  end

  describe("is refused", function()
    -- what, order, code, part of the text
    local cases = {
      { "without a price of the service", function() return replaced(shop:performance(100, 1000), 1) end,
        "Order_Item_Invalid", "'storage_as_a_service' is required" },
      { "without block or file", function() return replaced(shop:performance(100, 1000), 2) end,
        "Order_Item_Invalid", "'storage_block' or 'storage_file' is required" },
      { "without space", function() return replaced(shop:performance(100, 1000), 3) end, "Order_Item_Invalid",
        "'performance_storage_space' is required" },
      { "without speed", function() return replaced(shop:performance(100, 1000), 4) end, "Order_Item_Invalid",
        "'performance_storage_iops' or 'storage_tier_level' is required" },
      { "for block and file", function() return storage.with(shop:performance(100, 1000), 189459) end,
        "Order_Item_Invalid", "Only one price" },
      { "with a tier and IOPS", function() return storage.with(shop:performance(100, 1000), 193379) end,
        "Order_Item_Invalid", "Only one price" },
      { "with a price twice", function() return storage.with(shop:performance(100, 1000), 189439) end,
        "Order_Item_Invalid", "Only one price of the category 'storage_as_a_service'" },
      { "with a price of another package", function() return storage.with(shop:performance(100, 1000), 40678) end,
        "Order_Item_Invalid", "not valid for package 759" },
      { "with replication", function() return storage.with(shop:performance(100, 1000), 192039) end,
        "Order_Item_Invalid", "'performance_storage_replication' is not valid" },
      { "of another package", function() return shop:performance(100, 1000, { packageId = 240, prices = storage.list() }) end,
        "Public", "The package #240 is not valid" },
      { "with a regional price elsewhere", function()
        return replaced(shop:performance(100, 1000), 3, space("100_499_GBS", 509))
      end, "Public", "is not valid for location dal13" },
      { "of an unknown location", function() return shop:performance(100, 1000, { location = 5 }) end,
        "Order_InvalidLocation", "The location provided for this order is invalid." },
      { "without a size", function() return shop:performance(100, 1000, { volumeSize = false }) end, "Order_InvalidData",
        "volumeSize" },
      { "of a size that is no number", function() return shop:performance(100, 1000, { volumeSize = "big" }) end,
        "Order_InvalidData", "volumeSize" },
      { "of no size", function() return shop:performance(100, 1000, { volumeSize = 0 }) end, "Order_InvalidData", "volumeSize" },
      { "of a size outside the item's range", function() return shop:performance(100, 1000, { volumeSize = 500 }) end,
        "Order_InvalidData", "500 is not within 100 - 499 GBs" },
      { "without IOPS", function() return shop:performance(100, 1000, { iops = false }) end, "Order_InvalidData", "iops" },
      { "with IOPS that are no multiple of 100", function() return shop:performance(100, 1050) end, "Order_InvalidData",
        "multiple of 100" },
      { "with IOPS below the range", function() return shop:performance(2000, 100) end, "Order_InvalidData",
        "100 is not within 200 - 40000 IOPS" },
      { "with IOPS above the range", function() return shop:performance(20, 1100) end, "Order_InvalidData",
        "1100 is not within 100 - 1000 IOPS" },
      { "with the IOPS price of another size", function()
        return replaced(shop:performance(20, 1000), 4, { id = shop:iops(40) })
      end, "Order_Item_Invalid", "STORAGE_SPACE of 40 to 79, which does not include 20" },
      { "with the space price of other IOPS", function()
        return replaced(shop:performance(40, 2000), 3, space("20_39_GBS"))
      end, "Order_InvalidData", "40 is not within 20 - 39 GBs" },
      { "with the space of another tier", function()
        return replaced(shop:endurance(20, 200), 3, space("STORAGE_SPACE_FOR_4_IOPS_PER_GB"))
      end, "Order_Item_Invalid", "STORAGE_TIER_LEVEL of 300 to 300, which does not include 200" },
      { "with the space of a tier but IOPS", function()
        return replaced(shop:performance(20, 1000), 3, space("STORAGE_SPACE_FOR_4_IOPS_PER_GB"))
      end, "Order_Item_Invalid", "does not include this order" },
      { "with the space of IOPS but a tier", function()
        return replaced(shop:endurance(20, 200), 3, space("20_39_GBS"))
      end, "Order_Item_Invalid", "IOPS of 100 to 1000, which does not include this order" },
      { "with a tier that ends before the size", function()
        return shop:endurance(4001, 1000)
      end, "Order_InvalidData", "4001 is not within" },
      { "with snapshot space of a tier but IOPS", function()
        return storage.with(shop:performance(100, 6000), shop:snapshot_space(20, 200, "STORAGE_TIER_LEVEL"))
      end, "Order_Item_Invalid", "STORAGE_TIER_LEVEL" },
      { "with snapshot space of another tier", function()
        return storage.with(shop:endurance(100, 300), shop:snapshot_space(20, 200, "STORAGE_TIER_LEVEL"))
      end, "Order_Item_Invalid", "which does not include 300" },
      { "without an OS type", function() return shop:performance(100, 1000, { osFormatType = false }) end,
        "Order_InvalidData", "osFormatType" },
      { "with an unknown OS type", function() return shop:performance(100, 1000, { osFormatType = { keyName = "MULTICS" } }) end,
        "Order_InvalidData", "osFormatType" },
      { "with an empty complexType", function() return shop:performance(100, 1000, { complexType = "" }) end, "Public",
        "not supported" },
      { "of a replica", function() return shop:performance(100, 1000, { originVolumeId = 5 }) end, "Public", "Replica" },
      { "of a duplicate of nothing", function() return shop:performance(100, 1000, { duplicateOriginVolumeId = 5 }) end,
        "ObjectNotFound", "5" },
      { "of more volumes than there may be", function() return shop:performance(100, 1000, { quantity = 701 }) end, "Public",
        "limit of 700" },
      { "of package 222 for IOPS of another size", function()
        local order = performance_222()
        order.prices[3].id = shop:price(222, "performance_storage_iops", "1000_IOPS", 20)
        return order
      end, "Order_Item_Invalid", "STORAGE_SPACE of 20 to 20, which does not include 100" },
      { "of package 222 for file but block", function()
        return performance_222 { complexType = "SoftLayer_Container_Product_Order_Network_PerformanceStorage_Nfs" }
      end, "Order_Item_Invalid", "'performance_storage_nfs' is required" },
      { "of package 240 without an OS type", function() return endurance_240 { osFormatType = false } end,
        "Order_InvalidData", "osFormatType" },
      { "of package 240 for another tier", function()
        local order = endurance_240()
        order.prices[4].id = 45094
        return order
      end, "Order_Item_Invalid", "STORAGE_TIER_LEVEL of 200 to 200, which does not include 300" },
    }
    for _, case in ipairs(cases) do
      it(case[1], function()
        local before = volumes()
        local code, text = shop:refusal(case[2]())
        assert.equal(case[3], code, text)
        assert.truthy(text:find(case[4], 1, true), text)
        w:advance(100)
        assert.equal(before, volumes())
      end)
    end
  end)

  it("is echoed with its prices and no effect when verified", function()
    local before = #w:get("SoftLayer_Billing_Order/getAllObjects", "mask[id]")
    local echo = shop:place(storage.with(shop:performance(100, 1000), shop:snapshot_space(20, 1000, "IOPS")), true)
    assert.equal("STORAGE_AS_A_SERVICE", echo.prices[1].item.keyName)
    assert.equal("7.25", echo.prices[3].recurringFee)
    assert.equal("50.75", echo.prices[4].recurringFee)
    assert.equal("60.9", echo.postTaxRecurring)
    assert.equal(before, #w:get("SoftLayer_Billing_Order/getAllObjects", "mask[id]"))
  end)

  it("takes a regional price where it holds", function()
    local order = replaced(shop:performance(100, 1000, { location = "449604" }), 3, space("100_499_GBS", 509))
    assert.equal(509, w:get("SoftLayer_Product_Item_Price/" .. order.prices[3].id, "mask[locationGroupId]").locationGroupId)
    assert.equal("8.19", shop:place(order, true).prices[3].recurringFee)
  end)

  it("leads to a volume that appears, is provisioned, and is then ready to mount", function()
    local receipt = shop:place(storage.with(shop:performance(100, 1000), shop:snapshot_space(20, 1000, "IOPS")))
    local items = receipt.placedOrder.items
    assert.equal("PENDING_AUTO_APPROVAL", receipt.placedOrder.status)
    assert.equal("storage_as_a_service", items[1].categoryCode)
    assert.equal(4, #items[1].children)
    assert.equal("100 GBs", items[1].children[2].description)
    assert.equal("20 GB Storage Space (Snapshot Space)", items[1].children[4].description)
    local mask = "mask[id,activeTransactionCount,activeTransactions.transactionStatus.friendlyName,volumeStatus,isReadyToMount]"
    assert.same({}, shop:of_order(receipt))
    w:advance(31)
    local volume = shop:of_order(receipt, mask)[1]
    assert.equal(1, volume.activeTransactionCount)
    assert.equal("Volume Provisioning", volume.activeTransactions[1].transactionStatus.friendlyName)
    assert.is_false(volume.isReadyToMount)
    w:advance(61)
    volume = shop:of_order(receipt, mask)[1]
    assert.equal(0, volume.activeTransactionCount)
    assert.equal("PROVISION_COMPLETED", volume.volumeStatus)
    assert.is_false(volume.isReadyToMount)
    w:advance(10)
    assert.is_true(shop:of_order(receipt, mask)[1].isReadyToMount)
    assert.equal("COMPLETED", w:get("SoftLayer_Billing_Order/" .. receipt.orderId, "mask[status]").status)
  end)

  it("makes a volume whose numbers are text", function()
    local id = shop:volume(storage.with(shop:performance(100, 1000), shop:snapshot_space(20, 1000, "IOPS")))
    local volume = shop:read(id, "mask[id,username,capacityGb,nasType,lunId,iops,provisionedIops,snapshotCapacityGb,staasVersion,"
      .. "hasEncryptionAtRest,storageTypeId,storageType.keyName,storageTierLevel,bytesUsed,osType.keyName,iscsiTargetIpAddresses,"
      .. "serviceResourceBackendIpAddress,serviceResource[datacenter.name],parentVolume[nasType,username,snapshotSizeBytes],notes,"
      .. "billingItem[categoryCode,activeChildren.categoryCode,hourlyFlag,location.id]]")
    assert.equal(100, volume.capacityGb)
    assert.truthy(volume.username:find "^IBM01SEL278444%-%d+$")
    assert.same({ "ISCSI", "1000", "1000", "20", "2", 1, "0" }, { volume.nasType, volume.iops, volume.provisionedIops,
      volume.snapshotCapacityGb, volume.staasVersion, volume.hasEncryptionAtRest, volume.bytesUsed })
    assert.equal("PERFORMANCE_BLOCK_STORAGE", volume.storageType.keyName)
    assert.is_nil(volume.storageTierLevel)
    assert.is_nil(volume.notes)
    assert.is_string(volume.lunId)
    assert.equal("dal13", volume.serviceResource.datacenter.name)
    assert.equal(volume.iscsiTargetIpAddresses[1], volume.serviceResourceBackendIpAddress)
    assert.equal("NAS_CONTAINER", volume.parentVolume.nasType)
    assert.equal("storage_as_a_service", volume.billingItem.categoryCode)
    assert.equal(4, #volume.billingItem.activeChildren)
    assert.equal(1854895, volume.billingItem.location.id)
  end)

  it("makes as many volumes as it says", function()
    local before = volumes()
    shop:volume(shop:endurance(20, 200, { quantity = 3 }))
    assert.equal(before + 3, volumes())
  end)

  it("of the packages before makes volumes of the first version", function()
    for kind, order in pairs { PERFORMANCE_BLOCK_STORAGE = performance_222(), ENDURANCE_BLOCK_STORAGE = endurance_240() } do
      local volume = shop:read(shop:volume(order), "mask[staasVersion,hasEncryptionAtRest,storageType.keyName]")
      assert.same({ "1", 0, kind }, { volume.staasVersion, volume.hasEncryptionAtRest, volume.storageType.keyName })
    end
  end)

  it("for file makes a volume of that kind, without an OS type", function()
    local order = replaced(shop:performance(100, 1000, { osFormatType = false }), 2, { id = 189459 })
    local volume = shop:read(shop:volume(order), "mask[nasType,fileNetworkMountAddress,lunId,osType,iscsiTargetIpAddresses]")
    assert.equal("NAS", volume.nasType)
    assert.truthy(volume.fileNetworkMountAddress:find "^nfs.*:/IBM02SEV278444_%d+/data01$")
    assert.is_nil(volume.lunId)
    assert.is_nil(volume.osType)
    assert.same(json.array {}, volume.iscsiTargetIpAddresses)
  end)

  it("may be cancelled behind the client's back", function()
    w.sim:fault "Product_Order.placeOrder count=1 do=cancelled"
    local receipt = shop:place(shop:performance(100, 1000))
    w:advance(500)
    assert.same({}, shop:of_order(receipt))
    assert.equal("CANCELLED", w:get("SoftLayer_Billing_Order/" .. receipt.orderId, "mask[status]").status)
  end)

  it("may lead to a volume that is never provisioned", function()
    w.sim:fault "Product_Order.placeOrder count=1 do=stuck"
    local receipt = shop:place(shop:performance(100, 1000))
    w:advance(100000)
    assert.equal(1, shop:of_order(receipt, "mask[activeTransactionCount]")[1].activeTransactionCount)
    assert.equal("APPROVED", w:get("SoftLayer_Billing_Order/" .. receipt.orderId, "mask[status]").status)
  end)

  it("shows its volume in lists only after the lag", function()
    w.sim:ask("POST", "settings", { lag = 1000 })
    local receipt = shop:place(shop:performance(100, 1000))
    w:advance(500)
    assert.same({}, shop:of_order(receipt))
    w:advance(600)
    assert.equal(1, #shop:of_order(receipt))
    w.sim:ask("POST", "settings", { lag = 0 })
  end)
end)
