-- The event log.

local world = require "slsim.world"

local function names(property, matches)
  local list, seen = {}, {}
  for _, entry in ipairs(world.all("Event_Log")) do
    local name = entry[property]
    if not seen[name] and (not matches or matches(entry)) then
      seen[name], list[#list + 1] = true, name
    end
  end
  table.sort(list)
  return list
end

return { methods = {
  getAllObjects = { static = true, returns = "*Event_Log", run = function(_, call)
    return world.listed("Event_Log", call, function(entry) return entry.accountId == call.user.accountId end)
  end },
  getAllEventObjectNames = { static = true, run = function() return names("objectName") end },
  getAllEventNames = { static = true, args = "objectName:string?", run = function(_, _, object)
    return names("eventName", function(entry) return not object or entry.objectName == object end)
  end },
  getAllUserTypes = { static = true, run = function() return names("userType") end },
} }
