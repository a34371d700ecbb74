-- The disks' scripts over a double of the API: what is asked, what is on record, what is undone.
local double = require "support.double"
local fake = require "lualib.fake"
local json = require "core.json"

local VOLUME, GUEST = "Network_Storage::getObject", "Virtual_Guest::getObject"
local PLACE, CANCEL = "Product_Order::placeOrder", "Billing_Item::cancelItem"
local ALLOW, DENY = "Network_Storage::allowAccessFromVirtualGuest", "Network_Storage::removeAccessFromVirtualGuest"
local GIB = 1024

local function catalogue()
  local function price(id, category, from, to, kind, low, high)
    return { id = id, categories = json.array { { categoryCode = category } }, item = { capacityMinimum = from,
      capacityMaximum = to, capacity = category == "storage_snapshot_space" and "5" or "0" },
      capacityRestrictionType = kind, capacityRestrictionMinimum = low, capacityRestrictionMaximum = high }
  end
  return json.array { price(1, "storage_as_a_service"), price(2, "storage_block"), price(3, "storage_file"),
    price(4, "performance_storage_space", "20", "39", "IOPS", "100", "1000"),
    price(5, "performance_storage_iops", "100", "1000", "STORAGE_SPACE", "20", "39"),
    price(6, "storage_snapshot_space", nil, nil, "IOPS", "100", "48000") }
end

local function blocked()
  return nil, fake.refusal("SoftLayer_Exception_Network_Storage_BlockingOperationInProgress", "blocked")
end

