--- The SoftLayer API by its own names. Every service and method can be reached:
--
--   local sl = require "softlayer"
--   local vlan, err = sl.Network_Vlan:id(5):mask("id,networkSpace"):getObject()
--
-- id, mask, filter and limit return a refined copy, so a proxy can be kept and refined further. Any
-- other name is a method of the API: it sends the call and returns its value (nil for null), or nil
-- and an Error.

local errors = require "errors"
local filter = require "softlayer.filter"
local mask = require "softlayer.mask"
local session = require "session"

---@class softlayer
---@field [string] Service any service, by its own name: sl.Virtual_Guest
local softlayer = {}

local PAGE = 100

local Service = {}

-- A proxy holds nothing but its call so far; every other name on it is a builder or an API method.
local function proxy_of(call)
  return setmetatable({ call = call }, Service)
end

local function refine(proxy, changes)
  local call = {}
  for name, value in pairs(proxy.call) do call[name] = value end
  for name, value in pairs(changes) do call[name] = value end
  return proxy_of(call)
end

---@class Service
local builders = {}

--- The object.
---@param id integer|string a number or a GUID
---@return Service
function builders:id(id) return refine(self, { id = id }) end

--- Which properties the answer shall have.
---@param wanted string|table|nil in any of the API's forms, or as softlayer.mask has it
---@return Service
function builders:mask(wanted) return refine(self, { mask = wanted and mask.text(wanted) }) end

--- A mask under which the filter holds for the lists inside the answer, too.
---@param wanted string|table
---@return Service
function builders:filteredMask(wanted) return refine(self, { mask = mask.text(wanted, "filteredMask") }) end

--- Which objects of a list the answer shall have.
---@param conditions table? as softlayer.filter has them, or an objectFilter with its root
---@return Service
function builders:filter(conditions) return refine(self, { filter = conditions }) end

--- A page of a list.
---@param limit integer at most so many objects
---@param offset integer? skipping so many
---@return Service
function builders:limit(limit, offset) return refine(self, { limit = limit, offset = offset or 0 }) end

--- The call as data, for softlayer.all.
---@param method string
---@param ... any the method's arguments
---@return table call
function builders:later(method, ...)
  return refine(self, { method = method, args = table.pack(...), filter = filter.of(self.call.filter, method) }).call
end

--- Iterates over a long list page by page, in the order of the ids unless the filter sorts; raises the
--- Error of a page that fails.
---@param method string "getVirtualGuests"
---@param ... any the method's arguments
---@return fun(): table? next
function builders:each(method, ...)
  local arguments, page, at, offset, last = table.pack(...), {}, 0, 0, false
  local pages = self:filter(filter.in_stable_order(self.call.filter, method))
  local function fetch()
    local call = pages:limit(PAGE, offset):later(method, table.unpack(arguments, 1, arguments.n))
    local result = session.send { call }[1]
    if result.err then error(result.err, 0) end
    page, at, offset = result.value or {}, 0, offset + PAGE
    last = #page < PAGE or result.total ~= nil and offset >= result.total
  end
  return function()
    if at >= #page then
      if last then return nil end
      fetch()
    end
    at = at + 1
    return page[at]
  end
end

function Service.__index(self, name)
  if builders[name] then return builders[name] end
  return function(proxy, ...)
    if getmetatable(proxy) ~= Service then
      error(errors.cloud("a call of SoftLayer takes a colon: sl.%s:%s()", self.call.service, name), 0)
    end
    local result = session.send { proxy:later(name, ...) }[1]
    if result.err then return nil, result.err end
    return result.value
  end
end

-- As the API's own documentation names it.
---@private
function Service:__tostring()
  local call = self.call
  local parts = { "SoftLayer_" .. call.service }
  if call.id then parts[2] = ("(%s)"):format(call.id) end
  if call.mask then parts[#parts + 1] = ":" .. call.mask end
  return table.concat(parts)
end

--- Sends several calls in one flight.
---@param calls table[] made by :later(method, …)
---@return table? values one for each call in order, with their number in `n`; null is nil
---@return Error? err the first one
function softlayer.all(calls)
  local values = { n = #calls }
  for i, result in ipairs(session.send(calls)) do
    if result.err then return nil, result.err end
    values[i] = result.value
  end
  return values
end

return setmetatable(softlayer, {
  __index = function(_, service)
    if not service:find("^%u[%w_]*$") then
      error(errors.cloud("'%s' is no SoftLayer service: their names begin with a capital", service), 2)
    end
    return proxy_of { service = service }
  end,
})
