--- The Go CPI as an account remembers it: the calls it sent, with what it sent in them, and the registry entries it wrote.
--- NG is its last generation (v51), the legacy one (v24) spelt and ordered some things otherwise.

local http = require "core.http"
local json = require "core.json"
local percent = require "percent"
local sys = require "core.sys"
local wire = require "support.wire"

local go_cpi = {}
go_cpi.__index = go_cpi

go_cpi.REGISTRY_PASSWORD = "regi/stry:p4ss w0rd"
local MBUS = "nats://nats:nats-password@10.0.0.4:4222"
local IMAGE = "380214"

---@param w table a support.world whose simulator has a registry "admin:" .. REGISTRY_PASSWORD
function go_cpi.open(w)
  local self = setmetatable({ w = w, sim = w.sim, client = assert(http.client {}) }, go_cpi)
  self.wire = setmetatable({ sim = w.sim, client = self.client }, wire)
  self.endpoint = ("http://admin:%s@%s"):format(percent.encode(go_cpi.REGISTRY_PASSWORD), w.sim.registry:match "//(.*)")
  return self
end

function go_cpi:close() self.client:close() end

-- POST with arguments, else GET.
function go_cpi:call(path, mask, arguments, filter)
  return self.wire:get(path, mask and "mask[" .. mask .. "]", { parameters = arguments, filter = filter })
end

--- cpi.json as NG's job renders it, with every property that it knows.
---@param registry boolean?
function go_cpi:config(registry)
  return { cloud = { plugin = "softlayer", properties = {
    softlayer = { username = "sim", api_key = "sim-api-key", api_endpoint = self.sim.url, disable_os_reload = false,
      ssh_public_key_fingerprint = "", trace = true, enable_vps = false, vps_host = "10.0.0.5", vps_port = 8889,
      vps_use_ssl = true, swift_username = "SLOS278444-1:sim", swift_endpoint = "https://lon02.objectstorage.example/auth/v1.0" },
    registry = registry ~= false and { user = "admin", password = go_cpi.REGISTRY_PASSWORD, address = "127.0.0.1",
      http = { port = tonumber(self.sim.registry:match ":(%d+)"), user = "admin", password = go_cpi.REGISTRY_PASSWORD },
      endpoint = self.endpoint } or nil,
    agent = { ntp = json.array { "0.pool.ntp.org" }, vcappassword = "$6$salt$hash", mbus = MBUS,
      blobstore = { provider = "dav", options = { endpoint = "http://10.0.0.4:25250", user = "agent",
        password = "blobstore-password" } } },
  } } }
end

--- config.json of the legacy CPI.
function go_cpi:legacy_config()
  local host, port = self.sim.registry:match "//([^:/]+):(%d+)"
  return { cloud = { plugin = "SoftLayer", properties = {
    softlayer = { username = "sim", apiKey = "sim-api-key", featureOptions = { disableOsReload = false, enablePool = false,
      apiEndpoint = self.sim.url, apiWaitTime = 5, apiRetryCount = 10, createIscsiVolumeTimeout = 3600,
      createIscsiVolumePollingInterval = 5 } },
    baremetal = { username = "", password = "", endpoint = "" }, pool = { host = "", port = 0 },
    stemcelldir = "/var/vcap/stemcells", agentenvservice = "",
    registry = { host = host, port = math.tointeger(tonumber(port)), username = "admin", password = go_cpi.REGISTRY_PASSWORD,
      endpoint = self.sim.registry },
    agent = { ntp = json.array {}, blobstore = { provider = "dav", options = {} }, mbus = MBUS, vcappassword = "" },
  } } }
end

local function registry_url(self, id) return ("%s/instances/%s/settings"):format(self.sim.registry, id) end

local function to_registry(self, id, verb, body)
  return self.client:send({ { url = registry_url(self, id), method = verb, body = body,
    userpwd = "admin:" .. go_cpi.REGISTRY_PASSWORD } })[1]
end

--- A guest's settings in the registry; nil when there are none.
function go_cpi:settings(id)
  local answer = to_registry(self, id, "GET")
  return answer.status == 200 and json.decode(json.decode(answer.body).settings) or nil
end

local function put_settings(self, id, settings)
  assert(to_registry(self, id, "PUT", json.encode(settings)).status == 200)
end

local function settings_of(agent_id, id, networks, ephemeral)
  return { agent_id = agent_id, blobstore = { provider = "dav", options = { endpoint = "http://10.0.0.4:25250" } },
    disks = { system = "", ephemeral = ephemeral and "/dev/xvdc" or "", persistent = {} }, env = { bosh = {
      keep_root_password = true, password = "$6$salt$hash" } }, mbus = MBUS, networks = networks, ntp = json.array {},
    vm = { name = tostring(id) } }
end

