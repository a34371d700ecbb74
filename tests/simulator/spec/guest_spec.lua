-- Virtual guests: what a template may say, how a guest comes to be, changes and goes.
local json = require "core.json"
local wire = require "support.wire"

local GUEST = "SoftLayer_Virtual_Guest"

local function step_of(guest)
  return guest.activeTransaction and guest.activeTransaction.transactionStatus.name
end

local PROGRESS = "mask[id,activeTransaction[id,elapsedSeconds,transactionStatus[name,averageDuration]],lastTransaction[id,"
  .. "transactionStatus.name],lastOperatingSystemReload.id,provisionDate,powerState.keyName,primaryIpAddress,"
  .. "primaryBackendIpAddress,blockDevices.device,networkComponents.port,billingItem.id]"

describe("a template", function()
  local w
  setup(function() w = wire.open() end)
  teardown(function() w:close() end)

  local function refused(changes)
    return w:refusal("POST", GUEST, { parameters = { wire.template(changes) } })
  end

  local function image(id)
    return { globalIdentifier = w:get("SoftLayer_Virtual_Guest_Block_Device_Template_Group/" .. id,
      "mask[globalIdentifier]").globalIdentifier }
  end

  -- changes, code, text
  local refusals = {
    { { hostname = false }, "MissingCreationProperty",
      "The property 'hostname' must be set to create an instance of 'SoftLayer_Virtual_Guest'." },
    { { hostname = json.null }, "MissingCreationProperty",
      "The property 'hostname' must be set to create an instance of 'SoftLayer_Virtual_Guest'." },
    { { startCpus = false, maxMemory = false }, "MissingCreationProperty",
      "Properties startCpus, maxMemory, localDiskFlag ALL must be set to create an instance of 'SoftLayer_Virtual_Guest'." },
    { { hourlyBillingFlag = json.null }, "MissingCreationProperty",
      "The property 'hourlyBillingFlag' must be set to create an instance of 'SoftLayer_Virtual_Guest'." },
    { { hostname = "-vm" }, "InvalidHostname" },
    { { hostname = "vm-" }, "InvalidHostname" },
    { { hostname = "v_m" }, "InvalidHostname" },
    { { hostname = ("v"):rep(64) }, "InvalidHostname" },
    { { domain = "example" }, "InvalidHostname" },
    { { datacenter = { name = "xyz01" } }, "InvalidValue",
      "Invalid value provided for 'datacenter.name'. A datacenter name or regional groupmust be provided." },
    { { startCpus = 3 }, "NotFound", "Unable to find price for core capacity of 3." },
    { { startCpus = "x" }, "InvalidValue" },
    { { maxMemory = 4 }, "NotFound" },
    { { maxMemory = 5000 }, "NotFound" },
    { { localDiskFlag = "yes" }, "InvalidValue" },
    { { operatingSystemReferenceCode = "BEOS_64" }, "InvalidValue" },
    { { operatingSystemReferenceCode = false }, "MissingCreationProperty" },
    { { networkComponents = { { maxSpeed = 11 } } }, "InvalidValue" },
    { { blockDevices = { { device = "1", diskImage = { capacity = 25 } } } }, "InvalidValue" },
    { { blockDevices = { { device = "0", diskImage = { capacity = 26 } } } }, "InvalidValue" },
    { { blockDevices = 5 }, "InvalidValue" },
    { { primaryNetworkComponent = { networkVlan = { id = 1 } } }, "Public", "Could not obtain network VLAN with id #1" },
    { { primaryNetworkComponent = { networkVlan = { id = 1292653 } } }, "Public",
      "Could not obtain network VLAN with id #1292653" },
    { { primaryNetworkComponent = { networkVlan = { id = 524954 } } }, "Public" },
    { { privateNetworkOnlyFlag = true, primaryNetworkComponent = { networkVlan = { id = 524956 } } }, "InvalidValue" },
    { { sshKeys = { { id = 5 } } }, "ObjectNotFound", "Unable to find object with id of '5'." },
    { { postInstallScriptUri = "ftp://x" }, "InvalidValue" },
    { { supplementalCreateObjectOptions = { flavorKeyName = "B1_2X4X25" } }, "InvalidValue" },
    { { nonsense = 1 }, "Public", "Property 'nonsense' not valid for 'SoftLayer_Virtual_Guest'." },
    { { userData = { { value = "a" }, { value = "b" } } }, "InvalidValue" },
  }
  for _, case in ipairs(refusals) do
    it(("is refused with %s for %s"):format(case[2], json.encode(case[1])), function()
      local status, code, text = refused(case[1])
      assert.equal(case[2] == "ObjectNotFound" and 404 or 500, status)
      assert.equal(case[2], code)
      if case[3] then assert.equal(case[3], text) end
    end)
  end

  it("cannot have disks, or an operating system, together with an image", function()
    local disks = { { device = "0", diskImage = { capacity = 25 } } }
    local _, code, text = refused { operatingSystemReferenceCode = false, blockDeviceTemplateGroup = image(2243239),
      blockDevices = disks }
    assert.equal("InvalidValue", code)
    assert.equal("Invalid value provided for 'blockDevices'. Block devices may not be provided when using an image template.",
      text)
    assert.equal("InvalidValue", select(2, refused { blockDeviceTemplateGroup = image(2243239) }))
  end)

  it("makes nothing and orders nothing when it is refused", function()
    local before = json.encode(w.sim:inventory())
    refused { startCpus = 3 }
    assert.equal(500, w:call("POST", GUEST .. "/createObjects",
      { parameters = { json.array { wire.template(), wire.template { startCpus = 3 } } } }).status)
    assert.equal(before, json.encode(w.sim:inventory()))
  end)

  it("may have explicit nulls, a flavour, VLANs, a subnet, keys and user data", function()
    local subnet = w:get("SoftLayer_Network_Vlan/524954", "mask[primarySubnetId]").primarySubnetId
    local id = w:guest { startCpus = json.null, maxMemory = json.null, localDiskFlag = json.null, operatingSystemReferenceCode =
      json.null, supplementalCreateObjectOptions = { bootMode = json.null, flavorKeyName = "B1_4X8X100" },
      blockDeviceTemplateGroup = image(2243239), userData = { { value = "hello" } }, sshKeys = { { id = 136868 } },
      networkComponents = { { maxSpeed = 1000 } }, primaryNetworkComponent = { networkVlan = { id = 524956 } },
      primaryBackendNetworkComponent = { networkVlan = { primarySubnetId = subnet, networkSpace = "PRIVATE" } } }
    local guest = w:get(GUEST .. "/" .. id, "mask[maxCpu,maxMemory,localDiskFlag,networkVlans.id,userData.value,sshKeys.id,"
      .. "primaryBackendNetworkComponent[maxSpeed,primarySubnet.id],billingItem.orderItem.preset.keyName,blockDevices.device,"
      .. "blockDevices.diskImage.capacity]")
    assert.same({ 4, 8192, false }, { guest.maxCpu, guest.maxMemory, guest.localDiskFlag })
    assert.same({ { id = 524954 }, { id = 524956 } }, { guest.networkVlans[1], guest.networkVlans[2] })
    assert.same({ "hello", 136868, 1000, subnet }, { guest.userData[1].value, guest.sshKeys[1].id,
      guest.primaryBackendNetworkComponent.maxSpeed, guest.primaryBackendNetworkComponent.primarySubnet.id })
    assert.equal("B1_4X8X100", guest.billingItem.orderItem.preset.keyName)
    assert.equal(100, guest.blockDevices[1].diskImage.capacity)
  end)

  it("without VLANs gets those of the account, or new ones where it has none", function()
    local here = w:get(GUEST .. "/" .. w:guest(), "mask[networkVlans.id]").networkVlans
    assert.equal(524954, here[1].id)
    local count = #w:get("SoftLayer_Account/getNetworkVlans")
    local there = w:get(GUEST .. "/" .. w:guest { datacenter = { name = "tok02" } }, "mask[networkVlans[id,primaryRouter.hostname]]")
    assert.equal("bcr01a.tok02", there.networkVlans[1].primaryRouter.hostname)
    assert.equal(count + 2, #w:get("SoftLayer_Account/getNetworkVlans"))
    w:guest { datacenter = { name = "tok02" } }
    assert.equal(count + 2, #w:get("SoftLayer_Account/getNetworkVlans"))
  end)

  it("for the private network only never has a public address", function()
    local guest = w:get(GUEST .. "/" .. w:guest { privateNetworkOnlyFlag = true }, PROGRESS)
    assert.is_nil(guest.primaryIpAddress)
    assert.equal(1, #guest.networkComponents)
  end)

  it("fails when there is no room behind the router", function()
    w.sim:ask("POST", "capacity", { router = "bcr01a.lon02", available = 1 })
    w:guest()
    local _, _, text = refused {}
    assert.equal("There are insufficient resources behind router bcr01a.lon02 to fulfill the request "
      .. "for the following guests: vm", text)
    w.sim:ask("POST", "capacity", { router = "bcr01a.lon02" })
  end)

  it("fails when there is no room for transient ones, which does not touch others", function()
    local changes = { startCpus = false, maxMemory = false, localDiskFlag = false, transientGuestFlag = true,
      supplementalCreateObjectOptions = { flavorKeyName = "B1_1X2X25" } }
    w.sim:ask("POST", "capacity", { router = "bcr01a.lon02", available = 1, transient = true })
    w:guest(changes)
    local _, _, text = refused(changes)
    assert.equal("There are insufficient resources behind router bcr01a.lon02 to fulfill the request "
      .. "for the following guests: vm", text)
    w:guest()
    w.sim:ask("POST", "capacity", { router = "bcr01a.lon02", transient = true })
    w:guest(changes)
  end)
end)

describe("a guest", function()
  local w
  before_each(function() w = wire.open() end)
  after_each(function() w:close() end)

  local function look(id) return w:get(("%s/%d"):format(GUEST, id), PROGRESS) end

  local function act(id, method, ...)
    return w:call(select("#", ...) > 0 and "POST" or "GET", ("%s/%d/%s"):format(GUEST, id, method),
      select("#", ...) > 0 and { parameters = { ... } } or nil)
  end

  it("walks through the documented steps in one transaction", function()
    local id, steps, ids, seen = w:guest(nil, 0), {}, {}, {}
    local first = look(id)
    assert.same({ json.null, nil, "HALTED" }, { first.provisionDate, first.activeTransaction, first.powerState.keyName })
    for _ = 1, 300 do
      w:advance(1)
      local guest = look(id)
      local step = step_of(guest) or "none"
      if steps[#steps] ~= step then steps[#steps + 1] = step end
      if guest.activeTransaction then ids[guest.activeTransaction.id] = true end
      if guest.primaryIpAddress then seen.address = seen.address or step end
      if guest.powerState.keyName == "RUNNING" then seen.power = seen.power or step end
      if guest.provisionDate ~= json.null then seen.provisioned = seen.provisioned or step end
      if #guest.networkComponents > 0 then seen.networks = seen.networks or step end
      if #guest.blockDevices > 0 then seen.disks = seen.disks or step end
    end
    assert.same({ "none", "ASSIGN_HOST", "CLONE_CLOUD_TEMPLATE", "ATTACH_PRIMARY_DISK", "CLOUD_PROVISION_SETUP",
      "CLOUD_CONFIGURE_METADATA_DISK", "POWER_ON", "INSTALL_COMPLETE", "SERVICE_SETUP", "none" }, steps)
    assert.same({ disks = "ATTACH_PRIMARY_DISK", networks = "CLOUD_PROVISION_SETUP", address = "CLOUD_PROVISION_SETUP",
      power = "POWER_ON", provisioned = "SERVICE_SETUP" }, seen)
    local transaction = next(ids)
    assert.is_nil(next(ids, transaction))
    local last = look(id)
    assert.equal(transaction, last.lastTransaction.id)
    assert.equal(transaction, last.lastOperatingSystemReload.id)
    assert.equal("COMPLETE", last.lastTransaction.transactionStatus.name)
  end)

  it("takes as long as --provision says, with the averages of the real cloud", function()
    w.sim:ask("POST", "settings", { provision = 1200 })
    local id = w:guest(nil, 0)
    w:advance(1150)
    local guest = look(id)
    assert.equal("SERVICE_SETUP", step_of(guest))
    assert.equal(".7", guest.activeTransaction.transactionStatus.averageDuration)
    w:advance(51)
    assert.is_nil(look(id).activeTransaction)
  end)

  it("does not take user data right after it was ordered", function()
    local id = w:guest(nil, 0)
    local status, code, text = w:refusal("POST", ("%s/%d/setUserMetadata"):format(GUEST, id),
      { parameters = { json.array { "x" } } })
    assert.same({ 500, "NotImplemented",
      "SoftLayer_Virtual_Guest_Strategy_Behavior_Standard::setUserMetadata is not implemented." }, { status, code, text })
    w:advance(30)
    assert.equal("true", act(id, "setUserMetadata", json.array { "x" }).body)
  end)

  it("refuses what a transaction forbids, also between its readiness and the end of its transaction", function()
    local id = w:guest(nil, 0)
    for _, seconds in ipairs { 0, 100, 110 } do
      w:advance(seconds)
      assert.equal(seconds == 110 and "SERVICE_SETUP" or seconds == 100 and "CLOUD_PROVISION_SETUP" or nil, step_of(look(id)))
      for _, method in ipairs { "powerOff", "rebootSoft", "powerOn" } do
        local answer = act(id, method)
        assert.equal(500, answer.status, method)
        assert.is_not_nil(answer.value.error:find("active transaction", 1, true))
      end
      assert.equal(500, act(id, "reloadOperatingSystem", "FORCE", {}).status)
      local status, _, text = w:refusal("DELETE", ("%s/%d"):format(GUEST, id))
      assert.equal(500, status)
      assert.is_not_nil(text:find("There is currently an active transaction", 1, true))
    end
  end)

  it("is cancelled at once, reclaimed later, and unknown in the end", function()
    local id = w:guest()
    assert.equal(1, w.sim:inventory().billed)
    assert.equal("true", w:call("DELETE", ("%s/%d.json"):format(GUEST, id)).body)
    local guest = look(id)
    assert.is_nil(guest.billingItem)
    assert.equal("RECLAIM_WAIT", step_of(guest))
    assert.equal(0, w.sim:inventory().billed)
    assert.same({ 500, "NotFound", "A billing item is required to process a cancellation." },
      { w:refusal("DELETE", ("%s/%d"):format(GUEST, id)) })
    local ticket = w:get(("%s/%d/getOpenCancellationTicket"):format(GUEST, id))
    assert.equal(1001, ticket.statusId)
    local address = guest.primaryBackendIpAddress
    w:advance(700)
    assert.equal(404, w:call("GET", ("%s/%d"):format(GUEST, id)).status)
    assert.equal("[]", json.encode(w:get("SoftLayer_Account/getVirtualGuests")))
    assert.equal(address, look(w:guest()).primaryBackendIpAddress)
  end)

  it("is cancelled by GET, by its billing item, and by cancelService, too", function()
    local a, b, c = w:guest(nil, 0), w:guest(nil, 0), w:guest()
    assert.equal("true", act(a, "deleteObject").body)
    local item = look(b).billingItem.id
    assert.equal("true", w:call("POST", ("SoftLayer_Billing_Item/%d/cancelItem"):format(item),
      { parameters = { true, true, "No longer needed", "" } }).body)
    assert.equal("true", w:call("GET", ("SoftLayer_Billing_Item/%d/cancelService"):format(look(c).billingItem.id)).body)
    assert.equal(0, w.sim:inventory().billed)
  end)

  it("reloads with a token or by force, keeping its addresses and its data", function()
    local id = w:guest { userData = { { value = "kept" } } }
    local before = look(id)
    local token = act(id, "reloadOperatingSystem").value
    assert.is_true(#token > 4)
    assert.is_nil(look(id).activeTransaction)
    assert.equal('"1"', act(id, "reloadOperatingSystem", token, { imageTemplateId = 2243239 }).body)
    local during = look(id)
    assert.equal(during.activeTransaction.id, during.lastOperatingSystemReload.id)
    w:advance(300)
    local after = look(id)
    assert.is_nil(after.activeTransaction)
    assert.same({ before.primaryIpAddress, before.primaryBackendIpAddress, "RUNNING" },
      { after.primaryIpAddress, after.primaryBackendIpAddress, after.powerState.keyName })
    assert.equal("kept", w:get(("%s/%d/getUserData"):format(GUEST, id))[1].value)
    assert.equal('"1"', act(id, "reloadOperatingSystem", "FORCE", { imageTemplateId = 2243239 }).body)
    assert.equal(500, act(id, "reloadOperatingSystem", "FORCE", { imageTemplateId = 1 }).status)
  end)

  it("never becomes ready with a name of exactly 64 characters", function()
    local id = w:guest { hostname = ("h"):rep(52) }
    w:advance(10000)
    assert.equal("CLOUD_PROVISION_SETUP", step_of(look(id)))
  end)

  it("is hidden from lists for the lag, not by its id", function()
    w.sim:ask("POST", "settings", { lag = 30 })
    local id = w:guest({ hostname = "late" }, 0)
    assert.equal(id, look(id).id)
    for _, seconds in ipairs { 0, 29 } do
      w:advance(seconds)
      assert.equal("[]", json.encode(w:get("SoftLayer_Account/getVirtualGuests")))
      assert.equal("[]", json.encode(w:get(GUEST .. "/findByHostname", nil, { parameters = { "late" } })))
      assert.equal("[]", json.encode(w:get("SoftLayer_Billing_Order/getAllObjects")))
    end
    w:advance(1)
    assert.equal(1, #w:get("SoftLayer_Account/getVirtualGuests"))
    assert.equal(1, #w:get(GUEST .. "/findByHostname", nil, { parameters = { "late" } }))
  end)

  it("that a limited user may not see is not found for it", function()
    local mine, limited = w:guest(), "limited:limited-api-key"
    local function seen(id) return w:call("GET", ("%s/%d"):format(GUEST, id), { userpwd = limited }).status end
    assert.equal(404, seen(mine))
    assert.equal("[]", w:call("GET", "SoftLayer_Account/getVirtualGuests", { userpwd = limited }).body)
    local own = w:call("POST", GUEST, { userpwd = limited, parameters = { wire.template() } }).value.id
    assert.equal(200, seen(own))
    w.sim:ask("POST", "user", { user = "limited", devices = { mine } })
    assert.equal(200, seen(mine))
    local flags = "mask[hasFullVirtualGuestAccessFlag]"
    assert.is_false(w:get("SoftLayer_Account/getCurrentUser", flags, { userpwd = limited }).hasFullVirtualGuestAccessFlag)
    assert.is_true(w:get("SoftLayer_Account/getCurrentUser", flags).hasFullVirtualGuestAccessFlag)
  end)

  it("has the tags it was given last, each once", function()
    local id = w:guest()
    local function names()
      local list = {}
      for i, reference in ipairs(w:get(("%s/%d/getTagReferences"):format(GUEST, id), "mask[tag.name]")) do
        list[i] = reference.tag.name
      end
      return table.concat(list, "|")
    end
    act(id, "setTags", "a, b:c,a ,")
    assert.equal("a|b:c", names())
    assert.equal(500, act(id, "setTags", "a/b").status)
    assert.equal("a|b:c", names())
    assert.equal(1, #w:get("SoftLayer_Account/getVirtualGuests", "mask[id]", { filter = { virtualGuests = {
      tagReferences = { tag = { name = { operation = "b:c" } } } } } }))
    act(id, "setTags", "")
    assert.equal("", names())
  end)

  it("answers power calls, and its power state follows", function()
    local id = w:guest()
    local function power() return look(id).powerState.keyName end
    for _, case in ipairs { { "powerOff", "HALTED" }, { "powerOff", "HALTED" }, { "powerOn", "RUNNING" }, { "pause", "PAUSED" },
      { "resume", "RUNNING" }, { "rebootSoft", "RUNNING" }, { "powerOffSoft", "HALTED" }, { "rebootDefault", "RUNNING" } } do
      assert.equal("true", act(id, case[1]).body, case[1])
      assert.equal(case[2], power())
    end
    assert.equal(500, act(id, "resume").status)
  end)

  it("leaves a trace of each change in the event log", function()
    local id = w:guest()
    act(id, "setTags", "a")
    act(id, "rebootSoft")
    local names = {}
    for _, entry in ipairs(w:get("SoftLayer_Event_Log/getAllObjects", nil,
      { filter = { objectId = { operation = id }, eventName = { operation = "in",
        options = { { name = "data", value = { "Create", "Set Tags", "Reboot" } } } } } })) do
      names[entry.eventName] = entry.eventCreateDate:match("%.%d%d%d%d%d%d[+-]%d%d:%d%d$") ~= nil
    end
    assert.same({ Create = true, ["Set Tags"] = true, Reboot = true }, names)
  end)

  it("finds its own data at the metadata service, without credentials", function()
    local id = w:guest { userData = { { value = "e30" } } }
    assert.equal('"e30"', w.sim:metadata_text(id, "getUserMetadata"))
    assert.equal(json.encode(look(id).primaryBackendIpAddress), w.sim:metadata_text(id, "getPrimaryBackendIpAddress"))
    assert.equal('"COMPLETE"', w.sim:metadata_text(id, "getProvisionState"))
    local macs = json.decode(w.sim:metadata_text(id, "getBackendMacAddresses"))
    assert.is_not_nil(macs[1]:find("^06:%x%x:%x%x:%x%x:%x%x:%x%x$"))
    assert.is_not_nil(w.sim:metadata_text(1, "getId"):find("ObjectNotFound", 1, true))
  end)

  it("holds still while its transaction is held", function()
    local id = w:guest(nil, 100)
    w.sim:ask("POST", "transaction", { id = id, hold = true })
    w:advance(5000)
    assert.equal("CLOUD_PROVISION_SETUP", step_of(look(id)))
    w.sim:ask("POST", "transaction", { id = id, hold = false })
    w:advance(300)
    assert.is_nil(step_of(look(id)))
  end)

  it("has an order with its name, which is complete when it is", function()
    local id = w:guest({ hostname = "named" }, 0)
    local order = w:get("SoftLayer_Billing_Order/getAllObjects", "mask[id,status,items[hostName,domainName]]")[1]
    assert.same({ "PENDING_AUTO_APPROVAL", "named", "example.com" },
      { order.status, order.items[1].hostName, order.items[1].domainName })
    w:advance(3)
    assert.equal("APPROVED", w:get("SoftLayer_Billing_Order/" .. order.id).status)
    w:advance(300)
    assert.equal("COMPLETED", w:get("SoftLayer_Billing_Order/" .. order.id).status)
    local through = w:get(("%s/%d"):format(GUEST, id), "mask[billingItem.orderItem.order.id]")
    assert.equal(order.id, through.billingItem.orderItem.order.id)
  end)
end)
