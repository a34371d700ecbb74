-- Volumes that were there before: of any package and age, ready at once, for tests.

local billing   = require "slsim.model.billing"
local catalogue = require "slsim.model.storage_prices"
local legacy    = require "slsim.model.storage_legacy"
local orders    = require "slsim.model.orders"
local places    = require "slsim.model.places"
local rules     = require "slsim.model.storage_rules"
local saas      = require "slsim.model.storage_saas"
local storage   = require "slsim.model.storage"
local users     = require "slsim.model.users"
local world     = require "slsim.world"

local extra = {}

local SERVICES = { [saas.ID] = "storage_as_a_service", [legacy.ENDURANCE] = "storage_service_enterprise",
  [legacy.PERFORMANCE] = "performance_storage_" }

local function tier_of(level)
  for _, tier in ipairs(catalogue.TIERS) do
    if tier.level == level then return tier end
  end
end

local function service_of(package, file)
  local code = SERVICES[package.id]
  if package.id == legacy.PERFORMANCE then code = code .. (file and "nfs" or "iscsi") end
  for _, price in ipairs(package.itemPrices) do
    if price.categories[1].categoryCode == code then return { price = price, category = price.categories[1] } end
  end
end

---@param fields { package: integer?, size: integer?, iops: integer?, tier: integer?, datacenter: string?, type: string?,
---staasVersion: integer?, encrypted: boolean?, snapshot_space: integer?, notes: string?, hourly: boolean?, user: string? }
---@return table? volume, string? problem
function extra.add(fields)
  local id = math.tointeger(fields.package or saas.ID)
  local package = SERVICES[id] and world.get("Product_Package", id)
  local user, datacenter = users.by_name(fields.user or "sim"), places.datacenter(fields.datacenter or "dal13")
  if not package then return nil, "package must be 222, 240 or 759" end
  if not user or not datacenter then return nil, "no such user or datacenter" end
  if fields.tier and not tier_of(fields.tier) then return nil, "tier must be 100, 200, 300 or 1000" end
  local plan = { user = user, package = package, datacenter = datacenter, file = fields.type == "NAS",
    size = math.tointeger(fields.size or 100), staas = math.tointeger(fields.staasVersion or id == saas.ID and 2 or 1),
    tier = fields.tier and tier_of(fields.tier), notes = fields.notes, snapshot_space = math.tointeger(fields.snapshot_space),
    iops = not fields.tier and math.tointeger(fields.iops or 1000) or nil, unencrypted = fields.encrypted == false }
  plan.os = not plan.file and rules.os_type { osFormatType = { keyName = "LINUX" } } or nil
  plan.entries = { service_of(package, plan.file) }
  local order, item = orders.simple(plan, { user = user }, fields.hourly == true)
  billing.set_status(order, "COMPLETED")
  return storage.add(plan, item)
end

return extra