--- NG's create_vm: template, user metadata, second disk, registry.
---@param vm { agent_id: string, hostname: string, ephemeral: boolean? }
---@return string cid
function go_cpi:create_vm(vm)
  local image = self:call("SoftLayer_Virtual_Guest_Block_Device_Template_Group/" .. IMAGE,
    "id,name,globalIdentifier,imageType,accountId")
  local id = self:call("SoftLayer_Virtual_Guest", nil, { { hostname = vm.hostname, domain = "softlayer.com",
    datacenter = { name = "dal13" }, blockDeviceTemplateGroup = { globalIdentifier = image.globalIdentifier },
    hourlyBillingFlag = false, localDiskFlag = false, startCpus = 4, maxMemory = 8192,
    networkComponents = json.array { { maxSpeed = 1000 } }, privateNetworkOnlyFlag = false,
    primaryNetworkComponent = { networkVlan = { id = 1292653, networkSpace = "PUBLIC" } },
    primaryBackendNetworkComponent = { networkVlan = { id = 1292651, networkSpace = "PRIVATE" } } } }).id
  self.wire:advance(90)
  self:call(("SoftLayer_Virtual_Guest/%d/setUserMetadata"):format(id), nil, { json.array { sys.base64url(json.encode {
    server = { name = tostring(id) }, registry = { endpoint = self.endpoint }, dns = {} }) } })
  self.wire:advance(400)
  if vm.ephemeral then self:order_second_disk(id) end
  local address = self:call("SoftLayer_Virtual_Guest/" .. id, "primaryBackendIpAddress").primaryBackendIpAddress
  put_settings(self, id, settings_of(vm.agent_id, id, { default = { type = "dynamic", ip = address, alias = "eth0",
    default = json.array { "dns", "gateway" }, dns = json.array { "10.0.80.11" }, use_dhcp = false } }, vm.ephemeral))
  return tostring(id)
end

--- The legacy CPI's: the pointer to the registry in the template, under another name than the entry has.
function go_cpi:create_legacy_vm(vm)
  local image = self:call("SoftLayer_Virtual_Guest_Block_Device_Template_Group/" .. IMAGE, "globalIdentifier")
  local id = self:call("SoftLayer_Virtual_Guest", nil, { { hostname = vm.hostname, domain = "softlayer.com",
    datacenter = { name = "dal13" }, blockDeviceTemplateGroup = image, hourlyBillingFlag = true, localDiskFlag = true,
    startCpus = 4, maxMemory = 8192, networkComponents = json.array { { maxSpeed = 100 } },
    userData = json.array { { value = json.encode { registry = { endpoint = self.endpoint },
      server = { name = "vm-" .. vm.agent_id } } } } } }).id
  self.wire:advance(500)
  put_settings(self, id, settings_of(vm.agent_id, id, {}, false))
  return tostring(id)
end

-- The smallest SAN disk of at least 25 GB, as an upgrade of the guest.
function go_cpi:order_second_disk(id)
  local prices = self:call(("SoftLayer_Virtual_Guest/%d/getUpgradeItemPrices"):format(id),
    "id,locationGroupId,categories[id,categoryCode],item[description,capacity]", { true })
  local best
  for _, price in ipairs(prices) do
    local size = tonumber(price.item.capacity) or 0
    local fits = price.categories[1].categoryCode == "guest_disk1" and price.item.description:find("(SAN)", 1, true)
    if fits and size >= 25 and (not best or size < tonumber(best.item.capacity)) then best = price end
  end
  self:call("SoftLayer_Product_Order/placeOrder", nil, { {
    complexType = "SoftLayer_Container_Product_Order_Virtual_Guest_Upgrade", packageId = 46, prices = json.array { best },
    virtualGuests = json.array { { id = id } }, properties = json.array {
      { name = "MAINTENANCE_WINDOW", value = os.date "!%Y-%m-%dT%H:%M:%SZ" },
      { name = "NOTE_GENERAL", value = "Upgrade instance configuration." } } }, false })
  self.wire:advance(600)
end

-- The prices of a package that fit, each in its category and in the standard list.
local function prices_of(self, package, wanted)
  local items = self:call("SoftLayer_Product_Package/" .. package, "id,name,items[prices[categories],attributes]").items
  local prices = json.array {}
  for _, want in ipairs(wanted) do
    for _, item in ipairs(items) do
      for _, price in ipairs(item.prices or {}) do
        if not prices[want.at] and price.locationGroupId == json.null and price.categories[1].categoryCode == want.category
          and want.fits(item, price) then prices[want.at] = price end
      end
    end
    assert(prices[want.at], "no price of " .. want.category)
  end
  return prices
end

local function within(low, high, value) return tonumber(low) <= value and value <= tonumber(high) end

local function is(name, value) return function(item) return tonumber(item[name]) == value end end
local function any() return true end

