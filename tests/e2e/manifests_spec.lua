-- The manifests in examples/manifests: each ops file fits where it says, the CPI's job takes what they set, and what they
-- order is sold.
local cloud_config = require "support.cloud_config"
local folder = require "support.folder"
local json = require "core.json"
local manifests = require "support.manifests"
local requests = require "support.requests"
local world = require "support.world"

local EXAMPLES, BASE, CF = manifests.EXAMPLES, "tests/manifests/bosh.yml", "tests/manifests/cf.yml"
local IMAGE, PRIVATE_VLAN, PUBLIC_VLAN = "879741", 1292651, 1292653

local function example(...)
  local paths = {}
  for i, name in ipairs { ... } do paths[i] = EXAMPLES .. name .. ".yml" end
  return paths
end

-- The example's variables, with those that slsim's account has others for.
local function variables(at, name, changes)
  local values = assert(manifests.read(at, ("%s%s-vars.yml"):format(EXAMPLES, name)))
  for key, value in pairs(changes or {}) do values[key] = value end
  return values
end

-- A portable subnet of its own on that VLAN.
local function portable(sim, vlan)
  local made = sim:ask("POST", "subnet", { kind = "portable", vlan = vlan, size = 64 })
  local start, last = made.networkIdentifier:match "^(.-)(%d+)$"
  local function address(n) return start .. math.tointeger(last + n) end
  return { id = made.id, cidr = made.networkIdentifier .. "/26", gateway = address(1), first = address(20),
    reserved = json.array { address(2) .. " - " .. address(19) }, static = json.array { address(20) .. " - " .. address(40) } }
end

describe("a manifest", function()
  local at
  setup(function() at = folder.open() end)
  teardown(function() at:close() end)

  local function refused(part, base, ops, given)
    local result, err = manifests.interpolate(at, base, ops, given)
    assert.is_nil(result)
    assert.truthy(err:find(part, 1, true), err)
  end

  local function written(text) return { at:write("ops.yml", text) } end

  it("is refused if an ops file does not fit it", function()
    local base = at:write("base.yml", "a: {b: 1}\nl: [{name: x, v: 1}, {name: y}, {name: y}]\n")
    for text, part in pairs {
      ["- {type: replace, path: /a/c, value: 2}"] = "/a/c: 'c' does not exist",
      ["- {type: replace, path: /c/d, value: 2}"] = "/c/d: 'c' does not exist",
      ["- {type: replace, path: /l/name=z/v, value: 2}"] = "'name=z' does not exist",
      ["- {type: replace, path: /l/name=y/v?, value: 2}"] = "'name=y' is there 2 times",
      ["- {type: replace, path: /a/-, value: 2}"] = "'-' appends to a list",
      ["- {type: replace, path: /a/b/c?, value: 2}"] = "no map and no list",
      ["- {type: replace, path: /a/b}"] = "needs a value",
      ["- {type: remove, path: /a/c}"] = "'c' does not exist",
      ["- {type: remove, path: /a/b, values: 1}"] = "unknown key 'values'",
      ["- {type: add, path: /a/b, value: 1}"] = "unknown type 'add'",
    } do
      refused(part, base, written(text), {})
    end
  end)

  it("gets what an ops file says", function()
    local base = at:write("base.yml", "a: {b: 1}\nl: [{name: x, v: 1}]\n")
    local result = manifests.interpolate(at, base, written [[
- {type: replace, path: /a/c?/d/e, value: &v {f: ((n))}}
- {type: replace, path: /a/g?, value: *v}
- {type: replace, path: /a/g/f, value: 2}
- {type: replace, path: /l/name=x/v, value: "((n)) and ((o.p))"}
- {type: replace, path: /l/name=z?/w, value: [((o))]}
- {type: replace, path: /l/-, value: {name: last}}
- {type: remove, path: /a/b}
- {type: remove, path: /a/h?}
]], { n = 5, o = { p = "q" } })
    assert.same({ a = { c = { d = { e = { f = 5 } } }, g = { f = 2 } },
      l = { { name = "x", v = "5 and q" }, { name = "z", w = { { p = "q" } } }, { name = "last" } } }, result)
  end)

  it("needs every variable, and no other", function()
    local base = at:write("base.yml", "a: ((b)) ((c))\nd: ((b))\n")
    refused("variables without a value: b, c", base, {}, {})
    refused("variables that nothing uses: e", base, {}, { b = 1, c = 2, e = 3 })
    refused("there is no 'x'", at:write("base.yml", "a: ((b.x))\n"), {}, { b = {} })
  end)
end)

