-- examples/bats: the cloud config that BOSH's acceptance tests make of the template and a bat.yml, and the VMs and disks
-- that they ask for.
local cloud_config = require "support.cloud_config"
local json = require "core.json"
local manifests = require "support.manifests"
local requests = require "support.requests"
local world = require "support.world"

local IMAGE, PRIVATE_VLAN, PUBLIC_VLAN = "879741", 1292651, 1292653

describe("of BOSH's acceptance tests", function()
  local w
  setup(function()
    w = world.start { config = { cloud = { properties = { softlayer = { strict = true, datacenter = "dal13" } } } } }
  end)
  teardown(function() w:close() end)

  local function example(name) return assert(manifests.read(w.at, ("examples/bats/%s.yml"):format(name))) end

  -- The network on a portable subnet of slsim's.
  local function moved(network)
    local made = w.sim:ask("POST", "subnet", { kind = "portable", vlan = PRIVATE_VLAN, size = 64 })
    network.cidr, network.cloud_properties.subnet_ids = made.networkIdentifier .. "/26", json.array { made.id }
    network.gateway, network.static_ip = made.networkIdentifier:gsub("%d+$", function(n) return n + 1 .. "" end), made.addresses[30]
    network.reserved = json.array { made.addresses[1] .. " - " .. made.addresses[20] }
    network.static = json.array { made.addresses[30] .. " - " .. made.addresses[40] }
  end

  local function manual()
    local bat = example "bat"
    for _, network in ipairs(bat.properties.networks) do moved(network) end
    return bat
  end

  -- The guest that the tests' deployment would have ordered, and what it consists of.
  local function guest(config, networks)
    local order, items = manifests.plan(w.at, w.config, requests.create_vm { stemcell = IMAGE,
      properties = cloud_config.merged(config, "z1", "default"), networks = cloud_config.networks(config, "z1", networks) })
    assert(order, items)
    return order.virtualGuests and order.virtualGuests[1] or order, table.concat(items, ", ")
  end

  local function first(bat, ip) return { name = bat.properties.networks[1].name, ip = ip, default = { "dns", "gateway" } } end

  it("the examples are configurations that a director takes", function()
    for _, name in ipairs { "bat", "bat-dynamic" } do
      assert.same({}, cloud_config.problems(assert(manifests.of_bats(w.at, example(name)))))
    end
  end)

  it("a VM gets a static address, and another one", function()
    local bat = manual()
    local properties = bat.properties
    properties.second_static_ip = properties.networks[1].static[1]:match "%S+$"
    local config = assert(manifests.of_bats(w.at, bat))
    for _, address in ipairs { properties.networks[1].static_ip, properties.second_static_ip } do
      local template, items = guest(config, { first(bat, address) })
      assert.same({ true, PRIVATE_VLAN }, { template.privateNetworkOnlyFlag, template.primaryBackendNetworkComponent.networkVlan.id })
      assert.matches("25 GB %(SAN%).*25 GB %(SAN%)", items)
    end
  end)

  it("a VM is on both manual networks", function()
    local bat = manual()
    local networks = { first(bat, bat.properties.networks[1].static_ip),
      { name = bat.properties.networks[2].name, ip = bat.properties.networks[2].static_ip } }
    guest(assert(manifests.of_bats(w.at, bat)), networks)
  end)

  it("a VM without an ephemeral disk has a larger root disk", function()
    local bat = manual()
    local config = assert(manifests.of_bats(w.at, bat, { instance_type = bat.properties.flavor_with_no_ephemeral_disk }))
    local properties = cloud_config.merged(config, "z1", "default")
    assert.same({ "B1_2X4X100" }, { properties.flavor_key_name, properties.ephemeral_disk_size })
    guest(config, { first(bat) })
  end)

  it("a VM has primary addresses and a vip", function()
    local bat = example "bat-dynamic"
    local vip = w.sim:ask("POST", "subnet", { kind = "static", datacenter = "dal13", space = "PUBLIC" })
    local template = guest(assert(manifests.of_bats(w.at, bat)), { first(bat), { name = "static", ip = vip.addresses[1] } })
    assert.equal(PUBLIC_VLAN, template.primaryNetworkComponent.networkVlan.id)
  end)

  it("disks are of 20 GB at least, which the excluded tests cannot take", function()
    local disks = { { name = "first", disk_size = 5120 }, { name = "second", disk_size = 4096 } }
    local config = assert(manifests.of_bats(w.at, manual(), { disk_types = disks }))
    assert.same(disks, config.disk_types)
    for _, disk in ipairs(config.disk_types) do
      local order, err = manifests.plan(w.at, w.config, requests.of("create_disk", disk.disk_size, {}, json.null))
      assert(order, err)
      assert.equal(20, order.volumeSize)
    end
  end)

  it("the AZ names its CPI where there is a CPI config", function()
    local bat = manual()
    assert.is_nil(assert(manifests.of_bats(w.at, bat)).azs[1].cpi)
    bat.properties.cpi_id = "sl-staging"
    assert.equal("sl-staging", assert(manifests.of_bats(w.at, bat)).azs[1].cpi)
  end)
end)
