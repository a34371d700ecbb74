-- SoftLayer's own command line client at work on block and file volumes of slsim.
local slcli = require "support.slcli"

local function guest(client)
  client.known.guest = ("%d"):format(client.sim:api("SoftLayer_Virtual_Guest/createObject", nil, { {
    hostname = "m1", domain = "example.com",
    startCpus = 1, maxMemory = 1024, hourlyBillingFlag = true, localDiskFlag = false, datacenter = { name = "dal13" },
    operatingSystemReferenceCode = "UBUNTU_LATEST_64" } }).id)
end

local function old_volume(client)
  client.known.old = ("%d"):format(client.sim:ask("POST", "volume", { package = 222, size = 100, iops = 500 }).id)
end

local function address(client)
  local record = client.sim:api("SoftLayer_Network_Subnet_IpAddress/getByIpAddress", "id,subnet.id", { "10.112.39.10" })
  client.known.subnet = ("%d"):format(record.subnet.id)
end

local BLOCK = "block volume-order --os-type LINUX --location dal13 "
local ORDER = { "Order #", "placed successfully!" }

local function ordered(words, name, ...)
  return { words, ORDER[1], ORDER[2], ..., [name] = "Order #(%d+)" }
end

local block = {
  guest, old_volume, address,
  { "block volume-list", "IBM01SEL278444-1", "PERFORMANCE" },
  { "block volume-options", "READHEAVY_TIER", "100_499_GBS", "DALLAS13", "20_GB_PERFORMANCE_STORAGE_SPACE" },
  { "block volume-limits", "global", "700" },
  ordered(BLOCK .. "--storage-type performance --size 100 --iops 1000 --snapshot-size 20", "first", "100 GBs",
    "1000 IOPS", "20 GB Storage Space (Snapshot Space)"),
  ordered(BLOCK .. "--storage-type endurance --size 40 --tier 2 --billing hourly", "second", "2 IOPS per GB"),
  { "!" .. BLOCK .. "--storage-type performance --size 100 --iops 6500", "Could not find price for iops" },
  { "!" .. BLOCK .. "--storage-type performance --size 100 --iops 150", "multiple of 100" },
  { "!" .. BLOCK .. "--storage-type endurance --size 5000 --tier 10", "Could not find price" },
  { "!block volume-order --os-type LINUX --location nowhere --storage-type endurance --size 40 --tier 2", "datacenter" },
  { "block volume-list --order $first", "username", without = "IBM01SEL278444" },
  40,
  { "block volume-list --order $first", "IBM01SEL278444-", volume = "\n%s*(%d+)%s+IBM01SEL" },
  { "block volume-detail $volume", "100GB", "Volume Provisioning", "Active Transactions" },
  { "!block access-authorize $volume -v $guest", "A Volume Provisioning is currently in progress on volume" },
  { "!block snapshot-create $volume", "please try again after Volume Provisioning is complete" },
  55,
  { "!block access-authorize $volume -v $guest", "not yet ready for mount" },
  400,
  { "block volume-list --storage-type endurance", "ENDURANCE", "dal13", endurance = "\n%s*(%d+)%s+IBM01SEL" },
  { "block volume-detail $endurance", "READHEAVY_TIER", "40GB" },
  { "block volume-detail $volume", "1000", "dal13", "LUN Id", "Snapshot Capacity", "20" },
  { "block volume-count", "dal13", "3" },
  { "block access-list $volume", "host_iqn", without = "iqn." },
  { "block access-authorize $volume -v $guest", "were authorized to access $volume" },
  { "!block access-authorize $volume -v $guest", "already authorized" },
  { "block access-list $volume", "m1.example.com", "iqn.2005-05.com.softlayer:IBM01SU278444-V", "IBM01SU278444-V$guest",
    access = "(%d+)%s*\n" },
  { "block access-password $access --password Strong-Password-1", "Password updated" },
  { "block access-list $volume", "Strong-Password-1" },
  { "block access-authorize $volume --ip-address 10.112.39.10", "were authorized" },
  { "block access-list $volume", "10.112.39.10", "IBM01SU278444-I" },
  { "block access-revoke $volume --ip-address 10.112.39.10", "was revoked" },
  { "vs storage $guest", "IBM01SEL278444-" },
  { "block volume-set-lun-id $volume 7", "is reporting LUN ID 7" },
  { "!block snapshot-create $endurance", "no snapshot space" },
  { "block snapshot-order $endurance --capacity 20 --tier 2", ORDER[1], "20 GB Storage Space (Snapshot Space)",
    "PENDING_AUTO_APPROVAL" },
  { "!block snapshot-order $old --capacity 20", "billing item category code of 'performance_storage_iscsi'" },
  70,
  { "block snapshot-order $endurance --capacity 40 --upgrade", ORDER[1] },
  70,
  { "block volume-detail $endurance", "Snapshot Capacity (GB)", "40" },
  { "block snapshot-create $volume -n before", "New snapshot created", snapshot = "id%s+(%d+)" },
  { "block snapshot-list $volume", "before", "72000" },
  { "block snapshot-restore $volume -s $snapshot", "is being restored using snapshot $snapshot" },
  { "!block snapshot-create $volume", "Snapshot Restore is currently in progress" },
  70,
  { "block snapshot-enable $volume --schedule-type WEEKLY --retention-count 3 --minute 10 --hour 4 --day-of-week MONDAY",
    "WEEKLY snapshots have been enabled" },
  { "block snapshot-schedule-list $volume", "WEEKLY", "10", "4", "3" },
  { "block snapshot-disable $volume --schedule-type WEEKLY", "WEEKLY snapshots have been disabled" },
  { "!block snapshot-disable $volume --schedule-type WEEKLY", "no WEEKLY snapshot schedule" },
  { "block snapshot-set-notification $volume --disable" },
  { "block snapshot-get-notification-status $volume", "Disabled" },
  { "block volume-modify $volume --new-size 200 --new-iops 2000", ORDER[1], "200 GBs" },
  6,
  { "block volume-detail $volume", "Volume Resize", "100GB" },
  70,
  { "block volume-detail $volume", "200GB", "2000" },
  { "!block volume-modify $volume --new-size 100", "cannot be made smaller" },
  { "!block volume-modify $old --new-size 250", "does not support Encryption at Rest" },
  { "block volume-modify $endurance --new-tier 4", ORDER[1], "4 IOPS per GB" },
  80,
  { "block volume-detail $endurance", "WRITEHEAVY_TIER" },
  { "block volume-duplicate $volume --origin-snapshot-id $snapshot --duplicate-size 250 --dependent-duplicate true",
    ORDER[1], copy = "Order #(%d+)" },
  130,
  { "block volume-list --order $copy", "250", copyid = "\n%s*(%d+)%s+IBM01SEL" },
  { "block volume-detail $copyid", "Original Volume Size", "200", "before" },
  { "!block volume-cancel $volume --immediate", "dependent duplicates" },
  { "block volume-convert $copyid" },
  70,
  { "block snapshot-delete $snapshot" },
  { "block snapshot-list $volume", without = "before" },
  { "block snapshot-cancel $volume --immediate", "snapshot cancellation" },
  { "!block snapshot-create $volume", "no snapshot space" },
  { "!block snapshot-cancel $volume", "No snapshot space found to cancel" },
  { "block volume-set-note $volume -n kept", "Set note successfully!" },
  { "block volume-detail $volume", "kept" },
  { "block replica-locations $volume", "Dallas 10", without = "Dallas 13" },
  { "block replica-partners $volume", without = "IBM01" },
  { "block access-revoke $volume -v $guest", "was revoked" },
  { "block access-list $volume", without = "iqn." },
  { "block access-authorize $endurance -v $guest" },
  { "vs cancel $guest" },
  { "block access-list $endurance", without = "iqn." },
  { "block volume-cancel $endurance", "has been marked" },
  { "!block volume-cancel $endurance", "already cancelled" },
  { "block volume-cancel $volume --immediate", "immediate cancellation" },
  { "block volume-list", "IBM01SEL278444-2" },
  700,
  { "block volume-list", without = "IBM01SEL278444-2" },
  { "!block volume-detail $volume", "Unable to find object with id of" },
}

