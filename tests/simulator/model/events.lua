-- The event log: every change leaves an entry.

local clock  = require "slsim.clock"
local json   = require "core.json"
local random = require "slsim.random"
local world  = require "slsim.world"

local events = {}

---@param call table? the call that caused it; nil for what the cloud does by itself
---@param object_name string "CCI", "Hardware", …
function events.log(call, name, object_name, object, details)
  local user = call and call.user
  world.create("Event_Log", {
    accountId = object.accountId, eventCreateDate = clock.now() + 0.0, eventName = name, objectName = object_name,
    objectId = object.id, label = object.fullyQualifiedDomainName or object.hostname and
      object.hostname .. "." .. object.domain or object.name or object.label or object.username,
    ipAddress = call and "127.0.0.1" or nil, traceId = random.hex(13), userId = user and user.id or nil,
    userType = user and "CUSTOMER" or "SYSTEM", username = user and user.username or "SYSTEM", user = user,
    metaData = json.encode(details or {}), __object = object })
end

return events
