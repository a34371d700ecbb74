-- Virtual guests and what belongs to them: disks, network components, images, hosts, groups.
return {
  Virtual_Guest = {
    int = [[accountId deviceStatusId? id lastPowerStateId maxCpu maxMemory placementGroupId? startCpus
      statusId typeId?]],
    string = [[domain fullyQualifiedDomainName hostname maxCpuUnits notes? postInstallScriptUri? uuid?]],
    boolean = "dedicatedAccountHostOnlyFlag",
    date = [[createDate lastVerifiedDate metricPollDate modifyDate provisionDate? reclaimDate?]],
    relations = [[
      account:Account accountOwnedPoolFlag:boolean activeTickets:*Ticket
      activeTransaction:Provisioning_Version1_Transaction activeTransactions:*Provisioning_Version1_Transaction
      allowedHost:Network_Storage_Allowed_Host allowedNetworkStorage:*Network_Storage
      allowedNetworkStorageReplicas:*Network_Storage attributes:*Virtual_Guest_Attribute
      averageDailyPrivateBandwidthUsage:float averageDailyPublicBandwidthUsage:float
      backendNetworkComponents:*Virtual_Guest_Network_Component backendRouters:*Hardware bandwidthAllocation:float
      bandwidthAllotmentDetail:Network_Bandwidth_Version1_Allotment_Detail
      billingCycleBandwidthUsage:*Network_Bandwidth_Usage billingCyclePrivateBandwidthUsage:Network_Bandwidth_Usage
      billingCyclePublicBandwidthUsage:Network_Bandwidth_Usage billingItem:Billing_Item_Virtual_Guest
      blockCancelBecauseDisconnectedFlag:boolean blockDevices:*Virtual_Guest_Block_Device
      blockDeviceTemplateGroup:Virtual_Guest_Block_Device_Template_Group consoleIpAddressFlag:boolean
      controlPanel:Software_Component datacenter:Location dedicatedHost:Virtual_DedicatedHost
      deviceStatus:Device_Status evaultNetworkStorage:*Network_Storage
      frontendNetworkComponents:*Virtual_Guest_Network_Component frontendRouters:Hardware
      +globalIdentifier:string gpuCount:int gpuType:string hardwareFunctionDescription:string host:Virtual_Host
      hourlyBillingFlag:boolean inboundPrivateBandwidthUsage:float inboundPublicBandwidthUsage:float
      internalTagReferences:*Tag_Reference lastKnownPowerState:Virtual_Guest_Power_State
      lastOperatingSystemReload:Provisioning_Version1_Transaction lastTransaction:Provisioning_Version1_Transaction
      localDiskFlag:boolean location:Location +managedResourceFlag:boolean metricTrackingObject:Metric_Tracking_Object
      metricTrackingObjectId:int monitoringServiceComponent:Network_Monitor_Version1_Query_Host_Stratum
      monitoringServiceEligibilityFlag:boolean networkComponents:*Virtual_Guest_Network_Component
      networkMonitors:*Network_Monitor_Version1_Query_Host networkStorage:*Network_Storage
      networkVlans:*Network_Vlan openCancellationTicket:Ticket
      operatingSystem:Software_Component_OperatingSystem operatingSystemReferenceCode:string orderedPackageId:string
      outboundPrivateBandwidthUsage:float outboundPublicBandwidthUsage:float overBandwidthAllocationFlag:int
      pendingMigrationFlag:boolean placementGroup:Virtual_PlacementGroup powerState:Virtual_Guest_Power_State
      +primaryBackendIpAddress:string primaryBackendNetworkComponent:Virtual_Guest_Network_Component
      +primaryIpAddress:string primaryNetworkComponent:Virtual_Guest_Network_Component privateNetworkOnlyFlag:boolean
      projectedOverBandwidthAllocationFlag:int projectedPublicBandwidthUsage:float
      regionalGroup:Location_Group_Regional reservedCapacityGroup:Virtual_ReservedCapacityGroup
      reservedCapacityGroupFlag:boolean reservedCapacityGroupInstance:Virtual_ReservedCapacityGroup_Instance
      scaledFlag:boolean serverRoom:Location softwareComponents:*Software_Component sshKeys:*Security_Ssh_Key
      +status:Virtual_Guest_Status tagReferences:*Tag_Reference transientGuestFlag:boolean
      transientWebhookURI:Virtual_Guest_Attribute type:Virtual_Guest_Type upgradeRequest:Product_Upgrade_Request
      userData:*Virtual_Guest_Attribute users:*User_Customer virtualRackId:int virtualRackName:string
      virtualRack:Network_Bandwidth_Version1_Allotment]],
  },
  Virtual_Guest_Attribute = {
    string = "value",
    relations = "guest:Virtual_Guest +type:Virtual_Guest_Attribute_Type",
  },
  Virtual_Guest_Attribute_Type = { string = "keyname name" },
  Virtual_Guest_Power_State = { string = "description? keyName name" },
  Virtual_Guest_Status = { string = "keyName name" },
  Virtual_Guest_Type = { int = "id", string = "keyName name" },

  Virtual_Guest_Network_Component = {
    int = "guestId id maxSpeed networkId port speed",
    string = "macAddress name status uuid",
    date = "createDate modifyDate",
    relations = [[
      guest:Virtual_Guest highAvailabilityFirewallFlag:boolean
      ipAddressBindings:*Virtual_Guest_Network_Component_IpAddress
      networkVlan:Network_Vlan +primaryIpAddress:string primaryIpAddressRecord:Network_Subnet_IpAddress
      primarySubnet:Network_Subnet primaryVersion6IpAddressRecord:Network_Subnet_IpAddress router:Hardware_Router
      securityGroupBindings:*Virtual_Network_SecurityGroup_NetworkComponentBinding subnets:*Network_Subnet]],
  },
  Virtual_Guest_Network_Component_IpAddress = {
    int = "ipAddressId port",
    string = "type",
    relations = "ipAddress:Network_Subnet_IpAddress networkComponent:Virtual_Guest_Network_Component",
  },
  Virtual_Network_SecurityGroup_NetworkComponentBinding = {
    int = "id networkComponentId securityGroupId",
    relations = "networkComponent:Virtual_Guest_Network_Component securityGroup:Network_SecurityGroup",
  },

  Virtual_Guest_Block_Device = {
    int = "bootableFlag diskImageId guestId hotPlugFlag id statusId",
    string = "device mountMode mountType uuid",
    date = "createDate modifyDate",
    relations = "diskImage:Virtual_Disk_Image guest:Virtual_Guest status:Virtual_Guest_Block_Device_Status",
  },
  Virtual_Guest_Block_Device_Status = { string = "keyName name" },
  Virtual_Disk_Image = {
    int = "capacity id parentId storageRepositoryId typeId",
    string = "checksum? description name units uuid",
    date = "createDate modifyDate",
    relations = [[
      billingItem:Billing_Item_Virtual_Disk_Image blockDevices:*Virtual_Guest_Block_Device
      bootableVolumeFlag:boolean cloudInitFlag:boolean coalescedDiskImages:*Virtual_Disk_Image
      copyOnWriteFlag:boolean diskFileExtension:string importedDiskType:string isEncrypted:boolean
      localDiskFlag:boolean metadataFlag:boolean softwareReferences:*Virtual_Disk_Image_Software
      sourceDiskImage:Virtual_Disk_Image storageRepository:Virtual_Storage_Repository supportedHardware:string
      templateBlockDevice:Virtual_Guest_Block_Device_Template type:Virtual_Disk_Image_Type]],
  },
  Virtual_Disk_Image_Software = {
    int = "id softwareDescriptionId",
    relations = [[diskImage:Virtual_Disk_Image passwords:*Virtual_Disk_Image_Software_Password
      softwareDescription:Software_Description]],
  },
  Virtual_Disk_Image_Software_Password = {
    string = "password username",
    relations = "software:Virtual_Disk_Image_Software",
  },
  Virtual_Disk_Image_Type = { string = "description keyName name" },
  Virtual_Storage_Repository = {
    int = "id",
    float = "capacity",
    string = "description name units",
    relations = [[account:Account billingItem:Billing_Item datacenter:Location diskImages:*Virtual_Disk_Image
      guests:*Virtual_Guest publicFlag:int publicImageBaseline:int type:Virtual_Storage_Repository_Type]],
  },
  Virtual_Storage_Repository_Type = { string = "description keyName name" },

  Virtual_Guest_Block_Device_Template = {
    int = "diskImageId groupId id",
    float = "diskSpace",
    string = "device units",
    relations = "diskImage:Virtual_Disk_Image group:Virtual_Guest_Block_Device_Template_Group",
  },
  Virtual_Guest_Block_Device_Template_Group = {
    int = "accountId id parentId publicFlag statusId transactionId userRecordId",
    string = "name note? summary?",
    date = "createDate",
    relations = [[
      account:Account accountReferences:*Virtual_Guest_Block_Device_Template_Group_Accounts
      blockDevices:*Virtual_Guest_Block_Device_Template blockDevicesDiskSpaceTotal:float byolFlag:boolean
      children:*Virtual_Guest_Block_Device_Template_Group datacenter:Location datacenters:*Location
      firstChild:Virtual_Guest_Block_Device_Template_Group flexImageFlag:boolean +globalIdentifier:string
      imageType:Virtual_Disk_Image_Type imageTypeKeyName:string nextGenFlag:boolean
      parent:Virtual_Guest_Block_Device_Template_Group region:Network_Service_Resource
      regions:*Network_Service_Resource sshKeys:*Security_Ssh_Key
      status:Virtual_Guest_Block_Device_Template_Group_Status storageRepository:Virtual_Storage_Repository
      tagReferences:*Tag_Reference transaction:Provisioning_Version1_Transaction]],
  },
  Virtual_Guest_Block_Device_Template_Group_Accounts = {
    int = "accountId groupId",
    date = "createDate",
    relations = "account:Account group:Virtual_Guest_Block_Device_Template_Group",
  },
  Virtual_Guest_Block_Device_Template_Group_Status = { string = "description keyName name" },

  Virtual_Host = {
    int = "accountId hardwareId id",
    string = "description name uuid",
    boolean = "enabledFlag",
    date = "createDate modifyDate",
    relations = "account:Account guests:*Virtual_Guest hardware:Hardware",
  },
  Virtual_DedicatedHost = {
    int = "accountId cpuCount diskCapacity id memoryCapacity",
    string = "name notes?",
    date = "createDate modifyDate",
    relations = [[account:Account allocationStatus:Container_Virtual_DedicatedHost_AllocationStatus
      backendRouter:Hardware_Router_Backend billingItem:Billing_Item_Virtual_DedicatedHost datacenter:Location
      guests:*Virtual_Guest internalTagReferences:*Tag_Reference pciDevices:*Virtual_Host_PciDevice
      tagReferences:*Tag_Reference]],
  },
  Virtual_Host_PciDevice = {
    int = "id hostId",
    string = "name uuid",
    relations = "guest:Virtual_Guest host:Virtual_Host",
  },
  Container_Virtual_DedicatedHost_AllocationStatus = {
    int = "cpuAllocated cpuAvailable cpuCount diskAllocated diskAvailable diskCapacity guestCount " ..
      "memoryAllocated memoryAvailable memoryCapacity",
  },

  Virtual_PlacementGroup = {
    int = "accountId backendRouterId id ruleId",
    string = "name",
    date = "createDate modifyDate",
    relations = [[account:Account backendRouter:Hardware_Router_Backend guests:*Virtual_Guest
      rule:Virtual_PlacementGroup_Rule]],
  },
  Virtual_PlacementGroup_Rule = { int = "id", string = "keyName name" },
  Virtual_ReservedCapacityGroup = {
    int = "accountId backendRouterId id instancesCount",
    string = "name",
    date = "createDate modifyDate",
    relations = [[account:Account availableInstances:*Virtual_ReservedCapacityGroup_Instance
      backendRouter:Hardware_Router_Backend instances:*Virtual_ReservedCapacityGroup_Instance
      occupiedInstances:*Virtual_ReservedCapacityGroup_Instance]],
  },
  Virtual_ReservedCapacityGroup_Instance = {
    int = "guestId id reservedCapacityGroupId",
    date = "createDate modifyDate?",
    relations = [[billingItem:Billing_Item guest:Virtual_Guest reservedCapacityGroup:Virtual_ReservedCapacityGroup]],
  },
}
