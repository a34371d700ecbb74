-- What became of an order when slcpi, its client or a later step came to grief.
local agent = require "support.agent"
local eventually = require "support.eventually"
local requests = require "support.requests"
local sys = require "core.sys"
local world = require "support.world"

local function count(w, method) return #w.sim:journal(method) end

local function only_guest(w)
  local guests = w.sim:inventory().guests
  assert.equal(1, #guests)
  return tostring(guests[1].id)
end

describe("an order is never repeated", function()
  local w
  before_each(function() w = world.start() end)
  after_each(function() w:close() end)

  it("after slcpi was killed while the answer to it was on its way", function()
    w.sim:fault "Virtual_Guest.createObject count=1 do=delay delay=60"
    local process = w:begin(requests.LOGGED)
    eventually("the order", function() return count(w, "createObject") == 1 end)
    process:signal "KILL"
    assert.equal(9, process:finish().signal)
    assert.equal("SENT", w:records()[1].stage)
    assert.equal(only_guest(w), w:result(requests.LOGGED))
    assert.equal(1, count(w, "createObject"))
  end)

  it("after slcpi was killed while it waited for the guest", function()
    w:configure { engine = { speed = 20 } }
    local process = w:begin(requests.LOGGED)
    eventually("the wait", function() return #w:records() == 1 and w:records()[1].stage == "KNOWN" end)
    process:signal "KILL"
    process:finish()
    w:configure()
    assert.equal(only_guest(w), w:result(requests.LOGGED))
    assert.equal(1, count(w, "createObject"))
  end)

  -- Begins a create_vm and returns when its guest is on record.
  local function begin(request)
    local before, process = #w:records(), w:begin(request)
    eventually("the wait", function() return #w:records() > before and w:records()[before + 1].stage == "KNOWN" end)
    return process
  end

  local function killed(request)
    w:configure { engine = { speed = 20 } }
    local process = begin(request)
    process:signal "KILL"
    process:finish()
    w:configure()
    return only_guest(w)
  end

  local function of_create_env(agent_id)
    local request = requests.create_vm { agent_id = agent_id }
    request.context.request_id = nil
    return request
  end

  it("nor given back because another VM is asked for, unless by bosh create-env, which forgets the first", function()
    local first = killed(requests.create_vm { agent_id = "one" })
    local by_hand = requests.create_vm { agent_id = "two" } -- slcpi call --director
    by_hand.context.request_id, by_hand.context.vm = nil, nil
    local second = w:result(by_hand)[1]
    assert.equal(first, w:result(requests.create_vm { agent_id = "one" })[1])
    assert.equal(0, count(w, "deleteObject"))
    for _, vm in ipairs { first, second } do w:result(requests.of("delete_vm", vm)) end
    w.sim:ask("POST", "advance", { seconds = 1000 })

    killed(of_create_env "one")
    local of_now = w:result(of_create_env "two")[1]
    w.sim:ask("POST", "advance", { seconds = 1000 })
    assert.equal(of_now, only_guest(w))
    assert.equal(1, #w:records())
  end)

  it("nor given back by bosh create-env when somebody has it: it has a director's metadata, or was adopted", function()
    local unread = { wrap = { "bash", "-c", '"$@" | true', "bash" } }
    w:begin(of_create_env "one", unread):finish()
    local first = only_guest(w)
    w:result(requests.of("set_vm_metadata", first, { director = "bosh-init" }))
    w:result(of_create_env "two")
    w:begin(of_create_env "three", unread):finish()
    local third
    for _, record in ipairs(w:records()) do third = record.stage == "READY" and record or third end
    assert.equal(0, w:command({ "adopt", ("create_vm-%s"):format(third.key), tostring(third.id) }).status)
    w:result(of_create_env "four")
    assert.equal(0, count(w, "deleteObject"))
    assert.equal(4, #w.sim:inventory().guests)
  end)

  it("nor its volume given to another VM when somebody has it", function()
    local cid = w:result(of_create_env "one")[1]
    local function disk_for(vm)
      local request = requests.of("create_disk", 20480, {}, vm)
      request.api_version, request.context = 2, of_create_env "one".context
      return request
    end
    w:begin(disk_for(cid), { wrap = { "bash", "-c", '"$@" | true', "bash" } }):finish()
    local first = tostring(w.sim:inventory().volumes[1].id)
    w:result(requests.of("attach_disk", cid, first))
    assert.not_equal(first, w:result(disk_for(cid)))
    assert.equal(2, #w.sim:inventory().volumes)
  end)

  it("nor given back by bosh create-env while its first process is at work", function()
    w:configure { engine = { speed = 20 } }
    local process = begin(of_create_env "one")
    w:configure()
    local second = w:result(of_create_env "two")[1]
    assert.equal(0, count(w, "deleteObject"))
    assert.not_equal(second, world.answer(process:finish()).result[1])
    assert.equal(2, #w.sim:inventory().guests)
  end)

  it("when the answer was lost because stdout was closed: the record stays open until it is taken", function()
    local lost = w:begin(requests.LOGGED, { wrap = { "bash", "-c", '"$@" | true; echo "${PIPESTATUS[0]}"', "bash" } }):finish()
    assert.equal("0\n", lost.stdout)
    assert.equal("READY", w:records()[1].stage)
    assert.equal(only_guest(w), w:result(requests.LOGGED))
    assert.equal("DONE", w:records()[1].stage)
    assert.equal(1, count(w, "createObject"))
  end)

  it("not even begun, when there is no stdout to answer on", function()
    w:begin(requests.LOGGED, { close_stdout = true }):finish()
    assert.equal(0, count(w, "createObject"))
  end)

  it("when two processes are given the same request at once", function()
    local first, second = w:begin(requests.LOGGED), w:begin(requests.LOGGED)
    local one, other = world.answer(first:finish()), world.answer(second:finish())
    assert.equal(one.result, other.result)
    assert.equal(only_guest(w), one.result)
    assert.equal(1, count(w, "createObject"))
  end)

  it("when the record of an earlier try is damaged: that is an error which says so", function()
    w:result(requests.LOGGED)
    local path = w:record_paths()[1]
    local file = assert(io.open(path, "r+b"))
    file:seek("set", 30)
    file:write "#"
    file:close()
    local err = w:failure(requests.LOGGED)
    assert.truthy(err.message:find(path, 1, true), err.message)
    assert.equal(1, count(w, "createObject"))
  end)
end)

describe("create_disk that is killed at one of its calls and made again", function()
  local w
  before_each(function()
    w = world.start()
    w:configure { cloud = { properties = { softlayer = { datacenter = "ams01" } } } }
  end)
  after_each(function() w:close() end)

  local request = requests.of("create_disk", 20480, { tier = 2 })

  local function killed_at(n, executed)
    w.sim:fault(("*.* nth=%d do=hang %s"):format(n, executed and "executed" or ""))
    local process = w:begin(request)
    eventually("call " .. n, function() return #w.sim:journal() >= n end)
    process:signal "KILL"
    process:finish()
    w.sim:heal()
  end

  -- datacenter, prices, newest order and verifyOrder in one flight, placeOrder, then polls of two calls each
  for n = 1, 9 do
    for _, executed in ipairs { true, false } do
      it(("buys one: call %d, %s"):format(n, executed and "carried out" or "not carried out"), function()
        killed_at(n, executed)
        local cid = w:result(request)
        local volumes = w.sim:inventory().volumes
        assert.equal(1, #volumes)
        assert.equal(cid, tostring(volumes[1].id))
        w:result(requests.of("delete_disk", cid))
        assert.equal(0, w.sim:inventory().billed)
      end)
    end
  end
end)

describe("SIGTERM while slcpi waits for a guest", function()
  it("is answered by an error within two seconds, cancels nothing, and the next try resumes", function()
    local w = world.start { speed = 20 }
    finally(function() w:close() end)
    local process = w:begin(requests.LOGGED)
    eventually("the wait", function() return #w:records() == 1 and w:records()[1].stage == "KNOWN" end)
    local started = sys.monotonic()
    process:signal "TERM"
    local answer = world.answer(process:finish())
    assert.is_true(sys.monotonic() - started < 2)
    assert.is_true(answer.error.ok_to_retry)
    assert.truthy(answer.error.message:find("signal", 1, true))
    assert.equal(0, count(w, "deleteObject"))
    w.sim:ask("POST", "advance", { seconds = 600 })
    assert.equal(only_guest(w), w:result(requests.LOGGED))
    assert.equal(1, count(w, "createObject"))
  end)
end)

describe("create_vm that fails after the order", function()
  local w
  before_each(function() w = world.start() end)
  after_each(function() w:close() end)

  local function hostnames()
    local names = {}
    for i, call in ipairs(w.sim:journal "createObject") do names[i] = call.arguments[1].hostname end
    return names
  end

  it("cancels the guest and may be tried again, under another hostname", function()
    w.sim:fault 'Virtual_Guest.setUserMetadata count=1 do=error text="The metadata is not welcome."'
    local err = w:failure(requests.LOGGED)
    assert.equal("Bosh::Clouds::VMCreationFailed", err.type)
    assert.is_true(err.ok_to_retry)
    assert.truthy(err.message:find("The metadata is not welcome.", 1, true))
    assert.equal(0, w.sim:inventory().billed)
    local vm = w:result(requests.LOGGED)
    assert.equal(1, w.sim:inventory().billed)
    assert.is_true(w:result(requests.of("has_vm", vm)))
    local names = hostnames()
    assert.equal(2, #names)
    assert.not_equal(names[1], names[2])
    assert.equal(vm, agent.settings(w.sim, vm).vm.id)
  end)

  it("may not be tried again when the guest cannot be cancelled; the guest stays on record", function()
    w.sim:fault 'Virtual_Guest.setUserMetadata do=error text="The metadata is not welcome."'
    w.sim:fault 'Virtual_Guest.deleteObject do=error text="You may not cancel this."'
    local err = w:failure(requests.LOGGED)
    assert.equal("Bosh::Clouds::VMCreationFailed", err.type)
    assert.is_false(err.ok_to_retry)
    local record = w:records()[1]
    assert.equal("ABANDONED", record.stage)
    assert.equal(only_guest(w), tostring(record.left_behind[1].id))
  end)

  it("cancels nothing that an earlier answer named", function()
    local vm = w:result(requests.LOGGED)
    w.sim:fault "Virtual_Guest.getObject do=html status=500"
    assert.equal("Bosh::Clouds::CloudError", w:failure(requests.LOGGED).type)
    w.sim:heal()
    assert.is_true(w:result(requests.of("has_vm", vm)))
    assert.equal(0, count(w, "deleteObject"))
  end)

  it("orders a new guest when the one it made is gone", function()
    local first = w:result(requests.LOGGED)
    w:result(requests.of("delete_vm", first))
    local second = w:result(requests.LOGGED)
    assert.not_equal(first, second)
    assert.equal(1, w.sim:inventory().billed)
  end)

end)

describe("without a state directory", function()
  it("the guest of an earlier try is found by its name", function()
    local w = world.start()
    finally(function() w:close() end)
    w:configure { engine = { state_dir = w.at:write("file", "") .. "/state" } }
    w.sim:fault "Virtual_Guest.createObject count=1 do=delay delay=60"
    local process = w:begin(requests.LOGGED)
    eventually("the order", function() return count(w, "createObject") == 1 end)
    process:signal "KILL"
    process:finish()
    assert.equal(only_guest(w), w:result(requests.LOGGED))
    assert.equal(1, count(w, "createObject"))
  end)
end)
