-- The services that have a source below services/; --guesses reads them all.

return {
  "Account", "Billing_Item", "Billing_Item_Virtual_Guest", "Billing_Order", "Billing_Order_Quote", "Event_Log",
  "Location", "Location_Datacenter", "Network_Pod", "Network_SecurityGroup", "Network_Storage",
  "Network_Storage_Allowed_Host", "Network_Storage_Iscsi", "Network_Storage_Nas", "Network_Subnet",
  "Network_Subnet_IpAddress", "Network_Vlan", "Product_Item_Price", "Product_Order", "Product_Package",
  "Product_Package_Preset", "Product_Upgrade_Request", "Security_Ssh_Key", "Tag", "Ticket", "Ticket_Subject",
  "User_Customer", "Virtual_DedicatedHost", "Virtual_Guest", "Virtual_Guest_Block_Device_Template_Group",
  "Virtual_PlacementGroup", "Virtual_PlacementGroup_Rule", "Virtual_ReservedCapacityGroup",
}
