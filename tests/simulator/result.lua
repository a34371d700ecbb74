-- What of a call's result is answered: what the mask, the filter and the limit leave of it.

local clock  = require "slsim.clock"
local dates  = require "slsim.dates"
local errors = require "slsim.errors"
local filter = require "slsim.filter"
local guess  = require "slsim.guess"
local json   = require "core.json"
local mask   = require "slsim.mask"
local quirks = require "slsim.quirks"
local types  = require "slsim.types"
local world  = require "slsim.world"

guess("[G]", "resultLimit that is no number or pair of numbers is ignored")
guess("[G]", "lists of plain values are counted like lists of objects, and neither filtered nor limited")

local result = {}

local MOST = 1 << 31

local function decoded_filter(call)
  if not call.filter or call.filter == "" then return nil end
  local decoded = json.decode(call.filter)
  if decoded == nil then call.filter_ignored = "not JSON" end
  return decoded
end

local function compile(call, type_name)
  local decoded, compiled = decoded_filter(call), nil
  if decoded ~= nil then
    local root_type = call.method.root and call.method.root_type or type_name
    compiled, call.filter_ignored = filter.parse(decoded, root_type, call.method.root, clock.now(),
      call.user and call.user.__zone)
  end
  if call.filter_ignored and quirks.on "filter-refused" then
    errors.public("The object filter is not valid: %s.", call.filter_ignored)
  end
  return compiled
end

-- resultLimit is "offset,limit" or "limit".
local function limits(text)
  local offset, limit = (text or ""):match("^%s*(%d+)%s*,%s*(%d+)%s*$")
  if not offset then offset, limit = "0", (text or ""):match("^%s*(%d+)%s*$") end
  if not limit then return 0, nil end
  return math.tointeger(offset) or MOST, math.tointeger(limit) or MOST
end

local function page(list, offset, limit)
  if not limit then return list end
  return table.move(list, offset + 1, math.min(#list, offset + limit), 1, {})
end

-- What is read for the answer alone; filters compare what is stored.
local function reader(call)
  local read = call.read or world.reader(call)
  if not quirks.on "number-capacity" then return read end
  return function(object, property, type_name)
    local value = read(object, property, type_name)
    local is_capacity = property == "capacity" and object.__type == "SoftLayer_Product_Item"
    return is_capacity and (math.tointeger(value) or tonumber(value)) or value
  end
end

local function without_nulls(value)
  if type(value) ~= "table" or value == json.null then return value end
  local nulls = {}
  for key, member in pairs(value) do
    if member == json.null then nulls[#nulls + 1] = key else without_nulls(member) end
  end
  for _, key in ipairs(nulls) do value[key] = nil end
  return value
end

local function projected(call, object, tree, type_name, options)
  if type(object) ~= "table" or not object.__type then return object end
  local out = mask.project(object, tree, type_name, reader(call), options)
  return quirks.on "absent-nulls" and without_nulls(out) or out
end

local function many(call, list, type_name, options)
  options.filter = compile(call, type_name)
  if options.filter then list = filter.apply(options.filter, list, type_name, call.read) end
  call.total = #list
  local offset, limit = limits(call.limit)
  local out = json.array {}
  for i, object in ipairs(page(list, offset, limit)) do out[i] = projected(call, object, call.tree, type_name, options) end
  if limit == 1 and #out == 1 and quirks.on "unwrapped" then return out[1] end
  return out
end

local function date_writer(call)
  local zone = call.user and not quirks.on "utc-dates" and call.user.__zone
  local write = dates.writer(zone or dates.zone("UTC"))
  if quirks.on "microseconds" then return write end
  return function(epoch) return write(math.floor(epoch)) end
end

local function plain(call, value, write)
  if call.method.kind == "date" then return write(value) end
  if json.is_array(value) then call.total = #value end
  return projected(call, value, nil, type(value) == "table" and value.__type or nil, { date = write })
end

--- The mask is checked before the call has any effect.
--- A method may have a mask of its own for callers without one.
function result.check_mask(call)
  local element = (call.method.returns or ""):match("^%*?(.+)$")
  local text = call.mask and call.mask ~= "" and call.mask or call.method.mask
  if not element or not text then return end
  local tree, err = mask.parse(text, "SoftLayer_" .. element)
  if not tree then errors.raise(err.code, err.error, err.status) end
  call.tree = tree
end

--- Plain tables and values, ready for encoding.
function result.project(call, value)
  local star, element = (call.method.returns or ""):match("^(%*?)(.+)$")
  local write = date_writer(call)
  if value == nil and star ~= "*" then return json.null end
  if not element then return plain(call, value, write) end
  local type_name, options = "SoftLayer_" .. element, { date = write }
  assert(types.get(type_name), type_name)
  if star == "*" then return many(call, value or {}, type_name, options) end
  return projected(call, value, call.tree, type_name, options)
end

return result
