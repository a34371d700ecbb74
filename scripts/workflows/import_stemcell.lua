local disk_image = require "disk_image"
local errors = require "errors"
local image = require "softlayer.image"
local image_import = require "softlayer.image_import"
local json = require "core.json"
local object_storage = require "object_storage"
local state = require "state"
local stemcell = require "bosh.stemcell"
local sys = require "core.sys"
local undo = require "undo"

description = [[
Imports a full stemcell as an image of the account, and writes a light stemcell that names it.

A stemcell is a tarball, or a disk file with os= and version=. The disk may be a VHD or raw, packed by gzip or tar. It
is unpacked on its way through the object storage of the configuration: nothing is written beside it. Made again after
an interruption the workflow goes on with the first import.
]]
arguments = { "stemcell: string", "os: string?", "version: string?", "os_code: string?", "datacenter: string?",
  "api_version: integer?", "folder: string?" }
effect = "write"
timeout = 24 * 60 * 60

local function of_file(path, given)
  if given.os and given.version then return { os = given.os, version = given.version, properties = {} } end
  error(errors.cloud("%s is no stemcell's tarball: a disk file needs os= and version=, such as os=ubuntu-jammy "
    .. "version=1.204", path), 0)
end

-- Everything that can be wrong before anything is sent.
---@param given table the arguments
---@return table spec { light, name, os_code, identity, store }
function plan(given)
  local file = must(sys.stat(given.stemcell))
  local manifest = must(stemcell.manifest(given.stemcell)) or of_file(given.stemcell, given)
  local light = { os = given.os or manifest.os, version = given.version or manifest.version,
    os_code = given.os_code or manifest.properties["os-code"], folder = given.folder, datacenter = given.datacenter,
    api_version = given.api_version or manifest.api_version }
  must(stemcell.check(light))
  light.os_code = light.os_code or must(stemcell.os_code(light.os))
  return { light = light, name = ("%s-%s"):format(stemcell.name(light.os), light.version), os_code = light.os_code,
    identity = json.encode { light.os, light.version, manifest.sha1 or file.size },
    store = must(object_storage.open(given.datacenter)) }
end

-- The image of an earlier try; nil: there is none, and a light stemcell of that name must not be there.
function resume(record, spec)
  local id = image_import.resume(record, spec.name)
  local path = stemcell.path(spec.light)
  if id or not sys.stat(path) then return id end
  error(errors.cloud("%s is there already: name another folder, or remove it", path), 0)
end

-- Brings the disk, unpacked, into the object storage.
---@param path string of the stemcell
function upload(record, spec, path)
  image_import.upload(record, spec.store, must(disk_image.open(path)))
end

-- Sends the order to import it, once; gives the image's id.
function provision(record, spec)
  return image_import.place(record, spec.store, { name = spec.name, by = "import_stemcell by slcpi",
    os_code = spec.os_code })
end

-- Waits until the import is over, and deletes the object.
function await(record, spec)
  return image_import.await(record, spec.store)
end

-- Writes the light stemcell; gives its path.
---@param found table the image
function write(spec, found)
  local light = spec.light
  light.image_id, light.image_uuid = found.id, found.globalIdentifier
  light.datacenter = light.datacenter or image.datacenters(found)[1]
  return must(stemcell.light(light))
end

-- Gives back what a failed import made.
function abandon(record, spec, err)
  image_import.abandon(record, spec.store, err)
end

function run(...)
  local given = {}
  for i, value in pairs { ... } do given[arguments[i]:match "^[%w_]+"] = value end
  local spec = plan(given)
  local record = must(state.take("import_stemcell", spec.identity))
  local id = resume(record, spec)
  local rollback <close> = undo(abandon, record, spec)
  if not id then
    upload(record, spec, given.stemcell)
    provision(record, spec)
  end
  local found = await(record, spec)
  local path = write(spec, found)
  must(record:save { stage = "READY" })
  return ("image %d, %s\n%s\nsha1 %s"):format(found.id, table.concat(image.datacenters(found), ", "), path,
    sys.sha1(must(sys.read(path))))
end
