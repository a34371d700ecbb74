local errors = require "errors"
local image = require "softlayer.image"
local image_import = require "softlayer.image_import"
local disk_image = require "disk_image"
local json = require "core.json"
local object_storage = require "object_storage"
local sl = require "softlayer"
local state = require "state"
local stemcell = require "bosh.stemcell"
local sys = require "core.sys"
local tags = require "bosh.tags"
local undo = require "undo"

description = [[
Registers a light stemcell, whose image is in the account already or public; or imports a full stemcell's disk
through the object storage of the configuration. The cid is the image's id. An import that was interrupted goes on.
]]
arguments = { "image_path: string", "cloud_properties: object?", "env: object?" }
effect = "write"
timeout = 12 * 60 * 60

-- The image's id, as a light stemcell's properties name it; nil: they name none.
function image_id(properties)
  local id = properties["virtual-disk-image-id"]
  if id == nil then return nil end
  if math.type(id) == "integer" and id > 0 then return id end
  if type(id) == "string" and id:find("^%d+$") then return math.tointeger(tonumber(id)) end
  error(errors.cloud("the stemcell's virtual-disk-image-id is no image's number: %s", tostring(id)), 0)
end

-- A stemcell of another cloud is an error.
---@param name string? of the infrastructure
function check_infrastructure(name)
  if name == nil or name == "softlayer" or name == "bluemix" then return end
  error(errors.cloud("Create stemcell: Invalid '%s' infrastructure", tostring(name)))
end

-- The image, of which VMs can be made; that the account has none is an error.
---@param datacenter string? where it must have a copy
function find(id, datacenter)
  local found = must(image.find(id)) or error(image.explain(id), 0)
  local trouble = image.unusable(found, datacenter)
  if trouble then error(trouble, 0) end
  return found
end

local function size_of(path)
  local file = sys.stat(path)
  return file and file.size or 0
end

-- Everything that can be wrong with a full stemcell and the configuration before anything is sent.
---@return table spec { name, version, os_code, identity, store }
function plan(image_path, properties)
  if size_of(image_path) == 0 then
    error(errors.not_supported("the stemcell's cloud_properties name no virtual-disk-image-id, as a light stemcell's "
      .. "do, and its image is empty or missing"), 0)
  end
  local manifest = must(stemcell.manifest_beside(image_path)) or {}
  local name, version = manifest.name or properties.name, manifest.version or properties.version
  if not name or not version then error(errors.cloud "the stemcell has neither a name nor a version", 0) end
  local store = must(object_storage.open(properties["datacenter-name"]))
  return { name = ("%s-%s"):format(name, version), store = store,
    os_code = properties["os-code"] or must(stemcell.os_code(manifest.os or "")),
    identity = json.encode { name, version, manifest.sha1 or size_of(image_path) } }
end

-- The image of an earlier try of the same request; nil: there is none.
function resume(record, spec)
  return image_import.resume(record, spec.name)
end

-- Brings the disk, unpacked, into the object storage.
function upload(record, spec, image_path)
  if request.rehearsal then return end
  image_import.upload(record, spec.store, must(disk_image.open(image_path)))
end

-- Sends the order to import it, once; gives the image's id.
function provision(record, spec)
  return image_import.place(record, spec.store, { name = spec.name, by = image_import.maker(request),
    os_code = spec.os_code })
end

-- Waits until the import is over, and deletes the object.
function await(record, spec)
  return image_import.await(record, spec.store)
end

-- The tags of the request, which are for people: without them the stemcell is as good.
function tag(id, env)
  if type(env) ~= "table" or type(env.tags) ~= "table" then return end
  local names = tags.merge({}, tags.of(env.tags))
  if #names == 0 then return end
  local done, err = sl.Virtual_Guest_Block_Device_Template_Group:id(id):setTags(table.concat(names, ", "))
  if not done then log.warn("image %d has no tags: %s", id, err and err.message or "the API did not say why") end
end

-- Gives back what a failed import made.
function abandon(record, spec, err)
  image_import.abandon(record, spec.store, err)
end

-- Imports a full stemcell's disk; gives the image's id.
function import(image_path, properties, env)
  local spec = plan(image_path, properties)
  local record = must(state.take("create_stemcell", spec.identity))
  local rollback <close> = undo(abandon, record, spec)
  if not resume(record, spec) then
    upload(record, spec, image_path)
    provision(record, spec)
  end
  local id = await(record, spec).id
  tag(id, env)
  must(record:save { stage = "READY" })
  return id
end

function run(image_path, properties, env)
  properties = properties or {}
  check_infrastructure(properties.infrastructure)
  local id = image_id(properties)
  if id then return tostring(find(id, properties["datacenter-name"]).id) end
  return tostring(import(image_path, properties, env))
end
