-- Disks through the executables: a director's sequences, what is refused, what survives, and what it costs.
local folder = require "support.folder"
local json = require "core.json"
local kept_file = require "kept_file"
local leaks = require "support.leaks"
local requests = require "support.requests"
local world = require "support.world"

local NOBODY = "17000000"
local NULL = json.null

local w

local function disk(method, ...) return w:result(requests.of(method, ...)) end
local function refusal(method, ...) return w:failure(requests.of(method, ...)) end

-- A guest that the test orders itself, provisioned.
local function guest(name)
  local made = w.sim:api("SoftLayer_Virtual_Guest/createObject", nil, { { hostname = name or "vm", domain = "example.com",
    startCpus = 1, maxMemory = 1024, hourlyBillingFlag = true, localDiskFlag = false, datacenter = { name = "ams01" },
    operatingSystemReferenceCode = "UBUNTU_LATEST" } })
  w.sim:ask("POST", "advance", { seconds = 400 })
  return tostring(made.id)
end

-- A volume that is there already.
local function volume(fields)
  fields = fields or {}
  fields.datacenter = "ams01"
  return tostring(w.sim:ask("POST", "volume", fields).id)
end

local function hosts_of(cid)
  local ids = {}
  for i, host in ipairs(w.sim:api("SoftLayer_Network_Storage/" .. cid .. "/getAllowedVirtualGuests", "id")) do
    ids[i] = tostring(host.id)
  end
  table.sort(ids)
  return table.concat(ids, " ")
end

