-- Network set-ups: what a request's networks become in the order and in the agent's settings, or why they are refused.
-- "Go:" marks those of the Go CPI's documentation and tests, and what it was known to do wrong.
local fake = require "lualib.fake"
local json = require "core.json"
local log = require "core.log"
local networks = require "bosh.networks"
local session = require "session"
local this = require "lualib.networks"

local BOTH = json.array { "dns", "gateway" }

local function with(settings, properties, default)
  settings.cloud_properties, settings.default = properties or {}, default
  return settings
end
local function dynamic(properties, default) return with({ type = "dynamic" }, properties, default) end
local function vlans(...) return dynamic { vlan_ids = json.array { ... } } end
local function manual(ip, properties, default) return with({ type = "manual", ip = ip }, properties, default) end
local function vip(ip) return with { type = "vip", ip = ip } end

-- The interfaces as SoftLayer set them up, and as the agent does.
local ETH0, ETH1 = "eth0 10.1.0.5/26", "eth1 169.45.1.5/27"
local VIA0, VIA1 = ETH0 .. " via 10.1.0.1", ETH1 .. " via 169.45.1.1"
local ASIS = " preconfigured"
local SERVICES = " 10.0.0.0/8>10.1.0.1 161.26.0.0/16>10.1.0.1"

-- Each row: what it is, the networks, then either the order and the agent's networks, or the error's text; the VM's own
-- properties beside these.
local rows = {
  { "Go: nothing named", { a = dynamic({}, BOTH) }, "", { a = VIA1 .. " for dns+gateway" .. ASIS } },
  { "Go: public VLAN first", { a = vlans(20, 10) }, "private 10, public 20", { a = VIA1 .. ASIS } },
  { "Go: private VLAN first overwrote the public one", { a = vlans(10, 20) }, "private 10, public 20", { a = VIA1 .. ASIS } },
  { "Go: private only broke its own routes", { a = vlans(10) }, "private 10, private only", { a = VIA0 .. ASIS } },
  { "Go: public only", { a = vlans(20) }, "A private network is required. Please check vlan_ids" },
  { "a VLAN named twice", { a = vlans(10, 10) }, "private 10, private only", { a = VIA0 .. ASIS } },
  { "Go: one private VLAN in two networks", { a = vlans(20, 10), b = vlans(10) }, "private 10, public 20",
    { a = VIA1 .. ASIS, b = VIA0 .. ASIS } },
  { "Go: a second public VLAN was ignored", { a = vlans(10, 20, 21) }, "Only one public VLAN is supported, but 20 and 21 are both" },
  { "a second public VLAN in another network", { a = vlans(10, 20), b = vlans(21) }, "Only one public VLAN is supported" },
  { "two private VLANs", { a = vlans(10, 11) }, "Only one private VLAN is supported, but 10 and 11 are both private" },
  { "a network for each side", { a = vlans(20), b = vlans(10) }, "private 10, public 20", { a = VIA1 .. ASIS, b = VIA0 .. ASIS } },
  { "Go: networks that name nothing were dropped", { a = vlans(10), b = dynamic() },
    "networks 'a' and 'b' are both dynamic and private" },
  { "two that name nothing", { a = dynamic(), b = dynamic() }, "networks 'a' and 'b' are both dynamic and public" },
  { "two dynamic ones on one side", { a = vlans(10), b = vlans(10) }, "networks 'a' and 'b' are both dynamic and private" },
  { "a VLAN that is not there", { a = vlans(19) }, "VLAN 19 not found" },
  { "a VLAN of another datacenter", { a = vlans(30) }, "VLAN 30 is in lon02, but the VM's datacenter is dal13" },
  { "VLANs of two pods", { a = vlans(10, 22) }, "VLAN 10 and VLAN 22 are in different pods (01 and 02)" },
  { "VLANs of one other pod", { a = vlans(12, 22) }, "private 12, public 22", { a = VIA1 .. ASIS } },
  { "Go: an unknown space", { a = vlans(40) }, "VLAN 40: unknown network space 'ODD'" },

  { "Go: subnets never worked", { a = dynamic { subnet_ids = { 100, 200 } } }, "private 10/100, public 20/200", { a = VIA1 .. ASIS } },
  { "an additional primary subnet alone", { a = dynamic { subnet_ids = { 101 } } }, "private 10/101, private only", { a = VIA0 .. ASIS } },
  { "a subnet and its VLAN", { a = dynamic { vlan_ids = { 10 }, subnet_ids = { 100 } } }, "private 10/100, private only",
    { a = VIA0 .. ASIS } },
  { "a subnet and a VLAN of the other side", { a = dynamic { vlan_ids = { 20 } }, b = dynamic { subnet_ids = { 101 } } },
    "private 10/101, public 20", { a = VIA1 .. ASIS, b = VIA0 .. ASIS } },
  { "a subnet and another VLAN", { a = dynamic { vlan_ids = { 11 }, subnet_ids = { 100 } } }, "Only one private VLAN is supported" },
  { "two subnets of a VLAN", { a = dynamic { subnet_ids = { 100, 101 } } }, "Only one private subnet is supported, but 100 and 101" },
  { "a public subnet only", { a = dynamic { subnet_ids = { 200 } } }, "A private network is required" },
  { "a portable subnet", { a = dynamic { subnet_ids = { 110 } } }, "subnet 110 is of type SECONDARY_ON_VLAN" },
  { "a subnet that is not there", { a = dynamic { subnet_ids = { 109 } } }, "subnet 109 not found" },
  { "a subnet of another datacenter", { a = dynamic { subnet_ids = { 130 } } }, "the VLAN of subnet 130 is in lon02" },

  { "VLANs of the VM itself", { a = dynamic() }, "private 10, public 20", { a = VIA1 .. ASIS },
    size = { private_vlan_id = 10, public_vlan_id = 20 } },
  { "the VM's public VLAN, the network's private one", { a = vlans(10) }, "private 10, public 20", { a = VIA0 .. ASIS },
    size = { public_vlan_id = 20 } },
  { "the VM's VLAN against the network's", { a = vlans(10) }, "Only one private VLAN is supported, but 11 and 10",
    size = { private_vlan_id = 11 } },
  { "private only by its flag", { a = dynamic() }, "private only", { a = VIA0 .. ASIS }, size = { private_network_only_flag = true } },
  { "private only, with a public VLAN", { a = vlans(10, 20) }, "private only (private_network_only_flag), but VLAN 20 is public",
    size = { private_network_only_flag = true } },

  { "Go: manual beside dynamic, whose alias had a random number",
    { a = dynamic({ vlan_ids = { 20, 10 } }, BOTH), b = manual("10.9.0.5"), c = manual("10.9.0.4") }, "private 10, public 20",
    { a = VIA1 .. " for gateway+dns", b = "eth0:0 10.9.0.5/28", c = "eth0:1 10.9.0.4/28", ["generated-private"] = ETH0 .. SERVICES } },
  { "manual alone", { a = manual("10.9.0.5", {}, BOTH) }, "private 10, private only",
    { a = "eth0:0 10.9.0.5/28 for dns", ["generated-private"] = VIA0 .. " for gateway" } },
  { "manual alone, with no word of a default", { a = manual "10.9.0.5" }, "private 10, private only",
    { a = "eth0:0 10.9.0.5/28 for dns", ["generated-private"] = VIA0 .. " for gateway" } },
  { "no type is manual", { a = { ip = "10.9.0.5", type = "" } }, "private 10, private only",
    { a = "eth0:0 10.9.0.5/28 for dns", ["generated-private"] = VIA0 .. " for gateway" } },
  { "manual on both sides", { a = manual "10.9.0.5", b = manual("169.46.0.5", {}, BOTH) }, "private 10, public 20",
    { a = "eth0:0 10.9.0.5/28", b = "eth1:0 169.46.0.5/28 for dns", ["generated-private"] = ETH0 .. SERVICES,
      ["generated-public"] = VIA1 .. " for gateway" } },
  { "manual on the public side only", { a = manual "169.46.0.5" }, "A private network is required" },
  { "manual beside a dynamic network that names nothing", { a = dynamic({}, BOTH), b = manual "10.9.0.5" }, "private 10, private only",
    { a = VIA0 .. " for gateway+dns", b = "eth0:0 10.9.0.5/28" } },
  { "the default route through the private side", { a = dynamic({ vlan_ids = { 20 } }, json.array { "dns" }),
    b = manual("10.9.0.5", {}, json.array { "gateway" }) }, "private 10, public 20",
    { a = ETH1 .. " for dns", b = "eth0:0 10.9.0.5/28", ["generated-private"] = VIA0 .. " for gateway" .. SERVICES } },
  { "manual with its VLANs", { a = manual("10.9.0.5", { vlan_ids = { 20, 10 } }) }, "private 10, public 20",
    { a = "eth0:0 10.9.0.5/28 for dns", ["generated-private"] = VIA0 .. " for gateway" .. SERVICES, ["generated-public"] = ETH1 } },
  { "manual of another VLAN", { a = manual("10.9.0.5", { vlan_ids = { 11 } }) }, "the address 10.9.0.5 is on VLAN 10, not on VLAN 11" },
  { "manual of another network's VLAN", { a = vlans(11), b = manual "10.9.0.5" }, "Only one private VLAN is supported, but 11 and 10" },
  { "manual with its subnet", { a = manual("10.9.0.5", { subnet_ids = { 110 } }) }, "private 10, private only",
    { a = "eth0:0 10.9.0.5/28 for dns", ["generated-private"] = VIA0 .. " for gateway" } },
  { "manual of another subnet", { a = manual("10.9.0.5", { subnet_ids = { 112 } }) },
    "the address 10.9.0.5 is in subnet 110, not in subnet 112" },
  { "manual of another datacenter", { a = manual "10.30.0.5" }, "the VLAN of 10.30.0.5 is in lon02" },
  { "manual of another pod", { a = vlans(20), b = manual "10.12.0.5" }, "VLAN 12 and VLAN 20 are in different pods" },
  { "manual of a primary subnet", { a = manual "10.1.0.9" }, "in a subnet of type PRIMARY, but only those of portable" },
  { "manual of a static subnet", { a = manual "169.47.0.1" }, "in a subnet of type STATIC_IP_ROUTED" },
  { "manual of no subnet", { a = manual "192.168.0.5" }, "no subnet of the account has the address 192.168.0.5" },
  { "the subnet's own address", { a = manual "10.9.0.0" }, "10.9.0.0 is its subnet's network address" },
  { "the gateway's address", { a = manual "10.9.0.1" }, "10.9.0.1 is its subnet's gateway address" },
  { "the broadcast address", { a = manual "10.9.0.15" }, "10.9.0.15 is its subnet's broadcast address" },
  { "a reserved address", { a = manual "10.9.0.2" }, "10.9.0.2 is its subnet's reserved address" },
  { "a guest's address", { a = manual "10.9.0.10" }, "the address 10.9.0.10 is in use by guest 5" },
  { "a server's address", { a = manual "10.9.0.11" }, "the address 10.9.0.11 is in use by server 6" },
  { "the address of a living VM of this director", { a = manual "10.9.0.12" }, "the address 10.9.0.12 is in use by VM 7" },
  { "the address of a VM of this director that is gone", { a = manual "10.9.0.13" }, "private 10, private only",
    { a = "eth0:0 10.9.0.13/28 for dns", ["generated-private"] = VIA0 .. " for gateway" } },
  { "an address that another director noted", { a = manual "10.9.0.14" }, "private 10, private only",
    { a = "eth0:0 10.9.0.14/28 for dns", ["generated-private"] = VIA0 .. " for gateway" },
    warns = "'bosh vm:7 director:other', is not ours" },
  { "an address that somebody noted", { a = manual "10.9.0.9" }, "private 10, private only",
    { a = "eth0:0 10.9.0.9/28 for dns", ["generated-private"] = VIA0 .. " for gateway" }, warns = "'the printer', is not ours" },

  { "Go: vips were not supported", { a = dynamic({ vlan_ids = { 10, 20 } }, BOTH), v = vip "169.47.0.1" }, "private 10, public 20",
    { a = VIA1 .. " for gateway+dns", v = "eth1:0 169.47.0.1/32", ["generated-private"] = ETH0 .. SERVICES } },
  { "a vip beside a network that names nothing", { a = dynamic({}, BOTH), v = vip "169.47.0.1" }, "",
    { a = VIA1 .. " for gateway+dns", v = "eth1:0 169.47.0.1/32", ["generated-private"] = ETH0 .. SERVICES } },
  { "a vip of a static subnet that leads nowhere", { a = dynamic({}, BOTH), v = vip "169.49.0.2" }, "",
    { a = VIA1 .. " for gateway+dns", v = "eth1:0 169.49.0.2/32", ["generated-private"] = ETH0 .. SERVICES } },
  { "vips and manual addresses have aliases in the order of their names",
    { a = manual "169.46.0.5", b = vip "169.47.0.1", c = manual("10.9.0.5", {}, BOTH), d = vip "169.49.0.2" }, "private 10, public 20",
    { a = "eth1:0 169.46.0.5/28", b = "eth1:1 169.47.0.1/32", c = "eth0:0 10.9.0.5/28 for dns", d = "eth1:2 169.49.0.2/32",
      ["generated-private"] = VIA0 .. " for gateway" .. SERVICES, ["generated-public"] = ETH1 } },
  { "a vip that is routed elsewhere", { a = dynamic(), v = vip "169.48.0.1" }, "the vip 169.48.0.1 is routed to 169.45.1.9" },
  { "a vip of a private VM", { a = vlans(10), v = vip "169.47.0.1" }, "network 'v': a vip needs a public interface" },
  { "a vip of a VM that is private by its flag", { a = dynamic(), v = vip "169.47.0.1" }, "a vip needs a public interface",
    size = { private_network_only_flag = true } },
  { "a vip of a portable subnet", { a = dynamic(), v = vip "169.46.0.5" }, "but a vip is a static or a global IP address" },
  { "a vip alone", { v = vip "169.47.0.1" }, "at least one network that is not of type vip" },

  { "Go: the legacy CPI's keys", { a = dynamic { PrimaryNetworkComponent = { NetworkVlan = { Id = 20 } },
    PrimaryBackendNetworkComponent = { NetworkVlan = { Id = 10, PrimarySubnetId = 101 } } } }, "private 10/101, public 20",
    { a = VIA1 .. ASIS } },
  { "Go: the legacy CPI's keys as paths", { a = dynamic { ["PrimaryNetworkComponent.NetworkVlan.Id"] = 20,
    ["PrimaryBackendNetworkComponent.NetworkVlan.Id"] = 10 } }, "private 10, public 20", { a = VIA1 .. ASIS } },
  { "Go: the legacy CPI's flag", { a = dynamic { PrivateNetworkOnlyFlag = true } }, "private only", { a = VIA0 .. ASIS } },
  { "Go: the legacy CPI's flag and a public VLAN", { a = dynamic { PrivateNetworkOnlyFlag = true, vlan_ids = { 20, 10 } } },
    "VLAN 20 is public" },
  { "keys in any case", { a = dynamic { vlanIds = { 10 }, subnetIDs = { 100 } } }, "private 10/100, private only", { a = VIA0 .. ASIS } },
}

