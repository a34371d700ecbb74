--- Objects as rows: what is nested gets a dotted name (datacenter.name), and names have an order in which people look
--- for them.

local json = require "core.json"

local flat = {}

local FIRST = { "id", "hostname", "name", "label", "username", "keyName", "primaryIpAddress", "primaryBackendIpAddress",
  "startCpus", "maxMemory", "capacityGb", "provisionDate", "fullyQualifiedDomainName" }
local rank = {}
for place, name in ipairs(FIRST) do rank[name] = place end

--- True for a plain value that is an object.
---@param value any
---@return boolean
function flat.is_object(value) return type(value) == "table" and not json.is_array(value) end

--- A comparison of names: those of an order in its order, then the id, what is called name, and the rest by alphabet.
---@param order string[]? dotted names
---@return fun(a: string, b: string): boolean
function flat.before(order)
  local places = {}
  for i, name in ipairs(order or {}) do places[name] = places[name] or i end
  return function(a, b)
    local first, second = places[a] or math.huge, places[b] or math.huge
    if first == second then first, second = rank[a] or math.huge, rank[b] or math.huge end
    if first == second then return a < b end
    return first < second
  end
end

--- The names of an object's members.
---@param object table
---@return string[]
function flat.names(object)
  local names = {}
  for name in next, object do names[#names + 1] = name end
  table.sort(names, flat.before())
  return names
end

--- Spreads an object's members.
---@param object table
---@param reduce (fun(nested: table): any)? what stands for a nested object instead of its members; nil: its members do
---@param prefix string?
---@param into table?
---@return table<string, any> leaves scalars and lists by dotted name
function flat.leaves(object, reduce, prefix, into)
  into = into or {}
  for name, value in next, object do
    local path = prefix and prefix .. "." .. name or name
    local nested = flat.is_object(value) and (reduce and reduce(value) or value)
    if not nested then
      into[path] = value
    elseif next(nested) ~= nil then
      flat.leaves(nested, reduce, path, into)
    end
  end
  return into
end

--- The dotted names of an object mask in their order: "id,datacenter[name]" has "id" and "datacenter.name".
---@param mask string
---@return string[]
function flat.order(mask)
  local names, above, last = {}, {}, ""
  for sign, name in mask:gsub("%b()", ""):gsub("%s+", ""):gmatch "([%[%],]?)([%w_.]*)" do
    if sign == "[" then
      local root = (above[#above] or "") == "" and (last == "mask" or last == "filteredMask")
      if root then names[#names] = nil end
      above[#above + 1] = (above[#above] or "") .. ((root or last == "") and "" or last .. ".")
    elseif sign == "]" then
      above[#above] = nil
    end
    last = name:gsub("^mask%.", "")
    if last ~= "" then names[#names + 1] = (above[#above] or "") .. last end
  end
  return names
end

return flat
