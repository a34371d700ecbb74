-- What the agent is told of its networks, for random sets of them: whatever is asked for, every interface and every
-- network is there once.
local agent = require "support.agent"
local agent_networks = require "bosh.agent_networks"
local agent_settings = require "bosh.agent_settings"
local fake = require "lualib.fake"
local ip = require "ip"
local json = require "core.json"
local log = require "core.log"
local networks = require "bosh.networks"
local property = require "lualib.property"
local session = require "session"
local this = require "lualib.networks"

local pick, text = property.pick, property.text

local PORTABLE = { private = "10.9.0.%d", public = "169.46.0.%d" }
local VIPS = { "169.47.0.1", "169.49.0.1", "169.49.0.2" }
local VLAN = { private = 10, public = 20 }

-- Networks that can be had together, by names in no order.
local function random_request()
  local given, names = {}, {}
  local function add(settings)
    local name
    repeat name = text(1, 6, "abcdexyz-_.019") until not given[name]
    given[name], names[#names + 1] = settings, name
    settings.cloud_properties = settings.cloud_properties or {}
    if math.random(3) == 1 then settings.dns = json.array { "10.0.80.11" } end
    if math.random(3) == 1 then settings.prefix = pick { "28", 28 } end
    if math.random(3) == 1 then settings.nic_group = text(1, 2, "019") end
    if math.random(4) == 1 then settings.netmask, settings.gateway = json.null, json.null end
  end
  local has_public, host = math.random(2) == 1, 2
  for _, side in ipairs { "private", has_public and "public" or nil } do
    if math.random(3) > 1 then add { type = "dynamic", cloud_properties = { vlan_ids = { VLAN[side] } } } end
    for _ = 1, pick { 0, 0, 1, 2 } do
      host = host + 1
      add { type = "manual", ip = PORTABLE[side]:format(host) }
    end
  end
  if #names == 0 then add { type = "dynamic", cloud_properties = { vlan_ids = { 10, has_public and 20 or nil } } } end
  for i = 1, has_public and pick { 0, 0, 1, 3 } or 0 do add { type = "vip", ip = VIPS[i] } end
  local size = { datacenter = "dal13", private_vlan_id = 10, public_vlan_id = has_public and 20 or nil }
  local candidates = {}
  for _, name in ipairs(names) do
    if given[name].type ~= "vip" then candidates[#candidates + 1] = name end
  end
  for _, what in ipairs { "dns", "gateway" } do
    local chosen = given[pick(candidates)]
    chosen.default = chosen.default or json.array {}
    table.insert(chosen.default, what)
  end
  return given, size, names
end

local function copy_in_another_order(given, names)
  local copy = {}
  for i = #names, 1, -1 do copy[names[i]] = given[names[i]] end
  return copy
end

local function described(given, size)
  local list = assert(networks.read(given))
  local plan = assert(this.plan(list, size))
  local guest = this.guest(plan)
  local settings = assert(agent_settings.build("agent", guest, list, { mbus = "nats://x" }))
  return agent.decode(agent_settings.encode(settings)).networks, guest, list
end

local function has(entry, what)
  for _, word in ipairs(entry.default or {}) do
    if word == what then return true end
  end
  return false
end

local function count(map, matches)
  local n = 0
  for name, entry in pairs(map) do n = matches(entry, name) and n + 1 or n end
  return n
end

-- An interface's own entry.
local function check_primary(entry, component)
  assert.equal(component.macAddress:lower(), entry.mac)
  assert.equal(component.primaryIpAddress, entry.ip)
  assert.is_nil(entry.alias)
end

-- An address beside it: without a MAC address, which would make the agent take it for the interface's own.
local function check_alias(entry, interface, wanted)
  assert.is_nil(entry.mac)
  assert.is_nil(entry.gateway)
  assert.equal("manual", entry.type)
  assert.equal(wanted, entry.ip)
  assert.truthy(entry.alias:find("^" .. interface .. ":%d+$"), entry.alias)
end

local COMPONENT = { private = "primaryBackendNetworkComponent", public = "primaryNetworkComponent" }
local INTERFACE = { private = "eth0", public = "eth1" }

local function check_requested(found, guest, list)
  for _, network in ipairs(list) do
    local entry = found[network.name]
    assert.truthy(entry, network.name)
    if network.type == "dynamic" then
      check_primary(entry, guest[COMPONENT[network.side]])
    else
      check_alias(entry, INTERFACE[network.side], network.ip)
    end
    assert.equal(network.settings.nic_group, entry.nic_group)
    if network.settings.prefix then assert.equal("28", entry.prefix) end
    assert.equal(json.encode(network.settings.dns or {}), json.encode(entry.dns or {}))
  end
end

local function check_interfaces(found, guest)
  for side, name in pairs(COMPONENT) do
    local component = guest[name]
    local own = count(found, function(entry) return entry.mac == component.macAddress:lower() end)
    assert.equal(component.primaryIpAddress and 1 or 0, own, side)
  end
end

local function check_aliases(found)
  local seen = {}
  for _, entry in pairs(found) do
    assert.is_nil(entry.alias and seen[entry.alias])
    seen[entry.alias or ""] = true
  end
end

describe("the agent's networks of random requests", function()
  setup(function()
    local api = fake.api()
    this.answer(api)
    session.configure(function() return api.handle end)
    log.level "off"
  end)
  teardown(function() log.level "info" end)

  local set_up, untouched = 0, 0

  it("have every network and every interface once, and one default of each kind", function()
    property.holds(400, function()
      local given, size = random_request()
      local found, guest, list = described(given, size)
      check_requested(found, guest, list)
      check_aliases(found)
      for _, entry in pairs(found) do
        assert.truthy(ip.number(entry.ip) and ip.number(entry.netmask))
        assert.truthy(entry.alias or entry.mac)
      end
      for _, what in ipairs { "dns", "gateway" } do
        assert.equal(1, count(found, function(entry) return has(entry, what) end), what)
      end
      assert.equal(1, count(found, function(entry) return has(entry, "gateway") and ip.number(entry.gateway) end))
      local kept = count(found, function(entry) return entry.preconfigured end)
      if kept > 0 then
        untouched = untouched + 1
        assert.equal(#list, kept)
        assert.equal(#list, count(found, function() return true end))
      else
        set_up = set_up + 1
        check_interfaces(found, guest)
        assert.equal(1, count(found, function(entry) return entry.gateway end))
      end
    end)
    assert.truthy(set_up > 50 and untouched > 10)
  end)

  it("have the default route where BOSH wants it", function()
    property.holds(200, function()
      local given, size = random_request()
      local found, _, list = described(given, size)
      for _, network in ipairs(list) do
        if network.has_gateway then
          local routed = count(found, function(entry)
            return has(entry, "gateway") and this.interface(entry):find("^" .. INTERFACE[network.side])
          end)
          assert.equal(1, routed)
        end
      end
    end)
  end)

  it("reach SoftLayer's services through the private interface, whatever the default route", function()
    property.holds(200, function()
      local given, size = random_request()
      local found, guest = described(given, size)
      for _, entry in pairs(found) do
        if not entry.preconfigured and entry.mac == guest[COMPONENT.private].macAddress:lower() then
          local to_all = has(entry, "gateway") and entry.gateway == "10.1.0.1"
          local routes = entry.routes or {}
          assert.truthy(to_all or #routes == 2)
          for _, route in ipairs(routes) do assert.equal("10.1.0.1", route.Gateway) end
        end
      end
    end)
  end)

  it("are the same in whatever order the networks come", function()
    property.holds(100, function()
      local given, size, names = random_request()
      local once = described(given, size)
      assert.same(once, (described(copy_in_another_order(given, names), size)))
    end)
  end)

  it("leave the request as it was", function()
    property.holds(50, function()
      local given, size = random_request()
      local before = {}
      for name, settings in pairs(given) do before[name] = json.encode(settings) end
      described(given, size)
      for name, settings in pairs(given) do assert.equal(before[name], json.encode(settings)) end
    end)
  end)
end)

describe("the agent's networks", function()
  it("are not made up for an interface that the guest does not have", function()
    for _, kind in ipairs { "dynamic", "manual" } do
      local list = { { name = "a", type = kind, side = "public", settings = {} } }
      local found, err = agent_networks.build(list, { id = 5, primaryBackendNetworkComponent = { primaryIpAddress = "10.1.0.5" },
        primaryNetworkComponent = { macAddress = "06:AA" } })
      assert.is_nil(found)
      assert.matches("network 'a' is public, but guest 5 has no such address", err.message)
    end
  end)
end)