local FILE = "file volume-order --location dal13 --storage-type endurance --size 40 --tier 4 --snapshot-size 5"

local file = {
  guest, address,
  { "file volume-options", "WRITEHEAVY_TIER", "FRANKFURT2" },
  { "file volume-limits", "global" },
  { FILE, ORDER[1], "File Storage", "5 GB Storage Space (Snapshot Space)" },
  { "file volume-order --location dal13 --storage-type performance --size 20 --iops 300 --service-offering performance",
    ORDER[1], "File Storage (Performance)" },
  500,
  { "file volume-list --storage-type endurance", "IBM02SEV278444_", volume = "\n%s*(%d+)%s+IBM02SEV" },
  { "file volume-count", "dal13", "2" },
  { "file volume-detail $volume", "WRITEHEAVY_TIER", ":/IBM02SEV278444_" },
  { "file access-authorize $volume -v $guest --subnet-id $subnet", "were authorized" },
  { "file access-list $volume", "m1.example.com", "SUBNET" },
  { "file access-revoke $volume -v $guest --subnet-id $subnet", "was revoked" },
  { "file snapshot-create $volume -n one", "New snapshot created", snapshot = "id%s+(%d+)" },
  { "file snapshot-list $volume", "one" },
  { "file snapshot-restore $volume -s $snapshot", "restored" },
  70,
  { "file snapshot-enable $volume --schedule-type DAILY --retention-count 2 --hour 3", "enabled" },
  { "file snapshot-schedule-list $volume", "DAILY" },
  { "file snapshot-disable $volume --schedule-type DAILY", "disabled" },
  { "file volume-modify $volume --new-size 60", ORDER[1] },
  80,
  { "file volume-detail $volume", "60GB" },
  { "file volume-duplicate $volume", ORDER[1] },
  { "file snapshot-order $volume --capacity 10 --upgrade", ORDER[1] },
  130,
  { "file snapshot-delete $snapshot" },
  { "file snapshot-cancel $volume --immediate", "snapshot cancellation" },
  { "file volume-set-note $volume -n kept", "Set note successfully!" },
  { "file replica-locations $volume", "Dallas 10" },
  { "file volume-cancel $volume --immediate", "immediate cancellation" },
  700,
  { "!file volume-detail $volume", "Unable to find object" },
}

describe("slcli", function()
  slcli.scenario("works through the life of block volumes", block)
  slcli.scenario("works through the life of file volumes", file)
end)