local function plan_of(row)
  local size = { datacenter = "dal13" }
  for name, value in pairs(row.size or {}) do size[name] = value end
  local list, err = networks.read(row[2])
  if not list then return nil, nil, err end
  local plan
  plan, err = this.plan(list, size)
  return list, plan, err
end

describe("a VM's networks:", function()
  local warnings, warn
  before_each(function()
    local api = fake.api()
    this.answer(api)
    session.configure(function() return api.handle end)
    package.loaded["softlayer.user"] = nil
    log.level "off"
    warnings, warn = {}, log.warn
    log.warn = function(format, ...) warnings[#warnings + 1] = format:format(...) end
  end)
  after_each(function()
    log.warn = warn
    log.level "info"
  end)

  for _, row in ipairs(rows) do
    it(row[1], function()
      local list, plan, err = plan_of(row)
      if not row[4] then
        assert.is_nil(plan)
        assert.truthy(err.message:find(row[3], 1, true), err.message)
        return
      end
      assert.is_nil(err, err and err.message)
      assert.equal(row[3], this.order(plan))
      assert.same(row[4], this.agent(list, plan))
      assert.equal(row.warns and 1 or 0, #warnings)
      if row.warns then assert.truthy(warnings[1]:find(row.warns, 1, true), warnings[1]) end
    end)
  end

  it("at least thirty set-ups, each once", function()
    local seen = {}
    for _, row in ipairs(rows) do
      assert.is_nil(seen[row[1]], row[1])
      seen[row[1]] = true
    end
    assert.truthy(#rows >= 30)
  end)
end)
