-- The packages that virtual guests are ordered from: CLOUD_SERVER (46) and PUBLIC_CLOUD_SERVER (835,
-- flavours as presets).

local catalogue = require "slsim.model.catalogue"
local guess     = require "slsim.guess"
local world     = require "slsim.world"

guess("[G]", "sizes offered: 1 to 56 cores, 1 to 242 GB of memory, and the flavours of the families B1, BL1, "
  .. "BL2, C1, M1")

guess("[G]", "every flavour with a SAN disk may be transient; the suspend and transient packages (ids and types) have the "
  .. "flavours of 835; what is ordered from the transient package is transient")

local computing = {}

computing.CORES = { 1, 2, 4, 8, 12, 16, 32, 56 }
computing.MEMORY = { 1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64, 128, 242 }
local LOCAL_FIRST, SAN_FIRST = { 25, 100 }, { 25, 100 }
local LOCAL_MORE = { 25, 100, 150, 200, 300 }
local SAN_MORE = { 10, 20, 25, 30, 40, 50, 75, 100, 125, 150, 175, 200, 250, 300, 350, 400, 500, 750, 1000, 1500, 2000 }

local OTHERS = [[
port_speed|10_MBPS_PUBLIC_PRIVATE_NETWORK_UPLINKS|10 Mbps Public & Private Network Uplinks|10|Mbps|0|0
port_speed|100_MBPS_PUBLIC_PRIVATE_NETWORK_UPLINKS|100 Mbps Public & Private Network Uplinks|100|Mbps|.01|10
port_speed|1_GBPS_PUBLIC_PRIVATE_NETWORK_UPLINKS|1 Gbps Public & Private Network Uplinks|1000|Mbps|.02|20
port_speed|10_MBPS_PRIVATE_NETWORK_UPLINK|10 Mbps Private Network Uplink|10|Mbps|0|0
port_speed|100_MBPS_PRIVATE_NETWORK_UPLINK|100 Mbps Private Network Uplink|100|Mbps|0|0
port_speed|1_GBPS_PRIVATE_NETWORK_UPLINK|1 Gbps Private Network Uplink|1000|Mbps|0|0
bandwidth|BANDWIDTH_0_GB_2|0 GB Bandwidth|0|GB|0|0
bandwidth|BANDWIDTH_250_GB|250 GB Bandwidth|250|GB||0
pri_ip_addresses|1_IP_ADDRESS|1 IP Address|1|IPs|0|0
pri_ipv6_addresses|1_IPV6_ADDRESS|1 IPv6 Address|1|IPs|0|0
remote_management|REBOOT_REMOTE_CONSOLE|Reboot / Remote Console||N/A|0|0
vpn_management|UNLIMITED_SSL_VPN_USERS_1_PPTP_VPN_USER_PER_ACCOUNT|Unlimited SSL VPN Users|||0|0
vulnerability_scanner|NESSUS_VULNERABILITY_ASSESSMENT_REPORTING|Nessus Vulnerability Assessment & Reporting|||0|0
monitoring|MONITORING_HOST_PING|Host Ping|||0|0
notification|NOTIFICATION_EMAIL_AND_TICKET|Email and Ticket|||0|0
response|AUTOMATED_NOTIFICATION|Automated Notification|||0|0
]]

