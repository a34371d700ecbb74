-- hooks/create_vm.lua over a double of the API: what is refused before anything is asked, and what the order says.
local double = require "support.double"
local fake = require "lualib.fake"
local http = require "core.http"
local json = require "core.json"

local OVERLAY = debug.getinfo(1, "S").source:match "^@(.+)/spec/"
local CREATE, TAGS = "Virtual_Guest::createObject", "Virtual_Guest::setTags"

local function no_room()
  return nil, fake.refusal("SoftLayer_Exception_Virtual_Guest_InsufficientCapacity", "There is insufficient capacity.")
end

describe("create_vm at this site", function()
  local world, api, site, keys

  before_each(function()
    world = double.world { OVERLAY }
    api, site, keys = world.api, require "site", json.array {}
    double.sell_guests(api)
    api["Account::getSshKeys"] = function() return keys end
    api["Security_Ssh_Key::createObject"] = function() return { id = 7 } end
  end)
  after_each(function() world.close() end)

  local function create(changes, more)
    local properties = { datacenter = "ams01", hostname_prefix = "data-db" }
    for name, value in pairs(changes or {}) do properties[name] = value end
    more = more or {}
    return world.request("create_vm", "agent-1", 380214, properties, { default = more.network or { type = "dynamic" } },
      json.array(more.disks or {}), { bosh = { tags = more.tags or { cost_center = "4711" } } })
  end

  local function calls(name)
    local list = {}
    for _, call in ipairs(api.sent) do
      if call.name == name then list[#list + 1] = call end
    end
    return list
  end

  local function datacenters()
    local list = {}
    for i, call in ipairs(calls(CREATE)) do list[i] = call.args[1].datacenter.name end
    return list
  end

  for what, case in pairs {
    ["a name without a team"] = { { hostname_prefix = "db" }, nil, "hostname_prefix must be like team-role at this site, not 'db'" },
    ["a name in capitals"] = { { hostname_prefix = "Data-db" }, nil, "must be like team-role" },
    ["a VM that is too large"] = { { cpu = 32, memory = 1024 }, nil, "32 cores: this site allows 16" },
    ["a flavor with a GPU"] = { { flavor_key_name = "AC1_8X60X100" }, nil, "AC1_8X60X100: this site allows no GPUs" },
    ["a VM without its cost center"] = { {}, { tags = { team = "data" } }, "the tag 'cost_center' is missing" },
  } do
    it("refuses " .. what .. " before it asks anything", function()
      local ok, err = create(case[1], case[2])
      assert.is_false(ok)
      assert.equal("Bosh::Clouds::CloudError", err.type)
      assert.truthy(err.message:find(case[3], 1, true), err.message)
      assert.same({}, api.names())
    end)
  end

  it("takes what it allows", function()
    for _, properties in ipairs { { cpu = 16, memory = 1024 }, { flavor_key_name = "B1_2X4X100" } } do
      local ok, err = create(properties)
      assert.is_true(ok, tostring(err))
    end
  end)

  it("puts the operators' key on every VM, once in the account", function()
    assert.is_true(create())
    assert.same({ { key = site.ssh_key, label = "bosh-slcpi" } }, calls "Security_Ssh_Key::createObject"[1].args)
    assert.same({ { id = 7 } }, { table.unpack(calls(CREATE)[1].args[1].sshKeys) })
    keys[1] = { id = 8, key = site.ssh_key }
    world.request("delete_vm", "101")
    assert.is_true(create { ssh_keys = json.array { 5 } })
    assert.same({ { id = 5 }, { id = 8 } }, { table.unpack(calls(CREATE)[2].args[1].sshKeys) })
    assert.equal(1, api.count "Security_Ssh_Key::createObject")
  end)

  it("adds its tag to the manifest's", function()
    assert.is_true(create())
    assert.same({ "cost_center:4711, site:ams" }, { table.unpack(calls(TAGS)[1].args) })
  end)

  describe("where there is no room", function()
    local room

    before_each(function()
      room = {}
      api[CREATE] = function(call, n)
        if room[call.args[1].datacenter.name] then return { id = 100 + n } end
        return no_room()
      end
    end)

    it("orders in the other datacenter, under the same name", function()
      room.ams03 = true
      local ok, result = create()
      assert.is_true(ok, tostring(result))
      assert.equal("102", result[1])
      assert.same({ "ams01", "ams03" }, datacenters())
      local orders = calls(CREATE)
      assert.equal(orders[1].args[1].hostname, orders[2].args[1].hostname)
    end)

    it("fails when the other one has none, either; made again it tries both again", function()
      local ok, err = create()
      assert.is_false(ok)
      assert.truthy(err.message:find("insufficient capacity", 1, true), err.message)
      room.ams01 = true
      assert.is_true(create())
      assert.same({ "ams01", "ams03", "ams01" }, datacenters())
    end)

    it("stays with its disks, and where no other one is named", function()
      room.ams03 = true
      assert.is_false(create(nil, { disks = { "5" } }))
      assert.is_false(create { datacenter = "fra02" })
      assert.same({ "ams01", "fra02" }, datacenters())
    end)

    it("sends no second order after another refusal, or without an answer", function()
      api[CREATE] = function() return nil, fake.refusal("SoftLayer_Exception_Public", "Not that price.") end
      assert.is_false(create())
      local ordered
      api[CREATE] = function(call)
        ordered = call.args[1].hostname
        return nil, fake.broken()
      end
      api["Account::getVirtualGuests"] = function() return json.array { double.ready_guest(150, ordered) } end
      local ok, result = create()
      assert.is_true(ok, tostring(result))
      assert.equal("150", result[1])
      assert.same({ "ams01", "ams01" }, datacenters())
    end)
  end)

  describe("with a webhook", function()
    local send, posted, answer

    before_each(function()
      send, posted, answer = http.send, {}, { status = 200 }
      rawset(http, "send", function(requests)
        posted[#posted + 1] = requests[1]
        return { answer }
      end)
      require "webhook".url = "https://hooks.slack.com/services/T0/B0/x"
    end)
    after_each(function() rawset(http, "send", send) end)

    it("tells of a VM", function()
      assert.is_true(create())
      assert.equal(1, #posted)
      assert.same({ "POST", "https://hooks.slack.com/services/T0/B0/x" }, { posted[1].method, posted[1].url })
      assert.same({ text = "VM 101 is there, for agent agent-1" }, json.decode(posted[1].body))
    end)

    it("tells of a failure, which stays what it was", function()
      local ok, err = create { cpu = 32, memory = 1024 }
      assert.is_false(ok)
      assert.equal("32 cores: this site allows 16", err.message)
      assert.same({ text = "create_vm for agent agent-1 failed: CloudError: 32 cores: this site allows 16" },
        json.decode(posted[1].body))
    end)

    for what, bad in pairs { ["is refused"] = { status = 500 }, ["does not arrive"] = { err = { message = "no route" } } } do
      it("that " .. what .. " fails no VM", function()
        answer = bad
        local ok, result = create()
        assert.is_true(ok, tostring(result))
        assert.equal(1, #posted)
      end)
    end

    it("whose URL is none fails no VM", function()
      rawset(http, "send", send)
      require "webhook".url = "hooks.slack.com"
      assert.is_true(create())
    end)

    it("is not told by a rehearsal", function()
      world.rehearsal = true
      assert.is_true(create())
      assert.same({}, posted)
    end)
  end)

  it("tells nobody without a webhook", function()
    local send = http.send
    rawset(http, "send", function() error "a notification without a webhook" end)
    assert.is_true(create())
    rawset(http, "send", send)
  end)
end)
