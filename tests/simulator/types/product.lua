-- The catalogue: packages, items, prices, categories, presets.
return {
  Product_Package = {
    int = "firstOrderStepId id isActive unitSize",
    string = "description keyName name subDescription?",
    relations = [[
      accountRestrictedActivePresets:*Product_Package_Preset
      accountRestrictedCategories:*Product_Item_Category accountRestrictedPricesFlag:boolean
      activeItems:*Product_Item activePresets:*Product_Package_Preset activeRamItems:*Product_Item
      activeServerItems:*Product_Item activeSoftwareItems:*Product_Item activeUsagePrices:*Product_Item_Price
      additionalServiceFlag:boolean attributes:*Product_Package_Attribute
      availableLocations:*Product_Package_Locations availableStorageUnits:int categories:*Product_Item_Category
      configuration:*Product_Package_Order_Configuration defaultBootCategoryCode:string
      defaultRamItems:*Product_Item disallowCustomDiskPartitions:boolean gatewayApplianceFlag:boolean
      gpuFlag:boolean hourlyBillingAvailableFlag:boolean hourlyOnlyOrders:boolean
      itemPrices:*Product_Item_Price items:*Product_Item locations:*Location lowestServerPrice:Product_Item_Price
      maximumPortSpeed:int minimumPortSpeed:int nonEuCompliantFlag:boolean orderPremiums:*Product_Item_Price_Premium
      preconfiguredFlag:boolean presetConfigurationRequiredFlag:boolean preventVlanSelectionFlag:boolean
      privateNetworkOnlyFlag:boolean quantumPackageFlag:boolean raidDiskRestrictionFlag:boolean
      redundantPowerFlag:boolean regions:*Location_Region statusCode:string
      type:Product_Package_Type]],
  },
  Product_Package_Attribute = {
    string = "value",
    relations = "attributeType:Product_Package_Attribute_Type package:Product_Package",
  },
  Product_Package_Attribute_Type = { string = "description keyName name" },
  Product_Package_Type = { int = "id", string = "keyName name", relations = "packages:*Product_Package" },
  Product_Package_Locations = {
    int = "isAvailable locationId packageId",
    string = "deliveryTimeInformation?",
    relations = "location:Location package:Product_Package",
  },
  Product_Package_Order_Configuration = {
    int = "id isRequired itemCategoryId orderStepId packageId sort",
    string = "errorMessage?",
    boolean = "isMultipleOrderable?",
    relations = [[+itemCategory:Product_Item_Category package:Product_Package]],
  },
  Product_Package_Preset = {
    int = "id packageId",
    string = "description isActive keyName name",
    relations = [[
      availableStorageUnits:int bareMetalReservedFlag:boolean categories:*Product_Item_Category
      computeGroup:Product_Item_Server_Group configuration:*Product_Package_Preset_Configuration
      disallowedComputeGroupUpgradeFlag:boolean fixedConfigurationFlag:boolean locations:*Location
      lowestPresetServerPrice:Product_Item_Price package:Product_Package
      packageConfiguration:*Product_Package_Order_Configuration prices:*Product_Item_Price
      storageGroupTemplateArrays:*Configuration_Storage_Group_Template_Group
      totalMinimumHourlyFee:float totalMinimumRecurringFee:float]],
  },
  Product_Package_Preset_Configuration = {
    int = "availableQuantity? categoryId? packageId? presetId? priceId?",
    relations = [[category:Product_Item_Category package:Product_Package packagePreset:Product_Package_Preset
      price:Product_Item_Price]],
  },
  Product_Item_Server_Group = { string = "keyName name" },
  Configuration_Storage_Group_Template_Group = { int = "id", string = "name" },

  Product_Item = {
    int = "hardwareGenericComponentId? id itemTaxCategoryId softwareDescriptionId upgradeItemId",
    string = "capacity description keyName longDescription? units?",
    relations = [[
      activeUsagePrices:*Product_Item_Price attributes:*Product_Item_Attribute
      availabilityAttributes:*Product_Item_Attribute billingType:string bundle:*Product_Item_Bundles
      bundleItems:*Product_Item +capacityMaximum:string +capacityMinimum:string
      capacityRestrictedProductFlag:boolean categories:*Product_Item_Category
      conflicts:*Product_Item_Resource_Conflict coreRestrictedItemFlag:boolean downgradeItem:Product_Item
      downgradeItems:*Product_Item globalCategoryConflicts:*Product_Item_Resource_Conflict
      hardwareGenericComponentModel:Hardware_Component_Model_Generic hideFromPortalFlag:boolean
      +itemCategory:Product_Item_Category localDiskFlag:boolean locationConflicts:*Product_Item_Resource_Conflict
      packages:*Product_Package physicalCoreCapacity:string prices:*Product_Item_Price
      requirements:*Product_Item_Requirement rules:*Product_Item_Rule softwareDescription:Software_Description
      taxCategory:Product_Item_Tax_Category totalPhysicalCoreCapacity:int totalPhysicalCoreCount:int
      totalProcessorCapacity:int upgradeItem:Product_Item upgradeItems:*Product_Item]],
  },
  Product_Item_Attribute = {
    int = "id itemAttributeTypeId itemId",
    string = "value",
    relations = [[+attributeType:Product_Item_Attribute_Type attributeTypeKeyName:string item:Product_Item]],
  },
  Product_Item_Attribute_Type = { string = "keyName name" },
  Product_Item_Bundles = {
    int = "bundleItemId categoryId id itemPriceId",
    relations = [[bundleItem:Product_Item category:Product_Item_Category itemPrice:Product_Item_Price]],
  },
  Product_Item_Requirement = {
    int = "id itemId requiredItemId",
    string = "message",
    relations = "item:Product_Item product:Product_Item",
  },
  Product_Item_Resource_Conflict = {
    int = "itemId packageId resourceTableId",
    string = "message",
    relations = "item:Product_Item package:Product_Package",
  },
  Product_Item_Rule = {
    int = "itemId packageId typeId",
    string = "message operation",
    relations = "item:Product_Item package:Product_Package",
  },
  Product_Item_Tax_Category = { int = "id statusFlag", string = "keyName name", relations = "items:*Product_Item" },
  Product_Item_Price = {
    int = [[id itemId locationGroupId quantity sort termLength? tierMinimumThreshold?]],
    string = [[hourlyRecurringFee? laborFee oneTimeFee proratedRecurringFee? recurringFee setupFee usageRate?]],
    boolean = "currentPriceFlag onSaleFlag",
    relations = [[
      accountRestrictions:*Product_Item_Price_Account_Restriction attributes:*Product_Item_Price_Attribute
      bigDataOsJournalDiskFlag:boolean bundleReferences:*Product_Item_Bundles
      +capacityRestrictionMaximum:string +capacityRestrictionMinimum:string +capacityRestrictionType:string
      categories:*Product_Item_Category dedicatedHostInstanceFlag:boolean definedSoftwareLicenseFlag:boolean
      eligibilityStrategy:string item:Product_Item oneTimeFeeTax:string orderPremiums:*Product_Item_Price_Premium
      packages:*Product_Package presetConfigurations:*Product_Package_Preset_Configuration priceType:string
      pricingLocationGroup:Location_Group_Pricing proratedRecurringFeeTax:string recurringFeeTax:string
      requiredCoreCount:int reservedCapacityInstanceFlag:boolean]],
  },
  Product_Item_Price_Account_Restriction = {
    int = "accountId id itemPriceId",
    relations = "account:Account itemPrice:Product_Item_Price",
  },
  Product_Item_Price_Attribute = {
    int = "id itemPriceAttributeTypeId itemPriceId",
    string = "value",
    relations = "itemPrice:Product_Item_Price itemPriceAttributeType:Product_Item_Price_Attribute_Type",
  },
  Product_Item_Price_Attribute_Type = { int = "id", string = "keyname" },
  Product_Item_Price_Premium = {
    int = "itemPriceId locationId packageId",
    string = "hourlyModifier monthlyModifier",
    relations = "itemPrice:Product_Item_Price location:Location package:Product_Package",
  },
  Product_Item_Category = {
    int = "id quantityLimit sortOrder?",
    string = "categoryCode name",
    relations = [[
      bandwidthCategories:int billingItems:*Billing_Item group:Product_Item_Category_Group
      groups:*Product_Package_Item_Category_Group orderOptions:*Product_Item_Category_Order_Option_Type
      packageConfigurations:*Product_Package_Order_Configuration
      presetConfigurations:*Product_Package_Preset_Configuration]],
  },
  Product_Item_Category_Group = { int = "id", string = "name" },
  Product_Item_Category_Order_Option_Type = { string = "description keyname name" },
  Product_Package_Item_Category_Group = {
    int = "id itemCategoryId packageId sort",
    string = "title",
    relations = [[category:Product_Item_Category package:Product_Package prices:*Product_Item_Price]],
  },
  Product_Upgrade_Request = {
    int = "accountId employeeId guestId hardwareId id orderId statusId ticketId userId",
    string = "orderTotal proratedTotal",
    date = "createDate maintenanceStartTimeUtc modifyDate",
    relations = [[account:Account completedFlag:boolean invoice:Billing_Invoice order:Billing_Order server:Hardware
      status:Product_Upgrade_Request_Status ticket:Ticket user:User_Customer virtualGuest:Virtual_Guest]],
  },
  Product_Upgrade_Request_Status = { int = "id", string = "description name statusCode" },
}
