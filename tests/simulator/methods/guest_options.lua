-- What can be ordered: getCreateObjectOptions, generated from the catalogue.

local catalogue = require "slsim.model.catalogue"
local computing = require "slsim.model.computing"
local json      = require "core.json"
local world     = require "slsim.world"

local function priced(price, template, extra)
  local entry = { itemPrice = { hourlyRecurringFee = price.hourlyRecurringFee, recurringFee = price.recurringFee,
    item = { description = price.item.description } }, template = template }
  for name, value in pairs(extra or {}) do entry.itemPrice[name] = value end
  return entry
end

local function each(package, prefix, make)
  local list = json.array {}
  for _, price in ipairs(package.itemPrices) do
    local code = price.categories[1].categoryCode
    if code:find(prefix, 1, true) == 1 then list[#list + 1] = make(price, price.item, code) end
  end
  return list
end

local function processor(price, item)
  local dedicated = item.keyName:find("PRIVATE", 1, true) ~= nil
  return priced(price, { startCpus = math.tointeger(item.capacity), dedicatedAccountHostOnlyFlag = dedicated or nil },
    dedicated and { dedicatedHostInstanceFlag = false } or nil)
end

local function memory(price, item) return priced(price, { maxMemory = math.tointeger(item.capacity) * 1024 }) end

local function disk(price, item, code)
  local number = math.tointeger(code:match("%d$"))
  return priced(price, { id = json.null, localDiskFlag = item.description:find("LOCAL", 1, true) ~= nil,
    blockDevices = json.array { { device = ("%d"):format(number == 0 and 0 or number + 1),
      diskImage = { capacity = math.tointeger(item.capacity) } } } })
end

local function port(price, item)
  return priced(price, { networkComponents = json.array { { maxSpeed = math.tointeger(item.capacity) } },
    privateNetworkOnlyFlag = not item.description:find("Public", 1, true) })
end

local function system(price, item)
  return priced(price, { operatingSystemReferenceCode = item.softwareDescription.referenceCode })
end

local function flavor(preset)
  return { flavor = { keyName = preset.keyName, name = preset.name, totalMinimumHourlyFee = preset.totalMinimumHourlyFee,
      totalMinimumRecurringFee = preset.totalMinimumRecurringFee },
    template = { supplementalCreateObjectOptions = { flavorKeyName = preset.keyName } } }
end

local function transient(preset)
  local entry = flavor(preset)
  entry.template.transientGuestFlag = true
  return entry
end

local function options()
  local package = catalogue.package("CLOUD_SERVER")
  local flavors, datacenters = json.array {}, json.array {}
  for _, preset in ipairs(catalogue.package("PUBLIC_CLOUD_SERVER").activePresets) do
    flavors[#flavors + 1] = flavor(preset)
    if computing.may_be_transient(preset) then flavors[#flavors + 1] = transient(preset) end
  end
  for i, place in ipairs(world.all("Location")) do
    datacenters[i] = { template = { datacenter = { name = place.name } } }
  end
  local systems = each(package, "os", system)
  for code in pairs(computing.LATEST) do
    systems[#systems + 1] = priced(computing.system_price(package, code), { operatingSystemReferenceCode = code })
  end
  return { flavors = flavors, datacenters = datacenters, processors = each(package, "guest_core", processor),
    memory = each(package, "ram", memory), blockDevices = each(package, "guest_disk", disk),
    networkComponents = each(package, "port_speed", port), operatingSystems = systems }
end

return { getCreateObjectOptions = { static = true, run = options } }
