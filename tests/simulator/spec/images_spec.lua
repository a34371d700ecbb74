-- Images: import, refusals, boot mode, locations, sharing, deletion.
local json = require "core.json"
local wire = require "support.wire"

local IMAGE = "SoftLayer_Virtual_Guest_Block_Device_Template_Group"
local SYSTEM = "UBUNTU_LATEST_64"

describe("an image", function()
  local w
  before_each(function() w = wire.open() end)
  after_each(function() w:close() end)

  local function call(path, ...) return w:get(IMAGE .. "/" .. path, nil, { parameters = { ... } }) end
  local function imported(changes)
    local fields = { name = "new", uri = "swift://account@dal05/container/disk.vhd", operatingSystemReferenceCode = SYSTEM }
    for name, value in pairs(changes or {}) do fields[name] = value end
    return call("createFromExternalSource", fields).id
  end
  local function look(id, mask) return w:get(("%s/%d"):format(IMAGE, id), "mask[" .. mask .. "]") end

  -- method, configuration, code, part of the text
  local refusals = {
    { "createFromExternalSource", { uri = "http://x/disk.vhd" }, "Public",
      "Template configuration uri specified an invalid network storage service resource protocol." },
    { "createFromExternalSource", { uri = "cos://us-south/b/disk.vhd" }, "Public", "protocol" },
    { "createFromExternalSource", { uri = "swift://account@nowhere/c/disk.vhd" }, "Public", "service resource" },
    { "createFromExternalSource", { uri = "swift://account@dal05/c/disk.qcow2" }, "Public", ".vhd or .iso" },
    { "createFromExternalSource", { uri = "swift://account@dal05/disk.vhd" }, "Public", "not valid" },
    { "createFromExternalSource", { name = json.null }, "MissingCreationProperty", "'name'" },
    { "createFromExternalSource", { operatingSystemReferenceCode = "BEOS" }, "InvalidValue", "operatingSystemReferenceCode" },
    { "createFromIcos", { uri = "cos://us-south/b/disk.vhd" }, "MissingCreationProperty", "'ibmApiKey'" },
    { "createFromIcos", { uri = "swift://a@dal05/b/disk.vhd", ibmApiKey = "k" }, "Public", "protocol" },
    { "createFromIcos", { uri = "cos://us-south/b/disk.vhd", ibmApiKey = "k", isEncrypted = true }, "MissingCreationProperty",
      "'crkCrn'" },
  }
  for _, case in ipairs(refusals) do
    it(("is not made by %s of %s"):format(case[1], json.encode(case[2])), function()
      local fields = { name = "new", uri = "swift://account@dal05/container/disk.vhd", operatingSystemReferenceCode = SYSTEM }
      for name, value in pairs(case[2]) do fields[name] = value end
      local _, code, text = w:refusal("POST", IMAGE .. "/" .. case[1], { parameters = { fields } })
      assert.equal(case[3], code)
      assert.truthy(text:find(case[4], 1, true), text)
    end)
  end

  it("takes its time to arrive: first its disk, then its copy", function()
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
    w.sim:fault(IMAGE .. ".createFromExternalSource do=stuck")
    local id = imported()
    w:advance(5000)
    local done = look(id, "transaction,childrenCount,status.keyName")
    assert.same({ nil, 0, "ACTIVE" }, { done.transaction, done.childrenCount, done.status.keyName })
  end)

  it("comes from IBM Cloud Object Storage, with what it is", function()
    local id = call("createFromIcos", { name = "iced", uri = "cos://eu-gb/bucket/disk.raw", ibmApiKey = "k", note = json.null,
      operatingSystemReferenceCode = SYSTEM, cloudInit = true, byol = false, isEncrypted = false, crkCrn = json.null }).id
    w:advance(1000)
    assert.equal("lon02", look(id, "children.datacenter.name").children[1].datacenter.name)
    assert.is_true(w:get(("%s/%d/isCloudInit"):format(IMAGE, id)))
    assert.is_true(w:get(("%s/%d/removeCloudInitAttribute"):format(IMAGE, id)))
    assert.is_false(w:get(("%s/%d/isCloudInit"):format(IMAGE, id)))
  end)

  it("is exported only when it is idle", function()
    local path = "2243239/copyToExternalSource"
    assert.is_true(call(path, { uri = "swift://a@dal05/c/copy.vhd" }))
    assert.equal(500, w:call("POST", IMAGE .. "/" .. path, { parameters = { { uri = "swift://a@dal05/c/copy.vhd" } } }).status)
    w:advance(700)
    assert.is_true(call("2243239/copyToIcos", { uri = "cos://us-south/b/copy.vhd", ibmApiKey = "k" }))
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
