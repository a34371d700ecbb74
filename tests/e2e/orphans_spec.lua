-- What was ordered and never returned: it is listed, cancelled or adopted, and nothing else is touched.
local eventually = require "support.eventually"
local folder = require "support.folder"
local json = require "core.json"
local requests = require "support.requests"
local world = require "support.world"

local PLACE = { cloud = { properties = { softlayer = { datacenter = "ams01" } } }, engine = { account = "acme" } }
local LIMITED = { cloud = { properties = { softlayer = { datacenter = "ams01", username = "limited",
  api_key = "limited-api-key" } } }, engine = { account = "acme" } }

local w

local function count(method) return #w.sim:journal(method) end

local function listing(...)
  local run = w:command { "orphans", "--format", "json", ... }
  assert.equal(0, run.status, run.stderr)
  return json.decode(run.stdout).orphans
end

local function only_orphan(...)
  local rows = listing(...)
  assert.equal(1, #rows, json.encode(rows))
  return rows[1]
end

local function reap(status, ...)
  local run = w:command { "reap", "--yes", ... }
  assert.equal(status, run.status, run.stdout .. run.stderr)
  return run.stdout
end

local function is_clean()
  assert.same({}, listing())
  assert.equal(0, w.sim:inventory().billed)
  for _, path in ipairs(folder.files(w.at.path .. "/state")) do
    assert.truthy(path:find "/cache%-[%w-]+$", path)
  end
end

local function damage(path)
  local file = assert(io.open(path, "r+b"))
  file:seek("set", 30)
  file:write "#"
  file:close()
end

-- Kills slcpi as soon as a method has been called.
local function killed(request, method)
  local before = count(method)
  local process = w:begin(request)
  eventually(method, function() return count(method) > before end)
  process:signal "KILL"
  process:finish()
  w.sim:heal()
end

local function unanswered(request)
  w:begin(request, { wrap = { "bash", "-c", '"$@" | true', "bash" } }):finish()
end

local function vm(agent_id) return requests.create_vm { agent_id = agent_id } end
local function made(agent_id) return w:result(vm(agent_id))[1] end

local function guest_named(hostname)
  return tostring(w.sim:api("SoftLayer_Virtual_Guest", nil, { { hostname = hostname, domain = "example.com",
    datacenter = { name = "lon02" }, hourlyBillingFlag = true, localDiskFlag = true, startCpus = 1, maxMemory = 1024,
    operatingSystemReferenceCode = "UBUNTU_LATEST_64" } }).id)
end

local function open_world()
  w = world.start()
  w:configure(PLACE)
end

describe("an orphan is listed, reaped and then forgotten:", function()
  before_each(open_world)
  after_each(function() w:close() end)

  local function check(stage, kind, reason)
    local row = only_orphan()
    assert.equal(stage, row.stage)
    assert.equal(kind, row.kind)
    assert.equal("exists", row.account)
    assert.truthy(row.reason:find(reason, 1, true), row.reason)
    local price = { VM = "^[%d.]+/h$", disk = "^by use$" }
    assert.truthy(price[kind] == nil and row.price == json.null or row.price:find(price[kind]), row.price)
    assert.truthy(row.age == json.null or row.age >= 0)
    assert.truthy(reap(0):find(("%s %s is cancelled"):format(kind, row.cid), 1, true))
    return row
  end

  it("a VM whose order was not answered", function()
    w.sim:fault "Virtual_Guest.createObject count=1 do=delay delay=60"
    killed(vm "a", "createObject")
    check("SENT", "VM", "the answer to its order is missing")
    is_clean()
  end)

  it("a VM that was waited for", function()
    w:configure { engine = { speed = 20, account = "acme" } }
    local process = w:begin(vm "a")
    eventually("the wait", function() return #w:records() == 1 and w:records()[1].stage == "KNOWN" end)
    process:signal "KILL"
    process:finish()
    w:configure(PLACE)
    check("KNOWN", "VM", "ended before")
    is_clean()
  end)

  it("a VM, a disk, a snapshot whose answer was not taken", function()
    unanswered(vm "a")
    check("READY", "VM", "the answer was not taken")
    is_clean()
    unanswered(requests.of("create_disk", 20480, { tier = 2 }))
    check("READY", "disk", "the answer was not taken")
    is_clean()
    local disk = w:result(requests.of("create_disk", 20480, { snapshot_space = 20 }))
    unanswered(requests.of("snapshot_disk", disk, { index = "0" }))
    check("READY", "snapshot", "the answer was not taken")
    assert.equal(0, #w.sim:inventory().snapshots)
    assert.is_true(w:result(requests.of("has_disk", disk)))
  end)

  it("a VM that could not be cancelled", function()
    w.sim:fault 'Virtual_Guest.setUserMetadata do=error text="The metadata is not welcome."'
    w.sim:fault 'Virtual_Guest.deleteObject do=error text="You may not cancel this."'
    w:failure(vm "a")
    local row = only_orphan()
    assert.equal("left behind", row.stage)
    assert.truthy(reap(1):find(row.cid .. " is kept: .*You may not cancel this"))
    assert.equal(row.cid, only_orphan().cid)
    w.sim:heal()
    check("left behind", "VM", "The metadata is not welcome")
    is_clean()
  end)

  it("an order whose volume never came, once the API calls it off", function()
    w.sim:ask("POST", "settings", { volume_appear = 1e7 })
    w:configure { cloud = PLACE.cloud, engine = { account = "acme", timeouts = { create_disk = 300 } } }
    w:failure(requests.of("create_disk", 20480, { tier = 2 }))
    w:configure(PLACE)
    local row = only_orphan()
    assert.equal("left behind", row.stage)
    assert.equal("order pending", row.account)
    assert.truthy(reap(1):find("order " .. row.order .. " stays", 1, true))
    w.sim:ask("POST", "order", { id = row.order, status = "CANCELLED" })
    assert.equal("order void", only_orphan().account)
    assert.truthy(reap(0):find("order " .. row.order .. " is forgotten", 1, true))
    is_clean()
  end)

  it("a disk found by time and user alone, but only after it was adopted", function()
    w.sim:fault "Product_Order.placeOrder count=1 do=delay delay=60"
    killed(requests.of("create_disk", 20480, { tier = 2 }), "placeOrder")
    w.sim:ask("POST", "advance", { seconds = 300 })
    local row = only_orphan()
    assert.equal("exists", row.account)
    assert.truthy(reap(1):find "stays: ")
    assert.equal(1, w.sim:inventory().billed > 0 and #w.sim:inventory().volumes)
    assert.equal(0, w:command { "adopt", row.key, row.cid }.status)
    check("READY", "disk", "the answer was not taken")
    is_clean()
  end)

  it("an order that left no trace, once it can no longer show one", function()
    w.sim:fault "Virtual_Guest.createObject count=1 do=hang"
    killed(vm "a", "createObject")
    local row = only_orphan()
    assert.equal("not found", row.account)
    assert.truthy(row.reason:find("may turn up for another", 1, true))
    assert.truthy(reap(1):find "stays: outcome unknown")
    assert.truthy(w:records()[1].stage == "SENT")
    eventually("the end of the look", function() return only_orphan().reason:find("is over", 1, true) end)
    reap(0)
    is_clean()
  end)

  it("a VM whose record is damaged, once it was adopted", function()
    unanswered(vm "a")
    damage(w:record_paths()[1])
    local rows = listing()
    assert.equal(2, #rows) -- the file, and the guest with its name
    assert.equal("damaged", rows[1].stage)
    assert.truthy(rows[1].reason:find(w:record_paths()[1], 1, true))
    assert.equal("exists", rows[2].account)
    local before = count "deleteObject"
    reap(1)
    assert.equal(before, count "deleteObject")
    assert.equal(0, w:command { "adopt", rows[2].key, rows[2].cid }.status)
    check("READY", "VM", "the answer was not taken")
    is_clean()
  end)
end)

describe("reap", function()
  before_each(open_world)
  after_each(function() w:close() end)

  it("has nothing to do after a rollback", function()
    w.sim:fault 'Virtual_Guest.setUserMetadata do=error text="No."'
    w:failure(vm "a")
    assert.equal("ABANDONED", w:records()[1].stage)
    assert.same({}, listing())
    reap(0)
  end)

  it("finds a VM of an order that took effect after its name was given up", function()
    w.sim:fault 'Virtual_Guest.setUserMetadata count=1 do=error text="No."'
    w:failure(vm "a")
    local guests = w.sim:inventory().guests
    local late = guest_named(guests[1].hostname)
    made "a"
    local row = only_orphan()
    assert.equal(late, row.cid)
    assert.equal("DONE", row.stage)
    reap(0)
    assert.same({}, listing())
    assert.equal(1, w.sim:inventory().billed > 0 and #w:records())
  end)

  it("ends the record of a change and leaves its disk alone", function()
    local config = json.decode(json.encode(PLACE))
    config.cloud.properties.softlayer.native_resize = true
    w:configure(config)
    local disk = w:result(requests.of("create_disk", 20480, { tier = 2 }))
    w.sim:fault "Product_Order.placeOrder count=1 do=delay delay=60"
    killed(requests.of("resize_disk", disk, 40960), "placeOrder")
    local row = only_orphan()
    assert.equal("change", row.kind)
    assert.equal(disk, row.cid)
    w.sim:ask("POST", "advance", { seconds = 300 })
    assert.equal("done", only_orphan().account)
    reap(0)
    assert.same({}, listing())
    assert.is_true(w:result(requests.of("has_disk", disk)))
  end)

  it("leaves alone what was answered, foreign VMs with like names, and what other processes hold", function()
    local answered = made "a"
    local foreign = guest_named "bosh-abcdefghijklm"
    w:configure { engine = { speed = 20, account = "acme" } }
    local process = w:begin(vm "b")
    eventually("the wait", function()
      for _, record in ipairs(w:records()) do
        if record.stage == "KNOWN" then return true end
      end
    end)
    assert.truthy(reap(1):find("stays: a request works on it", 1, true))
    process:signal "KILL"
    process:finish()
    w:configure(PLACE)
    reap(0)
    assert.is_true(w:result(requests.of("has_vm", answered)))
    assert.is_true(w:result(requests.of("has_vm", foreign)))
    assert.equal(1, count "deleteObject")
  end)

  it("asks once, and cancels after a yes only", function()
    unanswered(vm "a")
    local function answer(word)
      return w:begin(word .. "\n", { config = "", wrap = { "sh", "-c",
        ('exec script -qec "$* reap --config %s" /dev/null'):format(w.config), "sh" } }):finish()
    end
    local refused = answer "no"
    assert.equal(1, refused.status)
    assert.truthy(refused.stdout:find("Cancel 1, forget 0? Type yes:", 1, true), refused.stdout)
    assert.equal(0, count "deleteObject")
    local silent = w:command { "reap" }
    assert.equal(1, silent.status)
    assert.truthy(silent.stderr:find("--yes", 1, true))
    assert.equal(0, count "deleteObject")
    assert.equal(0, answer "yes".status)
    is_clean()
  end)

  it("spares what is younger than --older", function()
    unanswered(vm "a")
    assert.truthy(reap(1, "--older", "100000000"):find("younger than", 1, true))
    reap(0, "--older", "0")
    is_clean()
  end)

  it("does not take what a user may not see for gone", function()
    unanswered(vm "a")
    unanswered(requests.of("create_disk", 20480, { tier = 2 }))
    w:configure(LIMITED)
    for _, row in ipairs(listing()) do assert.equal("not visible", row.account) end
    reap(1)
    w:configure(PLACE)
    assert.equal(2, #listing())
    reap(0)
    is_clean()
  end)
end)

describe("adopt", function()
  before_each(open_world)
  after_each(function() w:close() end)

  local function adopt(status, ...)
    local run = w:command { "adopt", ... }
    assert.equal(status, run.status, run.stderr)
    return run.stdout .. run.stderr
  end

  it("gives a guest to a record, and the same create_vm returns it", function()
    w.sim:fault "Virtual_Guest.createObject count=1 do=hang"
    killed(vm "a", "createObject")
    local key, foreign = only_orphan().key, guest_named "by-hand"
    assert.truthy(adopt(1, key, foreign):find("--force", 1, true))
    adopt(0, key, foreign, "--force")
    assert.equal("READY", w:records()[1].stage)
    assert.equal(foreign, made "a")
    assert.equal("DONE", w:records()[1].stage)
    assert.equal(2, count "createObject")
    assert.truthy(adopt(1, key, guest_named "another", "--force"):find("was answered with", 1, true))
  end)

  it("gives a volume to a record, and the same create_disk returns it without another order", function()
    local request = requests.of("create_disk", 20480, { tier = 2 })
    w.sim:fault "Product_Order.placeOrder count=1 do=delay delay=60"
    killed(request, "placeOrder")
    w.sim:ask("POST", "advance", { seconds = 300 })
    local row = only_orphan()
    adopt(0, row.key, row.cid)
    assert.equal(row.cid, w:result(request))
    assert.equal(1, count "placeOrder")
  end)

  it("takes back what was left behind, and loses nothing that the record named", function()
    w.sim:fault 'Virtual_Guest.setUserMetadata do=error text="No."'
    w.sim:fault 'Virtual_Guest.deleteObject do=error text="No."'
    w:failure(vm "a")
    w.sim:heal()
    local row, other = only_orphan(), guest_named "by-hand"
    adopt(0, row.key, row.cid)
    assert.equal("READY", only_orphan().stage)
    adopt(0, row.key, other, "--force")
    local rows = listing()
    assert.equal(2, #rows)
    assert.equal("left behind", rows[1].stage)
    assert.equal(row.cid, rows[1].cid)
    assert.equal(other, rows[2].cid)
  end)

  it("refuses what is gone, of another kind, or another record's", function()
    local first = made "a"
    unanswered(vm "b")
    unanswered(requests.of("create_disk", 20480, { tier = 2 }))
    local rows = listing()
    assert.truthy(adopt(1, rows[2].key, first, "--force"):find("is on the record", 1, true))
    assert.truthy(adopt(1, rows[2].key, rows[1].cid, "--force"):find("not found", 1, true))
    assert.truthy(adopt(1, "create_vm-aaaaaaaaaaaaa", first):find("there is no record", 1, true))
    assert.equal(2, #listing())
  end)
end)

describe("orphans --known", function()
  before_each(open_world)
  after_each(function() w:close() end)

  it("tells what only the account has, and what only the director has", function()
    local known, unknown, disk = made "a", made "b", w:result(requests.of("create_disk", 20480, {}))
    local foreign = guest_named "bosh-abcdefghijklm"
    guest_named "web-1"
    local file = w.at:write("vms.json", json.encode { Tables = { { Content = "vms", Rows = {
      { instance = "a/0", vm_cid = known }, { instance = "b/0", vm_cid = "99" } } } } })
    local lines = w.at:write("cids", "17\n")
    local told = {}
    for _, row in ipairs(listing("--known", file, "--known", lines)) do
      told[#told + 1] = ("%s %s %s: %s"):format(row.kind, row.cid, row.account, row.reason)
    end
    assert.same({
      ("VM %s exists: it was returned, but the director does not know it"):format(unknown),
      ("VM %s exists: named like a VM of a director, but neither this one nor a record knows it"):format(foreign),
      ("disk %s exists: it was returned, but the director does not know it"):format(disk),
      "VM or disk 17 gone: the director knows it",
      "VM 99 gone: the director knows it",
    }, told)
    assert.same({}, listing())
    reap(0)
    assert.equal(0, count "deleteObject")
  end)

  it("refuses a file that holds no cids", function()
    local run = w:command { "orphans", "--known", w.at:write("x", "VM CID\n") }
    assert.equal(1, run.status)
    assert.truthy(run.stderr:find("is no cid", 1, true))
  end)
end)