describe("a director on SoftLayer", function()
  local w, subnet, declared
  local function start(options)
    w = world.start(options)
    declared = manifests.declared(w.at)
    subnet = portable(w.sim, PRIVATE_VLAN)
  end
  after_each(function() w:close() end)

  -- The manifest with cpi.yml and more ops files.
  local function manifest(names, more)
    local values = variables(w.at, "director", { internal_ip = subnet.first, internal_cidr = subnet.cidr,
      internal_gw = subnet.gateway, sl_username = "sim", sl_api_key = "sim-api-key" })
    for key, value in pairs(more or {}) do values[key] = value end
    return assert(manifests.interpolate(w.at, BASE, example("cpi", table.unpack(names or {})), values))
  end

  -- The two places that the job is rendered for. Nothing that is set may be unknown to it.
  local function places(document)
    local local_properties, group = document.cloud_provider.properties, document.instance_groups[1]
    assert.same({}, manifests.undeclared(declared, local_properties))
    assert.same({}, manifests.undeclared(declared, { softlayer = group.properties.softlayer }))
    return { ["create-env"] = local_properties, director = group.properties }
  end

  -- The rendered cpi.json, with slsim in the API's place.
  local function rendered(properties, keep_endpoint)
    local softlayer = properties.softlayer
    if not keep_endpoint then softlayer.api_endpoint = w.sim.url end
    softlayer.engine = { speed = w.speed, rate_limit = 0, state_dir = w.at.path .. "/state" }
    return manifests.render(w.at, properties)
  end

  local function answers(document)
    for place, properties in pairs(places(document)) do
      local config = rendered(properties)
      assert.is_false(w:result(requests.of("has_vm", "5"), { config = config }), place)
    end
  end

  it("has the CPI's job in both places, under the release's own name", function()
    start()
    local document = manifest()
    local group, release = document.instance_groups[1], assert(manifests.read(w.at, "release/config/final.yml")).name
    local job = { name = "softlayer_cpi", release = release }
    assert.equal(assert(manifests.read(w.at, manifests.JOB .. "/spec")).name, job.name)
    assert.same({ job, job }, { document.cloud_provider.template, cloud_config.named(group.jobs, job.name) })
    assert.equal("file:///", cloud_config.named(document.releases, release).url:sub(1, 8))
    assert.equal(job.name, group.properties.director.cpi_job)
    assert.is_false(group.properties.director.enable_virtual_delete_vms)
    answers(document)
  end)

  it("is a VM with a portable and with primary addresses, as create-env asks for it", function()
    start()
    local document = manifest()
    local group, networks = document.instance_groups[1], {}
    for _, each in ipairs(group.networks) do
      local network = cloud_config.named(document.networks, each.name)
      local of = network.subnets and network.subnets[1] or network
      networks[each.name] = { type = network.type, ip = each.static_ips and each.static_ips[1], dns = of.dns,
        default = each.default, cloud_properties = of.cloud_properties or {}, gateway = of.gateway,
        netmask = network.subnets and "255.255.255.192" }
    end
    local properties = cloud_config.named(document.resource_pools, "vms").cloud_properties
    local config = rendered(places(document)["create-env"])
    local vm = w:result(requests.create_vm { stemcell = IMAGE, properties = properties, networks = networks }, { config = config })
    assert.same({ subnet.first, json.array { "gateway", "dns" } }, { vm[2].default.ip, vm[2].dynamic.default })
    local guest = w.sim:inventory().guests[1]
    assert.equal("bosh-", guest.hostname:sub(1, 5))
    local noted = w.sim:inventory().notes
    assert.truthy(json.encode(noted):find('"' .. subnet.first .. '"', 1, true))
    local order = w.sim:journal "placeOrder"[1].arguments[1].virtualGuests[1]
    assert.same({ PRIVATE_VLAN, PUBLIC_VLAN }, { order.primaryBackendNetworkComponent.networkVlan.id,
      order.primaryNetworkComponent.networkVlan.id })
    local disk = w:result(requests.of("create_disk", document.disk_pools[1].disk_size, {}, vm[1]), { config = config })
    assert.equal(64, w.sim:inventory().volumes[1].size, disk)
  end)

  it("calls the private endpoint", function()
    start()
    for place, properties in pairs(places(manifest { "private-endpoint" })) do
      local config = json.decode(folder.read(rendered(properties, true)))
      assert.equal("private", config.cloud.properties.softlayer.api_endpoint, place)
    end
  end)

  it("trusts an authority of its own, and without it does not", function()
    start { tls = true }
    answers(manifest({ "custom-ca" }, { sl_ca_cert = folder.read(w.files.ca) }))
    local config = rendered(places(manifest()).director)
    assert.matches("certificate", w:failure(requests.of("has_vm", "5"), { config = config }).message)
  end)

  it("goes through a proxy", function()
    start { proxy = true }
    local before = w.proxy:requests()
    answers(manifest({ "proxy" }, { sl_proxy = w.proxy.url }))
    assert.is_true(w.proxy:requests() >= before + 2)
  end)

  it("has an overlay, which is sound and in force", function()
    start()
    local document = manifest({ "overlay" }, { sl_other_datacenter = "lon02" })
    local config = rendered(places(document).director)
    local run = w:command { "check", "--config", config }
    assert.same({ 0, "" }, { run.status, run.stderr })
    assert.matches("3 hooks: all is well", run.stdout)
    local properties = { datacenter = "dal13", flavor_key_name = "B1_1X2X25" }
    w:result(requests.create_vm { stemcell = IMAGE, properties = properties }, { config = config })
    assert.same({ "site:dal13" }, { table.unpack(w.sim:journal "setTags"[1].arguments) })
    properties = { datacenter = "dal13", cpu = 32, memory = 65536 }
    assert.matches("32 cores: this site allows 16", w:failure(requests.create_vm { stemcell = IMAGE,
      properties = properties }, { config = config }).message)
  end)

  it("takes all ops files together", function()
    start { tls = true, proxy = true }
    local document = manifest({ "overlay", "proxy", "custom-ca", "private-endpoint" }, { sl_proxy = w.proxy.url,
      sl_ca_cert = folder.read(w.files.ca), sl_other_datacenter = "lon02" })
    answers(document)
  end)

  it("has two accounts by a CPI config, each AZ in one of them", function()
    start()
    local values = variables(w.at, "cpi-config", { sl_production_username = "sim", sl_production_api_key = "sim-api-key",
      sl_staging_username = "limited", sl_staging_api_key = "limited-api-key" })
    local cpis = assert(manifests.interpolate(w.at, EXAMPLES .. "cpi-config.yml", {}, values)).cpis
    local zones = assert(manifests.interpolate(w.at, EXAMPLES .. "cloud-config.yml", example "azs-of-two-cpis",
      variables(w.at, "cloud-config"))).azs
    local used = {}
    for _, zone in ipairs(zones) do used[cloud_config.named(cpis, zone.cpi).name] = true end
    local config = rendered(places(manifest()).director)
    local callers = {}
    for _, cpi in ipairs(cpis) do
      assert.is_true(used[cpi.name], cpi.name)
      assert.equal("softlayer", cpi.type)
      assert.same({}, manifests.undeclared(declared, { softlayer = cpi.properties }))
      local request = requests.of("set_vm_metadata", "5", {})
      for name, value in pairs(cpi.properties) do request.context[name] = value end
      w:ask(request, { config = config })
      local calls = w.sim:journal()
      callers[#callers + 1] = calls[#calls].caller
    end
    assert.same({ "sim", "limited" }, callers)
  end)
end)

describe("the cloud config", function()
  local VM_TYPES = { "compilation", "default", "extra-large", "large", "medium", "minimal", "sharedcpu", "small", "small-highmem" }
  local SIZES = { ["1GB"] = 25, ["5GB"] = 25, ["10GB"] = 25, ["50GB"] = 50, ["100GB"] = 100, ["500GB"] = 500, ["1TB"] = 1000 }
  local OF_CF = { "cf-router-network-properties", "cf-tcp-router-network-properties", "diego-ssh-proxy-network-properties" }
  local DISK_TYPES = { default = 20, ["1GB"] = 20, ["5GB"] = 20, ["10GB"] = 20, ["50GB"] = 50, ["100GB"] = 100,
    ["500GB"] = 500, ["1TB"] = 1000 }
  local PORTABLE = { { name = "default", default = { "dns", "gateway" } } }
  local BOTH = { { name = "default", default = { "addressable" } }, { name = "dynamic", default = { "gateway", "dns" } } }

  local w, values, config
  setup(function()
    w = world.start { config = { cloud = { properties = { softlayer = { strict = true, datacenter = "dal13" } } } } }
    values = variables(w.at, "cloud-config")
    for az, place in ipairs { { "dal13", PRIVATE_VLAN, PUBLIC_VLAN }, { "dal13", PRIVATE_VLAN, PUBLIC_VLAN },
      { "lon02", 524954, 524956 } } do
      local subnet = portable(w.sim, place[2])
      for name, value in pairs { datacenter = place[1], cidr = subnet.cidr, gateway = subnet.gateway, static = subnet.static,
        reserved = subnet.reserved, subnet_id = subnet.id, private_vlan_id = place[2], public_vlan_id = place[3] } do
        values[("az%d_%s"):format(az, name)] = value
      end
    end
    config = assert(manifests.interpolate(w.at, EXAMPLES .. "cloud-config.yml", {}, values))
  end)
  teardown(function() w:close() end)

  -- The guest that would be ordered, and what it consists of.
  local function guest(cloud, az, vm_type, extensions, networks)
    local request = requests.create_vm { stemcell = IMAGE, properties = cloud_config.merged(cloud, az, vm_type, extensions),
      networks = cloud_config.networks(cloud, az, networks) }
    local order, items = manifests.plan(w.at, w.config, request)
    assert(order, items)
    return order.virtualGuests and order.virtualGuests[1] or order, table.concat(items, ", ")
  end

  it("has what cf-deployment, bosh-deployment and the acceptance tests name", function()
    local extensions = { table.unpack(OF_CF) }
    for size in pairs(SIZES) do extensions[#extensions + 1] = size .. "_ephemeral_disk" end
    table.sort(extensions)
    local disks = {}
    for name in pairs(DISK_TYPES) do disks[#disks + 1] = name end
    table.sort(disks)
    assert.same({ VM_TYPES, extensions, disks, { "z1", "z2", "z3" }, { "default", "dynamic", "vip" } },
      { cloud_config.names(config.vm_types), cloud_config.names(config.vm_extensions), cloud_config.names(config.disk_types),
        cloud_config.names(config.azs), cloud_config.names(config.networks) })
  end)

  it("is one that a director takes, with the example's variables too", function()
    assert.same({}, cloud_config.problems(config))
    local as_is = assert(manifests.interpolate(w.at, EXAMPLES .. "cloud-config.yml", {}, variables(w.at, "cloud-config")))
    assert.same({}, cloud_config.problems(as_is))
    as_is.networks[1].subnets[2].gateway, as_is.networks[1].subnets[3].range = "10.112.41.1", as_is.networks[1].subnets[2].range
    as_is.compilation.az = "z4"
    assert.same({ "10.112.40.0/26 and 10.112.40.0/26 overlap", "compilation: there is no az z4",
      "gateway 10.112.166.1 is not in 10.112.40.0/26", "gateway 10.112.41.1 is not in 10.112.40.0/26",
      "reserved 10.112.166.2 - 10.112.166.15 is not in 10.112.40.0/26", "static 10.112.166.16 - 10.112.166.31 is not in 10.112.40.0/26" },
      cloud_config.problems(as_is))
  end)

  for _, vm_type in ipairs(VM_TYPES) do
    it("can buy a VM of the type " .. vm_type .. ", in each AZ and with each ephemeral disk", function()
      for _, az in ipairs { "z1", "z2", "z3" } do
        local template = guest(config, az, vm_type, {}, PORTABLE)
        assert.same({ true, values["a" .. az .. "_datacenter"] },
          { template.privateNetworkOnlyFlag, template.datacenter.name })
      end
      for size, gigabytes in pairs(SIZES) do
        local _, items = guest(config, "z1", vm_type, { size .. "_ephemeral_disk" }, PORTABLE)
        assert.matches(("25 GB %%(SAN%%).*%d GB %%(SAN%%)"):format(gigabytes), items)
      end
    end)
  end

  it("can put a VM on both networks in each AZ, on the AZ's VLANs", function()
    for az = 1, 3 do
      local template = guest(config, "z" .. az, "small", {}, BOTH)
      assert.same({ values[("az%d_private_vlan_id"):format(az)], values[("az%d_public_vlan_id"):format(az)], false },
        { template.primaryBackendNetworkComponent.networkVlan.id, template.primaryNetworkComponent.networkVlan.id,
          template.privateNetworkOnlyFlag })
    end
  end)

  it("can compile", function()
    local compilation = config.compilation
    guest(config, compilation.az, compilation.vm_type, {}, { { name = compilation.network, default = { "dns", "gateway" } } })
  end)

  it("has a static and a global address for a VM", function()
    local vip = w.sim:ask("POST", "subnet", { kind = "static", datacenter = "dal13", space = "PUBLIC" })
    local networks = { { name = "vip", ip = vip.addresses[1] }, { name = "dynamic", default = { "gateway", "dns" } } }
    guest(config, "z1", "minimal", {}, networks)
  end)

  it("lets routers be, and gives them security groups where public-routers.yml asks for them", function()
    for _, name in ipairs(OF_CF) do
      assert.is_true(guest(config, "z1", "minimal", { name }, PORTABLE).privateNetworkOnlyFlag)
    end
    local ids, given = {}, {}
    for name, value in pairs(values) do given[name] = value end
    for i, name in ipairs { "cf_router_security_group", "cf_tcp_router_security_group", "cf_ssh_proxy_security_group" } do
      given[name] = "group-" .. i
      ids[i] = w.sim:api("SoftLayer_Network_SecurityGroup/createObject", nil, { { name = given[name] } }).id
    end
    local public = assert(manifests.interpolate(w.at, EXAMPLES .. "cloud-config.yml", example "public-routers", given))
    local cf = assert(manifests.interpolate(w.at, CF, example "cf-public-routers", {}))
    for i, name in ipairs { "router", "tcp-router", "scheduler" } do
      local group = cloud_config.named(cf.instance_groups, name)
      local template = guest(public, group.azs[1], group.vm_type, group.vm_extensions, group.networks)
      assert.equal(ids[i], template.primaryNetworkComponent.securityGroupBindings[1].securityGroup.id)
    end
    local cell = cloud_config.named(cf.instance_groups, "diego-cell")
    guest(public, cell.azs[2], cell.vm_type, cell.vm_extensions, PORTABLE)
  end)

  it("can buy a disk of each type, and names its real size", function()
    for _, disk in ipairs(config.disk_types) do
      local order, err = manifests.plan(w.at, w.config, requests.of("create_disk", disk.disk_size, disk.cloud_properties or {},
        json.null))
      assert(order, ("%s: %s"):format(disk.name, err))
      assert.equal(DISK_TYPES[disk.name], order.volumeSize, disk.name)
      assert.equal(disk.disk_size, order.volumeSize * 1024)
    end
  end)

  it("is found out if it asks for what is not sold or not known", function()
    local function fails(properties, part)
      local order, err = manifests.plan(w.at, w.config, requests.create_vm { stemcell = IMAGE, properties = properties })
      assert.is_nil(order)
      assert.truthy(err:find(part, 1, true), err)
    end
    fails({ datacenter = "dal13", flavor_key_name = "B1_3X8X25" }, "The flavor does not exist")
    fails({ datacenter = "dal13", flavour_key_name = "B1_2X8X25" }, "did you mean 'flavor_key_name'?")
  end)
end)
