--- A small description of an API, in the shape in which SoftLayer serves its own.

local json = require "core.json"

local document = {}

local function relation(type, list, doc)
  return { type = "SoftLayer_" .. type, form = "relational", typeArray = list or nil, doc = doc }
end

local function plain(type) return { type = type, form = "local" } end

local function named(map)
  for name, entry in pairs(map or {}) do entry.name = name end
  return map
end

local function type_of(name, entry)
  entry.name, entry.base = name, entry.base or "SoftLayer_Entity"
  named(entry.methods)
  named(entry.properties)
  return entry
end

--- The document as a table.
function document.table()
  local types = {
    SoftLayer_Account = {
      serviceDoc = "Every customer has an [[SoftLayer_Account]].\n\nMore.",
      methods = { getObject = { type = "SoftLayer_Account", maskable = true } },
      properties = { id = plain "int", virtualGuests = relation("Virtual_Guest", true, "An account's guests."),
        hardware = relation("Hardware", true),
        virtualGuestCount = { type = "unsignedLong", form = "count", doc = "A count of guests." } },
    },
    SoftLayer_Hardware = {
      methods = { getObject = { type = "SoftLayer_Hardware" }, isPingable = { type = "boolean" } },
      properties = { id = plain "int", hostname = plain "string", datacenter = relation "Location" },
    },
    SoftLayer_Hardware_Server = { base = "SoftLayer_Hardware",
      methods = { getObject = { type = "SoftLayer_Hardware_Server" } },
      properties = { networkVlans = relation("Network_Vlan", true) } },
    SoftLayer_Location = { noservice = true,
      properties = { id = plain "int", name = plain "string", longName = plain "string" } },
    SoftLayer_Location_Datacenter = { base = "SoftLayer_Location",
      methods = { getDatacenters = { type = "SoftLayer_Location", typeArray = true, static = true } } },
    SoftLayer_Network_Vlan = {
      methods = { getObject = { type = "SoftLayer_Network_Vlan" } },
      properties = { id = plain "int", vlanNumber = plain "int", primaryRouter = relation "Hardware" } },
    SoftLayer_Virtual_Guest = {
      methods = {
        getObject = { type = "SoftLayer_Virtual_Guest", doc = "" },
        createObject = { type = "SoftLayer_Virtual_Guest", static = true,
          doc = "\nCreates a <b>guest</b> from a [[SoftLayer_Virtual_Guest (type)|template]]. It has\nhalf a \"quote, "
            .. "three braces }}} and a backslash \\\n\nSecond.",
          parameters = { { name = "templateObject", type = "SoftLayer_Virtual_Guest", doc = "What it is." } } },
        setTags = { type = "boolean", parameters = { { name = "tags", type = "string" } } },
        setUserMetadata = { type = "boolean", parameters = { { name = "metadata", type = "string", typeArray = true } } },
        getBandwidthDataByDate = { type = "SoftLayer_Entity", typeArray = true, parameters = {
          { name = "startDateTime", type = "dateTime" }, { name = "networkType", type = "string", defaultValue = json.null } } },
      },
      properties = { id = plain "int", hostname = plain "string", datacenter = relation "Location",
        networkVlans = relation("Network_Vlan", true, "The guest's VLANs."),
        primaryIpAddress = { type = "string", form = "relational" } },
    },
    McAfee_Epolicy = { noservice = true, properties = { id = plain "int" } },
  }
  for name, entry in pairs(types) do type_of(name, entry) end
  return types
end

--- The document as text.
---@param pretty boolean?
function document.text(pretty) return assert(json.encode(document.table(), { pretty = pretty })) end

--- A document of so many services with so many methods each.
function document.large(services, methods)
  local types = {}
  for i = 1, services do
    local function service(number) return ("SoftLayer_Service_%05d"):format(number) end
    local name, entry = service(i), { methods = {}, properties = { id = plain "int" } }
    for j = 1, methods do
      entry.methods[("getThing%05d"):format(j)] = { type = service((i + j) % services + 1), typeArray = true, maskable = true,
        doc = ("Retrieves the things of kind %d, as they are at the moment of the call."):format(j) }
      entry.properties[("property%05d"):format(j)] = { type = "string", form = "local", doc = "What it is." }
    end
    types[name] = type_of(name, entry)
  end
  return assert(json.encode(types))
end

return document
