-- The stand-in for the agent's decoder refuses what the agent refuses; otherwise it would prove nothing.
local agent = require "support.agent"
local json = require "core.json"
local sys = require "core.sys"

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
