-- Images: import, refusals, boot mode, locations, sharing, deletion.
local json = require "core.json"
local objects = require "support.objects"
local wire = require "support.wire"

local IMAGE = "SoftLayer_Virtual_Guest_Block_Device_Template_Group"
local SYSTEM = "UBUNTU_LATEST_64"
local ACCOUNT = "SLOS278444-1"

describe("an image", function()
  local w
  before_each(function() w = wire.open() end)
  after_each(function() w:close() end)

  local function call(path, ...) return w:get(IMAGE .. "/" .. path, nil, { parameters = { ... } }) end
  local function imported(changes)
    local fields = { name = "new", uri = "swift://" .. ACCOUNT .. "@dal05/container/disk.vhd", operatingSystemReferenceCode = SYSTEM }
    for name, value in pairs(changes or {}) do fields[name] = value end
    return call("createFromExternalSource", fields).id
  end
  local function from_cos(key, changes)
    local fields = { name = "iced", uri = "cos://us-south/stemcells/" .. key, ibmApiKey = "sim-iam-key",
      operatingSystemReferenceCode = SYSTEM }
    for name, value in pairs(changes or {}) do fields[name] = value end
    return call("createFromIcos", fields).id
  end
  local function look(id, mask) return w:get(("%s/%d"):format(IMAGE, id), "mask[" .. mask .. "]") end

  local function put_disks()
    objects.swift(w.sim, "container/disk.vhd", objects.vhd(10))
    objects.cos(w.sim, "stemcells/disk.vhd", objects.vhd(10))
  end

  -- method, configuration, code, part of the text
  local refusals = {
    { "createFromExternalSource", { uri = "http://x/disk.vhd" }, "Public",
      "Template configuration uri specified an invalid network storage service resource protocol." },
    { "createFromExternalSource", { uri = "cos://us-south/b/disk.vhd" }, "Public", "protocol" },
    { "createFromExternalSource", { uri = "swift://SLOS278444-1@nowhere/container/disk.vhd" }, "Public", "service resource" },
    { "createFromExternalSource", { uri = "swift://SLOS278444-1@dal05/container/disk.qcow2" }, "Public", ".vhd or .iso" },
    { "createFromExternalSource", { uri = "swift://SLOS278444-1@dal05/disk.vhd" }, "Public", "not valid" },
    { "createFromExternalSource", { uri = "swift://SLOS5-1@dal05/container/disk.vhd" }, "Public", "service resource" },
    { "createFromExternalSource", { uri = "swift://SLOS278444-1@dal05/nowhere/disk.vhd" }, "Public", "service resource" },
    { "createFromExternalSource", { uri = "swift://SLOS278444-1@dal05/container/other.vhd" }, "Public", "does not exist: other.vhd" },
    { "createFromExternalSource", { name = json.null }, "MissingCreationProperty", "'name'" },
    { "createFromExternalSource", { operatingSystemReferenceCode = "BEOS" }, "InvalidValue", "operatingSystemReferenceCode" },
    { "createFromIcos", { ibmApiKey = json.null }, "MissingCreationProperty", "'ibmApiKey'" },
    { "createFromIcos", { uri = "swift://a@dal05/b/disk.vhd" }, "Public", "protocol" },
    { "createFromIcos", { isEncrypted = true }, "MissingCreationProperty", "'crkCrn'" },
    { "createFromIcos", { ibmApiKey = "sim-api-key" }, "Public", "API key is not valid" },
    { "createFromIcos", { uri = "cos://eu-gb/stemcells/disk.vhd" }, "Public", "service resource" },
    { "createFromIcos", { uri = "cos://us-south/nowhere/disk.vhd" }, "Public", "service resource" },
    { "createFromIcos", { uri = "cos://us-south/stemcells/other.vhd" }, "Public", "does not exist: other.vhd" },
  }
  for _, case in ipairs(refusals) do
    it(("is not made by %s of %s"):format(case[1], json.encode(case[2])), function()
      put_disks()
      local fields = { name = "new", operatingSystemReferenceCode = SYSTEM, ibmApiKey = "sim-iam-key", uri = ({
        createFromExternalSource = "swift://SLOS278444-1@dal05/container/disk.vhd",
        createFromIcos = "cos://us-south/stemcells/disk.vhd" })[case[1]] }
      for name, value in pairs(case[2]) do fields[name] = value end
      local _, code, text = w:refusal("POST", IMAGE .. "/" .. case[1], { parameters = { fields } })
      assert.equal(case[3], code)
      assert.truthy(text:find(case[4], 1, true), text)
    end)
  end

  it("takes its time to arrive: first its disk, then its copy", function()
    put_disks()
    local id = imported()
    assert.equal("Transfer Cloud Disk Template", look(id, "transaction.transactionGroup.name").transaction.transactionGroup.name)
    local path = ("%s/%d/setBootMode"):format(IMAGE, id)
    assert.equal("Unable to find the primary block device", select(3, w:refusal("POST", path, { parameters = { "HVM" } })))
    local early = wire.template { operatingSystemReferenceCode = false, datacenter = { name = "dal05" },
      blockDeviceTemplateGroup = { globalIdentifier = look(id, "globalIdentifier").globalIdentifier } }
    assert.equal("Public", select(2, w:refusal("POST", "SoftLayer_Virtual_Guest", { parameters = { early } })))
    w:advance(16)
    assert.is_true(call(id .. "/setBootMode", "HVM"))
    assert.equal("Public", select(2, w:refusal("POST", "SoftLayer_Virtual_Guest", { parameters = { early } })))
    w:advance(900)
    local done = look(id, "transaction,children.datacenter.name,blockDevicesDiskSpaceTotal,status.keyName")
    assert.is_nil(done.transaction)
    assert.same({ "dal05", "ACTIVE" }, { done.children[1].datacenter.name, done.status.keyName })
    assert.equal(201, w:call("POST", "SoftLayer_Virtual_Guest", { parameters = { early } }).status)
  end)

  it("that fails to arrive is active, without copies, for ever", function()
    put_disks()
    w.sim:fault(IMAGE .. ".createFromExternalSource do=stuck")
    local id = imported()
    w:advance(5000)
    local done = look(id, "transaction,childrenCount,status.keyName")
    assert.same({ nil, 0, "ACTIVE" }, { done.transaction, done.childrenCount, done.status.keyName })
  end)

  it("comes from IBM Cloud Object Storage, with what it is", function()
    objects.cos(w.sim, "bucket", "<LocationConstraint>eu-gb-standard</LocationConstraint>", "PUT",
      { ["ibm-service-instance-id"] = "crn" })
    objects.cos(w.sim, "bucket/disk.raw", ("\0"):rep(510) .. "\x55\xaa")
    local id = from_cos("", { uri = "cos://eu-gb/bucket/disk.raw", note = json.null, cloudInit = true, byol = false,
      isEncrypted = false, crkCrn = json.null })
    w:advance(1000)
    assert.equal("lon02", look(id, "children.datacenter.name").children[1].datacenter.name)
    assert.is_true(w:get(("%s/%d/isCloudInit"):format(IMAGE, id)))
    assert.is_true(w:get(("%s/%d/removeCloudInitAttribute"):format(IMAGE, id)))
    assert.is_false(w:get(("%s/%d/isCloudInit"):format(IMAGE, id)))
  end)

  -- what is in disk.vhd, disk.raw and disk.iso; the gigabytes of the image's disk, nil: there is no copy
  local contents = {
    { "vhd", "a dynamic VHD", objects.vhd(30), 30 },
    { "vhd", "a fixed VHD", ("\0"):rep(1024) .. objects.vhd(2):sub(1, 512), 2 },
    { "vhd", "a packed VHD", "\x1f\x8b\8\0" .. objects.vhd(30):sub(9, -513), nil },
    { "vhd", "a raw disk", ("\0"):rep(510) .. "\x55\xaa", nil },
    { "vhd", "nothing", "", nil },
    { "raw", "a disk with a boot record", ("\0"):rep(510) .. "\x55\xaa" .. ("\0"):rep(1024), 1 },
    { "raw", "a VHD", objects.vhd(30), nil },
    { "iso", "a CD", ("\0"):rep(32769) .. "CD001", 1 },
    { "iso", "a VHD", objects.vhd(30), nil },
  }
  for _, case in ipairs(contents) do
    it(("of %s in a .%s %s"):format(case[2], case[1], case[4] and "arrives" or "does not arrive"), function()
      objects.cos(w.sim, "stemcells/disk." .. case[1], case[3])
      local id = from_cos("disk." .. case[1])
      w:advance(1000)
      local done = look(id, "transaction.id,childrenCount,status.keyName,blockDevices.diskImage.capacity")
      assert.same({ nil, case[4] and 1 or 0, "ACTIVE" }, { done.transaction, done.childrenCount, done.status.keyName })
      assert.equal(case[4], done.blockDevices[1] and done.blockDevices[1].diskImage.capacity)
    end)
  end

  it("does not arrive if its object goes or changes meanwhile", function()
    local function delete() objects.cos(w.sim, "stemcells/disk.vhd", "", "DELETE") end
    local function replace() objects.cos(w.sim, "stemcells/disk.vhd", objects.vhd(10)) end
    for i, change in ipairs { delete, replace } do
      put_disks()
      local id = from_cos "disk.vhd"
      w:advance(890)
      change()
      w:advance(20)
      assert.same({ i, 0 }, { i, look(id, "childrenCount").childrenCount })
    end
    put_disks()
    local id = from_cos "disk.vhd"
    w:advance(910)
    delete()
    assert.equal(1, look(id, "childrenCount").childrenCount)
  end)

  it("is made of a manifest's segments, all of them until its end", function()
    local body = objects.vhd(7)
    local function put()
      objects.swift(w.sim, "parts/1", body:sub(1, 700))
      objects.swift(w.sim, "parts/2", body:sub(701))
      objects.swift(w.sim, "container/disk.vhd", "", { ["X-Object-Manifest"] = "parts/", ["X-Delete-After"] = "86400" })
    end
    put()
    local id = imported()
    w:advance(1000)
    assert.equal(7, look(id, "blockDevices.diskImage.capacity").blockDevices[1].diskImage.capacity)
    for _, gone in ipairs { "parts/2", "container/disk.vhd" } do
      put()
      id = imported()
      w:advance(100)
      objects.swift(w.sim, gone, "", nil, "DELETE")
      w:advance(900)
      assert.same({ gone, 0 }, { gone, look(id, "childrenCount").childrenCount })
    end
  end)

  it("tells the inventory where it comes from", function()
    put_disks()
    local id = from_cos "disk.vhd"
    for _, image in ipairs(w.sim:inventory().images) do
      if image.id == id then return assert.equal("cos://us-south/stemcells/disk.vhd", image.source) end
    end
    error "it is not there"
  end)

  it("is exported only when it is idle, and comes back as large as it was", function()
    objects.swift(w.sim, "container/x", "")
    local path, uri = "2243239/copyToExternalSource", "swift://" .. ACCOUNT .. "@dal05/container/copy.vhd"
    assert.is_true(call(path, { uri = uri }))
    assert.equal(500, w:call("POST", IMAGE .. "/" .. path, { parameters = { { uri = uri } } }).status)
    assert.equal(1, #w.sim:inventory().objects)
    w:advance(700)
    local id = imported { uri = uri }
    assert.is_true(call("2243239/copyToIcos", { uri = "cos://us-south/stemcells/copy.vhd", ibmApiKey = "sim-iam-key" }))
    w:advance(1000)
    assert.equal(25, look(id, "blockDevices.diskImage.capacity").blockDevices[1].diskImage.capacity)
    local second = from_cos "copy.vhd"
    w:advance(1000)
    assert.equal(1, look(second, "childrenCount").childrenCount)
  end)

  it("is exported only to where the account has room, with its key", function()
    for _, case in ipairs { { "copyToExternalSource", "swift://" .. ACCOUNT .. "@dal05/nowhere/copy.vhd" },
      { "copyToIcos", "cos://eu-gb/stemcells/copy.vhd", "sim-iam-key" }, { "copyToIcos", "cos://us-south/stemcells/copy.vhd", "k" } } do
      local fields = { uri = case[2], ibmApiKey = case[3] }
      assert.equal("Public", select(2, w:refusal("POST", IMAGE .. "/2243239/" .. case[1], { parameters = { fields } })))
    end
  end)

  it("is shared, once, and not any more", function()
    assert.is_true(call("2243239/permitSharingAccess", 5))
    assert.equal(500, w:call("POST", IMAGE .. "/2243239/permitSharingAccess", { parameters = { 5 } }).status)
    assert.equal(5, w:get(IMAGE .. "/2243239/getAccountReferences")[1].accountId)
    assert.is_true(call("2243239/denySharingAccess", 5))
    assert.same(json.array {}, w:get(IMAGE .. "/2243239/getAccountReferences"))
  end)

  it("is deleted by a transaction, and unknown at once", function()
    local answer = w:get(IMAGE .. "/2243239/deleteObject")
    assert.is_number(answer.id)
    assert.equal(404, w:call("GET", IMAGE .. "/2243239").status)
    assert.equal(500, w:call("GET", IMAGE .. "/1025/deleteObject").status)
  end)
end)
