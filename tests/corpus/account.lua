--- The account under test: a simulated cloud with something of everything, and calls of it.

local conditions = require "corpus.conditions"
local json = require "core.json"
local wire = require "support.wire"

local account = {}
account.__index = account

-- Path, type of the elements, the filter's root. "*" marks a list; {db} and {new} are guests.
local GETTERS = [[
  Account/getVirtualGuests                *Virtual_Guest            virtualGuests
  Account/getHourlyVirtualGuests          *Virtual_Guest            hourlyVirtualGuests
  Account/getNetworkVlans                 *Network_Vlan             networkVlans
  Account/getSubnets                      *Network_Subnet           subnets
  Account/getBlockDeviceTemplateGroups    *Virtual_Guest_Block_Device_Template_Group blockDeviceTemplateGroups
  Account/getSshKeys                      *Security_Ssh_Key         sshKeys
  Account/getOrders                       *Billing_Order            orders
  Account/getAllBillingItems              *Billing_Item             allBillingItems
  Account/getTags                         *Tag                      tags
  Account/getUsers                        *User_Customer            users
  Account/getRouters                      *Hardware                 routers
  Account/getTickets                      *Ticket                   tickets
  Account/getHardware                     *Hardware                 hardware
  Location_Datacenter/getDatacenters      *Location
  Network_Pod/getAllObjects               *Network_Pod
  Event_Log/getAllObjects                 *Event_Log
  Network_SecurityGroup/getAllObjects     *Network_SecurityGroup
  Virtual_Guest_Block_Device_Template_Group/getPublicImages *Virtual_Guest_Block_Device_Template_Group
  Product_Package/46/getItems             *Product_Item             items
  Network_Vlan/524954/getSubnets          *Network_Subnet           subnets
  Virtual_Guest/{db}/getNetworkComponents *Virtual_Guest_Network_Component networkComponents
  Virtual_Guest/{db}/getBlockDevices      *Virtual_Guest_Block_Device blockDevices
  Virtual_Guest/{db}/getTagReferences     *Tag_Reference            tagReferences
  Virtual_Guest/{db}/getObject            Virtual_Guest
  Virtual_Guest/{new}/getObject           Virtual_Guest
  Virtual_Guest/{db}/getDatacenter        Location
  Virtual_Guest/{db}/getBillingItem       Billing_Item_Virtual_Guest
  Virtual_Guest/{db}/getActiveTransaction Provisioning_Version1_Transaction
  Virtual_Guest/{new}/getActiveTransaction Provisioning_Version1_Transaction
  Virtual_Guest_Block_Device_Template_Group/380214/getObject Virtual_Guest_Block_Device_Template_Group
  Account/getCurrentUser                  User_Customer
]]

-- Whose answers are so large that fewer cases have to do.
local LARGE = { ["Account/getSubnets"] = true, ["Account/getOrders"] = true, ["Account/getAllBillingItems"] = true,
  ["Account/getRouters"] = true, ["Event_Log/getAllObjects"] = true, ["Product_Package/46/getItems"] = true }

--- The getters of the corpus: { path, type, many, root?, large? }.
account.getters = {}
for path, many, type_name, root in GETTERS:gmatch "([^%s]+) +(%*?)([%w_]+) *([%w]*)\n" do
  table.insert(account.getters, { path = path, type = "SoftLayer_" .. type_name, many = many == "*",
    root = root ~= "" and root or nil, large = LARGE[path] })
end

local GUESTS = {
  { hostname = "db", datacenter = { name = "lon02" }, startCpus = 4, maxMemory = 8192 },
  { hostname = "web-1", datacenter = { name = "dal13" }, postInstallScriptUri = "https://example.com/install" },
  { hostname = "WEB-2", domain = "example.org", datacenter = { name = "dal13" }, hourlyBillingFlag = false },
  { hostname = "build", datacenter = { name = "ams01" }, startCpus = 1, maxMemory = 1024, localDiskFlag = false,
    privateNetworkOnlyFlag = true },
}
local TAGS = { "bosh,deployment:cf,job:db", "bosh,job:web", "job:web, old", "" }

local function order(self, changes, seconds)
  local template = wire.template()
  for name, value in pairs(changes) do template[name] = value end
  local id = self.wire:get("SoftLayer_Virtual_Guest/createObject", nil, { parameters = { template } }).id
  self.wire:advance(seconds)
  return id
end

local function populate(self)
  local call = function(path, ...) return self.wire:get(path, nil, { parameters = { ... } }) end
  local ids = {}
  for i, guest in ipairs(GUESTS) do
    local id = order(self, guest, 400)
    ids[guest.hostname] = id
    call(("SoftLayer_Virtual_Guest/%d/setTags"):format(id), TAGS[i])
  end
  call(("SoftLayer_Virtual_Guest/%d/setUserMetadata"):format(ids.db), json.array { "the agent's settings" })
  call(("SoftLayer_Virtual_Guest/%d/editObject"):format(ids["web-1"]), { notes = "é and \"quotes\"" })
  call(("SoftLayer_Network_Vlan/524954/editObject"), { note = "kept for BOSH" })
  call("SoftLayer_Security_Ssh_Key/createObject", { label = "second", key = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAQQDC second" })
  call("SoftLayer_Network_SecurityGroup/createObject", { name = "web", description = "open" })
  call("SoftLayer_Ticket/createStandardTicket", { subjectId = 1001, title = "Help" }, "It is slow.")
  self.wire:get(("SoftLayer_Virtual_Guest/%d/deleteObject"):format(order(self, { hostname = "gone" }, 400)))
  ids.new = order(self, { hostname = "new", domain = "example.net" }, 0) -- still being provisioned
  return ids
end

function account.open()
  local self = setmetatable({ wire = wire.open() }, account)
  self.guests = populate(self)
  local newest = self.wire:get(("SoftLayer_Virtual_Guest/%d/getObject"):format(self.guests.new), "createDate")
  self.now = newest.createDate
  return self
end

function account:close() self.wire:close() end

local function path_of(self, getter)
  return (getter.path:gsub("{(%w+)}", self.guests))
end

local function escaped(text)
  return (text:gsub("[^%w]", function(char) return ("%%%02X"):format(char:byte()) end))
end

--- One GET with query values as they are: { objectMask, objectFilter, resultLimit }.
function account:get(getter, query)
  local parts = {}
  for _, name in ipairs { "objectMask", "objectFilter", "resultLimit" } do
    if query[name] then parts[#parts + 1] = name .. "=" .. escaped(query[name]) end
  end
  local answer = self.wire.client:send({ { method = "GET",
    url = ("%s/SoftLayer_%s.json?%s"):format(self.wire.sim.url, path_of(self, getter), table.concat(parts, "&")),
    userpwd = "sim:sim-api-key", timeout = 20 } })[1]
  assert(not answer.err, answer.err and answer.err.message)
  answer.value = json.decode(answer.body)
  return answer
end

--- The filter's text: conditions below their root, at times beside a root without effect.
function account.filter_text(getter, tree, stray)
  local document = conditions.json(tree)
  if getter.root then document = { [getter.root] = document } end
  if getter.root and stray then document.noSuchRoot = { categoryCode = { operation = "ram" } } end
  return json.encode(document)
end

return account
