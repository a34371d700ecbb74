-- The whole overlay under slcpi, as a director starts it, against slsim: what crossed the wire, and what is left.
local eventually = require "support.eventually"
local folder = require "support.folder"
local json = require "core.json"
local process = require "support.process"
local requests = require "support.requests"
local world = require "support.world"

local OVERLAY = debug.getinfo(1, "S").source:match "^@(.+)/spec/"

-- Like Slack; { url, texts() }.
local function webhook(at)
  local told = at:fresh "told"
  local self = { process = process.start(at, { argv = { "python3", OVERLAY .. "/spec/slack.py", told } }) }
  local port = eventually("the webhook", function() return folder.read(self.process.stdout_path):match "%d+" end)
  self.url = ("http://127.0.0.1:%s/services/T0/B0/x"):format(port)
  function self.texts()
    local texts = {}
    for line in folder.read(told):gmatch "[^\n]+" do texts[#texts + 1] = json.decode(line).text end
    return texts
  end
  function self.stop()
    self.process:signal "TERM"
    self.process:finish()
  end
  return self
end

describe("this site's VMs", function()
  local w, slack, options

  before_each(function()
    w = world.start()
    slack = webhook(w.at)
    -- The webhook's URL comes from an overlay in front, as it would on a director.
    local front = w:overlay { ["lualib/webhook.lua"] = ("return { url = %q }\n"):format(slack.url) }
    options = { arguments = { "--overlay", front, "--overlay", OVERLAY } }
  end)
  after_each(function()
    slack.stop()
    w:close()
  end)

  local function request(changes, more)
    local properties = { datacenter = "ams01", cpu = 1, memory = 1024, domain = "example.com", hostname_prefix = "data-db" }
    for name, value in pairs(changes or {}) do properties[name] = value end
    return requests.create_vm { properties = properties, env = more or { bosh = { tags = { cost_center = "4711" } } } }
  end

  local function give_back(vm)
    w:result(requests.of("delete_vm", vm), options)
    w.sim:ask("POST", "advance", { seconds = 7200 }) -- until what was cancelled is gone
    local left = w.sim:inventory()
    assert.same({ 0, 0, {} }, { #left.guests, left.billed, w:record_paths() })
  end

  -- The templates of the guests that were ordered; SSH keys are created by a method of the same name.
  local function orders()
    local list = {}
    for _, call in ipairs(w.sim:journal "createObject") do
      if call.service == "SoftLayer_Virtual_Guest" then list[#list + 1] = call.arguments[1] end
    end
    return list
  end

  it("are ordered once, with key, tags and name, and people are told", function()
    local vm = w:result(request(), options)[1]
    local guest = w.sim:api(("SoftLayer_Virtual_Guest/%s/getObject"):format(vm), "hostname,sshKeys.key,tagReferences.tag.name")
    assert.matches("^data%-db%-", guest.hostname)
    assert.matches("operations@example.com", guest.sshKeys[1].key)
    local tags = {}
    for i, reference in ipairs(guest.tagReferences) do tags[i] = reference.tag.name end
    table.sort(tags)
    assert.same({ "cost_center:4711", "site:ams" }, tags)
    assert.same({ ("VM %s is there, for agent %s"):format(vm, request().arguments[1]) }, slack.texts())
    assert.equal(1, #orders())
    give_back(vm)
  end)

  for what, case in pairs {
    ["with a wrong name"] = { { hostname_prefix = "db" }, nil, "team-role" },
    ["of a refused type"] = { { cpu = 32 }, nil, "32 cores: this site allows 16" },
    ["without the mandatory tag"] = { {}, {}, "the tag 'cost_center' is missing" },
  } do
    it("are not ordered " .. what, function()
      local err = w:failure(request(case[1], case[2]), options)
      assert.truthy(err.message:find(case[3], 1, true), err.message)
      assert.same({}, w.sim:journal())
      assert.matches("failed: CloudError: ", slack.texts()[1])
    end)
  end

  local function no_room(datacenter)
    w.sim:ask("POST", "capacity", { router = "bcr01a." .. datacenter, available = 0 })
  end

  it("are ordered in the other datacenter when capacity is refused", function()
    no_room "ams01"
    local vm = w:result(request(), options)[1]
    local guest = w.sim:api(("SoftLayer_Virtual_Guest/%s/getObject"):format(vm), "hostname,datacenter.name")
    assert.equal("ams03", guest.datacenter.name)
    local sent = orders()
    assert.same({ 2, "ams01", "ams03" }, { #sent, sent[1].datacenter.name, sent[2].datacenter.name })
    assert.equal(sent[1].hostname, sent[2].hostname)
    assert.equal(1, #w.sim:inventory().guests)
    give_back(vm)
  end)

  it("are not ordered elsewhere when the answer was lost: the one that was made is found", function()
    w.sim:fault "Virtual_Guest.createObject count=1 executed do=drop"
    local vm = w:result(request(), options)[1]
    assert.equal(1, #orders())
    assert.equal("ams01", w.sim:api(("SoftLayer_Virtual_Guest/%s/getObject"):format(vm), "datacenter.name").datacenter.name)
    assert.equal(1, #w.sim:inventory().guests)
    give_back(vm)
  end)

  it("are nowhere when neither datacenter has room, and that is told", function()
    no_room "ams01"
    no_room "ams03"
    local err = w:failure(request(), options)
    assert.matches("insufficient resources", err.message)
    assert.equal(2, #orders())
    assert.same({ 0, 0 }, { #w.sim:inventory().guests, w.sim:inventory().billed })
    assert.matches("failed: VMCreationFailed: .*insufficient resources", slack.texts()[1])
  end)

  it("are rehearsed without a word to people", function()
    local path = w.at:write("request.json", json.encode(request { cpu = 32 }))
    local run = w:command { "plan", path, table.unpack(options.arguments) }
    assert.equal(1, run.status)
    assert.truthy(run.stdout:find("it would fail: CloudError: 32 cores", 1, true), run.stdout)
    assert.same({}, slack.texts())
  end)

  it("come although nobody can be told", function()
    slack.process:signal "KILL"
    local vm, run = w:result(request(), options)
    assert.matches("nobody was notified: ", run.stderr)
    assert.falsy(run.stderr:find("/services/T0", 1, true))
    give_back(vm[1])
  end)
end)
