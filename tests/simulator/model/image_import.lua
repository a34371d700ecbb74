-- Images that come from object storage, and go there.

local catalogue    = require "slsim.model.catalogue"
local clock        = require "slsim.clock"
local computing    = require "slsim.model.computing"
local disk_image   = require "slsim.object.disk_image"
local errors       = require "slsim.errors"
local guess        = require "slsim.guess"
local image_places = require "slsim.model.image_places"
local images       = require "slsim.model.images"
local parts        = require "slsim.model.template_parts"
local transactions = require "slsim.transactions"
local users        = require "slsim.model.users"

guess("[G]", "an import takes 900 s; its primary block device is known after 15 s; an export takes 600 s")
guess("[G]", "an import that fails (fault kind stuck) ends without copies, its status still ACTIVE")
guess("[G]", "an import whose object goes before its end, or is not what its ending says, ends in the same way")
guess("[G]", "an export leaves an empty disk; of .vhd, .raw and .iso only a .vhd is as large as the image")

local image_import = {}

local SECONDS, ARRIVAL, EXPORT = 900, 15, 600
local TRANSFER = { name = "Transfer Cloud Disk Template", average = "12" }

local CONFIGURATION = "SoftLayer_Container_Virtual_Guest_Block_Device_Template_Configuration"

local function required(fields, names)
  for _, name in ipairs(names) do
    if not parts.given(fields[name]) then
      errors.raise("MissingCreationProperty", ("The property '%s' must be set to create an instance of '%s'."):format(name,
        CONFIGURATION))
    end
  end
end

local function check_key(fields)
  required(fields, { "ibmApiKey" })
  local user = users.by_iam_key(fields.ibmApiKey)
  if not user or user.__disabled then errors.public("The IBM Cloud API key is not valid.") end
end

local function system_of(fields)
  local code = parts.path_of(fields, "operatingSystemReferenceCode")
  if code and not computing.system_price(catalogue.package "CLOUD_SERVER", code) then
    errors.invalid("operatingSystemReferenceCode", "The operating system does not exist.")
  end
  return code
end

local function start(group, where, object)
  local is_complete = image_places.hold(object)
  local function arrived() group.__arrived = true end
  transactions.start(group, TRANSFER, {
    { name = "CLOUD_TEMPLATE_TRANSFER_PREP", seconds = ARRIVAL, average = ".25", leave = arrived },
    { name = "CLOUD_TEMPLATE_TRANSFER", seconds = SECONDS - ARRIVAL, average = "12" },
  }, { relation = "transaction", done = function()
    local gigabytes = not group.__stuck and is_complete() and disk_image.size(object, where.ending)
    if not gigabytes then return end
    group.__gigabytes = gigabytes
    images.fill(group, where.datacenter)
  end })
  return group
end

local function create(fields, call, where)
  if where.kind == "SYSTEM" then required(fields, { "operatingSystemReferenceCode" }) end
  local code = system_of(fields)
  local object = image_places.object(where)
  return start(images.create { name = fields.name, note = parts.path_of(fields, "note"), accountId = call.user.accountId,
    userRecordId = call.user.id, os = code, kind = where.kind, createDate = clock.time(), source = fields.uri,
    cloud_init = fields.cloudInit == true, byol = fields.byol == true }, where, object)
end

---@return table group
function image_import.from_swift(fields, call)
  required(fields, { "name", "uri" })
  return create(fields, call, image_places.read(fields.uri, "swift"))
end

---@return table group
function image_import.from_cos(fields, call)
  required(fields, { "name", "uri", "ibmApiKey" })
  local where = image_places.read(fields.uri, "cos")
  if fields.isEncrypted == true then required(fields, { "crkCrn", "wrappedDek" }) end
  check_key(fields)
  return create(fields, call, where)
end

local function export(group, where)
  if group.transaction then errors.public("There is currently an active transaction on the image.") end
  if #group.blockDevices == 0 then errors.public("The image template #%d has no block devices.", group.id) end
  image_places.container(where)
  transactions.start(group, { name = "Export Cloud Disk Template", average = "10" },
    { { name = "CLOUD_TEMPLATE_EXPORT", seconds = EXPORT, average = "10" } }, { relation = "transaction", done = function()
      image_places.write(where, disk_image.empty(where.ending, group.__gigabytes))
    end })
end

function image_import.to_swift(group, fields)
  export(group, image_places.read(fields.uri, "swift"))
end

function image_import.to_cos(group, fields)
  check_key(fields)
  export(group, image_places.read(fields.uri, "cos"))
end

return image_import
