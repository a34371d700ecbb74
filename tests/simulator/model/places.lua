-- Datacenters, their pods, and the pair of routers of each pod.

local world = require "slsim.world"
local guess = require "slsim.guess"

guess("[G]", "a datacenter has two pods where it is large (dal, ams, lon, wdc, sjc), one elsewhere; router ids")

local places = {}

local DATACENTERS = [[
ams01 265592 Amsterdam 1|ams03 814994 Amsterdam 3|che01 1004997 Chennai 1|dal01 3 Dallas 1|dal05 138124 Dallas 5
dal06 154820 Dallas 6|dal09 449494 Dallas 9|dal10 1441195 Dallas 10|dal13 1854895 Dallas 13|fra02 449506 Frankfurt 2
hkg02 352494 Hong Kong 2|hou02 142775 Houston 2|lon02 358694 London 2|mel01 449596 Melbourne 1|mex01 449600 Mexico 1
mil01 815394 Milan 1|mon01 449610 Montreal 1|osl01 1541257 Oslo 1|par01 449500 Paris 1|sao01 983497 Sao Paulo 1
sea01 18171 Seattle 1|seo01 1555995 Seoul 1|sjc01 168642 San Jose 1|sjc03 1004995 San Jose 3|sng01 224092 Singapore 1
syd01 449612 Sydney 1|tok02 449604 Tokyo 2|tor01 448994 Toronto 1|wdc01 37473 Washington, DC 1
wdc04 957095 Washington, DC 4
]]
local LARGE = { dal = true, ams = true, lon = true, wdc = true, sjc = true }

local function router(datacenter, side, number, id)
  local hostname = ("%s%02da.%s"):format(side, number, datacenter.name)
  return world.create(side == "bcr" and "Hardware_Router_Backend" or "Hardware_Router_Frontend", {
    id = id, hostname = hostname, domain = "softlayer.com", datacenter = datacenter,
    fullyQualifiedDomainName = hostname .. ".softlayer.com", __datacenter = datacenter, __pod = number,
  }, "Hardware_Router")
end

local function pod(datacenter, number)
  local first = 100000 + datacenter.id % 100000 * 8 + number * 2
  local backend, frontend = router(datacenter, "bcr", number, first), router(datacenter, "fcr", number, first + 1)
  return world.create("Network_Pod", {
    name = ("%s.pod%02d"):format(datacenter.name, number), datacenterId = datacenter.id,
    datacenterName = datacenter.name, datacenterLongName = datacenter.longName,
    backendRouterId = backend.id, backendRouterName = backend.hostname,
    frontendRouterId = frontend.id, frontendRouterName = frontend.hostname,
    capabilities = { "SUPPORTS_SECURITY_GROUP" }, __number = number, __backend = backend, __frontend = frontend,
  })
end

function places.seed()
  for name, id, long in DATACENTERS:gmatch("(%l+%d+) (%d+) ([^|\n]+)") do
    local datacenter = world.create("Location_Datacenter",
      { id = math.tointeger(id), name = name, longName = long, statusId = 2, __pods = {} }, "Location")
    for number = 1, LARGE[name:sub(1, 3)] and 2 or 1 do
      datacenter.__pods[number] = pod(datacenter, number)
    end
  end
end

---@param name string?
---@return table? datacenter
function places.datacenter(name)
  return world.find("Location", function(location) return location.name == name end)
end

world.derive("Hardware_Router", { topLevelLocation = function(own) return own.__datacenter end })

--- "DALLAS13": the name of the region that a datacenter is sold as.
function places.keyname(place)
  local keyname = place.longName:upper():gsub("[^%w]", "")
  return keyname:find("%d") and keyname or keyname .. place.name:match("%d+")
end

--- The order API takes a location as id, as digits, as a name, or as a region's name.
function places.location(value)
  return world.get("Location", value) or places.datacenter(value)
    or world.find("Location", function(place) return places.keyname(place) == value end)
end

return places
