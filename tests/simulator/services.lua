-- The services that have a source below services/; --guesses reads them all.

return {
  "Account", "Billing_Item", "Billing_Item_Cancellation_Request", "Billing_Item_Virtual_Guest", "Billing_Order",
  "Billing_Order_Quote", "Dns_Domain", "Dns_Domain_ResourceRecord", "Dns_Domain_ResourceRecord_AType",
  "Dns_Domain_ResourceRecord_MxType", "Dns_Domain_ResourceRecord_SrvType", "Event_Log", "Location",
  "Location_Datacenter", "Metric_Tracking_Object", "Network_Pod", "Network_SecurityGroup", "Network_Storage",
  "Network_Storage_Allowed_Host", "Network_Storage_Iscsi", "Network_Storage_Nas", "Network_Subnet",
  "Network_Subnet_IpAddress", "Network_Vlan", "Notification_Occurrence_Event", "Product_Item_Price", "Product_Order",
  "Product_Package", "Product_Package_Preset", "Product_Upgrade_Request", "Provisioning_Version1_Transaction",
  "Search", "Security_Ssh_Key", "Tag", "Ticket", "Ticket_Subject", "User_Customer",
  "User_Customer_CustomerPermission_Permission", "Virtual_DedicatedHost", "Virtual_Disk_Image", "Virtual_Guest",
  "Virtual_Guest_Block_Device", "Virtual_Guest_Block_Device_Template_Group", "Virtual_Guest_Network_Component",
  "Virtual_PlacementGroup", "Virtual_PlacementGroup_Rule", "Virtual_ReservedCapacityGroup",
  "Virtual_ReservedCapacityGroup_Instance",
}
