-- What the search service finds: words, `property:value` with * as a wildcard, and _objectType:… .

local errors = require "slsim.errors"
local guess  = require "slsim.guess"
local types  = require "slsim.types"
local world  = require "slsim.world"

guess("[G]", "search: every word must match, case does not matter; a plain word matches the whole of a property or, "
  .. "with *, a part; the relevance is the number of terms; new objects are found at once (no index lag)")

local search = {}

local PREFIX = "SoftLayer_"

-- What can be searched, and by which properties.
local INDEX = {
  { "Dns_Domain", "id name" },
  { "Event_Log", "eventName objectName objectId label username traceId" },
  { "Hardware", "id hostname domain fullyQualifiedDomainName primaryIpAddress primaryBackendIpAddress notes datacenter.name" },
  { "Network_Storage", "id username notes" },
  { "Network_Subnet_IpAddress", "id ipAddress note" },
  { "Network_Vlan", "id name vlanNumber note" },
  { "Ticket", "id title status.name subject.name" },
  { "Virtual_DedicatedHost", "id name notes datacenter.name" },
  { "Virtual_Guest", "id hostname domain fullyQualifiedDomainName globalIdentifier primaryIpAddress primaryBackendIpAddress "
    .. "notes datacenter.name status.keyName tagReferences.tag.name" },
}

local function pattern(text)
  return "^" .. text:lower():gsub("[%^%$%(%)%%%.%[%]%+%-%?]", "%%%0"):gsub("%*", ".*") .. "$"
end

-- Splits at spaces outside quotes, joining "status.name: open".
local function terms(text)
  local list, wanted = {}, nil
  text = text:gsub('"([^"]*)"', function(quoted) return (quoted:gsub(" ", "\1")) end):gsub(":%s+", ":")
  for word in text:gmatch("%S+") do
    word = word:gsub("\1", " ")
    local property, value = word:match("^([%w_.]+):(.*)$")
    if property == "_objectType" then wanted = value:gsub("^" .. PREFIX, "")
    elseif word ~= "*" then list[#list + 1] = { property = property, pattern = pattern(value or word), text = word } end
  end
  return list, wanted
end

-- All values at the end of a path; lists on the way give several.
local function values(object, path, read, found)
  local name, rest = path:match("^([^.]+)%.?(.*)$")
  local value = read(object, name)
  if value == nil then return found end
  for _, member in ipairs(type(value) == "table" and not value.__type and value or { value }) do
    if rest ~= "" then values(member, rest, read, found)
    elseif type(member) ~= "table" then found[#found + 1] = tostring(member):lower() end
  end
  return found
end

local function matches(object, term, properties, read)
  for property in properties:gmatch("%S+") do
    if not term.property or term.property == property then
      for _, value in ipairs(values(object, property, read, {})) do
        if value:find(term.pattern) then return true end
      end
    end
  end
  return false
end

local function all_match(object, list, properties, read)
  for _, term in ipairs(list) do
    if not matches(object, term, properties, read) then return false end
  end
  return true
end

--- The results for a search text.
function search.run(text, call)
  local list, wanted = terms(text)
  local found, known, read = {}, not wanted, world.reader(call)
  local words = {}
  for i, term in ipairs(list) do words[i] = term.text end
  for _, entry in ipairs(INDEX) do
    local kind, properties = entry[1], entry[2]
    known = known or kind == wanted
    for _, object in ipairs((not wanted or kind == wanted) and world.listed(kind, call) or {}) do
      if (object.accountId or call.user.accountId) == call.user.accountId
        and all_match(object, list, properties, read) then
        found[#found + 1] = world.value("Container_Search_Result", { relevanceScore = #list, matchedTerms = words,
          resourceType = PREFIX .. kind, resource = object })
      end
    end
  end
  if not known then errors.public("The object type '%s' cannot be searched.", wanted) end
  return found
end

--- What can be searched.
function search.types()
  local list = {}
  for i, entry in ipairs(INDEX) do
    local properties, declared = {}, types.get(PREFIX .. entry[1]).properties
    for property in entry[2]:gmatch("%S+") do
      local own = declared[property]
      properties[#properties + 1] = world.value("Container_Search_ObjectType_Property",
        { name = property, type = own and own.kind or "string", sortableFlag = own ~= nil })
    end
    list[i] = world.value("Container_Search_ObjectType", { name = PREFIX .. entry[1], properties = properties })
  end
  return list
end

return search
