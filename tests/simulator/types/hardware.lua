-- Bare metal servers, routers and switches, their components and the software on machines.
local COMPONENT_RELATIONS = [[
  children:*Hardware_Component hardware:Hardware +hardwareComponentModel:Hardware_Component_Model
  hardwareComponentType:Hardware_Component_Type networkComponents:*Network_Component owner:Account
  parent:Hardware_Component raidMode:string]]

local SOFTWARE_RELATIONS = [[
  account:Account billingItem:Billing_Item hardware:Hardware manufacturerActivationCode:string
  passwordHistory:*Software_Component_Password passwords:*Software_Component_Password
  softwareDescription:Software_Description softwareLicense:Software_License virtualGuest:Virtual_Guest]]

return {
  Hardware = {
    int = [[accountId? bareMetalInstanceFlag hardwareStatusId id serviceProviderId serviceProviderResourceId]],
    string = [[domain fullyQualifiedDomainName hostname manufacturerSerialNumber? notes? postInstallScriptUri?
      serialNumber?]],
    date = "provisionDate",
    relations = [[
      account:Account activeComponents:*Hardware_Component allowedHost:Network_Storage_Allowed_Host
      allowedNetworkStorage:*Network_Storage allowedNetworkStorageReplicas:*Network_Storage
      attributes:*Hardware_Attribute averageDailyPublicBandwidthUsage:float
      backendNetworkComponents:*Network_Component backendRouters:*Hardware bandwidthAllocation:float
      bandwidthAllotmentDetail:Network_Bandwidth_Version1_Allotment_Detail billingItem:Billing_Item_Hardware
      billingItemFlag:boolean blockCancelBecauseDisconnectedFlag:boolean businessContinuanceInsuranceFlag:boolean
      childrenHardware:*Hardware components:*Hardware_Component currentBillableBandwidthUsage:float
      datacenter:Location datacenterName:string daysInSparePool:int downlinkHardware:*Hardware
      downlinkServers:*Hardware downlinkVirtualGuests:*Virtual_Guest downstreamHardware:*Hardware
      driveControllers:*Hardware_Component evaultNetworkStorage:*Network_Storage
      fixedConfigurationPreset:Product_Package_Preset frontendNetworkComponents:*Network_Component
      frontendRouters:*Hardware +globalIdentifier:string hardDrives:*Hardware_Component
      hardwareChassis:Hardware_Chassis hardwareFunction:Hardware_Function hardwareFunctionDescription:string
      hardwareStatus:Hardware_Status hasTrustedPlatformModuleBillingItemFlag:boolean hourlyBillingFlag:boolean
      inboundBandwidthUsage:float inboundPublicBandwidthUsage:float
      lastTransaction:Provisioning_Version1_Transaction location:Location locationPathString:string
      lockboxNetworkStorage:Network_Storage managedResourceFlag:boolean memory:*Hardware_Component
      memoryCapacity:int metricTrackingObject:Metric_Tracking_Object
      monitoringServiceComponent:Network_Monitor_Version1_Query_Host_Stratum
      monitoringServiceEligibilityFlag:boolean motherboard:Hardware_Component
      networkCards:*Hardware_Component networkComponents:*Network_Component
      networkGatewayMember:Network_Gateway_Member networkGatewayMemberFlag:boolean
      networkManagementIpAddress:string networkMonitors:*Network_Monitor_Version1_Query_Host
      networkStatus:string networkStorage:*Network_Storage
      networkVlans:*Network_Vlan nextBillingCycleBandwidthAllocation:float
      operatingSystem:Software_Component_OperatingSystem operatingSystemReferenceCode:string
      outboundBandwidthUsage:float outboundPublicBandwidthUsage:float parentHardware:Hardware
      pointOfPresenceLocation:Location powerSupply:*Hardware_Component primaryBackendIpAddress:string
      primaryBackendNetworkComponent:Network_Component primaryIpAddress:string
      primaryNetworkComponent:Network_Component privateNetworkOnlyFlag:boolean processorCoreAmount:int
      processorPhysicalCoreAmount:int processors:*Hardware_Component rack:Location
      raidControllers:*Hardware_Component
      remoteManagementAccounts:*Hardware_Component_RemoteManagement_User
      remoteManagementComponent:Network_Component routers:*Hardware serverRoom:Location
      softwareComponents:*Software_Component sparePoolBillingItem:Billing_Item_Hardware sshKeys:*Security_Ssh_Key
      storageNetworkComponents:*Network_Component tagReferences:*Tag_Reference topLevelLocation:Location
      upgradeRequest:Product_Upgrade_Request uplinkHardware:Hardware uplinkNetworkComponents:*Network_Component
      userData:*Hardware_Attribute virtualHost:Virtual_Host virtualRackId:int virtualRackName:string
      virtualRack:Network_Bandwidth_Version1_Allotment virtualizationPlatform:Software_Component]],
  },
  Hardware_Server = {
    extends = "Hardware",
    relations = [[
      activeTickets:*Ticket activeTransaction:Provisioning_Version1_Transaction
      activeTransactions:*Provisioning_Version1_Transaction averageDailyBandwidthUsage:float
      averageDailyPrivateBandwidthUsage:float billingCycleBandwidthUsage:*Network_Bandwidth_Usage
      billingCyclePrivateBandwidthUsage:Network_Bandwidth_Usage
      billingCyclePublicBandwidthUsage:Network_Bandwidth_Usage containsSolidStateDrivesFlag:boolean
      controlPanel:Software_Component cost:float customerInstalledOperatingSystemFlag:boolean
      customerOwnedFlag:boolean inboundPrivateBandwidthUsage:float
      lastOperatingSystemReload:Provisioning_Version1_Transaction metricTrackingObjectId:int
      openCancellationTicket:Ticket outboundPrivateBandwidthUsage:float overBandwidthAllocationFlag:int
      privateIpAddress:string projectedOverBandwidthAllocationFlag:int projectedPublicBandwidthUsage:float
      remoteManagement:Hardware_Component_RemoteManagement
      remoteManagementUsers:*Hardware_Component_RemoteManagement_User users:*User_Customer
      virtualGuests:*Virtual_Guest]],
  },
  Hardware_Switch = { extends = "Hardware" },
  Hardware_Router = {
    extends = "Hardware_Switch",
    relations = [[boundSubnets:*Network_Subnet localDiskStorageCapabilityFlag:boolean
      sanStorageCapabilityFlag:boolean topLevelLocation:Location]],
  },
  Hardware_Router_Backend = { extends = "Hardware_Router" },
  Hardware_Router_Frontend = { extends = "Hardware_Router" },

  Hardware_Status = { int = "id", string = "status" },
  Hardware_Function = { int = "id", string = "code description" },
  Hardware_Attribute = {
    int = "hardwareAttributeTypeId id",
    string = "value",
    relations = "hardwareAttributeType:Hardware_Attribute_Type",
  },
  Hardware_Attribute_UserData = { extends = "Hardware_Attribute" },
  Hardware_Attribute_Type = { string = "keyname name" },
  Hardware_Chassis = {
    int = "formFactorId id unitSize",
    string = "manufacturer name version",
    relations = "hardwareFunction:Hardware_Function",
  },
  Hardware_Component = {
    int = "hardwareComponentModelId hardwareId id serviceProviderId",
    float = "capacity",
    string = "componentRevision? name serialNumber",
    date = "modifyDate",
    relations = COMPONENT_RELATIONS,
  },
  Hardware_Component_HardDrive = { extends = "Hardware_Component" },
  Hardware_Component_RemoteManagement = { extends = "Hardware_Component" },
  Hardware_Component_RemoteManagement_User = {
    string = "password username",
    relations = "networkComponent:Network_Component remoteManagement:Hardware_Component_RemoteManagement",
  },
  Hardware_Component_Model = {
    int = "hardwareGenericComponentModelId id",
    float = "capacity",
    string = "longDescription manufacturer name version",
    relations = [[architectureType:string attributes:*Hardware_Attribute
      hardwareGenericComponentModel:Hardware_Component_Model_Generic]],
  },
  Hardware_Component_Model_Generic = {
    int = "hardwareComponentTypeId id",
    float = "capacity",
    string = "description units upgradePriority?",
    relations = "hardwareComponentType:Hardware_Component_Type",
  },
  Hardware_Component_Type = { int = "id typeParentId?", string = "keyName type" },

  Software_Component = {
    int = "hardwareId id",
    string = "manufacturerLicenseInstance",
    relations = SOFTWARE_RELATIONS,
  },
  Software_Component_OperatingSystem = { extends = "Software_Component" },
  Software_Component_ControlPanel = { extends = "Software_Component" },
  Software_Component_Password = {
    int = "id port softwareId",
    string = "notes password username",
    date = "createDate modifyDate",
    relations = "software:Software_Component sshKeys:*Security_Ssh_Key",
  },
  Software_AccountLicense = {
    int = "accountId",
    string = "capacity key units",
    relations = "account:Account billingItem:Billing_Item softwareDescription:Software_Description",
  },
  Software_VirtualLicense = {
    int = "accountId hardwareId? id ipAddressId? subnetId? virtualGuestId?",
    string = "ipAddress key",
    relations = [[account:Account billingItem:Billing_Item hostHardware:Hardware_Server
      ipAddressRecord:Network_Subnet_IpAddress softwareDescription:Software_Description subnet:Network_Subnet]],
  },
  Software_License = {
    int = "id softwareDescriptionId",
    relations = "account:Account softwareDescription:Software_Description",
  },
  Software_Description = {
    int = "controlPanel id operatingSystem upgradeSoftwareDescriptionId? upgradeSwDescId?",
    string = [[longDescription manufacturer name referenceCode requiredUser? version virtualLicense?
      virtualizationPlatform?]],
    relations = [[latestVersion:*Software_Description passwords:*Software_Component_Password
      products:*Product_Item softwareLicenses:*Software_License]],
  },
}
