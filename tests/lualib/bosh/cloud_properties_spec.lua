local cloud_properties = require "bosh.cloud_properties"
local json = require "core.json"
local log = require "core.log"

local KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHVuaXQgdGVzdCBrZXkgbnVtYmVyIG9uZSEhISEh ada@example.com"

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
    ["dotted names"] = { { datacenter = "a", ["PrimaryNetworkComponent.NetworkVlan.Id"] = 1,
      ["PrimaryBackendNetworkComponent.NetworkVlan.Id"] = 2 }, { public_vlan_id = 1, private_vlan_id = 2 } },
    ["keys by id and by text"] = { { datacenter = "a", ssh_keys = json.array { 5, KEY } }, { ssh_keys = { 5, KEY } } },
    ["one key as text"] = { { datacenter = "a", ssh_key = KEY }, { ssh_keys = { KEY } } },
    ["groups by id and by name"] = { { datacenter = "a", placement_group = "spread", public_security_groups = json.array { 1, "web" },
      private_security_groups = "db" },
      { placement_group = "spread", public_security_groups = { 1, "web" }, private_security_groups = { "db" } } },
    ["a host by name"] = { { datacenter = "a", dedicated_host = "auto" }, { dedicated_host = "auto" } },
    ["a transient guest"] = { { datacenter = "a", flavor_key_name = "B1", transient = true },
      { transient = true, transient_fallback = true } },
    ["a script and a boot mode"] = { { datacenter = "a", postInstallScriptUri = "https://x.example/s", bootMode = "PV" },
      { post_install_script_uri = "https://x.example/s", boot_mode = "PV" } },
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
    ["'ssh_keys': 'x' is no public key"] = { datacenter = "a", sshKeys = { { id = "x" } } },
    ["'sshKeys' must be of type ids or keys"] = { datacenter = "a", sshKeys = { { id = 1.5 } } },
    ["'ssh_keys': 'ssh-rsa AAAA' is no public key"] = { datacenter = "a", ssh_keys = "ssh-rsa AAAA" },
    ["'placement_group' must be of type id or name"] = { datacenter = "a", placement_group = json.array { 1 } },
    ["'reserved_capacity_group' must be of type id or name"] = { datacenter = "a", reserved_capacity_group = 0 },
    ["'public_security_groups' must be of type ids or names"] = { datacenter = "a", public_security_groups = { true } },
    ["'dedicated_host' must be of type string"] = { datacenter = "a", dedicated_host = 5 },
    ["'boot_mode' must be HVM or PV, not 'UEFI'"] = { datacenter = "a", boot_mode = "UEFI" },
    ["'post_install_script_uri' must be an https URL, not 'ftp://x'"] = { datacenter = "a", post_install_script_uri = "ftp://x" },
    ["'transient' needs a 'flavor_key_name'"] = { datacenter = "a", transient = true },
    ["'transient' needs 'hourly_billing_flag: true'"] = { datacenter = "a", transient = true, flavor_key_name = "B1",
      hourly_billing_flag = false },
    ["'transient' can not be set with 'reserved_capacity_group'"] = { datacenter = "a", transient = true,
      flavor_key_name = "B1", reserved_capacity_group = 1 },
    ["'reserved_capacity_group' needs a 'flavor_key_name'"] = { datacenter = "a", reserved_capacity_group = 1 },
    ["'flavor_key_name' can not be set with 'dedicated_account_host_only_flag'"] = { datacenter = "a", flavor_key_name = "B1",
      dedicated_account_host_only_flag = true },
    ["'flavor_key_name' can not be set with 'dedicated_host_id'"] = { datacenter = "a", flavor_key_name = "B1",
      dedicated_host_id = 5 },
    ["'flavor_key_name' can not be set with 'dedicated_host'"] = { datacenter = "a", flavor_key_name = "B1",
      dedicated_host = "auto" },
    ["'dedicated_host' can not be set with 'dedicated_host_id'"] = { datacenter = "a", dedicated_host = "h", dedicated_host_id = 1 },
    ["'dedicated_host' can not be set with 'dedicated_account"] = { datacenter = "a", dedicated_host = "h",
      dedicated_account_host_only_flag = true },
    ["'placement_group' can not be set with 'dedicated_host_id'"] = { datacenter = "a", placement_group = 1, dedicated_host_id = 1 },
    ["'placement_group' can not be set with 'dedicated_host'"] = { datacenter = "a", placement_group = 1, dedicated_host = "h" },
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

  describe("in the log", function()
    local lines, real

    before_each(function()
      lines, real = {}, { info = log.info, warn = log.warn }
      for level in pairs(real) do
        log[level] = function(...) lines[#lines + 1] = level .. " " .. string.format(...) end
      end
    end)
    after_each(function() log.info, log.warn = real.info, real.warn end)

    it("have one line for all older spellings, with the present ones", function()
      of { datacenter = "a", startCpus = 1, maxMemory = 1024, deployedByBoshcli = true, PrivateNetworkOnlyFlag = true,
        ["PrimaryNetworkComponent.NetworkVlan.Id"] = 1, bosh_ip = "10.0.0.1" }
      assert.same({ "info cloud properties: 'PrimaryNetworkComponent.NetworkVlan.Id' is now 'public_vlan_id', "
        .. "'PrivateNetworkOnlyFlag' is now 'private_network_only_flag', 'bosh_ip' has no effect, "
        .. "'deployedByBoshcli' has no effect, 'maxMemory' is now 'memory', 'startCpus' is now 'cpu'" }, lines)
    end)

    it("have none for present ones", function()
      of { datacenter = "a", cpu = 1, transient_fallback = false }
      assert.same({}, lines)
    end)

    it("have a warning for a script that only http gives", function()
      of { datacenter = "a", post_install_script_uri = "http://x.example/s" }
      assert.equal(1, #lines)
      assert.matches("^warn SoftLayer only downloads http://x%.example/s", lines[1])
    end)

    -- a misspelt name, the one that is suggested
    for given, hint in pairs { memry = " (did you mean 'memory'?)", startCpu = " (did you mean 'cpu'?)",
      dedicated_hosts = " (did you mean 'dedicated_host'?)", sshkey = false, cp = " (did you mean 'cpu'?)", xy = "",
      public_security_group = " (did you mean 'public_security_groups'?)", region = "" } do
      it(("have a warning for '%s', or with `strict` an error"):format(given), function()
        local values, err = cloud_properties.of_vm({ datacenter = "a", [given] = "x" }, nil, true)
        if hint then
          local text = ("the cloud property '%s' is not known"):format(given)
          assert.is_nil(values)
          assert.equal(text .. hint, err.message)
          of { datacenter = "a", [given] = "x" }
          assert.same({ "warn " .. text .. " and has no effect" .. hint }, lines)
        else
          assert.matches("no public key", err.message) -- known, in another spelling
        end
      end)
    end
  end)
end)
