local cloud_properties = require "bosh.cloud_properties"
local json = require "core.json"
local log = require "core.log"

describe("a VM's cloud_properties", function()
  before_each(function() log.level "off" end)
  after_each(function() log.level "info" end)

  local function of(given) return assert(cloud_properties.of_vm(given)) end

  it("have defaults", function()
    local values = of { datacenter = "ams01" }
    assert.same({ "bosh", "softlayer.com", 4, 8192, true, false, 1000 }, { values.hostname_prefix, values.domain, values.cpu,
      values.memory, values.hourly_billing_flag, values.local_disk_flag, values.max_network_speed })
  end)

  for name, case in pairs {
    ["the legacy CPI's request"] = { { datacenter = { name = "ams01" }, startCpus = 1, maxMemory = 1024, sshKeys = { { id = 7 } } },
      { datacenter = "ams01", cpu = 1, memory = 1024, ssh_keys = { 7 } } },
    ["names in any case"] = { { Datacenter = { Name = "ams01" }, VmNamePrefix = "x", StartCpus = 2, HOURLYBILLINGFLAG = false },
      { datacenter = "ams01", hostname_prefix = "x", cpu = 2, hourly_billing_flag = false } },
    ["a single key"] = { { datacenter = "a", ssh_key = 5 }, { ssh_keys = { 5 } } },
    ["network components"] = { { datacenter = "a", networkComponents = { { maxSpeed = 100 } } }, { max_network_speed = 100 } },
    ["VLANs with the VM"] = { { datacenter = "a", primaryNetworkComponent = { networkVlan = { id = 1 } },
      PrimaryBackendNetworkComponent = { NetworkVlan = { Id = 2 } } }, { public_vlan_id = 1, private_vlan_id = 2 } },
    ["null as absent"] = { { datacenter = "a", domain = json.null }, { domain = "softlayer.com" } },
    ["the present name before the legacy one"] = { { datacenter = "a", cpu = 8, startCpus = 1 }, { cpu = 8 } },
    ["an ephemeral disk"] = { { datacenter = "a", ephemeralDiskSize = 20 }, { ephemeral_disk_size = 20 } },
    ["a flavor, without sizes"] = { { datacenter = "a", flavor_key_name = "B1_1X2X25" }, { flavor_key_name = "B1_1X2X25" } },
  } do
    it("understand " .. name, function()
      local values = of(case[1])
      for key, value in pairs(case[2]) do assert.same(value, values[key]) end
    end)
  end

  it("take no size beside a flavor", function()
    assert.is_nil(of { datacenter = "a", flavor_key_name = "B1" }.cpu)
  end)

  for text, given in pairs {
    ["'datacenter' must be set"] = {},
    ["can not be set with 'memory/cpu'"] = { datacenter = "a", flavor_key_name = "x", cpu = 1 },
    ["'cpu' must be of type integer"] = { datacenter = "a", cpu = "4" },
    ["'sshKeys' must be of type integers"] = { datacenter = "a", sshKeys = { { id = "x" } } },
    ["'hourly_billing_flag' must be of type boolean"] = { datacenter = "a", hourly_billing_flag = 1 },
    ["'bare_metal' is not supported"] = { datacenter = "a", baremetal = true },
    ["'ephemeralDiskSize' must be of type integer"] = { datacenter = "a", ephemeralDiskSize = 2.5 },
    ["'ephemeral_disk_size' must be of type integer"] = { datacenter = "a", ephemeral_disk_size = -1 },
    ["'dedicated_host_id' can not be set"] = { datacenter = "a", dedicated_host_id = 1, dedicated_account_host_only_flag = true },
  } do
    it("are refused: " .. text, function()
      local values, err = cloud_properties.of_vm(given)
      assert.is_nil(values)
      assert.truthy(err.message:find(text, 1, true), err.message)
    end)
  end

  it("fall back to the configuration's datacenter", function()
    assert.equal("lon02", assert(cloud_properties.of_vm({}, { datacenter = "lon02" })).datacenter)
  end)
end)