-- Of the ladder of package 222.
local function performance_prices(self, size, iops)
  return prices_of(self, 222, {
    { at = 1, category = "performance_storage_iscsi", fits = any },
    { at = 2, category = "performance_storage_space", fits = is("capacity", size) },
    { at = 3, category = "performance_storage_iops", fits = function(item, price)
      return tonumber(item.capacity) == iops and within(price.capacityRestrictionMinimum, price.capacityRestrictionMaximum, size)
    end },
  })
end

--- The order of a volume of package 222; gives its number.
---@param container table? more of it
function go_cpi:order_disk(size, iops, container)
  local order = { complexType = "SoftLayer_Container_Product_Order_Network_PerformanceStorage_Iscsi", packageId = 222,
    prices = performance_prices(self, size, iops), quantity = 1, location = "1854895",
    osFormatType = { id = 12, keyName = "LINUX" } }
  for name, value in pairs(container or {}) do order[name] = value end
  return self:call("SoftLayer_Product_Order/placeOrder", nil, { order, false }).orderId
end

--- The volume of an order, as create_disk polled for it; nil: none yet.
function go_cpi:volume_of(order)
  local found = self:call("SoftLayer_Account/getIscsiNetworkStorage", "id,username,lunId,capacityGb,"
    .. "serviceResource.datacenter.name,serviceResourceBackendIpAddress,activeTransactionCount", nil, { iscsiNetworkStorage = {
      billingItem = { orderItem = { order = { id = { operation = order } } } } } })
  return found[1] and tostring(found[1].id)
end

local function ordered(self, order)
  self.wire:advance(200)
  return assert(self:volume_of(order), "no volume")
end

function go_cpi:create_disk(size, iops) return ordered(self, self:order_disk(size, iops)) end

--- With room for snapshots: package 759. The Go CPI left the container's type empty, which slsim refuses (a guess).
function go_cpi:order_disk_with_snapshots(size, iops, space)
  local function in_range(item)
    local low, high = item.keyName:match "^(%d+)_(%d+)_GBS$"
    return low and within(low, high, size)
  end
  local prices = prices_of(self, 759, {
    { at = 1, category = "storage_as_a_service", fits = any },
    { at = 2, category = "storage_block", fits = any },
    { at = 3, category = "performance_storage_space", fits = in_range },
    { at = 4, category = "performance_storage_iops", fits = function(item, price)
      return item.capacityMinimum and within(item.capacityMinimum, item.capacityMaximum, iops)
        and within(price.capacityRestrictionMinimum, price.capacityRestrictionMaximum, size)
    end },
    { at = 5, category = "storage_snapshot_space", fits = function(item, price)
      return tonumber(item.capacity) == space and price.capacityRestrictionType == "IOPS"
        and within(price.capacityRestrictionMinimum, price.capacityRestrictionMaximum, iops)
    end },
  })
  return self:call("SoftLayer_Product_Order/placeOrder", nil, { {
    complexType = "SoftLayer_Container_Product_Order_Network_Storage_AsAService", packageId = 759, iops = iops,
    volumeSize = size, prices = prices, quantity = 1, location = "1854895",
    osFormatType = { id = 12, keyName = "LINUX" } }, false }).orderId
end

function go_cpi:create_disk_with_snapshots(size, iops, space)
  return ordered(self, self:order_disk_with_snapshots(size, iops, space))
end

--- The registry's entry has the last disk only: that was a bug of it.
---@return table hint what the agent was told
function go_cpi:attach_disk(vm, disk)
  local target = self:call("SoftLayer_Network_Storage/" .. disk, "serviceResourceBackendIpAddress").serviceResourceBackendIpAddress
  assert(self:call(("SoftLayer_Network_Storage/%s/allowAccessFromVirtualGuest"):format(disk), nil,
    { { id = math.tointeger(tonumber(vm)) } }) == true)
  local host = self:call(("SoftLayer_Virtual_Guest/%s/getAllowedHost"):format(vm), "id,name,credential[username,password]")
  local settings, hint = self:settings(vm), { id = disk, iscsi_settings = { initiator_name = host.name, target = target,
    username = host.credential.username, password = host.credential.password } }
  settings.disks.persistent = { [disk] = hint }
  put_settings(self, vm, settings)
  return hint
end

function go_cpi:set_vm_metadata(vm, tags)
  self:call(("SoftLayer_Virtual_Guest/%s/setTags"):format(vm), nil, { tags })
end

function go_cpi:set_disk_metadata(disk, notes)
  local answer = self.wire:call("PUT", "SoftLayer_Network_Storage/" .. disk, { parameters = { { notes = notes } } })
  assert(answer.status == 200, answer.body)
end

function go_cpi:snapshot_disk(disk, note)
  return tostring(self:call(("SoftLayer_Network_Storage/%s/createSnapshot"):format(disk), nil, { note }).id)
end

return go_cpi
