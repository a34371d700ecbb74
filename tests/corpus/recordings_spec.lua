-- Recorded answers of the real API against slsim's types: each key is known, each value has the declared kind, and
-- what came without a mask has all that comes without a mask. SLCPI_FIXTURES names the folder of the recordings;
-- without it nothing is checked.
local dates = require "corpus.dates"
local folder = require "support.folder"
local json = require "core.json"
local metadata = require "api.metadata"
local types = require "slsim.types"
local wire = require "support.wire"

local RECORDINGS = os.getenv "SLCPI_FIXTURES"

-- Known fakes, by the beginning of their names.
local FAKES = {
  Account_getSshKeys = "keys are capitalised, as Go's decoder forgives",
  Security_Ssh_Key_createObject = "keys are capitalised, as Go's decoder forgives",
  Security_Ssh_Key_getObject = "keys are capitalised, as Go's decoder forgives",
  Product_Package_getItemPrices = "three prices made up by hand",
  Product_Package_getObject_Performance = "a few items made up by hand",
  Product_Package_getObject_StorageAsService = "a few items made up by hand",
  Product_Package_getObject_Atoi = "a few items made up by hand",
  Virtual_Guest_getAllowedHost = "credential 123…",
  Virtual_Guest_setTags_MismatchId = "no answer of setTags",
}
local FAKE_FILES = { Product_Package_getAllObjects = "items without names, with 'price' and 'Value'" }

-- Objects in recordings that came with all that comes without a mask: file, place, type.
local WHOLE = {
  { "Network_Storage_getObject", "allowedVirtualGuests.1", "Virtual_Guest" },
  { "Network_Storage_getObject", "allowedVirtualGuests.1.allowedHost", "Network_Storage_Allowed_Host" },
  { "Network_Storage_getObject", "allowedVirtualGuests.1.allowedHost.credential", "Network_Storage_Credential" },
  { "Network_Storage_getObject", "parentVolume", "Network_Storage" },
  { "Virtual_Guest_getObject", "billingItem", "Billing_Item" },
  { "Virtual_Guest_getObject", "billingItem.children.1", "Billing_Item" },
  { "Virtual_Guest_getObject", "blockDevices.1", "Virtual_Guest_Block_Device" },
  { "Virtual_Guest_getObject", "blockDevices.1.diskImage", "Virtual_Disk_Image" },
  { "Virtual_Guest_getObject", "networkComponents.1", "Virtual_Guest_Network_Component" },
  { "Virtual_Guest_getObject", "networkComponents.1.networkVlan", "Network_Vlan" },
  { "Virtual_Guest_getObject", "operatingSystem", "Software_Component" },
  { "Virtual_Guest_Block_Device_Template_Group_getObject", "children.1", "Virtual_Guest_Block_Device_Template_Group" },
  { "Product_Package_getAllObjects_saas", "1.items.6", "Product_Item" },
  { "Product_Package_getAllObjects_saas", "1.items.6.itemCategory", "Product_Item_Category" },
  { "Product_Package_getAllObjects_saas", "1.items.6.attributes.1", "Product_Item_Attribute" },
  { "Product_Package_getAllObjects_saas", "1.items.6.prices.1", "Product_Item_Price" },
  { "Product_Package_getAllObjects_performance", "1.items.1", "Product_Item" },
  { "Location_Datacenter_getDatacenters", "1", "Location" },
  { "Network_Subnet_IpAddress_getByIpAddress", "", "Network_Subnet_IpAddress" },
  { "Virtual_Guest_getUpgradeRequest", "", "Product_Upgrade_Request" },
}


local function text_of(name) return folder.read(("%s/softlayer/SoftLayer_%s.json"):format(RECORDINGS, name)) end

local function recorded(name)
  local value, problem = json.decode(text_of(name))
  assert(not problem, problem)
  return value
end

