-- What can be done to a guest that is ready: ports, disks, hosts, rescue, reload, metadata, webhooks, cancellation.
local json = require "core.json"
local objects = require "support.objects"
local wire = require "support.wire"

local GUEST, IMAGE = "SoftLayer_Virtual_Guest", "SoftLayer_Virtual_Guest_Block_Device_Template_Group"

describe("a guest that is ready", function()
  local w, id
  before_each(function()
    w = wire.open()
    id = w:guest()
  end)
  after_each(function() w:close() end)

  local function path(method, of) return ("%s/%d/%s"):format(GUEST, of or id, method) end
  local function act(method, ...)
    return w:get(path(method), nil, select("#", ...) > 0 and { parameters = { ... } } or nil)
  end
  local function refused(method, ...)
    return select(3, w:refusal("POST", path(method), { parameters = { ... } }))
  end
  local function look(mask) return w:get(("%s/%d"):format(GUEST, id), "mask[" .. mask .. "]") end
  local function step() return (look "activeTransaction.transactionStatus.name".activeTransaction or { transactionStatus = {} })
    .transactionStatus.name end

  -- method, arguments, transaction's step, seconds that it takes
  local transactions = {
    { "executeRescueLayer", {}, "CLOUD_ISO_BOOT", 120 },
    { "configureMetadataDisk", {}, "CLOUD_CONFIGURE_METADATA_DISK", 60 },
    { "setPublicNetworkInterfaceSpeed", { 100 }, "CHANGE_PORT_SPEED", 20 },
  }
  for _, case in ipairs(transactions) do
    it("is busy while it does " .. case[1], function()
      act(case[1], table.unpack(case[2]))
      assert.equal(case[3], step())
      for _, forbidden in ipairs { "powerOff", "deleteObject", case[1] } do
        local text = refused(forbidden, table.unpack(forbidden == case[1] and case[2] or {}))
        assert.truthy(text:find("active transaction", 1, true), text)
      end
      w:advance(case[4])
      assert.is_nil(step())
      assert.equal("RUNNING", act "getPowerState".keyName)
    end)
  end

  it("is pinged through the ports that are on", function()
    assert.same({ true, true }, { act "isPingable", act "isBackendPingable" })
    act "shutdownPublicPort"
    assert.same({ false, true }, { act "isPingable", act "isBackendPingable" })
    local port = look "primaryNetworkComponent[id,status]".primaryNetworkComponent
    assert.equal("DISABLED", port.status)
    assert.is_true(w:get(("SoftLayer_Virtual_Guest_Network_Component/%d/enable"):format(port.id)))
    assert.is_true(act "isPingable")
    act "powerOff"
    assert.is_false(act "isPingable")
    local private = w:guest { privateNetworkOnlyFlag = true }
    assert.equal(500, w:call("GET", path("shutdownPublicPort", private)).status)
  end)

  it("keeps its new name only if it is one", function()
    assert.truthy(refused("editObject", { hostname = "-bad" }):find("-bad", 1, true))
    assert.is_true(act("editObject", { hostname = "good", notes = "n" }))
    local guest = look "fullyQualifiedDomainName,notes"
    assert.same({ "good.example.com", "n" }, { guest.fullyQualifiedDomainName, guest.notes })
  end)

  it("gives a disk away as a portable volume and takes it back", function()
    local price
    for _, entry in ipairs(act("getUpgradeItemPrices", true)) do
      if entry.categories[1].categoryCode == "guest_disk1" then price = entry break end
    end
    w:get("SoftLayer_Product_Order/placeOrder", nil, { parameters = { {
      complexType = "SoftLayer_Container_Product_Order_Virtual_Guest_Upgrade", virtualGuests = json.array { { id = id } },
      prices = json.array { { id = price.id } } } } })
    w:advance(400)
    local disk
    for _, device in ipairs(look "blockDevices[device,diskImageId]".blockDevices) do
      if device.device == "2" then disk = device.diskImageId end
    end
    assert.truthy(refused("attachDiskImage", disk):find("cannot be attached", 1, true))
    assert.is_number(act("detachDiskImage", disk).id)
    w:advance(30)
    assert.equal(disk, w:get("SoftLayer_Account/getPortableStorageVolumes")[1].id)
    assert.is_number(act("attachDiskImage", disk).id)
    w:advance(30)
    assert.equal(id, w:get("SoftLayer_Account/getPortableStorageVolumes", "mask[blockDevices.guestId]")[1].blockDevices[1].guestId)
    assert.equal(3, #look "blockDevices.id".blockDevices)
    assert.equal(404, w:call("POST", path "detachDiskImage", { parameters = { 1 } }).status)
  end)

  it("boots from an ISO image of the account", function()
    objects.swift(w.sim, "c/cd.iso", ("\0"):rep(32769) .. "CD001")
    local iso = w:get(IMAGE .. "/createFromExternalSource", nil, { parameters = { { name = "cd",
      uri = "swift://SLOS278444-1@lon02/c/cd.iso" } } })
    w:advance(1000)
    local image = w:get(("%s/%d"):format(IMAGE, iso.id), "mask[imageTypeKeyName,blockDevices.diskImageId]")
    assert.equal("ISO", image.imageTypeKeyName)
    assert.truthy(refused("mountIsoImage", look "blockDevices.diskImageId".blockDevices[1].diskImageId):find("ISO", 1, true))
    act("mountIsoImage", image.blockDevices[1].diskImageId)
    w:advance(30)
    local kinds = {}
    for _, device in ipairs(look "blockDevices.mountType".blockDevices) do kinds[device.mountType] = true end
    assert.is_true(kinds.CD)
    act "unmountIsoImage"
    w:advance(30)
    assert.equal(2, #look "blockDevices.mountType".blockDevices)
  end)

  it("migrates when it has to", function()
    assert.truthy(refused "migrate":find("does not need a migration", 1, true))
    w.sim:ask("POST", "migration", { id = id })
    assert.is_true(look "pendingMigrationFlag".pendingMigrationFlag)
    act "migrate"
    assert.equal("Cloud Migrate", look "activeTransaction.transactionGroup.name".activeTransaction.transactionGroup.name)
    w:advance(200)
    assert.is_false(look "pendingMigrationFlag".pendingMigrationFlag)
  end)

  -- settings of a reload, code, part of the text
  local reloads = {
    { { imageTemplateId = 5 }, "Public", "Unable to find image template #5." },
    { { sshKeyIds = { 5 } }, "ObjectNotFound", "5" },
    { { itemPrices = { { id = 5 } } }, "Order_Item_Invalid", "#5" },
    { { customProvisionScriptUri = "ftp://x" }, "InvalidValue", "URI" },
    { { imageTemplate = 5 }, "Public", "Property 'imageTemplate' not valid" },
  }
  for _, case in ipairs(reloads) do
    it("is not reloaded with " .. json.encode(case[1]), function()
      local _, code, text = w:refusal("POST", path "reloadOperatingSystem", { parameters = { "FORCE", case[1] } })
      assert.equal(case[2], code)
      assert.truthy(text:find(case[3], 1, true), text)
      assert.is_nil(step())
    end)
  end

  it("is reloaded with other keys, another script and another system; a token serves once, for ten minutes", function()
    local other
    for _, entry in ipairs(w:get("SoftLayer_Product_Package/46/getItemPrices", "mask[id,item.keyName]")) do
      if entry.item.keyName == "OS_DEBIAN_10_64" then other = entry.id end
    end
    local token = act "reloadOperatingSystem"
    w:advance(601)
    assert.not_equal("1", act("reloadOperatingSystem", token, {}))
    token = act "reloadOperatingSystem"
    assert.equal("1", act("reloadOperatingSystem", token, { sshKeyIds = { 136868 }, itemPrices = json.array { { id = other } },
      customProvisionScriptUri = "https://x.example/s" }))
    w:advance(400)
    local guest = look "sshKeys.id,postInstallScriptUri,operatingSystemReferenceCode"
    assert.same({ 136868, "https://x.example/s", "DEBIAN_10_64" },
      { guest.sshKeys[1].id, guest.postInstallScriptUri, guest.operatingSystemReferenceCode })
    assert.not_equal("1", act("reloadOperatingSystem", token, {}))
  end)

  it("by the month ends at its anniversary, or at once", function()
    local function monthly()
      local fields = wire.template()
      fields.hourlyBillingFlag = false
      local made = w:call("POST", GUEST, { parameters = { fields } }).value.id
      w:advance(400)
      return made
    end
    local function item(of) return w:get(("%s/%d"):format(GUEST, of), "mask[billingItem.id]").billingItem.id end
    local late, now = monthly(), monthly()
    local cancel = ("SoftLayer_Billing_Item/%d/%s")
    local late_item = item(late)
    assert.is_true(w:get(cancel:format(late_item, "cancelServiceOnAnniversaryDate")))
    assert.is_true(w:get("SoftLayer_Billing_Item/" .. late_item, "mask[pendingCancellationFlag]").pendingCancellationFlag)
    assert.equal(500, w:call("GET", cancel:format(late_item, "cancelServiceOnAnniversaryDate")).status)
    local request = w:get("SoftLayer_Billing_Item_Cancellation_Request/createObject", nil, { parameters = { {
      items = json.array { { billingItemId = item(now), immediateCancellationFlag = true } }, notes = "gone" } } })
    assert.equal(1, #w:get("SoftLayer_Billing_Item_Cancellation_Request/getAllCancellationRequests"))
    assert.equal("gone", request.notes)
    assert.is_nil(w:get(("%s/%d"):format(GUEST, now), "mask[billingItem.id]").billingItem)
    w:advance(29 * 86400)
    assert.equal(late_item, item(late))
    w:advance(2 * 86400)
    assert.equal(404, w:call("GET", ("%s/%d"):format(GUEST, late)).status)
    assert.equal(404, w:call("POST", "SoftLayer_Billing_Item_Cancellation_Request/createObject",
      { parameters = { { items = json.array { { billingItemId = 5 } } } } }).status)
  end)
end)

describe("a public archive", function()
  it("is in the datacenters that were named", function()
    local w = wire.open()
    local id = w:guest()
    local transaction = w:get(("%s/%d/createPublicArchiveTransaction"):format(GUEST, id), nil,
      { parameters = { "open", "for all", "note", json.array { { id = 1854895 } } } })
    assert.is_number(transaction)
    w:advance(400)
    local found
    for _, image in ipairs(w:get(IMAGE .. "/getPublicImages", "mask[name,childrenCount,datacenters.name]")) do
      if image.name == "open" then found = image end
    end
    assert.equal(2, found.childrenCount)
    w:close()
  end)
end)
