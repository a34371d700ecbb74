-- bosh.agent_settings: the document that the agent reads from its user metadata.
local agent_settings = require "bosh.agent_settings"
local json = require "core.json"
local sys = require "core.sys"

local function component(mac, ip, vlan, gateway)
  return {
    macAddress = mac, primaryIpAddress = ip, networkVlan = { id = vlan },
    ipAddressBindings = json.array {
      { type = "SECONDARY", ipAddress = { ipAddress = "1.1.1.1", subnet = { netmask = "x", gateway = "x" } } },
      { type = "PRIMARY", ipAddress = { ipAddress = ip, subnet = { netmask = "255.255.255.192", gateway = gateway } } },
    },
  }
end

local public = component("06:AB:CD:EF:00:01", "169.45.1.5", 20, "169.45.1.1")
local private = component("06:AB:CD:EF:00:02", "10.1.2.3", 10, "10.1.2.1")

local function network(name, settings, ...)
  settings.type = "dynamic"
  return { name = name, settings = settings, vlan_ids = { ... } }
end

local function build(guest, networks, agent, env)
  guest.id = 77
  return agent_settings.build("agent-1", guest, networks, agent or { mbus = "nats://x" }, env)
end

describe("agent_settings", function()
  local both = { primaryNetworkComponent = public, primaryBackendNetworkComponent = private }

  it("puts each network on the interface of its VLAN, else on the public one", function()
    local settings = build(both, { network("a", {}, 10), network("b", {}, 20), network("c", {}), network("d", {}, 99) })
    assert.same({ "10.1.2.3", "06:ab:cd:ef:00:02" }, { settings.networks.a.ip, settings.networks.a.mac })
    assert.equal("255.255.255.192", settings.networks.a.netmask)
    assert.equal("10.1.2.1", settings.networks.a.gateway)
    assert.equal("169.45.1.5", settings.networks.b.ip)
    assert.equal("169.45.1.5", settings.networks.c.ip)
    assert.equal("169.45.1.5", settings.networks.d.ip)
  end)

  it("puts a network of both VLANs on the public interface, in whatever order they were named", function()
    local settings = build(both, { network("a", {}, 10, 20), network("b", {}, 20, 10) })
    assert.equal("169.45.1.5", settings.networks.a.ip)
    assert.equal("169.45.1.5", settings.networks.b.ip)
  end)

  it("uses the private interface when there is no public one, or one without an address", function()
    for _, guest in ipairs { { primaryBackendNetworkComponent = private },
      { primaryNetworkComponent = { port = 1 }, primaryBackendNetworkComponent = private } } do
      assert.equal("10.1.2.3", build(guest, { network("a", {}) }).networks.a.ip)
    end
  end)

  it("keeps what BOSH sent of a network, and does not change BOSH's own table", function()
    local sent = { dns = json.array { "8.8.8.8" }, default = json.array {}, cloud_properties = {} }
    local settings = build(both, { network("a", sent) })
    assert.equal(sent.dns, settings.networks.a.dns)
    assert.is_nil(sent.ip)
    assert.is_true(settings.networks.a.preconfigured)
  end)

  it("bears a guest that tells nothing of its network", function()
    local settings = build({}, { network("a", { ip = "1.2.3.4" }) })
    assert.equal("1.2.3.4", settings.networks.a.ip)
  end)

  it("has every member that an agent reads, of the right JSON type", function()
    local text = json.encode(build(both, { network("a", {}) }, { mbus = "nats://x" }))
    for _, part in ipairs { '"agent_id":"agent-1"', '"persistent":{}', '"system":""', '"ntp":[]', '"blobstore":{}',
      '"env":{}', '"vm":{"id":"77","name":"77"}', '"mbus":"nats://x"' } do
      assert.truthy(text:find(part, 1, true), part)
    end
  end)

  it("names the second disk where there is one, and else no ephemeral disk", function()
    for ephemeral, device in pairs { [true] = "/dev/xvdc", [false] = false } do
      both.id = 77
      local disks = agent_settings.build("agent-1", both, { network("a", {}) }, { mbus = "x" }, nil, ephemeral).disks
      assert.equal(device, disks.ephemeral or false)
      assert.equal("", disks.system)
    end
  end)

  it("hands the env on verbatim", function()
    local env = { a = json.array {}, b = {}, c = json.null, n = 9007199254740993, bosh = { mbus = { urls = json.array {} } } }
    assert.equal(env, build(both, { network("a", {}) }, { mbus = "x" }, env).env)
  end)

  it("is encoded in base64url, which its reader decodes", function()
    local encoded = agent_settings.encode { text = "???>>>~~~é" }
    assert.is_nil(encoded:find "[^%w_-]")
    assert.equal("???>>>~~~é", json.decode(sys.unbase64(encoded)).text)
  end)

  it("needs a message bus, of the configuration or of the env", function()
    assert.is_nil(agent_settings.check({ mbus = "x" }, nil))
    assert.is_nil(agent_settings.check({}, { bosh = { mbus = { urls = { "nats://x" } } } }))
    for _, env in ipairs { {}, { bosh = json.null }, { bosh = { mbus = { urls = {} } } }, { bosh = "x" } } do
      assert.matches("mbus is missing", agent_settings.check({}, env).message)
    end
    assert.truthy(agent_settings.check({}, nil))
  end)
end)
