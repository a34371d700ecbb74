-- DNS zones and their records.

local clock  = require "slsim.clock"
local errors = require "slsim.errors"
local guess  = require "slsim.guess"
local parts  = require "slsim.model.template_parts"
local world  = require "slsim.world"

guess("[G]", "a new zone has an SOA and two NS records; its serial is the date and a counter that each change moves")
guess("[G]", "record types and hosts are kept in lower case; a record without ttl gets 86400; the texts of refusals")

local dns = {}

local RECORD = "Dns_Domain_ResourceRecord"
local OWN_TYPE = { a = "_AType", mx = "_MxType", srv = "_SrvType" }
local NAMESERVERS = { "ns1.softlayer.com.", "ns2.softlayer.com." }

local function ipv4(data) return data:find("^%d+%.%d+%.%d+%.%d+$") end
local function ipv6(data) return data:find("^[%x:]*:[%x:]*[%x:.]*$") end
local function name(data) return data:find("^[%w_@][%w_.-]*$") end
local function any(data) return data ~= "" end

-- How the data of a type must look.
local TYPES = { a = ipv4, aaaa = ipv6, cname = name, mx = name, ns = name, ptr = name, soa = name, spf = any, srv = name,
  txt = any }
local NUMBERS = { "expire", "minimum", "mxPriority", "refresh", "retry", "ttl", "port", "priority", "weight" }
local TEXTS = { "responsiblePerson", "protocol", "service" }
local NEEDED = { mx = { "mxPriority" }, srv = { "port", "priority", "weight", "protocol", "service" } }

local function missing(property, type)
  errors.raise("MissingCreationProperty",
    ("The property '%s' must be set to create an instance of 'SoftLayer_%s'."):format(property, type))
end

local function checked(fields)
  local record = { type = tostring(fields.type):lower(), data = fields.data, host = tostring(fields.host):lower() }
  local fits = TYPES[record.type] or errors.invalid("type", "The resource record type does not exist.")
  if type(record.data) ~= "string" or not fits(record.data) then errors.invalid("data", "The data does not suit the type.") end
  for _, property in ipairs(NUMBERS) do record[property] = parts.integer(fields[property], property) end
  for _, property in ipairs(TEXTS) do record[property] = parts.given(fields[property]) and fields[property] or nil end
  record.ttl = record.ttl or 86400
  for _, property in ipairs(NEEDED[record.type] or {}) do
    if not record[property] then missing(property, RECORD .. OWN_TYPE[record.type]) end
  end
  return record
end

local function changed(zone)
  zone.serial, zone.updateDate = zone.serial + 1, clock.time()
end

local function same(zone, record)
  for _, other in ipairs(zone.resourceRecords) do
    if other ~= record and other.type == record.type and other.host == record.host and other.data == record.data then
      return true
    end
  end
end

local function attach(zone, record)
  record.domain, record.domainId, record.accountId = zone, zone.id, zone.accountId
  record = world.create(RECORD .. (OWN_TYPE[record.type] or ""), record, RECORD)
  table.insert(zone.resourceRecords, record)
  return record
end

--- Adds a record to the zone that its domainId names.
function dns.add_record(user, fields)
  for _, property in ipairs { "domainId", "host", "type", "data" } do
    if not parts.given(fields[property]) then missing(property, RECORD) end
  end
  local zone = world.get("Dns_Domain", parts.integer(fields.domainId, "domainId"))
  if not zone or not world.may_see(user, zone) then errors.not_found(fields.domainId) end
  local record = checked(fields)
  if same(zone, record) then errors.public("The resource record already exists.") end
  changed(zone)
  return attach(zone, record)
end

function dns.edit_record(record, fields)
  local merged = {}
  for property, value in pairs(record) do merged[property] = value end
  for property, value in pairs(fields) do merged[property] = value end
  merged.type = record.type
  for property, value in pairs(checked(merged)) do record[property] = value end
  changed(record.domain)
end

function dns.delete_record(record)
  for i, other in ipairs(record.domain.resourceRecords) do
    if other == record then table.remove(record.domain.resourceRecords, i) break end
  end
  changed(record.domain)
  world.remove(record)
end

---@return table zone
function dns.create(user, fields)
  if not parts.given(fields.name) then missing("name", "Dns_Domain") end
  local wanted = tostring(fields.name):lower()
  if not wanted:find("^[%w-]+%.[%w.-]*%a$") then errors.invalid("name", "The domain name is not valid.") end
  if world.find("Dns_Domain", function(zone) return zone.name == wanted end) then
    errors.public("The domain '%s' already exists.", wanted)
  end
  local records = {}
  for i, record in ipairs(parts.list(fields, "resourceRecords")) do records[i] = checked(record) end
  local zone = world.create("Dns_Domain", { accountId = user.accountId, account = user.account, name = wanted,
    serial = math.tointeger(os.date("!%Y%m%d00", clock.time())), updateDate = clock.time(), resourceRecords = {} })
  attach(zone, { type = "soa", host = "@", data = NAMESERVERS[1], responsiblePerson = "support.softlayer.com.",
    expire = 604800, minimum = 3600, refresh = 3600, retry = 300, ttl = 86400 })
  for _, server in ipairs(NAMESERVERS) do attach(zone, { type = "ns", host = "@", data = server, ttl = 86400 }) end
  for _, record in ipairs(records) do attach(zone, record) end
  return zone
end

function dns.delete(zone)
  for _, record in ipairs(zone.resourceRecords) do world.remove(record) end
  world.remove(zone)
end

--- The zone as a name server reads it.
---@return string
function dns.zone_file(zone)
  local lines = { ("$ORIGIN %s."):format(zone.name), "$TTL 86400" }
  for _, record in ipairs(zone.resourceRecords) do
    local data = record.data
    if record.type == "soa" then
      data = ("%s %s (%d %d %d %d %d)"):format(data, record.responsiblePerson, zone.serial, record.refresh, record.retry,
        record.expire, record.minimum)
    elseif record.type == "mx" then data = ("%d %s"):format(record.mxPriority, data)
    elseif record.type == "srv" then data = ("%d %d %d %s"):format(record.priority, record.weight, record.port, data) end
    lines[#lines + 1] = ("%s %d IN %s %s"):format(record.host, record.ttl, record.type:upper(), data)
  end
  return table.concat(lines, "\n") .. "\n"
end

return dns
