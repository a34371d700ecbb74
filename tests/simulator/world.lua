-- The world: every object by type and id, how its properties are read, and who may see it.
--
-- An object is a plain table with `__type` (its full type name) and epoch numbers for dates. What
-- follows from other objects is not stored but derived: `world.derive` registers such properties.

local clock  = require "slsim.clock"
local quirks = require "slsim.quirks"
local random = require "slsim.random"
local types  = require "slsim.types"
local guess  = require "slsim.guess"

guess("[G]", "lists come in a scrambled order that stays the same for an object's life")
guess("[G]", "--lag hides a new object from every list of the account, not from getObject by its id")

local world = { settings = {} }

local PREFIX = "SoftLayer_"
local FIRST_ID = {
  Virtual_Guest = 118459208, Provisioning_Version1_Transaction = 237949008, Billing_Order = 11493593,
  Billing_Item = 195000321, Billing_Order_Item = 190004411, Network_Storage = 17336531, Hardware = 904717,
  Virtual_Disk_Image = 41570105, Virtual_Guest_Block_Device = 28117141, Network_Subnet_IpAddress = 93113055,
  Virtual_Guest_Network_Component = 24731127, Security_Ssh_Key = 1004711, Ticket = 57304223,
  Virtual_Guest_Block_Device_Template_Group = 2550001, Network_Vlan = 2032693, Network_Subnet = 1470011,
}

local stores, last_ids, derived = {}, {}, {}

--- Registers properties of a type that follow from other objects.
---@param short string type name without the prefix
---@param properties table<string, fun(object: table, call: table?): any>
function world.derive(short, properties)
  local known = derived[PREFIX .. short] or {}
  derived[PREFIX .. short] = known
  for name, read in pairs(properties) do known[name] = read end
end

function world.reset()
  stores, last_ids = {}, {}
end

---@return integer
function world.next_id(short)
  local last = last_ids[short] or FIRST_ID[short] or 100000 + #short * 1013
  last_ids[short] = last + random.between(1, 7) * 2
  return last_ids[short]
end

local function store(short)
  stores[short] = stores[short] or { by_id = {}, list = {} }
  return stores[short]
end

--- Makes an object that lives in no store: a status, a category, …
function world.value(short, fields)
  fields.__type = PREFIX .. short
  return fields
end

--- Makes an object and stores it under `kind` (default: its type; subtypes share their parent's store).
---@return table object
function world.create(short, fields, kind)
  local object = world.value(short, fields)
  object.id = object.id or world.next_id(kind or short)
  object.__kind = kind or short
  object.__listed = clock.now() + (world.settings.lag or 0)
  object.__rank = (object.id * 2654435761 + (world.settings.seed or 0)) % 4294967291
  local here = store(object.__kind)
  here.by_id[object.id] = object
  here.list[#here.list + 1] = object
  return object
end

function world.get(kind, id)
  return store(kind).by_id[math.tointeger(id)]
end

function world.remove(object)
  local here = store(object.__kind)
  here.by_id[object.id] = nil
  for i, other in ipairs(here.list) do
    if other == object then return table.remove(here.list, i) end
  end
end

--- All objects of a kind in the order of their creation.
function world.all(kind) return store(kind).list end

---@param matches fun(object: table): boolean
function world.find(kind, matches)
  for _, object in ipairs(store(kind).list) do
    if matches(object) then return object end
  end
end

---@return table[]
function world.select(kind, matches)
  local found = {}
  for _, object in ipairs(store(kind).list) do
    if matches(object) then found[#found + 1] = object end
  end
  return found
end

local DEVICES = { Virtual_Guest = "hasFullVirtualGuestAccessFlag", Hardware = "hasFullHardwareAccessFlag" }

-- What belongs to a device is as visible as the device.
local OWNER = { Virtual_Guest_Network_Component = "guest", Virtual_Guest_Block_Device = "guest", Virtual_Disk_Image = "__guest",
  Software_Component_OperatingSystem = "guest", Provisioning_Version1_Transaction = "__target", Billing_Item = "__resource",
  Product_Upgrade_Request = "virtualGuest", Tag_Reference = "__object", Event_Log = "__object", Metric_Tracking_Object = "__resource",
  Virtual_ReservedCapacityGroup_Instance = "guest", Virtual_Network_SecurityGroup_NetworkComponentBinding = "networkComponent" }

local function owner_of(object)
  local link = OWNER[object.__kind]
  return link and object[link]
end

---@param user table?
function world.may_see(user, object)
  if not user then return true end
  if object.accountId and user.accountId ~= object.accountId and object.publicFlag ~= 1 then return false end
  local owner = owner_of(object)
  if owner and not world.may_see(user, owner) then return false end
  local flag = DEVICES[object.__kind]
  if flag and not user[flag] then return user.__devices[object.id] == true end
  if object.__kind == "Network_Storage" then return user.__permissions.NAS_MANAGE == true end
  return true
end

--- Whether lists show an object yet.
function world.is_listed(object) return object.__listed <= clock.now() end

--- What a list of this kind shows: new objects only after the lag, in no useful order.
function world.listed(kind, call, matches)
  local found = {}
  for _, object in ipairs(store(kind).list) do
    local shown = world.is_listed(object) and world.may_see(call and call.user, object)
    if shown and (not matches or matches(object, call)) then found[#found + 1] = object end
  end
  if quirks.on "shuffled-lists" then table.sort(found, function(a, b) return a.__rank < b.__rank end) end
  return found
end

--- What is there from the start is listed from the start.
function world.list_everything()
  for _, here in pairs(stores) do
    for _, object in ipairs(here.list) do object.__listed = clock.now() end
  end
end

local function derived_property(type_name, property)
  while type_name do
    local read = derived[type_name] and derived[type_name][property]
    if read then return read end
    local type = types.get(type_name)
    type_name = type and type.extends
  end
end

local function sees_everything(user)
  if not user then return true end
  for _, flag in pairs(DEVICES) do
    if not user[flag] then return false end
  end
  return user.__permissions.NAS_MANAGE == true
end

-- What is left of a value for a user who may not see everything.
local function visible(user, value)
  if type(value) ~= "table" then return value end
  if value.__kind then return world.may_see(user, value) and value or nil end
  local first = value[1]
  if type(first) ~= "table" or not first.__kind then return value end
  local shown = {}
  for _, object in ipairs(value) do
    if world.may_see(user, object) then shown[#shown + 1] = object end
  end
  return shown
end

local function read_any(object, property, call)
  local read = derived_property(object.__type, property)
  if read then return read(object, call) end
  return object[property]
end

--- The reader that masks and filters use: what its caller may not see is not there, also through relations.
---@param call table? the call on whose behalf is read
---@return fun(object: table, property: string, type_name: string?): any
function world.reader(call)
  local user = call and call.user
  if sees_everything(user) then
    return function(object, property) return read_any(object, property, call) end
  end
  return function(object, property) return visible(user, read_any(object, property, call)) end
end

return world
