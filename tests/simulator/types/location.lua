-- Locations and their groups and regions, DNS.
return {
  Location = {
    int = "id statusId",
    string = "longName name",
    relations = [[
      account:Account billDate:string bnppCompliantFlag:boolean euCompliantFlag:boolean groups:*Location_Group
      hardwareFirewalls:*Hardware locationAddress:Account_Address locationStatus:Location_Status pathString:string
      priceGroups:*Location_Group regions:*Location_Region timezone:Locale_Timezone]],
  },
  Location_Datacenter = {
    extends = "Location",
    relations = [[
      backendHardwareRouters:*Hardware boundSubnets:*Network_Subnet frontendHardwareRouters:*Hardware
      hardwareRouters:*Hardware regionalGroup:Location_Group_Regional routableBoundSubnets:*Network_Subnet]],
  },
  Location_Status = { int = "id", string = "status" },
  Location_Group = {
    int = "id locationGroupTypeId securityLevelId?",
    string = "description name",
    relations = "locationGroupType:Location_Group_Type locations:*Location",
  },
  Location_Group_Pricing = { extends = "Location_Group", relations = "prices:*Product_Item_Price" },
  Location_Group_Regional = {
    extends = "Location_Group",
    relations = "datacenters:*Location preferredDatacenter:Location_Datacenter",
  },
  Location_Group_Location_CrossReference = {
    int = "locationGroupId locationId priority",
    relations = "location:Location locationGroup:Location_Group",
  },
  Location_Group_Type = { string = "name" },
  Location_Region = {
    int = "sortOrder",
    string = "description keyname",
    relations = "+location:Location_Region_Location locations:*Location_Region_Location",
  },
  Location_Region_Location = {
    int = "locationId?",
    relations = "+location:Location +locationPackageDetails:*Product_Package_Locations regions:*Location_Region",
  },

  Dns_Domain = {
    int = "id serial",
    string = "name",
    date = "updateDate",
    relations = [[account:Account managedResourceFlag:boolean resourceRecords:*Dns_Domain_ResourceRecord
      secondary:Dns_Secondary]],
  },
  Dns_Domain_ResourceRecord = {
    int = "domainId expire id minimum mxPriority refresh retry ttl",
    string = "data host responsiblePerson type",
    relations = "domain:Dns_Domain",
  },
  Dns_Domain_ResourceRecord_AType = { extends = "Dns_Domain_ResourceRecord" },
  Dns_Domain_ResourceRecord_MxType = { extends = "Dns_Domain_ResourceRecord" },
  Dns_Domain_ResourceRecord_SrvType = {
    extends = "Dns_Domain_ResourceRecord",
    int = "port priority weight",
    string = "protocol service",
  },
  Dns_Secondary = {
    int = "accountId id statusId transferFrequency",
    string = "masterIpAddress statusText zoneName",
    date = "createDate lastUpdate",
    relations = "account:Account domain:Dns_Domain",
  },
}
