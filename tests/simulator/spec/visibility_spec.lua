-- What a user may not see is not found, not listed, and not there at the end of a relation.
local json = require "core.json"
local wire = require "support.wire"

local GUEST, LIMITED = "SoftLayer_Virtual_Guest", "limited:limited-api-key"

describe("a guest of another user", function()
  local w, id, seen
  setup(function()
    w = wire.open()
    id = w:guest({ sshKeys = { { id = 136868 } } }, 300)
    seen = w:get(("%s/%d"):format(GUEST, id), "mask[id,networkComponents.id,blockDevices[id,diskImageId],billingItem.id,"
      .. "lastTransaction.id,primaryBackendIpAddress]")
  end)
  teardown(function() w:close() end)

  local function status(path) return w:call("GET", path, { userpwd = LIMITED }).status end
  local function get(path, mask) return w:get(path, mask, { userpwd = LIMITED }) end

  it("is not found, nor is anything of it", function()
    for _, path in ipairs {
      ("%s/%d"):format(GUEST, seen.id), ("%s/%d/getPowerState"):format(GUEST, seen.id), ("%s/%d/powerOff"):format(GUEST, seen.id),
      ("SoftLayer_Virtual_Guest_Network_Component/%d"):format(seen.networkComponents[1].id),
      ("SoftLayer_Virtual_Guest_Block_Device/%d"):format(seen.blockDevices[1].id),
      ("SoftLayer_Virtual_Disk_Image/%d"):format(seen.blockDevices[1].diskImageId),
      ("SoftLayer_Billing_Item/%d"):format(seen.billingItem.id), ("SoftLayer_Billing_Item/%d/cancelService"):format(seen.billingItem.id),
      ("SoftLayer_Provisioning_Version1_Transaction/%d"):format(seen.lastTransaction.id),
    } do
      local harmless = path:gsub("/powerOff$", ""):gsub("/cancelService$", "")
      assert.equal(200, w:call("GET", harmless).status, path)
      assert.equal(404, status(path), path)
    end
  end)

  it("is not in lists", function()
    for _, path in ipairs { "SoftLayer_Account/getVirtualGuests", "SoftLayer_Account/getHourlyVirtualGuests",
      "SoftLayer_Account/getAllTopLevelBillingItems",
      "SoftLayer_Network_Vlan/524954/getVirtualGuests", "SoftLayer_Network_Vlan/524954/getGuestNetworkComponents" } do
      assert.is_true(#w:get(path) > 0, path)
      assert.same(json.array {}, get(path), path)
    end
    assert.equal("null", w:call("POST", GUEST .. "/findByIpAddress", { userpwd = LIMITED,
      parameters = { seen.primaryBackendIpAddress } }).body)
  end)

  it("is not there through relations, and not counted", function()
    assert.equal(0, get("SoftLayer_Network_Vlan/524954", "mask[virtualGuestCount]").virtualGuestCount)
    local address = w:get("SoftLayer_Network_Subnet_IpAddress/getByIpAddress", "mask[id,virtualGuest.id]",
      { parameters = { seen.primaryBackendIpAddress } })
    assert.equal(id, address.virtualGuest.id)
    assert.is_nil(get("SoftLayer_Network_Subnet_IpAddress/" .. address.id, "mask[id,virtualGuest.id]").virtualGuest)
    assert.equal(0, get("SoftLayer_Account/getObject", "mask[virtualGuestCount]").virtualGuestCount)
    assert.equal(1, w:get("SoftLayer_Account/getObject", "mask[virtualGuestCount]").virtualGuestCount)
  end)

  it("has no events for that user", function()
    local filter = { objectId = { operation = id } }
    assert.is_true(#w:get("SoftLayer_Event_Log/getAllObjects", nil, { filter = filter }) > 0)
    assert.same(json.array {}, w:get("SoftLayer_Event_Log/getAllObjects", nil, { filter = filter, userpwd = LIMITED }))
  end)

  it("is there once it is granted", function()
    w.sim:ask("POST", "user", { user = "limited", devices = { id } })
    assert.equal(200, status(("SoftLayer_Billing_Item/%d"):format(seen.billingItem.id)))
    assert.equal(1, get("SoftLayer_Network_Vlan/524954", "mask[virtualGuestCount]").virtualGuestCount)
  end)
end)