-- Why a recording is none of the real API; nil if it may be one.
local function fake(name)
  for beginning, reason in pairs(FAKES) do
    if name:sub(1, #beginning) == beginning then return reason end
  end
  return FAKE_FILES[name] or text_of(name):find "fake%-" and "says itself that it is a fake" or nil
end

local function at(value, path)
  for step in path:gmatch "[^.]+" do value = assert(value[tonumber(step) or step], path) end
  return value
end

--- Compatible with a type ---------------------------------------------------------------------------

local KINDS = {
  int = function(value) return math.type(value) == "integer" end,
  float = function(value) return type(value) == "number" end,
  string = function(value) return type(value) == "string" end,
  boolean = function(value) return type(value) == "boolean" end,
  date = function(value) return type(value) == "string" and dates.moment(value) ~= nil end,
}

-- A property of the type or, since masks can be cast, of a subtype.
local function property_of(type_name, key)
  for _, name in ipairs(types.names()) do
    local property = types.accepts(type_name, name) and types.get(name).properties[key]
    if property then return property end
  end
end

-- The real API breaks circles with null: an object that is being written is not written again below itself.
local function is_circle(target, above)
  for _, type_name in ipairs(above) do
    if target and (types.accepts(target, type_name) or types.accepts(type_name, target)) then return true end
  end
  return false
end

local check

local function check_object(object, type_name, path, above)
  assert(type(object) == "table" and not json.is_array(object), path .. " is no object")
  if not types.get(type_name) then return end
  above = table.move(above, 1, #above, 2, { type_name })
  for key, value in pairs(object) do
    local place = path .. "." .. key
    check(value, assert(property_of(type_name, key), place .. " is unknown to " .. type_name), place, above)
  end
end

local function check_list(list, property, path, above)
  assert(json.is_array(list), path .. " is no list")
  local element = { form = "element", type = property.type, kind = property.kind }
  for i, value in ipairs(list) do check(value, element, path .. "." .. i, above) end
end

function check(value, property, path, above)
  if value == json.null then
    assert(property.form == "local" or is_circle(property.type, above), path .. " is null, not absent")
  elseif property.many then
    check_list(value, property, path, above)
  elseif property.type then
    check_object(value, property.type, path, above)
  else
    assert(KINDS[property.kind](value), ("%s is no %s: %s"):format(path, property.kind, tostring(value)))
  end
end

--- What slsim serves ----------------------------------------------------------------------------------

local function described()
  local world = wire.open()
  local api = assert(metadata.open { fetch = function()
    return world.client:send({ { url = world.sim.url:gsub("/rest/v3%.1$", "/metadata/v3.1") } })[1].body
  end })
  world:close()
  return api
end

-- What a recording is the answer of: the service with the longest name that fits, and a method.
local function method_of(api, name)
  local found, length = nil, 0
  for _, service in ipairs(api:services()) do
    local method = name:match("^" .. service .. "_(%l%w*)")
    if method and #service > length then found, length = api:method(service, method), #service end
  end
  return found
end

local function check_recording(name, method)
  local value = recorded(name)
  if type(value) == "table" and value.error and value.code then
    assert.same({ "string", "string" }, { type(value.error), type(value.code) })
  elseif method.returns:find "^SoftLayer_" then
    local type, list = method.returns:match "^([%w_]+)(.*)$"
    check(value, { form = "local", type = type, many = list == "[]" }, name, {})
  elseif KINDS[method.returns] then
    check(value, { form = "local", kind = method.returns }, name, {})
  end
end

describe("the recorded answers", function()
  if not RECORDINGS then return it("are compatible with the types", function() pending "SLCPI_FIXTURES is not set" end) end
  local api = described()

  for _, path in ipairs(folder.files(RECORDINGS .. "/softlayer")) do
    local name = path:match "SoftLayer_([%w_]+)%.json$"
    local method = name and method_of(api, name)
    if method then
      it("are compatible with the types: " .. name, function()
        if fake(name) then return pending(fake(name)) end
        check_recording(name, method)
      end)
    end
  end

  for _, row in ipairs(WHOLE) do
    it(("came whole: %s %s"):format(row[1], row[2]), function()
      local object, type = at(recorded(row[1]), row[2]), types.get("SoftLayer_" .. row[3])
      for _, name in ipairs(type.locals) do
        assert.is_true(object[name] ~= nil or type.properties[name].optional == true, name .. " is missing")
      end
      for name in pairs(object) do assert.is_truthy(type.properties[name], name .. " is unknown") end
    end)
  end
end)