local function check_hint(hint, cid)
  assert.equal(cid, hint.id)
  assert.is_nil(hint.path)
  for _, name in ipairs { "initiator_name", "target", "username", "password" } do
    assert.equal("string", type(hint.iscsi_settings[name]), name)
    assert.is_true(#hint.iscsi_settings[name] > 0, name)
  end
end

local function volumes_left()
  w.sim:ask("POST", "advance", { seconds = 1000 })
  return #w.sim:inventory().volumes
end

describe("a disk's life", function()
  before_each(function() w = world.start() end)
  after_each(function() w:close() end)

  for name, row in pairs {
    ["by default"] = { {}, "PERFORMANCE_BLOCK_STORAGE", iops = "1000" },
    ["with IOPS"] = { { iops = 300 }, "PERFORMANCE_BLOCK_STORAGE", iops = "300" },
    ["with a tier"] = { { tier = 0.25 }, "ENDURANCE_BLOCK_STORAGE", tier = "LOW_INTENSITY_TIER" },
    ["by the month, with snapshot space"] = { { tier = 10, useHourlyPricing = false, snapshot_space = 15 },
      "ENDURANCE_BLOCK_STORAGE", tier = "10_IOPS_PER_GB", space = "20", monthly = true },
  } do
    it("begins with an order of what was asked for, " .. name, function()
      local vm = guest()
      local cid = disk("create_disk", 100 * 1024 - 5, row[1], vm)
      local made = w.sim:api("SoftLayer_Network_Storage/" .. cid .. "/getObject", "capacityGb,storageType.keyName,"
        .. "provisionedIops,storageTierLevel,snapshotCapacityGb,billingItem.hourlyFlag,serviceResource.datacenter.name,osType.keyName")
      assert.equal(100, made.capacityGb)
      assert.equal(row[2], made.storageType.keyName)
      assert.equal("ams01", made.serviceResource.datacenter.name)
      assert.equal("LINUX", made.osType.keyName)
      if row.iops then assert.equal(row.iops, made.provisionedIops) end
      assert.equal(row.tier, made.storageTierLevel)
      assert.equal(row.space, made.snapshotCapacityGb)
      assert.equal(not row.monthly, made.billingItem.hourlyFlag)
      assert.equal(1, #w.sim:journal "placeOrder")
      assert.is_true(disk("has_disk", cid))
    end)
  end

  it("answers create_disk when the volume can be mounted, and ends with an empty account and directory", function()
    local vm = guest()
    local cid = disk("create_disk", 20480, {}, vm)
    check_hint(disk("attach_disk", vm, cid), cid)
    for _, call in ipairs(w.sim:journal "allowAccessFromVirtualGuest") do assert.equal(200, call.status) end
    assert.same({ cid }, disk("get_disks", vm))
    assert.equal(NULL, disk("detach_disk", vm, cid))
    assert.equal(NULL, disk("delete_disk", cid))
    assert.is_false(disk("has_disk", cid))
    assert.equal(NULL, disk("delete_disk", cid))
    assert.equal(0, volumes_left())
    assert.is_false(disk("has_disk", cid))
    assert.same({}, w:record_paths())
  end)

  it("attaches to one guest twice and gives the same hint; a second disk leaves the first untouched", function()
    local vm, first, second = guest(), volume(), volume()
    local hint = disk("attach_disk", vm, first)
    assert.same(hint, disk("attach_disk", vm, first))
    assert.equal(1, #w.sim:journal "allowAccessFromVirtualGuest")
    local other = disk("attach_disk", vm, second)
    check_hint(other, second)
    assert.equal(hint.iscsi_settings.initiator_name, other.iscsi_settings.initiator_name)
    assert.equal(hint.iscsi_settings.password, other.iscsi_settings.password)
    assert.equal(vm, hosts_of(first))
    assert.same(hint, disk("attach_disk", vm, first))
  end)

  for what, fields in pairs {
    ["Performance"] = { package = 222, size = 100, iops = 500 }, ["Endurance"] = { package = 240, size = 100, tier = 200 },
  } do
    it("of the older package " .. what .. " goes on in every method but those that change it", function()
      w:configure { cloud = { properties = { softlayer = { native_resize = true } } } }
      local vm, cid = guest(), volume(fields)
      assert.is_true(disk("has_disk", cid))
      check_hint(disk("attach_disk", vm, cid), cid)
      disk("set_disk_metadata", cid, { deployment = "cf" })
      assert.equal("Bosh::Clouds::NotSupported", refusal("resize_disk", cid, 200 * 1024).type)
      assert.equal("Bosh::Clouds::NotSupported", refusal("update_disk", cid, 200 * 1024, {}).type)
      disk("detach_disk", vm, cid)
      disk("delete_disk", cid)
      assert.equal(0, volumes_left())
      assert.equal(0, #w.sim:journal "placeOrder")
    end)
  end

  it("answers version 1 with null", function()
    local request = requests.of("attach_disk", guest(), volume())
    request.api_version = 1
    assert.equal(NULL, w:result(request))
  end)

  it("writes metadata as sorted notes, whatever it holds", function()
    local cid = volume()
    disk("set_disk_metadata", cid, { deployment = "cf", ["instance_index"] = 0, director = "d", ok = true, odd = { 1 }, none = NULL })
    local notes = w.sim:api("SoftLayer_Network_Storage/" .. cid .. "/getObject", "notes").notes
    assert.equal("deployment:cf, director:d, instance_index:0, ok:true", notes)
    disk("set_disk_metadata", cid, { deployment = "cf", ["instance_index"] = 0, director = "d", ok = true })
    assert.equal(1, #w.sim:journal "editObject")
    disk("set_disk_metadata", cid, {})
  end)
end)

describe("a director's sequence", function()
  before_each(function() w = world.start() end)
  after_each(function() w:close() end)

  it("for a new size: create, attach beside the old, detach the old, delete it", function()
    local vm = guest()
    local old = disk("create_disk", 20480, {}, vm)
    local before = disk("attach_disk", vm, old)
    local new = disk("create_disk", 40960, {}, vm)
    check_hint(disk("attach_disk", vm, new), new)
    assert.equal(vm, hosts_of(old))
    assert.same(before, disk("attach_disk", vm, old))
    disk("detach_disk", vm, old)
    assert.equal("", hosts_of(old))
    assert.equal(vm, hosts_of(new))
    disk("delete_disk", old)
    assert.same({ new }, disk("get_disks", vm))
    assert.equal(2, #w.sim:journal "placeOrder")
  end)

  it("for two equal disks buys two", function()
    local vm = guest()
    local first = disk("create_disk", 20480, {}, vm)
    assert.not_equal(first, disk("create_disk", 20480, {}, vm))
    assert.equal(2, #w.sim:inventory().volumes)
  end)

  it("of cck: attach after the old VM died without a detach", function()
    local old, cid = guest "old", volume()
    disk("attach_disk", old, cid)
    disk("delete_vm", old)
    local new = guest "new"
    check_hint(disk("attach_disk", new, cid), cid)
    assert.equal(NULL, disk("detach_disk", old, cid))
    assert.equal(new, hosts_of(cid))
  end)

  it("of cck: a disk that is on no VM is detached, one that is gone is not found", function()
    local vm, cid = guest(), volume()
    assert.equal(NULL, disk("detach_disk", vm, cid))
    assert.equal(NULL, disk("detach_disk", "118000000", cid))
    assert.equal(0, #w.sim:journal "removeAccessFromVirtualGuest")
    disk("delete_disk", cid)
    for method, arguments in pairs {
      attach_disk = { vm, cid }, detach_disk = { vm, cid }, set_disk_metadata = { cid, {} }, snapshot_disk = { cid, {} },
    } do
      assert.equal("Bosh::Clouds::DiskNotFound", refusal(method, table.unpack(arguments)).type, method)
    end
    assert.equal("Bosh::Clouds::VMNotFound", refusal("attach_disk", "118000000", volume()).type)
    assert.equal("Bosh::Clouds::VMNotFound", refusal("get_disks", "118000000").type)
  end)

  it("believes 'not found' only of a user who sees all storage", function()
    assert.is_false(disk("has_disk", NOBODY))
    assert.equal(NULL, disk("delete_disk", NOBODY))
    assert.equal(NULL, disk("delete_snapshot", NOBODY))
    w.sim:ask("POST", "user", { user = "sim", permissions = { NAS_MANAGE = false } })
    for _, method in ipairs { "has_disk", "delete_disk", "delete_snapshot" } do
      assert.truthy(refusal(method, NOBODY).message:find("NAS_MANAGE", 1, true), method)
    end
  end)
end)

describe("snapshots", function()
  before_each(function() w = world.start() end)
  after_each(function() w:close() end)

  local METADATA = { deployment = "cf", job = "db", index = 0, director_name = "bosh" }

  local function notes_of(cid)
    local notes = {}
    for i, snapshot in ipairs(w.sim:api("SoftLayer_Network_Storage/" .. cid .. "/getSnapshots", "id,notes")) do
      notes[i] = snapshot.notes
    end
    return notes
  end

  it("are made, told by their notes, and deleted twice", function()
    local cid = volume { snapshot_space = 20 }
    local first, second = disk("snapshot_disk", cid, METADATA), disk("snapshot_disk", cid, METADATA)
    assert.not_equal(first, second)
    for _, text in ipairs(notes_of(cid)) do
      assert.truthy(text:find("^deployment:cf, director_name:bosh, index:0, job:db %[%w+%]$"), text)
    end
    for _ = 1, 2 do assert.equal(NULL, disk("delete_snapshot", first)) end
    assert.equal(1, #notes_of(cid))
    assert.truthy(refusal("delete_snapshot", cid).message:find("no snapshot", 1, true))
    disk("delete_disk", cid)
    assert.equal(NULL, disk("delete_snapshot", second))
    assert.equal(0, #w:record_paths())
  end)

  it("need space, and say so", function()
    assert.truthy(refusal("snapshot_disk", volume(), METADATA).message:find("`snapshot_space`", 1, true))
  end)

  it("are made once although the answer was lost", function()
    local cid = volume { snapshot_space = 20 }
    w.sim:fault "Network_Storage.createSnapshot nth=1 do=drop executed"
    local snapshot = disk("snapshot_disk", cid, METADATA)
    assert.equal(1, #w.sim:journal "createSnapshot")
    assert.equal(1, #notes_of(cid))
    disk("delete_snapshot", snapshot)
    assert.equal(0, #notes_of(cid))
  end)
end)

describe("changes in place", function()
  before_each(function() w = world.start { config = { cloud = { properties = { softlayer = { native_resize = true } } } } } end)
  after_each(function() w:close() end)

  local function state_of(cid)
    local now = w.sim:api("SoftLayer_Network_Storage/" .. cid .. "/getObject",
      "capacityGb,provisionedIops,storageTierLevel,activeTransactionCount")
    return { now.capacityGb, now.storageTierLevel or now.provisionedIops, now.activeTransactionCount }
  end

  it("have happened when the answer comes, and cost one order each", function()
    local performance, endurance = volume { size = 100, iops = 1000 }, volume { size = 40, tier = 200 }
    assert.equal(NULL, disk("resize_disk", performance, 200 * 1024))
    assert.same({ 200, "1000", 0 }, state_of(performance))
    assert.equal(NULL, disk("update_disk", performance, 250 * 1024, { iops = 2000 }))
    assert.same({ 250, "2000", 0 }, state_of(performance))
    assert.equal(NULL, disk("update_disk", endurance, 40 * 1024, { tier = 4 }))
    assert.same({ 40, "WRITEHEAVY_TIER", 0 }, state_of(endurance))
    assert.equal(NULL, disk("update_disk", endurance, 40 * 1024, { tier = 4 }))
    assert.equal(3, #w.sim:journal "placeOrder")
  end)

  it("are made once although the answer was lost", function()
    local cid = volume { size = 100, iops = 1000 }
    w.sim:fault "Product_Order.placeOrder nth=1 do=drop executed"
    disk("resize_disk", cid, 200 * 1024)
    assert.same({ 200, "1000", 0 }, state_of(cid))
    assert.equal(1, #w.sim:journal "placeOrder")
  end)

  for what, row in pairs {
    ["smaller"] = { { size = 100, iops = 1000 }, "update_disk", 50 * 1024, {} },
    ["of the other kind"] = { { size = 100, iops = 1000 }, "update_disk", 100 * 1024, { tier = 4 } },
    ["elsewhere"] = { { size = 100, iops = 1000 }, "update_disk", 100 * 1024, { datacenter = "dal13" } },
    ["with more snapshot space"] = { { size = 100, iops = 1000 }, "update_disk", 100 * 1024, { snapshot_space = 20 } },
    ["larger, when it is not encrypted"] = { { size = 100, iops = 1000, encrypted = false }, "resize_disk", 200 * 1024 },
    ["larger, when it is of an older kind"] = { { size = 100, iops = 1000, staasVersion = 1 }, "resize_disk", 200 * 1024 },
  } do
    it("cannot make a volume " .. what .. ": the director copies then", function()
      local err = refusal(row[2], volume(row[1]), row[3], row[4])
      assert.equal("Bosh::Clouds::NotSupported", err.type)
      assert.equal(0, #w.sim:journal "placeOrder")
    end)
  end

  it("are not made unless the configuration says so", function()
    w:configure()
    local cid = volume { size = 100, iops = 1000 }
    assert.equal("Bosh::Clouds::NotSupported", refusal("resize_disk", cid, 200 * 1024).type)
    assert.equal("Bosh::Clouds::NotSupported", refusal("update_disk", cid, 200 * 1024, {}).type)
    assert.equal(0, #w.sim:journal())
  end)
end)

describe("a volume that is being changed", function()
  after_each(function() w:close() end)

  -- A restore makes it refuse hosts for so many virtual seconds.
  local function block(cid, seconds)
    w.sim:ask("POST", "settings", { volume_change = seconds })
    local snapshot = w.sim:api("SoftLayer_Network_Storage/" .. cid .. "/createSnapshot", nil, { "x" })
    w.sim:api("SoftLayer_Network_Storage/" .. cid .. "/restoreFromSnapshot", nil, { snapshot.id })
    w.sim:ask("DELETE", "journal")
  end

  it("for 5 s costs attach_disk at most 8 calls and few words", function()
    w = world.start { speed = 20 }
    local vm, cid = guest(), volume { snapshot_space = 20 }
    block(cid, 5)
    local hint, run = w:result(requests.of("attach_disk", vm, cid))
    check_hint(hint, cid)
    local calls = 0
    for _, call in ipairs(w.sim:journal()) do
      if call.caller then calls = calls + 1 end
    end
    assert.is_true(calls <= 8, calls .. " calls")
    assert.is_true(#w.sim:journal "allowAccessFromVirtualGuest" >= 2)
    assert.is_true(#run.stdout + #run.stderr < 16384)
  end)

  it("for ever is an error at the deadline, which tells what the API said", function()
    w = world.start { speed = 200, config = { engine = { timeouts = { attach_disk = 120 } } } }
    local vm, cid = guest(), volume { snapshot_space = 20 }
    block(cid, 1e7)
    local err = w:failure(requests.of("attach_disk", vm, cid))
    assert.truthy(err.message:find("currently in progress on volume", 1, true), err.message)
    assert.truthy(err.message:find("engine.timeouts", 1, true), err.message)
    assert.is_true(#w.sim:journal "allowAccessFromVirtualGuest" < 30)
  end)

  it("or answers a bare false takes the guest a little later", function()
    w = world.start()
    w.sim:ask("POST", "settings", { volume_refusals = 2 })
    local vm, cid = guest(), volume()
    check_hint(disk("attach_disk", vm, cid), cid)
    assert.equal(3, #w.sim:journal "allowAccessFromVirtualGuest")
  end)
end)

describe("an order of a volume", function()
  before_each(function() w = world.start() end)
  after_each(function() w:close() end)

  for _, fault in ipairs {
    "do=drop executed", "do=html status=504 executed", "do=empty", "do=garbage", "do=drop", "do=html status=502",
    "do=html status=504 late=180",
  } do
    it("is sent once, or looked for before it is sent again: " .. fault, function()
      local vm = guest()
      w.sim:fault("Product_Order.placeOrder nth=1 " .. fault)
      local cid = disk("create_disk", 20480, {}, vm)
      assert.is_true(disk("has_disk", cid))
      assert.equal(1, #w.sim:inventory().volumes)
    end)
  end

  for _, lag in ipairs { 30, 300 } do
    it(("is found although lists show it only after %d s"):format(lag), function()
      local vm = guest()
      w.sim:ask("POST", "settings", { lag = lag })
      w.sim:fault "Product_Order.placeOrder nth=1 do=drop executed"
      disk("create_disk", 20480, {}, vm)
      assert.equal(1, #w.sim:inventory().volumes)
      assert.equal(1, #w.sim:journal "placeOrder")
    end)
  end

  it("that was interrupted while it waited is taken up again by the same request", function()
    local vm = guest()
    local request = requests.of("create_disk", 20480, {}, vm)
    w.sim:fault "Account.getNetworkStorage do=hang count=1"
    local process = w:begin(request)
    require "support.eventually"("the wait", function() return #w.sim:journal "getNetworkStorage" > 0 end)
    process:signal "TERM"
    local document = world.answer(process:finish())
    assert.is_true(document.error.ok_to_retry)
    assert.equal("KNOWN", w:records()[1] and w:records()[1].stage or w:records()[2].stage)
    local cid = w:result(request)
    assert.equal(1, #w.sim:inventory().volumes)
    assert.equal(1, #w.sim:journal "placeOrder")
    assert.is_true(disk("has_disk", cid))
  end)

  it("that makes no volume is an error that names it", function()
    w.sim:fault "Product_Order.placeOrder nth=1 do=cancelled"
    local err = refusal("create_disk", 20480, {}, guest())
    assert.truthy(err.message:find("order %d+ is CANCELLED"), err.message)
    assert.equal(0, volumes_left())
  end)

  it("whose volume never gets ready is given back", function()
    w:configure { engine = { timeouts = { create_disk = 600 } } }
    local vm = guest()
    w.sim:ask("POST", "settings", { volume_mount_wait = 1e6 })
    local err = refusal("create_disk", 20480, {}, vm)
    assert.is_true(err.ok_to_retry, err.message)
    assert.equal(0, volumes_left())
  end)

  it("of something that is not sold is refused before anything is ordered, with the nearest that is", function()
    local err = refusal("create_disk", 100 * 1024, { iops = 99999 }, guest())
    assert.truthy(err.message:find("the nearest is 'iops: 6000'", 1, true), err.message)
    assert.equal(0, #w.sim:journal "placeOrder")
  end)

  it("uses the kept prices, and asks for new ones when the API refuses them", function()
    local vm = guest()
    disk("create_disk", 20480, {}, vm)
    disk("create_disk", 40960, {}, vm)
    assert.equal(1, #w.sim:journal "getItemPrices")
    for _, path in ipairs(folder.files(w.at.path .. "/state")) do
      if path:find "cache%-storage%-prices" then
        local spoilt = json.encode((kept_file.read(path))):gsub('"id":%d', '"id":9')
        assert(kept_file.write(path, json.decode(spoilt)))
      end
    end
    disk("create_disk", 80 * 1024, {}, vm)
    assert.equal(2, #w.sim:journal "getItemPrices")
    assert.equal(3, #w.sim:inventory().volumes)
  end)
end)

describe("a CHAP password", function()
  it("is in attach_disk's answer and nowhere else", function()
    w = world.start()
    local vm, cid = guest(), volume { snapshot_space = 20 }
    local hint, run = w:result(requests.of("attach_disk", vm, cid), { arguments = { "--log-level", "debug" } })
    local secret = { password = hint.iscsi_settings.password }
    leaks.check("stderr", run.stderr, secret)
    local runs = {}
    w.sim:fault(("Network_Storage.removeAccessFromVirtualGuest nth=1 do=error text=%q"):format("no: " .. secret.password))
    for _, request in ipairs { requests.of("get_disks", vm), requests.of("set_disk_metadata", cid, { a = "b" }),
      requests.of("snapshot_disk", cid, {}), requests.of("has_disk", cid), requests.of("attach_disk", vm, cid) } do
      runs[#runs + 1] = w:begin(request, { arguments = { "--log-level", "debug" } }):finish()
    end
    for i, one in ipairs(runs) do
      leaks.check("stderr", one.stderr, secret)
      if i < #runs then leaks.check("stdout", one.stdout, secret) end
    end
    for _, path in ipairs(folder.files(w.at.path .. "/state")) do leaks.check(path, folder.read(path), secret) end
    w:close()
  end)
end)
