-- Regions: under which name a package is sold in a datacenter.

local guess  = require "slsim.guess"
local places = require "slsim.model.places"
local world  = require "slsim.world"

guess("[G]", "every package is sold in every datacenter; a region is the datacenter's long name in capitals plus its number")

local function region_of(place)
  local location = world.value("Location_Region_Location",
    { locationId = place.id, location = place,
    locationPackageDetails = { world.value("Product_Package_Locations", { isAvailable = 1, locationId = place.id, location = place }) } })
  return world.value("Location_Region", { keyname = places.keyname(place), description = ("%s - %s"):format(place.name:upper(),
    place.longName), sortOrder = 0, location = location, locations = { location } })
end

world.derive("Location", {
  regions = function(place) return { region_of(place) } end,
})

world.derive("Product_Package", {
  regions = function()
    local regions = {}
    for i, place in ipairs(world.all("Location")) do regions[i] = region_of(place) end
    return regions
  end,
  locations = function() return world.all("Location") end,
})