computing.SYSTEMS = {
  { "UBUNTU_16_64", "Ubuntu Linux 16.04 LTS Xenial Xerus Minimal Install (64 bit)", "16.04 LTS" },
  { "UBUNTU_18_64", "Ubuntu Linux 18.04 LTS Bionic Beaver Minimal Install (64 bit)", "18.04 LTS" },
  { "UBUNTU_20_64", "Ubuntu Linux 20.04 LTS Focal Fossa Minimal Install (64 bit)", "20.04 LTS" },
  { "UBUNTU_22_64", "Ubuntu Linux 22.04 LTS Jammy Jellyfish Minimal Install (64 bit)", "22.04 LTS" },
  { "CENTOS_7_64", "CentOS 7.x - Minimal Install (64 bit)", "7.x" },
  { "DEBIAN_10_64", "Debian GNU/Linux 10.x buster/Stable - Minimal Install (64 bit)", "10.x" },
}
computing.LATEST = { UBUNTU_LATEST_64 = "UBUNTU_20_64", UBUNTU_LATEST = "UBUNTU_20_64", CENTOS_LATEST_64 = "CENTOS_7_64",
  CENTOS_LATEST = "CENTOS_7_64", DEBIAN_LATEST_64 = "DEBIAN_10_64", DEBIAN_LATEST = "DEBIAN_10_64" }

local REQUIRED = { guest_core = true, ram = true, os = true, guest_disk0 = true, port_speed = true, bandwidth = true,
  pri_ip_addresses = true, remote_management = true }

local function fee(amount) return (("%.3f"):format(amount):gsub("%.?0+$", ""):gsub("^0%.", ".")) end

local function add_sizes(package)
  local lines = {}
  for _, cores in ipairs(computing.CORES) do
    local public = fee(cores * .025)
    lines[#lines + 1] = ("guest_core|GUEST_CORES_%d|%d x 2.0 GHz or higher Core%s|%d||%s|%s"):format(
      cores, cores, cores > 1 and "s" or "", cores, public, fee(cores * 16))
    lines[#lines + 1] = ("guest_core|GUEST_PRIVATE_CORES_%d|%d x 2.0 GHz Core%s (Dedicated)|%d||%s|%s"):format(
      cores, cores, cores > 1 and "s" or "", cores, fee(cores * .05), fee(cores * 32))
  end
  for _, gigabytes in ipairs(computing.MEMORY) do
    lines[#lines + 1] = ("ram|RAM_%d_GB|%d GB|%d|GB|%s|%s"):format(
      gigabytes, gigabytes, gigabytes, fee(gigabytes * .012), fee(gigabytes * 7))
  end
  catalogue.add_lines(package, table.concat(lines, "\n"))
end

local function add_disks(package, sizes, codes, kind)
  local lines = {}
  for _, size in ipairs(sizes) do
    lines[#lines + 1] = ("%s|GUEST_DISK_%d_GB_%s|%d GB (%s)|%d|GB|%s|%s"):format(
      codes, size, kind, size, kind, size, fee(size * .0001), fee(size * .08))
  end
  catalogue.add_lines(package, table.concat(lines, "\n"))
end

local function add_systems(package)
  for _, system in ipairs(computing.SYSTEMS) do
    local software = world.create("Software_Description", {
      name = system[1]:match("^%a+"), version = system[3], longDescription = system[2], manufacturer = "Simulated",
      referenceCode = system[1], operatingSystem = 1, virtualLicense = 0 })
    local item = catalogue.add_item(package, { keyName = "OS_" .. system[1], description = system[2], capacity = "0",
      units = "N/A", category = catalogue.category("os"), software = software })
    catalogue.add_price(package, item, { catalogue.category("os") }, { hourly = "0", monthly = "0" })
  end
end

local FAMILIES = {
  B1 = { { 1, 2 }, { 1, 4 }, { 2, 4 }, { 2, 8 }, { 4, 8 }, { 4, 16 }, { 8, 16 }, { 8, 32 }, { 16, 32 }, { 16, 64 } },
  BL1 = { { 1, 2 }, { 2, 4 }, { 4, 8 } }, BL2 = { { 1, 2 }, { 2, 4 }, { 4, 8 } },
  C1 = { { 1, 1 }, { 2, 2 }, { 4, 4 }, { 8, 8 } }, M1 = { { 1, 8 }, { 2, 16 }, { 4, 32 } },
}

local function flavor_price(package, code, matches)
  return (assert(catalogue.price(package, code, matches), code))
end

