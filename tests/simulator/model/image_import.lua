-- Images that come from object storage, and go there.

local catalogue    = require "slsim.model.catalogue"
local clock        = require "slsim.clock"
local computing    = require "slsim.model.computing"
local errors       = require "slsim.errors"
local guess        = require "slsim.guess"
local images       = require "slsim.model.images"
local parts        = require "slsim.model.template_parts"
local places       = require "slsim.model.places"
local transactions = require "slsim.transactions"

guess("[G]", "an import takes 900 s; its primary block device is known after 15 s; an export takes 600 s")
guess("[G]", "an import that fails (fault kind stuck) ends without copies, its status still ACTIVE")
guess("[G]", "an image from cos://REGION/… lies in the datacenter that the region names first; the texts of the refusals")

local image_import = {}

local SECONDS, ARRIVAL, EXPORT = 900, 15, 600
local TRANSFER = { name = "Transfer Cloud Disk Template", average = "12" }
local GIGABYTES = 25
local REGIONS = { ["us-south"] = "dal10", ["us-east"] = "wdc04", ["eu-gb"] = "lon02", ["eu-de"] = "fra02", ["jp-tok"] = "tok02",
  ["au-syd"] = "syd01", us = "dal10", eu = "ams03", ap = "tok02" }

local function protocol()
  errors.public("Template configuration uri specified an invalid network storage service resource protocol.")
end

local function located(name)
  return places.datacenter(name) or places.datacenter(REGIONS[name] or "")
    or errors.public("Template configuration uri specified an invalid network storage service resource.")
end

-- swift://<account>@<cluster>/<container>/<object>
local function swift(uri)
  if not uri:find("^swift://") then protocol() end
  local account, cluster, object = uri:match("^swift://([^@/]+)@([%w-]+)/[^/]+/(.+)$")
  if not account then errors.public("Template configuration uri is not valid.") end
  return located(cluster), object
end

-- cos://<region>/<bucket>/<object>
local function cos(uri)
  if not uri:find("^cos://") then protocol() end
  local region, object = uri:match("^cos://([%w-]+)/[^/]+/(.+)$")
  if not region then errors.public("Template configuration uri is not valid.") end
  return located(region), object
end

local KINDS = { vhd = "SYSTEM", raw = "SYSTEM", iso = "ISO" }

local function required(fields, names, type)
  for _, name in ipairs(names) do
    if not parts.given(fields[name]) then
      errors.raise("MissingCreationProperty", ("The property '%s' must be set to create an instance of '%s'."):format(name, type))
    end
  end
end

local CONFIGURATION = "SoftLayer_Container_Virtual_Guest_Block_Device_Template_Configuration"

local function uri_of(fields, read, formats)
  if type(fields.uri) ~= "string" then protocol() end
  local datacenter, object = read(fields.uri)
  local kind = KINDS[(object:match("%.(%w+)$") or ""):lower()]
  if not kind or not formats[object:match("%.(%w+)$"):lower()] then
    errors.public("Template configuration uri must name an object of the type %s.", formats.shown)
  end
  return datacenter, kind
end

local function system_of(fields)
  local code = parts.path_of(fields, "operatingSystemReferenceCode")
  if code and not computing.system_price(catalogue.package "CLOUD_SERVER", code) then
    errors.invalid("operatingSystemReferenceCode", "The operating system does not exist.")
  end
  return code
end

local function start(group, datacenter)
  local function arrived() group.__arrived = true end
  transactions.start(group, TRANSFER, {
    { name = "CLOUD_TEMPLATE_TRANSFER_PREP", seconds = ARRIVAL, average = ".25", leave = arrived },
    { name = "CLOUD_TEMPLATE_TRANSFER", seconds = SECONDS - ARRIVAL, average = "12" },
  }, { relation = "transaction", done = function()
    if not group.__stuck then images.fill(group, datacenter) end
  end })
  return group
end

local function create(fields, call, datacenter, kind)
  return start(images.create { name = fields.name, note = parts.path_of(fields, "note"), accountId = call.user.accountId,
    userRecordId = call.user.id, os = system_of(fields), kind = kind, gigabytes = GIGABYTES, createDate = clock.time(),
    cloud_init = fields.cloudInit == true, byol = fields.byol == true }, datacenter)
end

---@return table group
function image_import.from_swift(fields, call)
  required(fields, { "name", "uri" }, CONFIGURATION)
  local datacenter, kind = uri_of(fields, swift, { vhd = true, iso = true, shown = ".vhd or .iso" })
  if kind == "SYSTEM" then required(fields, { "operatingSystemReferenceCode" }, CONFIGURATION) end
  return create(fields, call, datacenter, kind)
end

---@return table group
function image_import.from_cos(fields, call)
  required(fields, { "name", "uri", "ibmApiKey" }, CONFIGURATION)
  local datacenter, kind = uri_of(fields, cos, { vhd = true, iso = true, raw = true, shown = ".vhd, .iso or .raw" })
  if kind == "SYSTEM" then required(fields, { "operatingSystemReferenceCode" }, CONFIGURATION) end
  if fields.isEncrypted == true then required(fields, { "crkCrn", "wrappedDek" }, CONFIGURATION) end
  return create(fields, call, datacenter, kind)
end

local function export(group)
  if group.transaction then errors.public("There is currently an active transaction on the image.") end
  if #group.blockDevices == 0 then errors.public("The image template #%d has no block devices.", group.id) end
  transactions.start(group, { name = "Export Cloud Disk Template", average = "10" },
    { { name = "CLOUD_TEMPLATE_EXPORT", seconds = EXPORT, average = "10" } }, { relation = "transaction" })
end

function image_import.to_swift(group, fields)
  uri_of(fields, swift, { vhd = true, iso = true, shown = ".vhd or .iso" })
  export(group)
end

function image_import.to_cos(group, fields)
  required(fields, { "ibmApiKey" }, CONFIGURATION)
  uri_of(fields, cos, { vhd = true, iso = true, raw = true, shown = ".vhd, .iso or .raw" })
  export(group)
end

return image_import
