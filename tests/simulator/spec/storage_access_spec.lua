-- Who may mount a volume: authorisations from both sides, the states that refuse them, and their secrets.
local json    = require "core.json"
local storage = require "support.storage"
local wire    = require "support.wire"

local LIST = "mask[id,allowedVirtualGuests.id,allowedSubnets.id,allowedIpAddresses.id]"
local HOST = "mask[id,name,resourceTableId,resourceTableName,credential[username,password,accountId,nasCredentialTypeId]]"

describe("access to a volume", function()
  local w, shop, guest, volume, second

  local function made(fields) return ("%d"):format(w.sim:ask("POST", "volume", fields or json.empty_object).id) end

  setup(function()
    w = wire.open()
    shop = storage.open(w)
    guest = w:guest { datacenter = { name = "dal13" } }
  end)
  teardown(function() w:close() end)
  before_each(function()
    volume, second = made { size = 100, iops = 1000 }, made { package = 222, size = 20, iops = 100 }
  end)

  local function guest_path(method) return ("SoftLayer_Virtual_Guest/%d/%s"):format(guest, method) end
  local function allowed_host() return w:get(guest_path "getAllowedHost", HOST) end
  local function guests_of(id)
    local ids = {}
    for i, host in ipairs(shop:read(id, LIST).allowedVirtualGuests) do ids[i] = host.id end
    return ids
  end

  it("gives a host one name and secret for all volumes, and none before", function()
    assert.equal(json.null, allowed_host())
    assert.is_true(shop:call(volume, "allowAccessFromVirtualGuest", { id = guest }))
    local host = allowed_host()
    local username = ("IBM01SU278444-V%d"):format(guest)
    assert.equal("iqn.2005-05.com.softlayer:" .. username, host.name)
    assert.equal(guest, host.resourceTableId)
    assert.equal("VIRTUAL_GUEST", host.resourceTableName)
    assert.same({ username, "278444", 2 },
      { host.credential.username, host.credential.accountId, host.credential.nasCredentialTypeId })
    assert.is_true(shop:call(second, "allowAccessFromVirtualGuest", { id = guest }))
    assert.same(host, allowed_host())
    shop:call(volume, "removeAccessFromVirtualGuest", { id = guest })
    shop:call(second, "removeAccessFromVirtualGuest", { id = guest })
    assert.same(host, allowed_host())
  end)

  it("is given once and taken once", function()
    for _ = 1, 2 do assert.is_true(shop:call(volume, "allowAccessFromVirtualGuest", { id = guest, hostname = "x" })) end
    assert.same({ guest }, guests_of(volume))
    assert.equal(1, #w:get(guest_path "getAllowedNetworkStorage", "mask[id]"))
    for _ = 1, 2 do assert.is_true(shop:call(volume, "removeAccessFromVirtualGuest", { id = guest })) end
    assert.same({}, guests_of(volume))
    assert.same(json.array {}, w:get(guest_path "getAllowedNetworkStorage", "mask[id]"))
  end)

  it("takes PUT with an explicit method", function()
    local answer = w:call("PUT", "SoftLayer_Network_Storage/" .. volume .. "/allowAccessFromVirtualGuest",
      { parameters = { { id = guest } } })
    assert.is_true(answer.value)
  end)

  it("is given to a list of hosts of several kinds", function()
    local file = made { type = "NAS", tier = 200 }
    local ip = w:get("SoftLayer_Network_Subnet_IpAddress/getByIpAddress", "mask[id,subnet.id]", { parameters = { "10.112.39.12" } })
    local hosts = json.array { { objectType = "SoftLayer_Virtual_Guest", id = guest },
      { objectType = "SoftLayer_Network_Subnet_IpAddress", id = ip.id }, { objectType = "SoftLayer_Network_Subnet", id = ip.subnet.id } }
    local names = {}
    for i, host in ipairs(shop:call(file, "allowAccessFromHostList", hosts)) do names[i] = host.name:match "%-(%u)%d+$" end
    assert.same({ "V", "I", "S" }, names)
    local code = shop:refused(file, "allowAccessFromHostList", hosts)
    assert.equal("Network_Storage_Group_MassAccessControlModification", code)
    assert.equal(3, #shop:call(file, "removeAccessFromHostList", hosts))
    local now = shop:read(file, LIST)
    assert.equal(0, #now.allowedVirtualGuests + #now.allowedSubnets + #now.allowedIpAddresses)
  end)

  it("is given by a list to all or none", function()
    local code = shop:refused(volume, "allowAccessFromHostList", json.array {
      { objectType = "SoftLayer_Virtual_Guest", id = guest }, { objectType = "SoftLayer_Virtual_Guest", id = 5 } })
    assert.equal("ObjectNotFound", code)
    assert.same({}, guests_of(volume))
  end)

  it("is given from the host's side, too", function()
    local before = #w:get(guest_path "getAttachedNetworkStorages", "mask[id]", { parameters = { "ISCSI" } })
    assert.is_true(w:get(guest_path "allowAccessToNetworkStorage", nil, { parameters = { { id = tonumber(volume) } } }))
    assert.is_true(w:get(guest_path "allowAccessToNetworkStorageList", nil,
      { parameters = { json.array { { id = tonumber(second), username = "x" } } } }))
    assert.equal(before + 2, #w:get(guest_path "getAttachedNetworkStorages", "mask[id]", { parameters = { "ISCSI" } }))
    assert.same(json.array {}, w:get(guest_path "getAttachedNetworkStorages", "mask[id]", { parameters = { "NAS" } }))
    assert.same({ guest }, guests_of(second))
    assert.is_true(w:get(guest_path "removeAccessToNetworkStorageList", nil,
      { parameters = { json.array { { id = tonumber(volume) }, { id = tonumber(second) } } } }))
    assert.same({}, guests_of(volume))
  end)

  -- what, method, parameter, code
  local refusals = {
    { "a host that is not there", "allowAccessFromVirtualGuest", { id = 5 }, "ObjectNotFound" },
    { "a host without an id", "allowAccessFromVirtualGuest", { hostname = "x" }, "ObjectNotFound" },
    { "a kind that cannot mount", "allowAccessFromHostList", json.array { { objectType = "SoftLayer_Ticket", id = 1 } },
      "InvalidValue" },
    { "a subnet for block storage", "allowAccessFromSubnet", function()
      return { id = w:get("SoftLayer_Network_Subnet_IpAddress/getByIpAddress", "mask[subnet.id]",
        { parameters = { "10.112.39.12" } }).subnet.id }
    end, "Public" },
    { "a host of another datacenter", "allowAccessFromVirtualGuest", function() return { id = w:guest() } end, "Public" },
  }
  for _, case in ipairs(refusals) do
    it("is refused to " .. case[1], function()
      local parameter = type(case[3]) == "function" and case[3]() or case[3]
      assert.equal(case[4], (shop:refused(volume, case[2], parameter)))
    end)
  end

  it("is refused while a volume is provisioned, and until it is ready to mount", function()
    w.sim:ask("POST", "settings", { volume_refusals = 1 })
    local receipt = shop:place(shop:performance(100, 1000))
    w:advance(31)
    local own = shop:of_order(receipt, "mask[id,username]")[1]
    local id = ("%d"):format(own.id)
    local function allow() return shop:call(id, "allowAccessFromVirtualGuest", { id = guest }) end
    local code, text = shop:refused(id, "allowAccessFromVirtualGuest", { id = guest })
    assert.equal("Network_Storage_BlockingOperationInProgress", code)
    assert.equal(("A Volume Provisioning is currently in progress on volume %s. During this process, the requested operation "
      .. "(Host Authorization) cannot be completed until the process is finished."):format(own.username), text)
    w:advance(61)
    code, text = shop:refused(id, "allowAccessFromVirtualGuest", { id = guest })
    assert.equal("Network_Storage_Group_AccessControlError", code)
    assert.truthy(text:find("not yet ready for mount", 1, true))
    w:advance(10)
    assert.is_false(allow())
    assert.same({}, guests_of(id))
    assert.is_true(allow())
    assert.same({ guest }, guests_of(id))
    w.sim:ask("POST", "settings", { volume_refusals = 0 })
  end)

  it("has a secret that can be changed, if it is strong", function()
    shop:call(volume, "allowAccessFromVirtualGuest", { id = guest })
    local path = ("SoftLayer_Network_Storage_Allowed_Host/%d/"):format(allowed_host().id)
    local _, code = w:refusal("POST", path .. "setCredentialPassword", { parameters = { "weak" } })
    assert.equal("InvalidValue", code)
    assert.is_true(w:get(path .. "setCredentialPassword", nil, { parameters = { "long-enough-2" } }))
    assert.equal("long-enough-2", w:get(path .. "getCredential", "mask[password]").password)
    assert.is_nil(json.encode(w.sim:journal "setCredentialPassword"):find("long-enough-2", 1, true))
  end)

  it("goes with the guest", function()
    local other = w:guest { datacenter = { name = "dal13" }, hostname = "leaving" }
    shop:call(volume, "allowAccessFromVirtualGuest", { id = other })
    assert.same({ other }, guests_of(volume))
    w:call("DELETE", ("SoftLayer_Virtual_Guest/%d"):format(other))
    assert.same({}, guests_of(volume))
  end)

  it("tells the portal, and keeps one LUN id for a host", function()
    local details = w:get("SoftLayer_Network_Storage/" .. volume .. "/getNetworkConnectionDetails", "mask[id,ipAddress,storageType]")
    assert.equal(volume, details.id)
    assert.equal(shop:read(volume, "mask[serviceResourceBackendIpAddress]").serviceResourceBackendIpAddress, details.ipAddress)
    for _, id in ipairs { volume, second } do shop:call(id, "allowAccessFromVirtualGuest", { id = guest }) end
    assert.equal("9", shop:call(volume, "createOrUpdateLunId", 9).value)
    assert.equal("9", shop:read(volume, "mask[lunId]").lunId)
    assert.equal("Network_Storage_Group_AccessControlError_LunMappingConflict",
      (shop:refused(second, "createOrUpdateLunId", 9)))
    assert.equal("Network_Storage_Iscsi_InvalidLunId", (shop:refused(second, "createOrUpdateLunId", 256)))
  end)
end)

describe("a user without NAS_MANAGE", function()
  it("sees no volume, and can do nothing with one", function()
    local w = wire.open()
    local shop = storage.open(w)
    local guest = w:guest { datacenter = { name = "dal13" } }
    local volume = ("%d"):format(w.sim:ask("POST", "volume", { size = 100, iops = 1000 }).id)
    shop:call(volume, "allowAccessFromVirtualGuest", { id = guest })
    w.sim:ask("POST", "user", { permissions = { NAS_MANAGE = false } })
    local path = "SoftLayer_Network_Storage/" .. volume
    assert.equal(404, (w:refusal("GET", path)))
    for _, method in ipairs { "removeAccessFromVirtualGuest", "createSnapshot" } do
      local status, code = w:refusal("POST", path .. "/" .. method, { parameters = { { id = guest } } })
      assert.same({ 404, "ObjectNotFound" }, { status, code })
    end
    for _, list in ipairs { "getIscsiNetworkStorage", "getNasNetworkStorage", "getNetworkStorage" } do
      assert.same(json.array {}, w:get("SoftLayer_Account/" .. list, "mask[id]"))
    end
    assert.same(json.array {}, w:get(("SoftLayer_Virtual_Guest/%d/getAllowedNetworkStorage"):format(guest), "mask[id]"))
    assert.equal("ObjectNotFound", (shop:refusal(shop:performance(100, 1000, { duplicateOriginVolumeId = tonumber(volume) }))))
    w.sim:ask("POST", "user", { permissions = { NAS_MANAGE = true } })
    assert.equal(100, shop:read(volume, "mask[capacityGb]").capacityGb)
    w:close()
  end)
end)
