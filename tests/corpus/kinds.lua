--- What the wire does not say: which subtype an object of the simulated account is.

local kinds = {}

local HARDWARE, LOCATION = "SoftLayer_Hardware", "SoftLayer_Location"
local BACKEND, FRONTEND = "SoftLayer_Hardware_Router_Backend", "SoftLayer_Hardware_Router_Frontend"
local DATACENTER = "SoftLayer_Location_Datacenter"

--- The casts that masks are drawn with.
kinds.SUBTYPES = {
  [HARDWARE] = { "SoftLayer_Hardware_Router", BACKEND, "SoftLayer_Hardware_Server", HARDWARE },
  SoftLayer_Hardware_Router = { BACKEND, FRONTEND },
  [LOCATION] = { DATACENTER, LOCATION },
}

local function router(object)
  local name = tostring(object.hostname)
  return name:find "^bcr" and BACKEND or name:find "^fcr" and FRONTEND or nil
end

--- An object's own type.
function kinds.of(declared, object)
  if declared == LOCATION then return DATACENTER end
  if declared:find("^" .. HARDWARE) then return router(object) or declared end
  return declared
end

return kinds
