-- Locations; the same methods serve Location_Datacenter.

local world = require "slsim.world"

local function all(_, call) return world.listed("Location", call) end

return { methods = {
  getDatacenters = { static = true, returns = "*Location", run = all },
  getDatacentersWithVirtualImageStoreServiceResourceRecord = { static = true, returns = "*Location", run = all },
  getViewableDatacenters = { static = true, returns = "*Location", run = all },
  getAvailableObjectStorageDatacenters = { static = true, returns = "*Location", run = all },
} }
