-- The stand-in for the agent's decoder refuses what the agent refuses; otherwise it would prove nothing.
local agent = require "support.agent"
local json = require "core.json"
local raw = require "support.raw"
local requests = require "support.requests"
local sys = require "core.sys"
local world = require "support.world"

local function wire(text) return '"' .. sys.base64url(text) .. '"' end

describe("the agent's decoder", function()
  it("takes a plain document and ignores what it does not know", function()
    local settings = agent.decode(wire '{"agent_id":"a","disks":{"system":null,"persistent":{}},"other":[1]}')
    assert.equal("a", settings.agent_id)
  end)

  for _, text in ipairs {
    '{"agent_id":5}', '{"agent_id":""}', '{"agent_id":"a","disks":{"system":{"id":"0"}}}',
    '{"agent_id":"a","disks":{"persistent":[]}}', '{"agent_id":"a","disks":{"persistent":{"1":{"id":1}}}}',
    '{"agent_id":"a","disks":{"persistent":{"1":{"iscsi_settings":{"target":1}}}}}',
    '{"agent_id":"a","networks":{"n":{"prefix":26}}}', '{"agent_id":"a","networks":{"n":{"dns":{}}}}',
    '{"agent_id":"a","networks":[]}', '{"agent_id":"a","ntp":{}}', '{"agent_id":"a","mbus":{}}',
    '{"agent_id":"a","env":{"bosh":{"swap_size":-1}}}', '{"agent_id":"a","env":[]}', '[]', 'null',
  } do
    it("refuses " .. text, function() assert.is_false(pcall(agent.decode, wire(text))) end)
  end

  it("refuses padding and the standard alphabet", function()
    local text = '{"agent_id":"a?>"}'
    assert.is_true(pcall(agent.decode, wire(text)))
    assert.is_false(pcall(agent.decode, '"' .. sys.base64url(text) .. '=="'))
    assert.is_false(pcall(agent.decode, '"' .. sys.base64('{"agent_id":"a??>"}') .. '"'))
    assert.is_false(pcall(agent.decode, json.encode(text)))
  end)
end)

describe("the settings that create_vm leaves", function()
  local w
  before_each(function() w = world.start() end)
  after_each(function() w:close() end)

  local function guest(cid)
    return w.sim:api("SoftLayer_Virtual_Guest/" .. cid .. "/getObject", "globalIdentifier,primaryBackendIpAddress")
  end

  -- As a machine asks, which the metadata service knows by its back-end address.
  local function asked_from(address)
    return raw.send(w.sim.url, "GET /rest/v3.1/SoftLayer_Resource_Metadata/getUserMetadata.json HTTP/1.1",
      { ["X-Sim-Source-Ip"] = address }, "")
  end

  it("are served to their guest in the agent's encoding, and to nobody else", function()
    local ids = {}
    for _, name in ipairs { "one", "two" } do ids[name] = w:result(requests.create_vm { agent_id = name })[1] end
    for name, cid in pairs(ids) do
      local made = guest(cid)
      assert.equal(name, agent.settings(w.sim, cid).agent_id)
      assert.equal(name, agent.settings(w.sim, made.globalIdentifier).agent_id)
      local answer = asked_from(made.primaryBackendIpAddress)
      assert.equal(200, answer.status)
      assert.equal(name, agent.decode(answer.body).agent_id)
      assert.equal(cid, agent.decode(answer.body).vm.name)
    end
    for _, address in ipairs { "10.255.255.1", "" } do
      local answer = asked_from(address)
      assert.equal(404, answer.status)
      assert.is_false(pcall(agent.decode, answer.body))
    end
    assert.is_false(pcall(agent.settings, w.sim, "118000000"))
  end)

  it("end with their guest", function()
    local cid = w:result(requests.create_vm())[1]
    local address = guest(cid).primaryBackendIpAddress
    w:result(requests.of("delete_vm", cid))
    w.sim:ask("POST", "advance", { seconds = 1000 })
    assert.equal(404, asked_from(address).status)
    assert.is_false(pcall(agent.settings, w.sim, cid))
  end)
end)
