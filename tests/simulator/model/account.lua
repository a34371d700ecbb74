-- What an account's getters show: the world's objects, as far as this user may see them.

local world = require "slsim.world"

local IMAGE = "Virtual_Guest_Block_Device_Template_Group"

local function listed(kind, matches)
  return function(account, call)
    return world.listed(kind, call, function(object)
      return object.accountId == account.id and (not matches or matches(object))
    end)
  end
end

local function guests_billed(hourly)
  return listed("Virtual_Guest", function(guest) return guest.hourlyBillingFlag == hourly end)
end

local function volumes(...)
  local kinds = {}
  for _, name in ipairs { ... } do kinds[name] = true end
  return listed("Network_Storage", function(volume) return kinds[volume.nasType] end)
end

local function addresses(space)
  return listed("Network_Subnet_IpAddress", function(ip) return ip.subnet.addressSpace == space end)
end

local function globals(version)
  return listed("Network_Subnet_IpAddress_Global", function(record)
    return not version or record.ipAddress.subnet.version == version
  end)
end

local function open(ticket) return ticket.statusId == 1001 end

world.derive("Account", {
  virtualGuests = listed("Virtual_Guest"),
  hourlyVirtualGuests = guests_billed(true),
  monthlyVirtualGuests = guests_billed(false),
  hardware = listed("Hardware"),
  hourlyBareMetalInstances = listed("Hardware", function(machine) return machine.hourlyBillingFlag end),
  bareMetalInstances = listed("Hardware", function(machine) return machine.bareMetalInstanceFlag == 1 end),
  sshKeys = listed("Security_Ssh_Key"),
  networkVlans = listed("Network_Vlan"),
  publicNetworkVlans = listed("Network_Vlan", function(vlan) return vlan.networkSpace == "PUBLIC" end),
  privateNetworkVlans = listed("Network_Vlan", function(vlan) return vlan.networkSpace == "PRIVATE" end),
  subnets = listed("Network_Subnet"),
  publicSubnets = listed("Network_Subnet", function(subnet) return subnet.addressSpace == "PUBLIC" end),
  privateSubnets = listed("Network_Subnet", function(subnet) return subnet.addressSpace == "PRIVATE" end),
  publicIpAddresses = addresses "PUBLIC",
  privateIpAddresses = addresses "PRIVATE",
  globalIpRecords = globals(),
  globalIpv4Records = globals(4),
  globalIpv6Records = globals(6),
  networkStorage = listed("Network_Storage", function(volume) return volume.nasType ~= "SNAPSHOT" end),
  iscsiNetworkStorage = volumes("ISCSI"),
  nasNetworkStorage = volumes("NAS"),
  blockDeviceTemplateGroups = listed(IMAGE),
  privateBlockDeviceTemplateGroups = listed(IMAGE, function(image) return not image.parentId end),
  virtualDiskImages = listed("Virtual_Disk_Image"),
  portableStorageVolumes = listed("Virtual_Disk_Image", function(image) return image.__portable end),
  openCancellationRequests = listed("Billing_Item_Cancellation_Request",
    function(request) return request.status.keyName ~= "COMPLETE" end),
  upgradeRequests = listed("Product_Upgrade_Request"),
  users = listed("User_Customer"),
  masterUser = function(account) return world.find("User_Customer",
    function(u) return u.accountId == account.id end) end,
  orders = listed("Billing_Order"),
  allBillingItems = listed("Billing_Item", function(item) return not item.cancellationDate end),
  allTopLevelBillingItems = listed("Billing_Item", function(item) return not item.cancellationDate
    and not item.parent end),
  nextInvoiceTopLevelBillingItems = listed("Billing_Item", function(item) return not item.cancellationDate
    and not item.parent end),
  activeQuotes = listed("Billing_Order_Quote"),
  tickets = listed("Ticket"),
  openTickets = listed("Ticket", open),
  closedTickets = listed("Ticket", function(ticket) return not open(ticket) end),
  tags = listed("Tag"),
  domains = listed("Dns_Domain"),
  securityGroups = listed("Network_SecurityGroup"),
  dedicatedHosts = listed("Virtual_DedicatedHost"),
  placementGroups = listed("Virtual_PlacementGroup"),
  reservedCapacityGroups = listed("Virtual_ReservedCapacityGroup"),
  routers = function() return world.all("Hardware_Router") end,
  balance = function() return "0" end,
  datacentersWithSubnetAllocations = function(account, call)
    local found, seen = {}, {}
    for _, subnet in ipairs(listed("Network_Subnet")(account, call)) do
      if subnet.datacenter and not seen[subnet.datacenter] then
        seen[subnet.datacenter] = true
        found[#found + 1] = subnet.datacenter
      end
    end
    return found
  end,
})

world.derive("User_Customer", {
  isMasterUserFlag = function(user)
    return user == world.find("User_Customer", function(other) return other.accountId == user.accountId end)
  end,
  virtualGuests = function(user)
    return world.select("Virtual_Guest", function(guest) return world.may_see(user, guest) end)
  end,
  hardware = function(user)
    return world.select("Hardware", function(machine) return world.may_see(user, machine) end)
  end,
})
