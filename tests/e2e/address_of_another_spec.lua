-- A director copies the old VM's ip into the request for the new one: both live side by side.
local json = require "core.json"
local requests = require "support.requests"
local world = require "support.world"

local function request(agent_id, ip)
  return requests.create_vm { agent_id = agent_id,
    networks = { default = { type = "dynamic", ip = ip, cloud_properties = {}, default = json.array { "dns", "gateway" } } } }
end

describe("create_vm with the ip of another guest", function()
  local w
  before_each(function() w = world.start() end)
  after_each(function() w:close() end)

  local function state_of(vm)
    return w.sim:api(("SoftLayer_Virtual_Guest/%s/getObject"):format(vm),
      "hostname,primaryIpAddress,primaryBackendIpAddress,powerState.keyName,lastOperatingSystemReload.id,userData.value")
  end

  for _, property in ipairs { "primaryIpAddress", "primaryBackendIpAddress" } do
    it("warns, leaves that one as it is and makes a new one: " .. property, function()
      local old = w:result(request("agent-1"))[1]
      local before = state_of(old)
      local pair, run = w:result(request("agent-2", before[property]))
      assert.not_equal(old, pair[1])
      assert.same(before, state_of(old))
      assert.not_equal(before[property], state_of(pair[1])[property])
      assert.not_equal(before[property], pair[2].default.ip)
      assert.equal(2, #w.sim:inventory().guests)
      assert.truthy(run.stderr:find(("warn: network 'default' asks for %s, which guest %s "):format(before[property], old), 1, true),
        run.stderr)
      assert.truthy(run.stderr:find("enable_virtual_delete_vms", 1, true))
      local lookups = 0
      for _, call in ipairs(w.sim:journal "getVirtualGuests") do
        if call.filter:find(before[property], 1, true) then lookups = lookups + 1 end
      end
      assert.equal(1, lookups)
    end)
  end

  it("says nothing, and asks nothing, of an ip that is nobody's or is not there", function()
    local _, run = w:result(request("agent-1", "10.255.255.1"))
    assert.is_nil(run.stderr:find("enable_virtual_delete_vms", 1, true))
    local before = #w.sim:journal "getVirtualGuests"
    w:result(request("agent-2"))
    assert.equal(before, #w.sim:journal "getVirtualGuests")
  end)

  it("says once what a loopback address in the agent's settings means", function()
    w:configure { cloud = { properties = { agent = { mbus = "nats://nats:nats-password@127.0.0.1:4222" } } } }
    local _, run = w:result(request("agent-1"))
    local _, count = run.stderr:gsub("cloud.properties.agent.mbus names this machine", "")
    assert.equal(1, count)
  end)
end)
