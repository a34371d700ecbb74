-- slcpi plan: a request's reads are made, its writes are told, and nothing changes.
local class = require "softlayer.class"
local json = require "core.json"
local process = require "support.process"
local build = require "support.build"
local requests = require "support.requests"
local world = require "support.world"

describe("slcpi plan", function()
  local w
  before_each(function() w = world.start() end)
  after_each(function() w:close() end)

  local function plan(request, ...)
    local run = process.start(w.at, { argv = { build.slcpi, "plan", "--config", w.config, ... },
      stdin = type(request) == "string" and request or json.encode(request) }):finish()
    return run.stdout, run.status, run.stderr
  end

  local function document(request, ...)
    local text, status, log = plan(request, "--format", "json", ...)
    return assert(json.decode(text), log), status
  end

  local function no_write_was_sent(since)
    for _, call in ipairs(w.sim:journal()) do
      assert.is_true(call.n <= (since or 0) or class(call.method) == "read", call.method)
    end
  end

  local function last() return #w.sim:journal() end

  it("prints the order of the request of 2015 with its price, and sends no write", function()
    local text, status = plan(requests.LOGGED)
    assert.equal(0, status)
    assert.truthy(text:find("would send SoftLayer_Virtual_Guest::createObject", 1, true))
    assert.matches('"startCpus": 1', text)
    assert.matches("would cost 0%.%d+ USD/h", text)
    assert.matches("would be bosh%-%w+%.softlayer%.com", text)
    assert.matches("later steps: await, claim, configure, tag, abandon\n$", text)
    no_write_was_sent()
    assert.same({ 0, 0 }, { #w.sim:inventory().guests, w.sim:inventory().billed })
    assert.same({}, w:record_paths())
  end)

  it("tells the price that the machine then has, under the name that it then gets", function()
    local told = document(requests.LOGGED)
    local entry = told.entries[#told.entries]
    w:result(requests.LOGGED)
    local guest = w.sim:inventory().guests[1]
    assert.equal(guest.hostname, entry.arguments[1].hostname)
    local sent = w.sim:journal "createObject"[1].arguments[1]
    assert.same(sent, entry.arguments[1])
  end)

  it("of a request that was made already answers what it would", function()
    local vm = w:result(requests.LOGGED)
    local before = last()
    local told, status = document(requests.LOGGED)
    assert.same({ 0, vm }, { status, told.result })
    no_write_was_sent(before)
    assert.equal("DONE", w:records()[1].stage)
  end)

  it("goes on behind writes whose answer says nothing, as far as there is nothing to wait for", function()
    local vm = w:result(requests.create_vm())[1]
    local before = last()
    local told = document(requests.of("set_vm_metadata", vm, { job = "web" }))
    local entry = told.entries[#told.entries]
    assert.same({ "write", "setTags", vm }, { entry.kind, entry.method, tostring(entry.id) })
    assert.equal(json.null, told.result)
    told = document(requests.of("delete_vm", vm))
    assert.equal(("it would look at what SoftLayer_Virtual_Guest(%s)::deleteObject has done"):format(vm), told.ends)
    local methods = {}
    for _, each in ipairs(told.entries) do methods[each.method or 0] = true end
    assert.is_true(methods.deleteObject)
    no_write_was_sent(before)
    assert.same({ 1, 1 }, { #w.sim:inventory().guests, #w:record_paths() })
  end)

  it("of a delete_vm whose VM is gone forgets nothing", function()
    local vm = w:result(requests.create_vm())[1]
    w.sim:api(("SoftLayer_Virtual_Guest/%s/deleteObject"):format(vm))
    w.sim:ask("POST", "advance", { seconds = 7200 })
    assert.equal(0, select(2, plan(requests.of("delete_vm", vm))))
    assert.equal(1, #w:record_paths())
  end)

  it("prices a disk", function()
    local told = document(requests.of("create_disk", 20480, { datacenter = "dal13", iops = 200 }, json.null))
    local entry = told.entries[#told.entries]
    assert.same({ "Product_Order", "placeOrder" }, { entry.service, entry.method })
    assert.matches("^%d+%.%d+ USD/month, billed by the hour$", entry.quote.price)
    no_write_was_sent()
  end)

  for what, case in pairs {
    ["an error in the request"] = { requests.create_vm { properties = { cpu = 1, memory = 1024, datacenter = "nowhere" } },
      "nowhere" },
    ["what verifyOrder refuses"] = { requests.create_vm { properties = { cpu = 3, memory = 1000, datacenter = "ams01" } },
      "it would fail" },
    ["no request"] = { "{", "Must provide valid JSON" },
    ["a method that is none"] = { requests.of "crete_vm", "there is no 'crete_vm'" },
  } do
    it("ends with status 1 for " .. what, function()
      local text, status, log = plan(case[1])
      assert.equal(1, status)
      assert.truthy((text .. log):find(case[2], 1, true), text .. log)
      no_write_was_sent()
    end)
  end

  it("shows hooks where they act, and what they change", function()
    local dir = w:overlay { ["hooks/create_vm.lua"] = [[
function around.provision(provision, record, spec)
  spec.size.memory = 4096
  return provision(record, spec)
end
function before.tag(_, wanted) wanted.site = "ams" end
]] }
    local text = plan(requests.LOGGED, "--overlay", dir)
    assert.truthy(text:find(("provision\n    hook around.provision  %s/hooks/create_vm.lua:1\n"):format(dir), 1, true), text)
    assert.matches('"maxMemory": 4096', text)
    assert.truthy(text:find(("tag (hook before.tag %s/hooks/create_vm.lua:5)"):format(dir), 1, true), text)
  end)

  it("shows no secret", function()
    local env = { bosh = { password = "the-secret-password", mbus = { cert = { private_key = "the-private-key" } } } }
    local text, _, log = plan(requests.create_vm { env = env }, "--log-level", "debug")
    assert.falsy((text .. log):find("the-secret-password", 1, true))
    assert.falsy((text .. log):find("sim-api-key", 1, true))
  end)

  it("reads a request from a file, too", function()
    assert.equal(0, select(2, plan("", w.at:write("request.json", requests.LOGGED))))
  end)
end)
