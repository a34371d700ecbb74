-- Volumes that were there before: of any package and age, ready at once, for tests.

local billing   = require "slsim.model.billing"
local catalogue = require "slsim.model.storage_prices"
local clock     = require "slsim.clock"
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

local NUMBERS = { "package", "size", "iops", "tier", "staasVersion", "snapshot_space" }

local function problem_of(fields)
  for _, name in ipairs(NUMBERS) do
    if fields[name] ~= nil and math.type(fields[name]) ~= "integer" then return name .. " must be a whole number" end
  end
  if fields.package and not SERVICES[fields.package] then return "package must be 222, 240 or 759" end
  if fields.tier and not tier_of(fields.tier) then return "tier must be 100, 200, 300 or 1000" end
  if fields.user and not users.by_name(fields.user) then return "no such user" end
  if fields.datacenter and not places.datacenter(fields.datacenter) then return "no such datacenter" end
end

---@param fields { package: integer?, size: integer?, iops: integer?, tier: integer?, datacenter: string?, type: string?,
---staasVersion: integer?, encrypted: boolean?, snapshot_space: integer?, notes: string?, hourly: boolean?, user: string? }
---@return table? volume, string? problem
function extra.add(fields)
  local problem = problem_of(fields)
  if problem then return nil, problem end
  local id = fields.package or saas.ID
  local plan = { user = users.by_name(fields.user or "sim"), package = world.get("Product_Package", id),
    datacenter = places.datacenter(fields.datacenter or "dal13"), file = fields.type == "NAS", size = fields.size or 100,
    staas = fields.staasVersion or id == saas.ID and 2 or 1, encrypted = fields.encrypted, notes = fields.notes,
    tier = fields.tier and tier_of(fields.tier), iops = not fields.tier and (fields.iops or 1000) or nil,
    snapshot_space = fields.snapshot_space }
  plan.os = not plan.file and rules.os_type { osFormatType = { keyName = "LINUX" } } or nil
  plan.entries = { service_of(plan.package, plan.file) }
  local order, item = orders.simple(plan, { user = plan.user }, fields.hourly == true)
  billing.set_status(order, "COMPLETED")
  local volume = storage.add(plan, item)
  volume.__listed = clock.now()
  return volume
end

return extra
