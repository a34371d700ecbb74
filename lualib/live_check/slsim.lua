-- slsim's answers to live_check's probes; made by `slcpi run live_check record=FILE`.
return {
  ["the account"] = [[
value
 object
accountManagedResourcesFlag null
accountStatusId integer
address1 string
address2 null
brandId integer
brandKeyName null
city string
claimedTaxExemptTxFlag null
companyName string
country string
createDate date
email string
firstName string
id integer
isReseller integer
lastName string
lateFeeProtectionFlag null
modifyDate date
officePhone string
postalCode string
resellerLevel null
state string
statusDate date]],
  ["the user"] = [[
value
 object
hasFullHardwareAccessFlag boolean
hasFullVirtualGuestAccessFlag boolean
id integer
timezone object
timezone.id integer
timezone.longName string
timezone.name string
timezone.offset string
timezone.shortName string
username string]],
  ["guests without a mask"] = [[
value
 list
[] object
[].accountId integer
[].createDate date
[].dedicatedAccountHostOnlyFlag boolean
[].domain string
[].fullyQualifiedDomainName string
[].globalIdentifier string
[].hostname string
[].id integer
[].lastPowerStateId null
[].lastVerifiedDate null
[].managedResourceFlag boolean
[].maxCpu integer
[].maxCpuUnits string
[].maxMemory integer
[].metricPollDate null
[].modifyDate date
[].primaryBackendIpAddress string
[].primaryIpAddress string
[].provisionDate date
[].startCpus integer
[].status object
[].status.keyName string
[].status.name string
[].statusId integer
[].typeId integer
[].uuid string]],
  ["a guest"] = [[
value
 object
accountId integer
createDate date
dedicatedAccountHostOnlyFlag boolean
domain string
fullyQualifiedDomainName string
globalIdentifier string
hostname string
id integer
lastPowerStateId null
lastVerifiedDate null
managedResourceFlag boolean
maxCpu integer
maxCpuUnits string
maxMemory integer
metricPollDate null
modifyDate date
primaryBackendIpAddress string
primaryIpAddress string
provisionDate date
startCpus integer
status object
status.keyName string
status.name string
statusId integer
typeId integer
uuid string]],
  ["a guest's relations"] = [[
value
 object
billingItem object
billingItem.id integer
billingItem.orderItem object
billingItem.orderItem.id integer
billingItem.orderItem.order object
billingItem.orderItem.order.id integer
blockDevices list
blockDevices[] object
blockDevices[].device string
blockDevices[].diskImage object
blockDevices[].diskImage.capacity integer
blockDevices[].diskImage.units string
blockDevices[].mountType string
datacenter object
datacenter.id integer
datacenter.longName string
datacenter.name string
datacenter.statusId integer
hostname string
id integer
lastTransaction object
lastTransaction.id integer
lastTransaction.transactionGroup object
lastTransaction.transactionGroup.averageTimeToComplete string
lastTransaction.transactionGroup.name string
networkComponents list
networkComponents[] object
networkComponents[].id integer
networkComponents[].macAddress string
networkComponents[].name string
networkComponents[].networkVlan object
networkComponents[].networkVlan.id integer
networkComponents[].networkVlan.networkSpace string
networkComponents[].port integer
networkComponents[].primarySubnet object
networkComponents[].primarySubnet.gateway string
networkComponents[].primarySubnet.netmask string
operatingSystem object
operatingSystem.hardwareId null
operatingSystem.id integer
operatingSystem.manufacturerLicenseInstance string
operatingSystem.passwords list
operatingSystem.passwords[] object
operatingSystem.passwords[].createDate date
operatingSystem.passwords[].id integer
operatingSystem.passwords[].modifyDate date
operatingSystem.passwords[].notes null
operatingSystem.passwords[].password string
operatingSystem.passwords[].port integer
operatingSystem.passwords[].softwareId null
operatingSystem.passwords[].username string
powerState object
powerState.keyName string
powerState.name string
primaryBackendIpAddress string
primaryIpAddress string
provisionDate date
status object
status.keyName string
status.name string]],
  ["a guest by its GUID"] = [[
value
 object
id integer]],
  ["a property's getter"] = [[
value
 object
keyName string
name string]],
  ["a getter that has nothing to say"] = [[
value
 null]],
  ["counts"] = [[
value
 object
activeTransactionCount integer
id integer
networkComponentCount integer]],
  ["upgrade prices"] = [[
value
 list
[] object
[].categories list
[].categories[] object
[].categories[].categoryCode string
[].categories[].id integer
[].categories[].name string
[].categories[].quantityLimit integer
[].currentPriceFlag null
[].hourlyRecurringFee string
[].id integer
[].item object
[].item.capacity string
[].item.description string
[].item.id integer
[].item.itemCategory object
[].item.itemCategory.categoryCode string
[].item.itemCategory.id integer
[].item.itemCategory.name string
[].item.itemCategory.quantityLimit integer
[].item.itemTaxCategoryId null
[].item.keyName string
[].item.softwareDescriptionId null
[].item.upgradeItemId null
[].itemId integer
[].laborFee string
[].locationGroupId null
[].onSaleFlag null
[].oneTimeFee string
[].quantity null
[].recurringFee string
[].setupFee string
[].sort integer]],
  ["private images"] = [[
value
 list
[] object
[].accountId integer
[].createDate date
[].globalIdentifier string
[].id integer
[].name string
[].note string
[].parentId null
[].publicFlag integer
[].statusId integer
[].transactionId null
[].userRecordId null]],
  ["an image's relations"] = [[
value
 object
children list
children[] object
children[].datacenter object
children[].datacenter.name string
children[].id integer
globalIdentifier string
id integer
imageType object
imageType.description string
imageType.keyName string
imageType.name string
status object
status.description string
status.keyName string
status.name string]],
  ["VLANs"] = [[
value
 list
[] object
[].id integer
[].networkSpace string
[].primaryRouter object
[].primaryRouter.datacenter object
[].primaryRouter.datacenter.name string
[].primaryRouter.hostname string
[].vlanNumber integer]],
  ["VLANs without a mask"] = [[
value
 list
[] object
[].accountId integer
[].fullyQualifiedName string
[].id integer
[].modifyDate null
[].name? string
[].networkSpace string
[].primarySubnetId integer
[].vlanNumber integer]],
  ["subnets without a mask"] = [[
value
 list
[] object
[].broadcastAddress? string
[].cidr integer
[].gateway? string
[].id integer
[].isCustomerOwned boolean
[].isCustomerRoutable boolean
[].modifyDate null
[].netmask string
[].networkIdentifier string
[].networkVlanId? integer
[].sortOrder string
[].subnetType string
[].totalIpAddresses string
[].usableIpAddressCount string
[].version integer]],
  ["SSH keys"] = [[
value
 list
[] object
[].createDate date
[].fingerprint string
[].id integer
[].key string
[].label string
[].modifyDate null
[].notes null]],
  ["datacenters"] = [[
value
 list
[] object
[].id integer
[].longName string
[].name string
[].statusId integer]],
  ["pods"] = [[
value
 list
[] object
[].backendRouterId integer
[].backendRouterName string
[].datacenterId integer
[].datacenterLongName string
[].datacenterName string
[].frontendRouterId integer
[].frontendRouterName string
[].name string]],
  ["an order"] = [[
value
 object
id integer
items list
items[] object
items[].categoryCode string
items[].description string
status string]],
  ["packages"] = [[
value
 list
[] object
[].id integer
[].keyName string
[].name string]],
  ["items"] = [[
value
 list
[] object
[].capacity string
[].description string
[].id integer
[].itemCategory object
[].itemCategory.categoryCode string
[].keyName string
[].units string]],
  ["item prices"] = [[
value
 list
[] object
[].categories list
[].categories[] object
[].categories[].categoryCode string
[].categories[].id integer
[].categories[].name string
[].categories[].quantityLimit integer
[].currentPriceFlag null
[].hourlyRecurringFee string
[].id integer
[].item object
[].item.capacity string
[].item.description string
[].item.id integer
[].item.itemCategory object
[].item.itemCategory.categoryCode string
[].item.itemCategory.id integer
[].item.itemCategory.name string
[].item.itemCategory.quantityLimit integer
[].item.itemTaxCategoryId null
[].item.keyName string
[].item.softwareDescriptionId null
[].item.upgradeItemId null
[].itemId integer
[].laborFee string
[].locationGroupId null
[].onSaleFlag null
[].oneTimeFee string
[].quantity null
[].recurringFee string
[].setupFee string
[].sort integer]],
  ["flavors"] = [[
value
 list
[] object
[].description string
[].id integer
[].isActive string
[].keyName string
[].name string
[].packageId integer]],
  ["an order template"] = [[
value
 object
complexType string
currencyShortName string
imageTemplateId null
location string
packageId integer
postTaxRecurring string
postTaxRecurringHourly string
postTaxRecurringMonthly string
postTaxSetup string
preTaxRecurring string
preTaxSetup string
presetId null
prices list
prices[] object
prices[].categories list
prices[].categories[] object
prices[].categories[].categoryCode string
prices[].categories[].id integer
prices[].categories[].name string
prices[].hourlyRecurringFee string
prices[].id integer
prices[].item object
prices[].item.capacity null string
prices[].item.description string
prices[].item.id integer
prices[].item.keyName string
prices[].item.units null string
prices[].itemId integer
prices[].laborFee string
prices[].oneTimeFee string
prices[].recurringFee string
prices[].setupFee string
provisionScripts list
quantity integer
sshKeys list
sshKeys[] object
sshKeys[].sshKeyIds list
useHourlyPricing boolean
virtualGuests list
virtualGuests[] object
virtualGuests[].domain string
virtualGuests[].hostname string
virtualGuests[].localDiskFlag boolean
virtualGuests[].maxMemory integer
virtualGuests[].startCpus integer]],
  ["a verified order"] = [[
value
 object
complexType string
currencyShortName string
imageTemplateId null
location string
packageId integer
postTaxRecurring string
postTaxRecurringHourly string
postTaxRecurringMonthly string
postTaxSetup string
preTaxRecurring string
preTaxSetup string
presetId null
prices list
prices[] object
prices[].categories list
prices[].categories[] object
prices[].categories[].categoryCode string
prices[].categories[].id integer
prices[].categories[].name string
prices[].hourlyRecurringFee string
prices[].id integer
prices[].item object
prices[].item.capacity null string
prices[].item.description string
prices[].item.id integer
prices[].item.keyName string
prices[].item.units null string
prices[].itemId integer
prices[].laborFee string
prices[].oneTimeFee string
prices[].recurringFee string
prices[].setupFee string
provisionScripts list
quantity integer
sshKeys list
sshKeys[] object
sshKeys[].sshKeyIds list
useHourlyPricing boolean
virtualGuests list
virtualGuests[] object
virtualGuests[].domain string
virtualGuests[].hostname string
virtualGuests[].localDiskFlag boolean
virtualGuests[].maxMemory integer
virtualGuests[].startCpus integer]],
  ["an order of a price that does not exist"] = [[
error 500 SoftLayer_Exception_Order_Item_Invalid The price with id #N does not exist.]],
  ["a template without a hostname"] = [[
error 500 SoftLayer_Exception_MissingCreationProperty The property 'hostname' must be set to create an instance of 'SoftLayer_Virtual_Guest'.]],
  ["a template with cores that are not sold"] = [[
error 500 SoftLayer_Exception_NotFound Unable to find price for core capacity of N.]],
  ["a template in no datacenter"] = [[
error 500 SoftLayer_Exception_InvalidValue Invalid value provided for 'datacenter.name'. A datacenter name or regional groupmust be provided.]],
  ["no such object"] = [[
error 404 SoftLayer_Exception_ObjectNotFound Unable to find object with id of 'N'.]],
  ["no such service"] = [[
error 404 SoftLayer_Exception_Public Service does not exist]],
  ["no such method"] = [[
error 404 SoftLayer_Exception_Public Function ("getNoSuchThing") is not a valid method for this service.]],
  ["no such property in a mask"] = [[
error 500 SoftLayer_Exception_WebService_ObjectMask Property 'noSuchProperty' not valid for 'SoftLayer_Account'.]],
  ["a mask that does not end"] = [[
error 500 SoftLayer_Exception_Common_Parser Error on line N at column N: Expected ']', got '']],
  ["volumes without a mask"] = [[
value
 list
[] object
[].accountId integer
[].capacityGb integer
[].createDate date
[].guestId null
[].hardwareId null
[].hostId null
[].id integer
[].nasType string
[].notes? string
[].password string
[].serviceProviderId integer
[].serviceResourceBackendIpAddress string
[].serviceResourceName string
[].storageTypeId string
[].upgradableFlag boolean
[].username string]],
  ["block volumes' relations"] = [[
value
 list
[] object
[].activeTransactions list
[].allowedHardware list
[].allowedIpAddresses list
[].allowedSubnets list
[].allowedVirtualGuests list
[].allowedVirtualGuests[] object
[].allowedVirtualGuests[].id integer
[].billingItem object
[].billingItem.id integer
[].capacityGb integer
[].hasEncryptionAtRest integer
[].id integer
[].isReadyToMount boolean
[].nasType string
[].notes? string
[].provisionedIops string
[].serviceResource object
[].serviceResource.backendIpAddress string
[].serviceResource.datacenter object
[].serviceResource.datacenter.name string
[].serviceResource.id integer
[].serviceResource.name string
[].serviceResource.type object
[].serviceResource.type.type string
[].serviceResourceBackendIpAddress string
[].snapshotCapacityGb? string
[].staasVersion string
[].storageTierLevel? string
[].username string]],
  ["file volumes' relations"] = [[
value
 list
[] object
[].activeTransactions list
[].allowedHardware list
[].allowedIpAddresses list
[].allowedSubnets list
[].allowedVirtualGuests list
[].allowedVirtualGuests[] object
[].allowedVirtualGuests[].id integer
[].billingItem object
[].billingItem.id integer
[].capacityGb integer
[].fileNetworkMountAddress string
[].hasEncryptionAtRest integer
[].id integer
[].isReadyToMount boolean
[].nasType string
[].notes? string
[].provisionedIops string
[].serviceResource object
[].serviceResource.backendIpAddress string
[].serviceResource.datacenter object
[].serviceResource.datacenter.name string
[].serviceResource.id integer
[].serviceResource.name string
[].serviceResource.type object
[].serviceResource.type.type string
[].serviceResourceBackendIpAddress string
[].snapshotCapacityGb? string
[].staasVersion string
[].storageTierLevel? string
[].username string]],
  ["a volume's snapshots"] = [[
value
 list
[] object
[].id integer
[].notes string]],
  ["a guest's volumes and its name for them"] = [[
value
 object
allowedHost object
allowedHost.credential object
allowedHost.credential.password string
allowedHost.credential.username string
allowedHost.id integer
allowedHost.name string
allowedNetworkStorage list
allowedNetworkStorage[] object
allowedNetworkStorage[].billingItem object
allowedNetworkStorage[].billingItem.id integer
allowedNetworkStorage[].id integer
allowedNetworkStorage[].nasType string
id integer]],
  ["limits of volumes"] = [[
value
 list
[] object
[].datacenterName string
[].maximumAvailableCount integer
[].provisionedCount integer]],
  ["the package of storage"] = [[
value
 list
[] object
[].id integer
[].keyName string
[].name string]],
  ["items of storage space"] = [[
value
 list
[] object
[].capacity string
[].capacityMaximum string
[].capacityMinimum string
[].description string
[].id integer
[].itemCategory object
[].itemCategory.categoryCode string
[].keyName string
[].units string]],
  ["prices of IOPS"] = [[
value
 list
[] object
[].capacityRestrictionMaximum string
[].capacityRestrictionMinimum string
[].capacityRestrictionType string
[].categories list
[].categories[] object
[].categories[].categoryCode string
[].id integer
[].item object
[].item.capacity string
[].item.capacityMaximum string
[].item.capacityMinimum string
[].item.keyName string
[].locationGroupId null
[].usageRate string]],
  ["prices of tiers"] = [[
value
 list
[] object
[].capacityRestrictionMaximum string
[].capacityRestrictionMinimum string
[].capacityRestrictionType string
[].categories list
[].categories[] object
[].categories[].categoryCode string
[].id integer
[].item object
[].item.capacity string
[].item.keyName string
[].locationGroupId null
[].usageRate null]],
  ["prices of snapshot space"] = [[
value
 list
[] object
[].capacityRestrictionMaximum string
[].capacityRestrictionMinimum string
[].capacityRestrictionType string
[].categories list
[].categories[] object
[].categories[].categoryCode string
[].id integer
[].item object
[].item.capacity string
[].item.keyName string
[].locationGroupId null
[].usageRate null]],
  ["a verified order of performance storage"] = [[
value
 object
complexType string
currencyShortName string
iops integer
location integer
locationObject object
locationObject.id integer
locationObject.longName string
locationObject.name string
osFormatType object
osFormatType.keyName string
packageId integer
postTaxRecurring string
postTaxRecurringHourly string
postTaxRecurringMonthly string
postTaxSetup string
preTaxRecurring string
preTaxSetup string
prices list
prices[] object
prices[].categories list
prices[].categories[] object
prices[].categories[].categoryCode string
prices[].categories[].id integer
prices[].categories[].name string
prices[].id integer
prices[].item object
prices[].item.capacity string
prices[].item.description string
prices[].item.id integer
prices[].item.keyName string
prices[].item.units string
prices[].itemId integer
prices[].laborFee string
prices[].oneTimeFee string
prices[].recurringFee string
prices[].setupFee string
quantity integer
useHourlyPricing boolean
volumeSize integer]],
  ["a verified order of endurance storage"] = [[
value
 object
complexType string
currencyShortName string
location integer
locationObject object
locationObject.id integer
locationObject.longName string
locationObject.name string
osFormatType object
osFormatType.keyName string
packageId integer
postTaxRecurring string
postTaxRecurringHourly string
postTaxRecurringMonthly string
postTaxSetup string
preTaxRecurring string
preTaxSetup string
prices list
prices[] object
prices[].categories list
prices[].categories[] object
prices[].categories[].categoryCode string
prices[].categories[].id integer
prices[].categories[].name string
prices[].id integer
prices[].item object
prices[].item.capacity string
prices[].item.description string
prices[].item.id integer
prices[].item.keyName string
prices[].item.units string
prices[].itemId integer
prices[].laborFee string
prices[].oneTimeFee string
prices[].recurringFee string
prices[].setupFee string
quantity integer
useHourlyPricing boolean
volumeSize integer]],
  ["a verified order of file storage"] = [[
value
 object
complexType string
currencyShortName string
location integer
locationObject object
locationObject.id integer
locationObject.longName string
locationObject.name string
packageId integer
postTaxRecurring string
postTaxRecurringHourly string
postTaxRecurringMonthly string
postTaxSetup string
preTaxRecurring string
preTaxSetup string
prices list
prices[] object
prices[].categories list
prices[].categories[] object
prices[].categories[].categoryCode string
prices[].categories[].id integer
prices[].categories[].name string
prices[].id integer
prices[].item object
prices[].item.capacity string
prices[].item.description string
prices[].item.id integer
prices[].item.keyName string
prices[].item.units string
prices[].itemId integer
prices[].laborFee string
prices[].oneTimeFee string
prices[].recurringFee string
prices[].setupFee string
quantity integer
useHourlyPricing boolean
volumeSize integer]],
  ["an order of too small a volume"] = [[
error 500 SoftLayer_Exception_Order_InvalidData Invalid data on the order for property: volumeSize. N is not within N - N GBs.]],
  ["an order of IOPS between the steps"] = [[
error 500 SoftLayer_Exception_Order_InvalidData Invalid data on the order for property: iops. The value must be a multiple of N.]],
  ["an order of space for another tier"] = [[
error 500 SoftLayer_Exception_Order_Item_Invalid The price for Storage space for N IOPS per GB (#N) is restricted to a STORAGE_TIER_LEVEL of N to N, which does not include N.]],
  ["a list cut to one element is still a list"] = [[
yes]],
  ["lists tell how many there are in all"] = [[
yes]],
  ["a filter with another root is ignored"] = [[
yes]],
  ["a filter by name finds one place"] = [[
yes]],
  ["the operation in finds each value"] = [[
yes]],
  ["the operation ^= finds beginnings"] = [[
yes]],
  ["orderBy sorts"] = [[
yes]],
  ["a mask that names only relations brings the locals"] = [[
yes]],
  ["a mask that names a local leaves the others out"] = [[
yes]],
  ["dates are in the user's zone"] = [[
yes]],
}
