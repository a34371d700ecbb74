-- The account, its users and their permissions.
return {
  Account = {
    int = "accountStatusId brandId id isReseller lateFeeProtectionFlag resellerLevel",
    string = [[address1 address2 alternatePhone? brandKeyName city companyName country email faxPhone? firstName
      lastName officePhone postalCode state]],
    boolean = "accountManagedResourcesFlag claimedTaxExemptTxFlag",
    date = "createDate modifyDate statusDate",
    relations = [[
      accountLinks:*Account_Link accountStatus:Account_Status
      activeAccountLicenses:*Software_AccountLicense activeBillingAgreement:Account_Agreement
      activeQuotes:*Billing_Order_Quote activeReservedCapacityAgreements:*Account_Agreement
      activeVirtualLicenses:*Software_VirtualLicense
      addresses:*Account_Address allBillingItems:*Billing_Item allTopLevelBillingItems:*Billing_Item
      allTopLevelBillingItemsUnfiltered:*Billing_Item
      bandwidthAllotments:*Network_Bandwidth_Version1_Allotment bareMetalInstances:*Hardware balance:string
      billingInfo:Billing_Info blockDeviceTemplateGroups:*Virtual_Guest_Block_Device_Template_Group
      closedTickets:*Ticket currentUser:User_Customer datacentersWithSubnetAllocations:*Location
      dedicatedHosts:*Virtual_DedicatedHost domains:*Dns_Domain domainsWithoutSecondaryDnsRecords:*Dns_Domain
      evaultNetworkStorage:*Network_Storage globalIpRecords:*Network_Subnet_IpAddress_Global
      globalIpv4Records:*Network_Subnet_IpAddress_Global globalIpv6Records:*Network_Subnet_IpAddress_Global
      hardware:*Hardware hourlyBareMetalInstances:*Hardware hourlyServiceBillingItems:*Billing_Item
      hourlyVirtualGuests:*Virtual_Guest hubNetworkStorage:*Network_Storage invoices:*Billing_Invoice
      iscsiNetworkStorage:*Network_Storage latestRecurringInvoice:Billing_Invoice masterUser:User_Customer
      monthlyBareMetalInstances:*Hardware monthlyVirtualGuests:*Virtual_Guest nasNetworkStorage:*Network_Storage
      networkGateways:*Network_Gateway networkHardware:*Hardware networkStorage:*Network_Storage
      networkStorageGroups:*Network_Storage_Group networkVlans:*Network_Vlan
      nextInvoiceTopLevelBillingItems:*Billing_Item nextInvoiceTotalAmount:float
      nextInvoiceZeroFeeItemCounts:*Product_Item_Category openAbuseTickets:*Ticket openAccountingTickets:*Ticket
      openBillingTickets:*Ticket openCancellationRequests:*Billing_Item_Cancellation_Request openTickets:*Ticket
      openOtherTickets:*Ticket openSalesTickets:*Ticket
      openSupportTickets:*Ticket openTechnicalTickets:*Ticket orders:*Billing_Order pendingInvoice:Billing_Invoice
      placementGroups:*Virtual_PlacementGroup
      portableStorageVolumes:*Virtual_Disk_Image
      privateBlockDeviceTemplateGroups:*Virtual_Guest_Block_Device_Template_Group
      privateIpAddresses:*Network_Subnet_IpAddress
      privateNetworkVlans:*Network_Vlan privateSubnets:*Network_Subnet publicIpAddresses:*Network_Subnet_IpAddress
      publicNetworkVlans:*Network_Vlan publicSubnets:*Network_Subnet
      quotes:*Billing_Order_Quote recentEvents:*Notification_Occurrence_Event
      reservedCapacityGroups:*Virtual_ReservedCapacityGroup routers:*Hardware securityGroups:*Network_SecurityGroup
      securityScanRequests:*Ticket serviceBillingItems:*Billing_Item
      sharedBlockDeviceTemplateGroups:*Virtual_Guest_Block_Device_Template_Group sshKeys:*Security_Ssh_Key
      sslVpnUsers:*User_Customer standardPoolVirtualGuests:*Virtual_Guest subnets:*Network_Subnet tags:*Tag
      tickets:*Ticket ticketsClosedInTheLastThreeDays:*Ticket ticketsClosedToday:*Ticket
      upgradeRequests:*Product_Upgrade_Request users:*User_Customer
      virtualDedicatedRacks:*Network_Bandwidth_Version1_Allotment
      virtualDiskImages:*Virtual_Disk_Image virtualGuests:*Virtual_Guest
      virtualGuestsOverBandwidthAllocation:*Virtual_Guest virtualPrivateRack:Network_Bandwidth_Version1_Allotment
      virtualStorageArchiveRepositories:*Virtual_Storage_Repository
      virtualStoragePublicRepositories:*Virtual_Storage_Repository]],
  },
  Account_Address = {
    int = "accountId id locationId ",
    string = "address1 address2? city contactName? country description postalCode state",
    relations = "account:Account location:Location",
  },
  Account_Agreement = {
    int = "accountId? agreementTypeId id statusId",
    string = "title",
    boolean = "autoRenew",
    date = "effectiveDate cancellationDate?",
    relations = "account:Account billingItems:*Billing_Item",
  },
  Account_Link = { int = "accountId id serviceProviderId", string = "destinationAccountAlphanumericId" },
  Account_Password = { int = "accountId id typeId", string = "notes? password username" },
  Account_Status = { int = "id", string = "name" },
  Billing_Info = {
    int = "accountId id",
    date = "createDate modifyDate",
    relations = "account:Account",
  },

  User_Customer = {
    int = "accountId id localeId parentId permissionSystemVersion? timezoneId userStatusId",
    string = [[address1 address2? alternatePhone? city companyName country displayName email firstName iamId?
      iamAuthorizationStatus? lastName officePhone openIdConnectUserName? postalCode savedId? state
      username]],
    boolean = [[daylightSavingsTimeFlag? denyAllResourceAccessOnCreateFlag? managedByFederationFlag?
      pptpVpnAllowedFlag? secondaryLoginManagementFlag? secondaryLoginRequiredFlag? sslVpnAllowedFlag?
      vpnManualConfig?]],
    date = "createDate modifyDate? passwordExpireDate? statusDate?",
    relations = [[
      account:Account additionalEmails:*User_Customer_AdditionalEmail
      apiAuthenticationKeys:*User_Customer_ApiAuthentication childUsers:*User_Customer closedTickets:*Ticket
      dedicatedHosts:*Virtual_DedicatedHost externalBindingCount:int hardware:*Hardware
      hasFullDedicatedHostAccessFlag:boolean hasFullHardwareAccessFlag:boolean hasFullVirtualGuestAccessFlag:boolean
      isMasterUserFlag:boolean loginAttempts:*User_Customer_Access_Authentication
      managedByOpenIdConnectFlag:boolean openTickets:*Ticket parent:User_Customer
      permissions:*User_Customer_CustomerPermission_Permission roles:*User_Permission_Role
      sshKeys:*Security_Ssh_Key successfulLogins:*User_Customer_Access_Authentication tickets:*Ticket
      timezone:Locale_Timezone unsuccessfulLogins:*User_Customer_Access_Authentication
      userStatus:User_Customer_Status virtualGuests:*Virtual_Guest]],
  },
  Container_User_Customer_Portal_Token = { int = "userId", string = "hash", relations = "user:User_Customer" },
  User_Customer_AdditionalEmail = { string = "email" },
  User_Customer_Access_Authentication = {
    int = "userId",
    string = "ipAddress username",
    boolean = "successFlag",
    date = "createDate",
  },
  User_Customer_ApiAuthentication = {
    int = "id userId",
    string = "authenticationKey ipAddressRestriction?",
  },
  User_Customer_CustomerPermission_Permission = { string = "key keyName name" },
  User_Customer_Status = { int = "id", string = "keyName name" },
  User_Permission_Role = {
    int = "accountId id systemFlag",
    string = "description name",
    boolean = "newUserDefaultFlag",
    date = "createDate modifyDate?",
  },
  Locale_Timezone = { int = "id", string = "longName name offset shortName" },
}
