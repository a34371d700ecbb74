-- Block and file storage, snapshots, schedules, and the hosts that may mount them.
local HOST_RELATIONS = [[
  assignedGroups:*Network_Storage_Group assignedReplicationVolumes:*Network_Storage
  assignedVolumes:*Network_Storage credential:Network_Storage_Credential sourceSubnet:string
  subnetsInAcl:*Network_Subnet]]

return {
  Network_Storage = {
    int = "accountId capacityGb guestId hardwareId hostId id serviceProviderId",
    string = "nasType password? storageTypeId username",
    boolean = "upgradableFlag",
    date = "createDate",
    relations = [[
      account:Account accountPassword:Account_Password activeTransactions:*Provisioning_Version1_Transaction
      allowDisasterRecoveryFailback:string allowDisasterRecoveryFailover:string allowedHardware:*Hardware
      allowedIpAddresses:*Network_Subnet_IpAddress allowedReplicationHardware:*Hardware
      allowedReplicationIpAddresses:*Network_Subnet_IpAddress allowedReplicationSubnets:*Network_Subnet
      allowedReplicationVirtualGuests:*Virtual_Guest allowedSubnets:*Network_Subnet
      allowedVirtualGuests:*Virtual_Guest billingItem:Billing_Item billingItemCategory:Product_Item_Category
      bytesUsed:string creationScheduleId:string credentials:*Network_Storage_Credential
      dailySchedule:Network_Storage_Schedule dependentDuplicate:string dependentDuplicates:*Network_Storage
      events:*Network_Storage_Event failbackNotAllowed:string failoverNotAllowed:string
      fileNetworkMountAddress:string fixReplicationCurrentStatus:string hardware:Hardware
      hasEncryptionAtRest:boolean hourlySchedule:Network_Storage_Schedule intervalSchedule:Network_Storage_Schedule
      iops:string isConvertToIndependentTransactionInProgress:boolean isDependentDuplicateProvisionCompleted:boolean
      isInDedicatedServiceResource:boolean isReadyForSnapshot:boolean isReadyToMount:boolean
      iscsiLuns:*Network_Storage iscsiReplicatingVolume:Network_Storage iscsiTargetIpAddresses:*string lunId:string
      manualSnapshots:*Network_Storage mountableFlag:string moveAndSplitStatus:string originalSnapshotName:string
      originalVolumeName:string originalVolumeSize:string osType:Network_Storage_Iscsi_OS_Type osTypeId:string
      parentPartnerships:*Network_Storage_Partnership parentVolume:Network_Storage
      partnerships:*Network_Storage_Partnership permissionsGroups:*Network_Storage_Group
      properties:*Network_Storage_Property provisionedIops:string replicatingLuns:*Network_Storage
      replicatingVolume:Network_Storage replicationEvents:*Network_Storage_Event
      replicationPartners:*Network_Storage replicationSchedule:Network_Storage_Schedule replicationStatus:string
      schedules:*Network_Storage_Schedule serviceResource:Network_Service_Resource
      +notes:string +serviceResourceBackendIpAddress:string +serviceResourceName:string snapshotCapacityGb:string
      snapshotCreationTimestamp:string snapshotDeletionThresholdPercentage:string
      snapshotNotificationStatus:string snapshotSizeBytes:string snapshotSpaceAvailable:string
      snapshots:*Network_Storage staasVersion:string storageGroups:*Network_Storage_Group storageTierLevel:string
      storageType:Network_Storage_Type totalBytesUsed:string totalScheduleSnapshotRetentionCount:int
      vendorName:string virtualGuest:Virtual_Guest volumeDuplicateStatus:string
      volumeHistory:*Network_Storage_History volumeStatus:string weeklySchedule:Network_Storage_Schedule]],
  },
  Network_Storage_Iscsi = { extends = "Network_Storage" },
  Network_Storage_Nas = { extends = "Network_Storage" },
  Network_Storage_Replicant = {
    extends = "Network_Storage",
    relations = "failbackInProgressFlag:string volumeName:string",
  },
  Network_Storage_Snapshot = {
    extends = "Network_Storage",
    relations = "creationSchedule:Network_Storage_Schedule volumeName:string",
  },
  Network_Storage_Allowed_Host = {
    int = "accountId? credentialId id resourceTableId",
    string = "name resourceTableName",
    relations = HOST_RELATIONS,
  },
  Network_Storage_Allowed_Host_Hardware = {
    extends = "Network_Storage_Allowed_Host",
    relations = "account:Account resource:Hardware",
  },
  Network_Storage_Allowed_Host_IpAddress = {
    extends = "Network_Storage_Allowed_Host",
    relations = "account:Account resource:Network_Subnet_IpAddress",
  },
  Network_Storage_Allowed_Host_Subnet = {
    extends = "Network_Storage_Allowed_Host",
    relations = "account:Account resource:Network_Subnet",
  },
  Network_Storage_Allowed_Host_VirtualGuest = {
    extends = "Network_Storage_Allowed_Host",
    relations = "account:Account resource:Virtual_Guest",
  },
  Network_Storage_Credential = {
    int = "id nasCredentialTypeId",
    string = "accountId password username",
    date = "createDate modifyDate",
    relations = [[account:Account networkStorageAllowedHosts:Network_Storage_Allowed_Host
      type:Network_Storage_Credential_Type volumes:*Network_Storage]],
  },
  Network_Storage_Credential_Type = {
    string = "description keyName name",
    date = "createDate modifyDate",
  },
  Network_Storage_Event = {
    int = "scheduleId typeId volumeId",
    string = "message",
    date = "createDate",
    relations = "schedule:Network_Storage_Schedule volume:Network_Storage",
  },
  Network_Storage_Group = {
    int = "accountId groupTypeId id osTypeId serviceResourceId",
    string = "alias",
    date = "createDate modifyDate",
    relations = [[account:Account allowedHosts:*Network_Storage_Allowed_Host attachedVolumes:*Network_Storage
      groupType:Network_Storage_Group_Type osType:Network_Storage_Iscsi_OS_Type
      serviceResource:Network_Service_Resource]],
  },
  Network_Storage_Group_Type = { int = "id", string = "keyName name" },
  Network_Storage_History = {
    string = "notes password username",
    date = "createDate",
    relations = "account:Account nasVolume:Network_Storage",
  },
  Network_Storage_Iscsi_OS_Type = { int = "id", string = "description keyName name", date = "createDate" },
  Network_Storage_Partnership = {
    int = "partnerVolumeId volumeId",
    date = "createDate modifyDate",
    relations = [[partnerVolume:Network_Storage type:Network_Storage_Partnership_Type volume:Network_Storage]],
  },
  Network_Storage_Partnership_Type = { string = "description keyname name" },
  Network_Storage_Property = {
    int = "volumeId",
    string = "value",
    date = "createDate modifyDate",
    relations = "type:Network_Storage_Property_Type volume:Network_Storage",
  },
  Network_Storage_Property_Type = { string = "description keyname name" },
  Network_Storage_Schedule = {
    int = "active id partnershipId typeId volumeId",
    string = "dayOfMonth dayOfWeek hour minute monthOfYear name retentionCount",
    date = "createDate modifyDate",
    relations = [[events:*Network_Storage_Event partnership:Network_Storage_Partnership
      properties:*Network_Storage_Schedule_Property replicaSnapshots:*Network_Storage snapshots:*Network_Storage
      type:Network_Storage_Schedule_Type volume:Network_Storage]],
  },
  Network_Storage_Schedule_Property = {
    int = "id scheduleId typeId",
    string = "value",
    date = "createDate modifyDate",
    relations = "schedule:Network_Storage_Schedule type:Network_Storage_Schedule_Property_Type",
  },
  Network_Storage_Schedule_Property_Type = { int = "id", string = "description keyname name" },
  Network_Storage_Schedule_Type = { int = "id", string = "description keyname name" },
  Network_Storage_Type = {
    int = "id",
    string = "description keyName",
    relations = "volumes:*Network_Storage",
  },
  Container_Network_Storage_NetworkConnectionInformation = { string = "id ipAddress storageType" },
}
