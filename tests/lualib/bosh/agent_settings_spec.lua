-- bosh.agent_settings: the document that the agent reads from its user metadata.
local agent_settings = require "bosh.agent_settings"
local json = require "core.json"
local sys = require "core.sys"

local function component(mac, ip, netmask, gateway)
  return {
    macAddress = mac, primaryIpAddress = ip,
    ipAddressBindings = json.array {
      { type = "SECONDARY", ipAddress = { ipAddress = "1.1.1.1", subnet = { netmask = "x", gateway = "x" } } },
      { type = "PRIMARY", ipAddress = { ipAddress = ip, subnet = { netmask = netmask, gateway = gateway } } },
    },
  }
end

local public = component("06:AB:CD:EF:00:01", "169.45.1.5", "255.255.255.224", "169.45.1.1")
local private = component("06:AB:CD:EF:00:02", "10.1.2.3", "255.255.255.192", "10.1.2.1")

local function network(name, settings, side)
  settings.type = "dynamic"
  return { name = name, type = "dynamic", settings = settings, side = side or "public" }
end

local function build(guest, networks, agent, env)
  guest.id = 77
  return agent_settings.build("agent-1", guest, networks, agent or { mbus = "nats://x" }, env)
end

describe("agent_settings", function()
  local both = { primaryNetworkComponent = public, primaryBackendNetworkComponent = private }

  it("tells address, netmask, gateway and MAC of each network's interface", function()
    local found = build(both, { network("a", {}, "private"), network("b", {}, "public") }).networks
    assert.same({ "10.1.2.3", "255.255.255.192", "10.1.2.1", "06:ab:cd:ef:00:02" },
      { found.a.ip, found.a.netmask, found.a.gateway, found.a.mac })
    assert.same({ "169.45.1.5", "255.255.255.224", "169.45.1.1", "06:ab:cd:ef:00:01" },
      { found.b.ip, found.b.netmask, found.b.gateway, found.b.mac })
  end)

  it("asks for what it tells", function()
    for _, member in ipairs { "macAddress", "primaryIpAddress", "ipAddressBindings", "subnet[netmask,gateway]" } do
      assert.truthy(agent_settings.MASK:find(member, 1, true), member)
    end
  end)

  it("keeps what BOSH sent of a network, but for the old VM's address, and does not change BOSH's own table", function()
    local sent = { dns = json.array { "8.8.8.8" }, default = json.array {}, cloud_properties = {}, ip = "10.0.0.9", prefix = 26 }
    local settings = build(both, { network("a", sent) })
    assert.equal(sent.dns, settings.networks.a.dns)
    assert.same({ "169.45.1.5", "26" }, { settings.networks.a.ip, settings.networks.a.prefix })
    assert.same({ "10.0.0.9", 26, nil }, { sent.ip, sent.prefix, sent.preconfigured })
    assert.is_true(settings.networks.a.preconfigured)
  end)

  it("is none for a guest that tells nothing of its network", function()
    local settings, err = build({}, { network("a", { ip = "1.2.3.4" }) })
    assert.is_nil(settings)
    assert.matches("guest 77 has no such address", err.message)
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
