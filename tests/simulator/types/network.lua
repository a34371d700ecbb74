-- VLANs, subnets, addresses, ports of servers, pods, bandwidth, security groups.
return {
  Network_Vlan = {
    int = "accountId id primarySubnetId vlanNumber",
    string = "fullyQualifiedName? name? note?",
    date = "modifyDate",
    relations = [[
      account:Account additionalPrimarySubnets:*Network_Subnet attachedNetworkGateway:Network_Gateway
      attachedNetworkGatewayFlag:boolean billingItem:Billing_Item datacenter:Location
      dedicatedFirewallFlag:int
      firewallGuestNetworkComponents:*Network_Component_Firewall
      firewallInterfaces:*Network_Firewall_Module_Context_Interface
      firewallNetworkComponents:*Network_Component_Firewall firewallRules:*Network_Vlan_Firewall_Rule
      guestNetworkComponents:*Virtual_Guest_Network_Component hardware:*Hardware
      highAvailabilityFirewallFlag:boolean localDiskStorageCapabilityFlag:boolean
      networkComponentTrunks:*Network_Component_Network_Vlan_Trunk networkComponents:*Network_Component
      networkVlanFirewall:Network_Vlan_Firewall +networkSpace:string podName:string primaryRouter:Hardware_Router
      primarySubnet:Network_Subnet primarySubnetVersion6:Network_Subnet primarySubnets:*Network_Subnet
      privateNetworkGateways:*Network_Gateway protectedIpAddresses:*Network_Subnet_IpAddress
      publicNetworkGateways:*Network_Gateway sanStorageCapabilityFlag:boolean secondaryRouter:Hardware
      secondarySubnets:*Network_Subnet subnets:*Network_Subnet tagReferences:*Tag_Reference
      totalPrimaryIpAddressCount:int type:Network_Vlan_Type virtualGuests:*Virtual_Guest]],
  },
  Network_Vlan_Type = { int = "id", string = "description keyName name" },
  Network_Vlan_Firewall = {
    int = "id",
    relations = [[billingItem:Billing_Item datacenter:Location firewallType:string fullyQualifiedDomainName:string
      networkVlan:Network_Vlan networkVlans:*Network_Vlan primaryIpAddress:string tagReferences:*Tag_Reference]],
  },
  Network_Vlan_Firewall_Rule = {
    int = [[destinationIpCidr destinationPortRangeEnd destinationPortRangeStart id orderValue sourceIpCidr version]],
    string = [[action destinationIpAddress destinationIpSubnetMask notes protocol sourceIpAddress
      sourceIpSubnetMask status]],
  },
  Network_Firewall_Module_Context_Interface = { int = "id", string = "name" },
  Network_Component_Firewall = {
    int = "guestNetworkComponentId id networkComponentId",
    string = "status",
    relations = [[billingItem:Billing_Item guestNetworkComponent:Virtual_Guest_Network_Component
      networkComponent:Network_Component subnets:*Network_Subnet]],
  },
  Network_Gateway = {
    int = "accountId groupNumber id privateIpAddressId privateVlanId publicIpAddressId publicVlanId statusId",
    string = "name networkSpace?",
    relations = [[account:Account networkFirewall:Network_Vlan_Firewall networkFirewallFlag:boolean
      insideVlans:*Network_Gateway_Vlan members:*Network_Gateway_Member
      privateIpAddress:Network_Subnet_IpAddress publicIpAddress:Network_Subnet_IpAddress
      privateVlan:Network_Vlan publicVlan:Network_Vlan status:Network_Gateway_Status]],
  },
  Network_Gateway_Member = {
    int = "hardwareId id networkGatewayId priority",
    relations = "hardware:Hardware networkGateway:Network_Gateway",
  },
  Network_Gateway_Status = { string = "description keyName name" },
  Network_Gateway_Vlan = {
    int = "id networkGatewayId networkVlanId",
    boolean = "bypassFlag",
    relations = "networkGateway:Network_Gateway networkVlan:Network_Vlan",
  },

  Network_Subnet = {
    int = "cidr id networkVlanId? version",
    string = [[broadcastAddress? gateway? netmask networkIdentifier note? sortOrder subnetType totalIpAddresses
      usableIpAddressCount]],
    boolean = "isCustomerOwned isCustomerRoutable",
    date = "modifyDate",
    relations = [[
      account:Account activeTransaction:Provisioning_Version1_Transaction addressSpace:string
      allowedHost:Network_Storage_Allowed_Host allowedNetworkStorage:*Network_Storage
      allowedNetworkStorageReplicas:*Network_Storage billingItem:Billing_Item boundDescendants:*Network_Subnet
      boundRouterFlag:boolean boundRouters:*Hardware children:*Network_Subnet datacenter:Location_Datacenter
      descendants:*Network_Subnet displayLabel:string endPointIpAddress:Network_Subnet_IpAddress
      globalIpRecord:Network_Subnet_IpAddress_Global hardware:*Hardware ipAddresses:*Network_Subnet_IpAddress
      networkComponent:Network_Component networkComponentFirewall:Network_Component_Firewall
      networkVlan:Network_Vlan podName:string protectedIpAddresses:*Network_Subnet_IpAddress
      reverseDomain:Dns_Domain roleKeyName:string roleName:string routingTypeKeyName:string
      routingTypeName:string tagReferences:*Tag_Reference unboundDescendants:*Network_Subnet
      utilizedIpAddressCount:int virtualGuests:*Virtual_Guest]],
  },
  Network_Subnet_IpAddress = {
    int = "id subnetId",
    string = "ipAddress note?",
    boolean = "isBroadcast isGateway isNetwork isReserved",
    relations = [[
      allowedHost:Network_Storage_Allowed_Host allowedNetworkStorage:*Network_Storage
      allowedNetworkStorageReplicas:*Network_Storage endpointSubnets:*Network_Subnet
      guestNetworkComponent:Virtual_Guest_Network_Component
      guestNetworkComponentBinding:Virtual_Guest_Network_Component_IpAddress hardware:Hardware
      networkComponent:Network_Component privateNetworkGateway:Network_Gateway
      publicNetworkGateway:Network_Gateway remoteManagementNetworkComponent:Network_Component
      +subnet:Network_Subnet virtualGuest:Virtual_Guest]],
  },
  Network_Subnet_IpAddress_Version6 = { extends = "Network_Subnet_IpAddress" },
  Network_Subnet_IpAddress_Global = {
    int = "destinationIpAddressId? id ipAddressId typeId?",
    string = "description?",
    relations = [[account:Account activeTransaction:Provisioning_Version1_Transaction billingItem:Billing_Item
      destinationIpAddress:Network_Subnet_IpAddress ipAddress:Network_Subnet_IpAddress]],
  },

  Network_Component = {
    int = "hardwareId id maxSpeed networkVlanId? port speed",
    string = "duplexModeId? ipmiIpAddress? ipmiMacAddress? macAddress name primaryIpAddress? status",
    date = "modifyDate",
    relations = [[
      downlinkComponent:Network_Component duplexMode:Network_Component_Duplex_Mode hardware:Hardware
      highAvailabilityFirewallFlag:boolean ipAddressBindings:*Network_Component_IpAddress
      ipAddresses:*Network_Subnet_IpAddress networkComponentFirewall:Network_Component_Firewall
      networkComponentGroup:Network_Component_Group networkHardware:*Hardware networkVlan:Network_Vlan
      networkVlanTrunks:*Network_Component_Network_Vlan_Trunk networkVlansTrunkable:*Network_Vlan
      primaryIpAddressRecord:Network_Subnet_IpAddress primarySubnet:Network_Subnet
      primaryVersion6IpAddressRecord:Network_Subnet_IpAddress redundancyCapableFlag:boolean
      redundancyEnabledFlag:boolean remoteManagementUsers:*Hardware_Component_RemoteManagement_User router:Hardware
      storageNetworkFlag:boolean subnets:*Network_Subnet uplinkComponent:Network_Component]],
  },
  Network_Component_Duplex_Mode = { string = "description keyname name" },
  Network_Component_Group = {
    int = "groupTypeId id",
    string = "membersDescription?",
    relations = "networkComponents:*Network_Component",
  },
  Network_Component_IpAddress = {
    int = "ipAddressId",
    string = "type",
    relations = "ipAddress:Network_Subnet_IpAddress networkComponent:Network_Component",
  },
  Network_Component_Network_Vlan_Trunk = {
    int = "networkComponentId networkVlanId",
    relations = "networkComponent:Network_Component networkVlan:Network_Vlan",
  },

  Network_Pod = {
    int = "backendRouterId datacenterId frontendRouterId",
    string = [[backendRouterName closureAnnounced? datacenterLongName datacenterName frontendRouterName name]],
    relations = "backendRouter:Hardware_Router_Backend capabilities:*string frontendRouter:Hardware_Router_Frontend",
  },
  Network_Bandwidth_Version1_Allotment = {
    int = "accountId bandwidthAllotmentTypeId id locationGroupId? serviceProviderId?",
    string = "name",
    date = "createDate endDate?",
    relations = [[account:Account activeDetails:*Network_Bandwidth_Version1_Allotment_Detail
      averageDailyPublicBandwidthUsage:float bareMetalInstances:*Hardware
      metricTrackingObject:Metric_Tracking_Object metricTrackingObjectId:int
      billingCyclePublicBandwidthUsage:Network_Bandwidth_Usage billingItem:Billing_Item hardware:*Hardware
      inboundPublicBandwidthUsage:float locationGroup:Location_Group outboundPublicBandwidthUsage:float
      projectedPublicBandwidthUsage:float totalBandwidthAllocated:int virtualGuests:*Virtual_Guest]],
  },
  Network_Bandwidth_Version1_Allotment_Detail = {
    int = "allocationId bandwidthAllotmentId id",
        date = "effectiveDate endEffectiveDate",
    relations = [[allocation:Network_Bandwidth_Version1_Allocation
      bandwidthAllotment:Network_Bandwidth_Version1_Allotment]],
  },
  Network_Bandwidth_Version1_Allocation = {
    int = "id",
    float = "amount",
    relations = "allotmentDetail:Network_Bandwidth_Version1_Allotment_Detail billingItem:Billing_Item",
  },
  Network_Bandwidth_Usage = {
    float = "amountIn amountOut",
    int = "bandwidthUsageDetailTypeId",
    relations = "type:Network_Bandwidth_Version1_Usage_Detail_Type",
  },
  Network_Bandwidth_Version1_Usage_Detail_Type = { string = "alias" },

  Network_SecurityGroup = {
    int = "id",
    string = "description name",
    date = "createDate modifyDate",
    relations = [[account:Account
      networkComponentBindings:*Virtual_Network_SecurityGroup_NetworkComponentBinding
      orderBindings:*Network_SecurityGroup_OrderBinding rules:*Network_SecurityGroup_Rule]],
  },
  Network_SecurityGroup_OrderBinding = {
    int = "id resourceId securityGroupId",
    date = "createDate",
    relations = "securityGroup:Network_SecurityGroup",
  },
  Network_SecurityGroup_Rule = {
    int = "id portRangeMax portRangeMin remoteGroupId securityGroupId",
    string = "direction ethertype protocol remoteIp",
    date = "createDate modifyDate",
    relations = "remoteGroup:Network_SecurityGroup securityGroup:Network_SecurityGroup",
  },

  Network_Service_Resource = {
    int = "id",
    string = "backendIpAddress frontendIpAddress? name",
    relations = [[apiHost:string apiPassword:string apiPath:string apiPort:string apiProtocol:string
      apiUsername:string apiVersion:string datacenter:Location networkDevice:Hardware sshUsername:string
      +type:Network_Service_Resource_Type]],
  },
  Network_Service_Resource_Type = { string = "type" },
}