describe("a disk's script", function()
  local world, api, volumes, guest

  before_each(function()
    package.loaded["softlayer.user"] = nil
    world = double.world()
    api, volumes = world.api, {}
    guest = { id = 7, hostname = "h", datacenter = { id = 77 }, allowedHost = { id = 1, name = "iqn",
      credential = { username = "u", password = "chap-password" } } }
    api[GUEST] = function() return guest or nil, not guest and fake.not_found() or nil end
    api["Account::getCurrentUser"] = function()
      return { id = 1, hasFullVirtualGuestAccessFlag = true, permissions = json.array { { keyName = "NAS_MANAGE" } } }
    end
    api["Product_Package::getItemPrices"] = catalogue
    api["Product_Order::verifyOrder"] = function(call) return call.args[1] end
    api["Billing_Order::getAllObjects"] = function() return json.array { { id = 4 } } end
    api["Billing_Order::getObject"] = function(call) return { id = call.id, status = "APPROVED" } end
    api["Location_Datacenter::getDatacenters"] = function() return json.array { { id = 78, name = "ams01" } } end
    api[PLACE] = function(_, n)
      volumes[50 + n] = { id = 50 + n, nasType = "ISCSI", billingItem = { id = 500 + n }, isReadyToMount = true,
        activeTransactions = json.array {}, serviceResourceBackendIpAddress = "10.1.1.1" }
      return { orderId = 40 + n }
    end
    api["Account::getNetworkStorage"] = function(call)
      local order = call.filter.networkStorage.billingItem.orderItem.order.id.operation
      return volumes[order + 10] and json.array { { id = order + 10 } } or json.array {}
    end
    api[VOLUME] = function(call)
      local volume = volumes[math.tointeger(call.id)]
      return volume, not volume and fake.not_found() or nil
    end
    api[CANCEL] = function(call)
      volumes[math.tointeger(call.id) - 450].billingItem = nil
      return true
    end
  end)
  after_each(function()
    world.close()
  end)

  local function create(properties, vm_cid)
    return world.request("create_disk", 20 * GIB, properties or {}, vm_cid or "7")
  end

  local function made()
    local ok, cid = create()
    assert.is_true(ok, tostring(cid))
    return cid, volumes[math.tointeger(tonumber(cid))]
  end

  local function records()
    local list = {}
    local pipe = io.popen(("find '%s' -name '*_disk-*.json'"):format(world.dir))
    for path in pipe:lines() do list[#list + 1] = json.decode(fake.slurp(path)).record end
    pipe:close()
    return list
  end

  local function containers()
    local list = {}
    for _, call in ipairs(api.sent) do
      if call.name == PLACE then list[#list + 1] = call.args[1] end
    end
    return list
  end

  describe("create_disk", function()
    it("orders what is wanted where the VM is, and answers a volume that can be mounted", function()
      assert.same({ true, "51" }, { create { iops = 500, snapshot_space = 3, hourly_billing_flag = false } })
      local container = containers()[1]
      assert.same({ 20, 500, 77, false }, { container.volumeSize, container.iops, container.location, container.useHourlyPricing })
      assert.same({ { id = 1 }, { id = 2 }, { id = 4 }, { id = 5 }, { id = 6 } }, container.prices)
      assert.same({ "DONE", 51, 41 }, { records()[1].stage, records()[1].id, records()[1].order })
    end)

    it("prefers the datacenter that the disk names, and needs one without a VM", function()
      create { datacenter = { name = "ams01" } }
      assert.equal(78, containers()[1].location)
      local ok, err = world.request("create_disk", 20 * GIB, {})
      assert.is_false(ok)
      assert.matches("'datacenter' must be set", err.message)
      assert.matches("no datacenter 'x'", select(2, create { datacenter = "x" }).message)
    end)

    for text, request in pairs { ["not possible"] = { 0, {} }, ["exclude each other"] = { 20 * GIB, { iops = 100, tier = 2 } },
      ["file_volume"] = { 20 * GIB, { protocol = "nfs" } }, ["must be of type"] = { 20 * GIB, { iops = "100" } } } do
      it("refuses what is wrong in itself without a call: " .. text, function()
        local ok, err = world.request("create_disk", request[1], request[2], "7")
        assert.is_false(ok)
        assert.matches(text, err.message)
        assert.same({}, api.sent)
      end)
    end

    it("makes another disk of the same kind each time that it was answered", function()
      assert.same({ true, "51" }, { create() })
      assert.same({ true, "52" }, { create() })
      assert.same({ 41 }, { table.unpack(records()[1].spent) })
    end)

    it("interrupted while it waits cancels nothing, and the next try answers the same volume", function()
      api[VOLUME] = function(call)
        world.clock.interrupted = true
        return { id = call.id, billingItem = { id = 501 }, isReadyToMount = false }
      end
      local ok, err = create()
      assert.is_false(ok)
      assert.same({ "interrupted", true }, { err.kind, err.ok_to_retry })
      world.clock.interrupted = false
      api[VOLUME] = function(call) return volumes[math.tointeger(call.id)] end
      assert.same({ true, "51" }, { create() })
      assert.same({ 1, 0 }, { api.count(PLACE), api.count(CANCEL) })
    end)

    it("cancels a volume that never gets ready, and says that a retry is fine", function()
      api[PLACE] = function(_, n)
        volumes[50 + n] = { id = 50 + n, billingItem = { id = 500 + n }, isReadyToMount = false }
        return { orderId = 40 + n }
      end
      local ok, err = create()
      assert.is_false(ok)
      assert.is_true(err.ok_to_retry)
      assert.matches("waited 3600 s for volume 51", err.message)
      assert.equal(1, api.count(CANCEL))
      assert.same({ "ABANDONED", {} }, { records()[1].stage, { table.unpack(records()[1].left_behind) } })
    end)

    it("lists what it could not cancel", function()
      api[PLACE] = function(_, n)
        volumes[50 + n] = { id = 50 + n, billingItem = { id = 500 + n }, isReadyToMount = false }
        return { orderId = 40 + n }
      end
      api[CANCEL] = function() return nil, fake.refusal("SoftLayer_Exception_Public", "not allowed") end
      local _, err = create()
      assert.is_false(err.ok_to_retry)
      assert.matches("waited 3600 s for volume 51.*not allowed", err.message)
      assert.same({ 51, 41 }, { records()[1].left_behind[1].id, records()[1].left_behind[1].order })
    end)

    it("keeps an order on record whose volume never came, and orders anew", function()
      api["Billing_Order::getObject"] = function(call) return { id = call.id, status = "CANCELLED" } end
      api["Account::getNetworkStorage"] = function() return json.array {} end
      local ok, err = create()
      assert.is_false(ok)
      assert.matches("order 41 is CANCELLED", err.message)
      assert.equal(41, records()[1].left_behind[1].order)
      create()
      assert.equal(2, api.count(PLACE))
    end)

    it("refuses when the API does, before and at the order, and leaves no record", function()
      for _, name in ipairs { PLACE, "Product_Order::verifyOrder" } do
        api[name] = function() return nil, fake.refusal("SoftLayer_Exception_Public", "no capacity") end
        local ok, err = create()
        assert.is_false(ok)
        assert.matches("no capacity", err.message)
        assert.same({}, records())
      end
    end)
  end)

  it("has_disk tells there from gone", function()
    local cid, volume = made()
    assert.same({ true, true }, { world.request("has_disk", cid) })
    volume.billingItem = nil
    assert.same({ true, false }, { world.request("has_disk", cid) })
    assert.same({ true, false }, { world.request("has_disk", "99") })
  end)

  it("delete_disk cancels at once, with what hangs on it, and forgets the record", function()
    local cid = made()
    assert.is_true((world.request("delete_disk", cid)))
    local call
    for _, each in ipairs(api.sent) do call = each.name == CANCEL and each or call end
    assert.same({ true, true }, { call.args[1], call.args[2] })
    assert.same({}, records())
    assert.is_true((world.request("delete_disk", cid)))
    assert.equal(1, api.count(CANCEL))
  end)

  it("delete_disk waits for a change to end and for the cancellation to show", function()
    local cid, volume = made()
    volume.activeTransactions = json.array { { id = 1 } }
    local polls = 0
    api[VOLUME] = function()
      polls = polls + 1
      if polls == 4 then volume.activeTransactions = json.array {} end
      if polls == 8 then volume.billingItem = nil end
      return volume
    end
    api[CANCEL] = function()
      assert.equal(4, polls)
      return true
    end
    assert.is_true((world.request("delete_disk", cid)))
    assert.equal(8, polls)
  end)

  it("delete_disk bears a cancellation that was there first, and passes other refusals on", function()
    local cid, volume = made()
    api[CANCEL] = function()
      volume.billingItem = nil
      return nil, fake.refusal("SoftLayer_Exception_Public", "No billing item is found to cancel.")
    end
    assert.is_true((world.request("delete_disk", cid)))
    cid = made()
    api[CANCEL] = function() return nil, fake.refusal("SoftLayer_Exception_Public", "not allowed") end
    assert.matches("not allowed", select(2, world.request("delete_disk", cid)).message)
  end)

  it("attach_disk allows the guest once, also while the volume is busy, and answers a hint", function()
    local cid, volume = made()
    api[ALLOW] = function(call, n)
      assert.same({ id = 7 }, call.args[1])
      if n < 3 then return blocked() end
      if n == 3 then return false end
      volume.allowedVirtualGuests = json.array { { id = 7 } }
      return true
    end
    local hint = { id = cid, iscsi_settings = { initiator_name = "iqn", target = "10.1.1.1", username = "u",
      password = "chap-password" } }
    assert.same({ true, hint }, { world.request("attach_disk", "7", cid) })
    assert.same({ true, hint }, { world.request("attach_disk", "7", cid) })
    assert.equal(4, api.count(ALLOW))
    world.version = 1
    assert.same({ true }, { world.request("attach_disk", "7", cid) })
  end)

  it("attach_disk asks for the initiator of a guest that had none", function()
    local cid = made()
    local host = guest.allowedHost
    guest.allowedHost = nil
    api[ALLOW] = function() return true end
    api["Virtual_Guest::getAllowedHost"] = function() return host end
    assert.equal("iqn", select(2, world.request("attach_disk", "7", cid)).iscsi_settings.initiator_name)
    api["Virtual_Guest::getAllowedHost"] = function() return nil end
    assert.matches("tells no initiator name", select(2, world.request("attach_disk", "7", cid)).message)
  end)

  it("attach_disk and detach_disk tell which of the two is gone", function()
    local cid = made()
    assert.equal("Bosh::Clouds::DiskNotFound", select(2, world.request("attach_disk", "7", "99")).type)
    assert.equal("Bosh::Clouds::DiskNotFound", select(2, world.request("detach_disk", "7", "99")).type)
    guest = nil
    assert.equal("Bosh::Clouds::VMNotFound", select(2, world.request("attach_disk", "7", cid)).type)
    assert.is_true((world.request("detach_disk", "7", cid))) -- nothing is attached to it
  end)

  it("detach_disk takes the guest away once, also while the volume is busy", function()
    local cid, volume = made()
    volume.allowedVirtualGuests = json.array { { id = 7 }, { id = 8 } }
    api[DENY] = function(_, n)
      if n < 3 then return blocked() end
      volume.allowedVirtualGuests = json.array { { id = 8 } }
      return true
    end
    assert.is_true((world.request("detach_disk", "7", cid)))
    assert.is_true((world.request("detach_disk", "7", cid)))
    assert.equal(3, api.count(DENY))
  end)

  it("get_disks lists block volumes that are there", function()
    guest.allowedNetworkStorage = json.array { { id = 9, nasType = "ISCSI", billingItem = { id = 1 } },
      { id = 8, nasType = "ISCSI" }, { id = 6, nasType = "NAS", billingItem = { id = 1 } },
      { id = 5, nasType = "ISCSI", billingItem = { id = 1 } } }
    assert.same({ true, { "5", "9" } }, { world.request("get_disks", "7") })
    guest.allowedNetworkStorage = nil
    local _, none = world.request("get_disks", "7")
    assert.equal("[]", json.encode(none))
  end)

  it("set_disk_metadata writes notes, and nothing when nothing changes", function()
    local cid, volume = made()
    api["Network_Storage::editObject"] = function(call)
      volume.notes = call.args[1].notes
      return true
    end
    for _ = 1, 2 do assert.is_true((world.request("set_disk_metadata", cid, { job = "x", index = 0 }))) end
    assert.equal("index:0, job:x", volume.notes)
    assert.equal(1, api.count "Network_Storage::editObject")
    assert.equal("Bosh::Clouds::DiskNotFound", select(2, world.request("set_disk_metadata", "99", {})).type)
  end)

  it("resize_disk and update_disk are not supported unless the operator wants them", function()
    local cid = made()
    local before = #api.sent
    for _, request in ipairs { { "resize_disk", cid, 30 * GIB }, { "update_disk", cid, 30 * GIB, {} } } do
      local ok, err = world.request(table.unpack(request))
      assert.is_false(ok)
      assert.equal("Bosh::Clouds::NotSupported", err.type)
    end
    assert.equal(before, #api.sent)
  end)

  describe("with native_resize", function()
    local cid, volume
    before_each(function()
      world.softlayer = { native_resize = true }
      cid, volume = made()
      for name, value in pairs { capacityGb = 20, provisionedIops = "200", staasVersion = "2", hasEncryptionAtRest = 1,
        snapshotCapacityGb = "5", serviceResource = { datacenter = { name = "ams01" } } } do volume[name] = value end
      api[PLACE] = function(call)
        local container = call.args[1]
        volumes[container.volume.id].capacityGb, volume.provisionedIops = container.volumeSize, tostring(container.iops)
        return { orderId = 60 }
      end
    end)

    it("resize_disk enlarges the volume, rounded up to GB", function()
      assert.is_true((world.request("resize_disk", cid, 29 * GIB + 1)))
      assert.equal(30, volume.capacityGb)
      assert.is_true((world.request("resize_disk", cid, 30 * GIB)))
      assert.equal(2, api.count(PLACE)) -- the disk's own and one change
      assert.equal("Bosh::Clouds::NotSupported", select(2, world.request("resize_disk", cid, 20 * GIB)).type)
      assert.equal("Bosh::Clouds::DiskNotFound", select(2, world.request("resize_disk", "99", 20 * GIB)).type)
    end)

    it("update_disk changes size and speed in one order", function()
      assert.is_true((world.request("update_disk", cid, 30 * GIB, { iops = 300, datacenter = "ams01", snapshot_space = 5 })))
      assert.same({ 30, "300" }, { volume.capacityGb, volume.provisionedIops })
    end)

    for text, properties in pairs { ["cannot move from ams01 to lon02"] = { datacenter = "lon02" },
      ["has 5 GB of snapshot space, not 6"] = { snapshot_space = 6 }, ["cannot become one for nfs"] = { protocol = "nfs" },
      ["into the other kind"] = { tier = 2 } } do
      it("update_disk does not support what only a copy can do: " .. text, function()
        local ok, err = world.request("update_disk", cid, 30 * GIB, properties)
        assert.is_false(ok)
        assert.equal("Bosh::Clouds::NotSupported", err.type)
        assert.matches(text, err.message)
        assert.equal(1, api.count(PLACE))
      end)
    end

    it("update_disk does not turn a file volume into a block volume", function()
      volume.nasType = "NAS"
      assert.matches("cannot become one for iscsi", select(2, world.request("update_disk", cid, 20 * GIB, {})).message)
      assert.is_true((world.request("update_disk", cid, 20 * GIB, { protocol = "nfs" })))
    end)

    it("update_disk refuses bad properties as such", function()
      local _, err = world.request("update_disk", cid, 20 * GIB, { iops = "many" })
      assert.equal("Bosh::Clouds::CloudError", err.type)
    end)

    it("delete_disk forgets what was changed as well", function()
      world.request("resize_disk", cid, 30 * GIB)
      assert.equal(2, #records())
      world.request("delete_disk", cid)
      assert.same({}, records())
    end)
  end)

  it("create_disk orders file storage for stemcells that take it", function()
    world.softlayer = { preformatted_disks = true }
    assert.is_true((create { protocol = "nfs" }))
    assert.same({ id = 3 }, containers()[1].prices[2])
  end)

  describe("with snapshots", function()
    local cid, snapshots
    before_each(function()
      cid, snapshots = made(), json.array {}
      volumes[51].snapshotCapacityGb = "5"
      api["Network_Storage::createSnapshot"] = function(call, n)
        local snapshot = { id = 900 + n, notes = call.args[1], nasType = "SNAPSHOT" }
        snapshots[#snapshots + 1], volumes[snapshot.id] = snapshot, snapshot
        return snapshot
      end
      api["Network_Storage::getSnapshots"] = function() return snapshots end
      api["Network_Storage::deleteObject"] = function(call)
        volumes[math.tointeger(call.id)] = nil
        return true
      end
    end)

    it("snapshot_disk makes one each time, with the metadata, and leaves no record", function()
      assert.same({ true, "901" }, { world.request("snapshot_disk", cid, { job = "x" }) })
      assert.same({ true, "902" }, { world.request("snapshot_disk", cid, { job = "x" }) })
      assert.matches("^job:x %[[a-z2-7]+%]$", snapshots[1].notes)
      assert.is_true((world.request("snapshot_disk", cid)))
      assert.matches("^%[[a-z2-7]+%]$", snapshots[3].notes)
      assert.equal(1, #records()) -- the disk's own
    end)

    it("snapshot_disk finds one whose answer was lost, however long the metadata is", function()
      local create_snapshot = api["Network_Storage::createSnapshot"]
      api["Network_Storage::createSnapshot"] = function(call, n)
        create_snapshot(call, n)
        return nil, fake.broken()
      end
      local long = {}
      for i = 1, 90 do long["key" .. i] = "value" end
      assert.same({ true, "901" }, { world.request("snapshot_disk", cid, long) })
      assert.equal(1, #snapshots)
      assert.is_true(#snapshots[1].notes <= 255)
    end)

    it("snapshot_disk explains a disk without space for them", function()
      for _, space in ipairs { "0", false } do
        volumes[51].snapshotCapacityGb = space or nil
        assert.matches("`snapshot_space` %(GB%)", select(2, world.request("snapshot_disk", cid, {})).message)
      end
      assert.same({}, snapshots)
    end)

    it("delete_snapshot deletes one, and a missing one is a success", function()
      world.request("snapshot_disk", cid, {})
      for _ = 1, 2 do assert.is_true((world.request("delete_snapshot", "901"))) end
      assert.equal(1, api.count "Network_Storage::deleteObject")
      assert.matches("is no snapshot but a volume", select(2, world.request("delete_snapshot", cid)).message)
    end)

    it("delete_snapshot bears a busy volume and one that goes meanwhile", function()
      world.request("snapshot_disk", cid, {})
      api["Network_Storage::deleteObject"] = function(_, n)
        if n < 3 then return blocked() end
        return nil, fake.not_found()
      end
      assert.is_true((world.request("delete_snapshot", "901")))
      assert.equal(3, api.count "Network_Storage::deleteObject")
    end)
  end)
end)
