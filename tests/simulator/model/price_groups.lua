-- Price lists of location groups: a price with a locationGroupId holds in the datacenters of its group
-- only, one without holds everywhere.

local errors = require "slsim.errors"
local guess  = require "slsim.guess"
local world  = require "slsim.world"

guess("[G]", "which datacenters are in which location group (the sources name ams01 and mon01 for 503 and tok02 for 509); "
  .. "those in the US have standard prices only")

local price_groups = {}

-- id, number in the name, factor on the standard price, datacenters
local GROUPS = {
  { 503, 2, 1.03, "ams01 ams03 lon02 mon01 tor01" },
  { 505, 3, 1.07, "fra02 mil01 par01 osl01" },
  { 507, 4, 1.10, "hkg02 mex01 sng01" },
  { 509, 5, 1.13, "tok02 seo01 syd01 mel01" },
  { 545, 7, 1.20, "sao01" },
  { 583, 8, 1.38, "che01" },
}

price_groups.all = {}

local function group_of(entry)
  local id, number, factor, names = table.unpack(entry)
  local name = ("Location Group %d"):format(number)
  local group = world.value("Location_Group_Pricing", { id = id, name = name, description = name, locationGroupTypeId = 82,
    locationGroupType = world.value("Location_Group_Type", { name = "PRICING" }), locations = {}, prices = {},
    __factor = factor, __holds = {} })
  for short in names:gmatch("%w+") do
    local place = world.find("Location", function(location) return location.name == short end)
    group.locations[#group.locations + 1], group.__holds[place] = place, true
  end
  return group
end

function price_groups.seed()
  for i, entry in ipairs(GROUPS) do price_groups.all[i] = group_of(entry) end
end

--- Refuses prices that do not hold in that datacenter.
---@param entries { price: table }[]
function price_groups.check(entries, datacenter)
  for _, entry in ipairs(entries) do
    local price = entry.price
    if price.pricingLocationGroup and not price.pricingLocationGroup.__holds[datacenter] then
      errors.public("The price for %s (#%d) is not valid for location %s", price.item.description, price.id,
        datacenter.name)
    end
  end
end

world.derive("Location", {
  priceGroups = function(place)
    local groups = {}
    for _, group in ipairs(price_groups.all) do
      if group.__holds[place] then groups[#groups + 1] = group end
    end
    return groups
  end,
})

return price_groups
