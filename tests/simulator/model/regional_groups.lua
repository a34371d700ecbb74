-- Regional groups: names that stand for one of several datacenters.

local guess = require "slsim.guess"
local world = require "slsim.world"

guess("[G]", "which datacenters a regional group has, and all names but na-usa-central-1; an order for one goes to the "
  .. "datacenter of its VLANs, else to the first of the group")

local regional_groups = {}

local GROUPS = [[
na-usa-central-1 dal13 dal10 dal09 dal06 dal05 dal01|na-usa-central-2 hou02|na-usa-east-1 wdc04 wdc01
na-usa-west-1 sjc03 sjc01|na-usa-west-2 sea01|na-can-central-1 tor01|na-can-east-1 mon01|na-mex-central-1 mex01
sa-bra-south-1 sao01|eu-nld-west-1 ams03 ams01|eu-gbr-south-1 lon02|eu-fra-north-1 par01|eu-deu-central-1 fra02
eu-ita-north-1 mil01|eu-nor-south-1 osl01|as-sgp-central-1 sng01|as-hkg-central-1 hkg02|as-jpn-central-1 tok02
as-ind-south-1 che01|as-kor-central-1 seo01|oc-aus-east-1 syd01|oc-aus-south-1 mel01
]]

local function datacenter(name)
  return world.find("Location", function(place) return place.name == name end)
end

function regional_groups.seed()
  local type = world.value("Location_Group_Type", { name = "REGIONAL" })
  for name, members in GROUPS:gmatch("([%l%d]+%-[%l%d-]+) ([^|\n]+)") do
    local places = {}
    for place in members:gmatch("%S+") do places[#places + 1] = datacenter(place) end
    local group = world.create("Location_Group_Regional", { name = name, description = name, locationGroupTypeId = 42,
      locationGroupType = type, locations = places, datacenters = places, preferredDatacenter = places[1] }, "Location_Group")
    for _, place in ipairs(places) do place.regionalGroup = group end
  end
end

--- The datacenters of a group, the preferred one first; nil if there is no such group.
---@return table[]?
function regional_groups.datacenters(name)
  local group = world.find("Location_Group", function(entry) return entry.name == name end)
  return group and group.datacenters
end

return regional_groups
