local errors = require "errors"
local image = require "softlayer.image"
local stemcell = require "bosh.stemcell"
local sys = require "core.sys"

description = [[
Writes a light stemcell: a tarball that names an image of the account, or a public one, by its number or its uuid.
Before that the image is looked at: it must be complete and, if a datacenter is named, have a copy there.
]]
arguments = { "image: cid?", "uuid: string?", "os: string?", "version: string?", "datacenter: string?",
  "infrastructure: string?", "os_code: string?", "api_version: integer?", "folder: string?" }
effect = "read"
timeout = 5 * 60

-- The image that is named by its number, its uuid, or both.
function find(cid, uuid)
  if not cid and not uuid then error(errors.cloud "name the image: image=12345678 or uuid=0f5a8e2c-…", 0) end
  local id = cid and must(image.id_of(cid)) or must(image.by_uuid(uuid))
  local found = must(image.find(id)) or error(image.explain(id), 0)
  if not uuid or found.globalIdentifier == uuid:lower() then return found end
  error(errors.cloud("image %d ('%s') has another uuid: %s", id, found.name, tostring(found.globalIdentifier)), 0)
end

-- An image of which no VM could be made there is an error; gives the datacenter.
---@param found table the image
function check(found, datacenter)
  local trouble = image.unusable(found, datacenter)
  if trouble then error(trouble, 0) end
  return datacenter or image.datacenters(found)[1]
end

-- Writes the tarball; gives its path.
---@param light LightStemcell
function write(light)
  return must(stemcell.light(light))
end

function run(...)
  local given = {}
  for i, value in pairs { ... } do given[arguments[i]:match "^[%w_]+"] = value end
  must(stemcell.check(given))
  local found = find(given.image, given.uuid)
  local datacenter = check(found, given.datacenter)
  local path = write { os = given.os, version = given.version, image_id = found.id, datacenter = datacenter,
    image_uuid = found.globalIdentifier, infrastructure = given.infrastructure, os_code = given.os_code,
    api_version = given.api_version, folder = given.folder }
  return ("image %d ('%s'), %s\n%s\nsha1 %s"):format(found.id, found.name, table.concat(image.datacenters(found), ", "),
    path, sys.sha1(must(sys.read(path))))
end
