-- create_vm as directors ask for it, through the executables.
local agent = require "support.agent"
local json = require "core.json"
local requests = require "support.requests"
local world = require "support.world"

local function text(value) return json.encode(value) end

describe("the create_vm that a director logged in 2015", function()
  local w
  before_each(function() w = world.start() end)
  after_each(function() w:close() end)

  it("is answered by a cid for API v1, by [cid, networks] for v2, and orders one guest", function()
    local cid = w:result(requests.LOGGED)
    assert.equal("string", type(cid))
    local pair = w:result(requests.LOGGED_V2)
    assert.is_true(json.is_array(pair))
    assert.equal(2, #pair)
    assert.equal(cid, pair[1])
    assert.equal("dynamic", pair[2].default.type)
    assert.equal("0.dummy.default.dummy.bosh", pair[2].default.dns_record_name)
    assert.equal(cid, w:result(requests.LOGGED))
    assert.equal(1, #w.sim:journal "createObject")
    local guests = w.sim:inventory().guests
    assert.equal(1, #guests)
    assert.equal(cid, tostring(guests[1].id))
  end)

  it("leaves settings that the agent's decoder accepts, the same by both ways", function()
    local cid = w:result(requests.LOGGED)
    local settings, document = agent.settings(w.sim, cid)
    local attributes = w.sim:api(("SoftLayer_Virtual_Guest/%s/getUserData"):format(cid))
    assert.equal(document, select(2, agent.decode(text(attributes[1].value))))
    assert.equal("c9fdbb1d-abf0-469a-87c8-f68fd81d4b66", settings.agent_id)
    assert.equal("nats://nats:nats-password@10.0.0.4:4222", settings.mbus)
    assert.equal("{}", text(settings.env))
    assert.equal("{}", text(settings.disks.persistent))
    assert.equal("string", type(settings.disks.system))
  end)
end)

describe("create_vm", function()
  local w
  before_each(function() w = world.start() end)
  after_each(function() w:close() end)

  it("hands env and the networks to the agent exactly as they were sent", function()
    local env = assert(json.decode [==[{"bosh":{"blobstores":[],"mbus":{"urls":[],"cert":{}},"password":"$6$x$y","tags":{},
      "groups":[[],{},[{}]],"swap_size":0},"null":null,"list":[null,[],{}],"big":9007199254740993,
      "min":-9223372036854775808,"float":1.5,"whole":2.0,"text":"\u00fc\ud83d\ude00\u0000\"\\/","":""}]==])
    local networks = assert(json.decode [==[{"default":{"type":"dynamic","cloud_properties":{"vlan_ids":[]},
      "dns":[],"default":["dns","gateway"],"prefix":"26","routes":[],"extra":{"a":[]}}}]==])
    local pair = w:result(requests.create_vm { env = env, networks = networks })
    local settings = agent.settings(w.sim, pair[1])
    assert.equal(text(env), text(settings.env))
    for name, value in pairs(networks.default) do
      assert.equal(text(value), text(settings.networks.default[name]), name)
    end
    assert.equal(text(pair[2]), text(settings.networks))
  end)

  it("tells the agent the address, netmask, gateway and MAC of its interface", function()
    local cid = w:result(requests.create_vm())[1]
    local network = agent.settings(w.sim, cid).networks.default
    local guest = w.sim:api("SoftLayer_Virtual_Guest/" .. cid .. "/getObject",
      "primaryIpAddress,primaryNetworkComponent[macAddress,primarySubnet[netmask,gateway]]")
    assert.equal(guest.primaryIpAddress, network.ip)
    assert.equal(guest.primaryNetworkComponent.macAddress:lower(), network.mac)
    assert.equal(guest.primaryNetworkComponent.primarySubnet.netmask, network.netmask)
    assert.equal(guest.primaryNetworkComponent.primarySubnet.gateway, network.gateway)
    assert.is_true(network.preconfigured)
  end)

  it("tags the guest with env.bosh.tags", function()
    local cid = w:result(requests.create_vm { env = { bosh = { tags = { owner = "ada", team = "engine" } } } })[1]
    local guest = w.sim:api("SoftLayer_Virtual_Guest/" .. cid .. "/getObject", "tagReferences.tag.name")
    local names = {}
    for i, reference in ipairs(guest.tagReferences) do names[i] = reference.tag.name end
    table.sort(names)
    assert.same({ "owner:ada", "team:engine" }, names)
  end)

  it("makes another guest for another agent", function()
    local first = w:result(requests.create_vm { agent_id = "agent-1" })[1]
    local second = w:result(requests.create_vm { agent_id = "agent-2" })[1]
    assert.not_equal(first, second)
    local guests = w.sim:inventory().guests
    assert.equal(2, #guests)
    assert.not_equal(guests[1].hostname, guests[2].hostname)
  end)
end)

describe("a create_vm whose guest is ready at the first poll", function()
  it("makes at most four API calls", function()
    local w <close> = setmetatable({}, { __close = function(holder) holder.world:close() end })
    w.world = world.start { speed = 1000, slsim_speed = 100000 }
    w.world:result(requests.LOGGED)
    assert.is_true(#w.world.sim:journal() <= 4)
  end)
end)
