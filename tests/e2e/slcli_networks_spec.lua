-- Subnets, addresses and their routes as slcli shows and changes them.
local slcli = require "support.slcli"

local function address_of(client)
  local guest = client.sim:api("SoftLayer_Virtual_Guest/" .. client.known.guest, "primaryIpAddress")
  client.known.address = guest.primaryIpAddress
end

describe("slcli", function()
  slcli.scenario("notes and tags subnets and their addresses", {
    { "subnet list -d lon02 --subnet-type SECONDARY_ON_VLAN --network-space PRIVATE", "Portable", "10.112.166.0/26", "lon02.bcr01a" },
    { "subnet list --subnet-type GLOBAL_IP", "Global", "Unrouted", "1410021" },
    { "subnet detail 1410001", "SECONDARY_ON_VLAN", "printer 1", "lon02", "usable ips", "5" },
    { "subnet edit-ip 10.112.166.20 --note bosh:vm-1" },
    { "subnet lookup 10.112.166.20", "10.112.166.0/26", "255.255.255.192", "10.112.166.1", "SECONDARY_ON_VLAN",
      record = "id%s+(9%d+)" },
    { "subnet detail 10.112.166.0/26", "bosh:vm-1" },
    { "subnet edit-ip $record --note again" },
    { "subnet detail 10.112.166.0/26", "again", without = "bosh:vm-1" },
    { "subnet edit 1410001 --note kept --tags bosh,manual", "successfully" },
    { "subnet list -d lon02", "kept", "manual" },
  })

  slcli.scenario("routes static and global addresses", {
    { "vs create -H r1 -D example.com -d lon02 -o UBUNTU_LATEST_64 --billing hourly -c 1 -m 1024 --san", "r1" },
    400,
    { "vs list", "r1", guest = "(%d+)%s+r1" },
    address_of,
    { "subnet route 1410011 --target vsi --target-resource $guest", "Route updated successfully" },
    { "!subnet route 1410011 --target vsi --target-resource $guest", "not ready" },
    100,
    { "subnet list -d lon02 --subnet-type STATIC_IP_ROUTED", "Static", "$address", "lon02.fcr01a" },
    { "!subnet route 1410011 --target ip --target-resource $address", "Failed to route the subnet" },
    { "!subnet route 1410012 --target ip --target-resource $address", "invalid or unknown" },
    { "subnet clear-route 1410011", "routes will be updated in one or two minutes" },
    100,
    { "!subnet clear-route 1410011", "Failed to clear the route" },
    { "globalip list", "82001", "No" },
    { "globalip assign 1410021 --target ip --target-id $address" }, -- slcli 6.1.4 takes the subnet's id
    100,
    { "globalip list --ip-version v4", "82001", "Yes", "$address (r1.example.com)" },
    { "globalip unassign 82001" },
    100,
    { "globalip list", "82001", "No", without = "$address" },
  })
end)
