-- bosh.networks: what a request says of its networks, before anything is asked. Whole set-ups are in networks_table_spec.
local json = require "core.json"
local log = require "core.log"
local networks = require "bosh.networks"

local function dynamic(properties) return { type = "dynamic", cloud_properties = properties } end
local function manual(ip, gateway, netmask) return { type = "manual", ip = ip, gateway = gateway, netmask = netmask } end

describe("networks", function()
  setup(function() log.level "off" end)
  teardown(function() log.level "info" end)

  it("are read in the order of their names, as they were sent", function()
    local b, a = dynamic { vlan_ids = { 2, 1 } }, dynamic { vlanIds = { 1 }, subnet_ids = { 5 }, other = { 1 } }
    local list = assert(networks.read { b = b, a = a })
    assert.same({ "a", "b" }, { list[1].name, list[2].name })
    assert.same({ { 1 }, { 5 }, { 2, 1 } }, { list[1].vlan_ids, list[1].subnet_ids, list[2].vlan_ids })
    assert.equal(a, list[1].settings)
  end)

  it("know which of them has the VM's gateway", function()
    local list = assert(networks.read { a = { type = "dynamic", default = json.array { "dns", "gateway" } },
      b = { type = "dynamic", default = json.array { "dns" } }, c = { type = "dynamic", default = json.null } })
    assert.same({ true, false, false }, { list[1].has_gateway, list[2].has_gateway, list[3].has_gateway })
  end)

  for _, properties in ipairs { json.null, {}, json.array {}, { vlan_ids = json.null }, { vlan_ids = json.array {} },
    { security = { vlan_ids = { 7 } } }, "odd" } do
    it("name no VLAN: " .. json.encode(properties), function()
      assert.same({}, assert(networks.read { a = dynamic(properties) })[1].vlan_ids)
    end)
  end

  for text, given in pairs {
    ["at least one network"] = {},
    ["the type 'bridge' is not supported"] = { a = { type = "bridge" } },
    ["the type '5' is not supported"] = { a = { type = 5 } },
    ["vlan_ids must be numbers"] = { a = dynamic { vlan_ids = { "1" } } },
    ["subnet_ids must be numbers"] = { a = dynamic { subnet_ids = { 1.5 } } },
    ["vlan_ids must be a list"] = { a = dynamic { vlan_ids = 5 } },
    ["NetworkVlan.Id must be numbers"] = { a = dynamic { PrimaryNetworkComponent = { NetworkVlan = { Id = "x" } } } },
    ["must be a JSON object"] = { a = "x" },
    ["network 'b' must be a JSON object"] = { a = dynamic(), b = json.array {} },
    ["is of type 'manual' and needs an ip"] = { a = manual() },
    ["network 'a' is of type 'manual' and needs an ip"] = { a = manual(json.null) },
    ["is of type 'vip' and needs an ip"] = { a = { type = "vip", ip = "" } },
    ["'10.1.1.256' is no IP address"] = { a = manual "10.1.1.256" },
    ["'10.1.1' is no IP address"] = { a = manual "10.1.1" },
    ["'10.1.1.0001' is no IP address"] = { a = manual "10.1.1.0001" },
    ["the address 2001:db8::5 is IPv6; SoftLayer chooses"] = { a = manual "2001:db8::5" },
    ["the address 2001:db8::6 is IPv6"] = { a = { type = "vip", ip = "2001:db8::6" } },
    ["10.9.0.17 is outside the subnet of its gateway 10.9.0.1, netmask 255.255.255.240"] = {
      a = manual("10.9.0.17", "10.9.0.1", "255.255.255.240") },
    ["networks 'a' and 'c' have the same address 10.9.0.5"] = { a = manual "10.9.0.5", b = dynamic(),
      c = { type = "vip", ip = "10.9.0.5" } },
    ["at least one network that is not of type vip"] = { a = { type = "vip", ip = "1.2.3.4" } },
  } do
    it("are refused: " .. text, function()
      local list, err = networks.read(given)
      assert.is_nil(list)
      assert.truthy(err.message:find(text, 1, true), err.message)
      local unsupported = text:find("not supported", 1, true) or text:find("IPv6", 1, true)
      assert.equal(unsupported and "Bosh::Clouds::NotSupported" or "Bosh::Clouds::CloudError", err.type)
    end)
  end

  it("are not refused for a gateway that cannot be checked", function()
    for _, given in ipairs { manual("10.9.0.5", "10.9.0.1", "255.255.255.240"), manual("10.9.0.5", "10.1.0.1"),
      manual("10.9.0.5", "10.1.0.1", "26"), manual("10.9.0.5", json.null, json.null) } do
      assert.equal("10.9.0.5", assert(networks.read { a = given })[1].ip)
    end
  end)
end)