local function add_flavor(package, family, cores, memory, disk)
  local kind = family:find("^BL") and "LOCAL" or "SAN"
  local function sized(capacity) return function(item) return item.capacity == tostring(capacity) end end
  local preset = world.create("Product_Package_Preset", {
    keyName = ("%s_%dX%dX%d"):format(family, cores, memory, disk), isActive = "1", packageId = package.id,
      package = package,
    name = ("%s.%dx%dx%d"):format(family, cores, memory, disk), description = ("%s.%dx%dx%d"):format(family, cores,
      memory, disk),
    computeGroup = nil, locations = {}, lowestPresetServerPrice = nil,
    totalMinimumHourlyFee = fee(cores * .025 + memory * .012), totalMinimumRecurringFee = fee(cores * 16 + memory * 7),
    __cores = cores, __memory = memory, __disk = disk, __local = kind == "LOCAL" })
  preset.prices = {
    flavor_price(package, "guest_core", sized(cores)), flavor_price(package, "ram", sized(memory)),
    flavor_price(package, "guest_disk0", function(item)
      return item.capacity == tostring(disk) and item.description:find(kind, 1, true) ~= nil
    end) }
  package.activePresets[#package.activePresets + 1] = preset
end

local function add_flavors(package)
  for _, family in ipairs { "B1", "BL1", "BL2", "C1", "M1" } do
    for _, size in ipairs(FAMILIES[family]) do
      for _, disk in ipairs { 25, 100 } do add_flavor(package, family, size[1], size[2], disk) end
    end
  end
end

local VSI, SUSPEND, TRANSIENT = { 9, "VIRTUAL_SERVER_INSTANCE" }, { 29, "SUSPEND_CLOUD_SERVER" }, { 30,
  "TRANSIENT_CLOUD_SERVER" }

function computing.seed()
  for _, fields in ipairs {
    { id = 46, keyName = "CLOUD_SERVER", name = "Cloud Server", type = VSI },
    { id = 835, keyName = "PUBLIC_CLOUD_SERVER", name = "Public Cloud Server", type = VSI, __flavors = true },
    { id = 1001, keyName = "SUSPEND_CLOUD_SERVER", name = "Suspend Cloud Server", type = SUSPEND, __flavors = true },
    { id = 1091, keyName = "TRANSIENT_CLOUD_SERVER", name = "Transient Cloud Server", type = TRANSIENT, __flavors = true },
  } do
    fields.type = world.value("Product_Package_Type", { id = fields.type[1], keyName = fields.type[2], name = fields.type[2] })
    fields.__required = REQUIRED
    local package = catalogue.add_package(fields)
    add_sizes(package)
    add_systems(package)
    add_disks(package, LOCAL_FIRST, "guest_disk0", "LOCAL")
    add_disks(package, SAN_FIRST, "guest_disk0", "SAN")
    add_disks(package, LOCAL_MORE, "guest_disk1", "LOCAL")
    add_disks(package, SAN_MORE, "guest_disk1+guest_disk2+guest_disk3+guest_disk4", "SAN")
    catalogue.add_lines(package, OTHERS)
    if fields.__flavors then add_flavors(package) end
  end
  -- slcli takes the price of an IPv6 address from here whatever it orders.
  table.insert(catalogue.price(catalogue.package "PUBLIC_CLOUD_SERVER", "pri_ipv6_addresses", function() return true end).packages,
    catalogue.package "CLOUD_SERVER")
end

--- Whether a guest of that flavour may be transient.
function computing.may_be_transient(preset) return not preset.__local end

---@return table? preset
function computing.flavor(key_name)
  for _, preset in ipairs(catalogue.package("PUBLIC_CLOUD_SERVER").activePresets) do
    if preset.keyName == key_name then return preset end
  end
end

---@return table? price of the operating system with that reference code
function computing.system_price(package, code)
  code = computing.LATEST[code] or code
  return catalogue.price(package, "os", function(item)
    return item.softwareDescription and item.softwareDescription.referenceCode == code
  end)
end

return computing
