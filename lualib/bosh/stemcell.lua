--- BOSH stemcells: the manifest stemcell.MF, and the tarball of a light stemcell, which names an image of the
--- account instead of holding one.

local errors = require "errors"
local gzip = require "archive.gzip"
local source = require "archive.source"
local sys = require "core.sys"
local tar = require "archive.tar"
local yaml = require "yaml"

local stemcell = {}

local EMPTY_SHA1 = "da39a3ee5e6b4b0d3255bfef95601890afd80709" -- of the empty image
local PROTOCOL, API_VERSION = 1, 3
local INFRASTRUCTURES = { softlayer = true, bluemix = true }

---@class LightStemcell what a light stemcell says
---@field os string "ubuntu-jammy"
---@field version string "1.204"
---@field image_id integer
---@field image_uuid string
---@field datacenter string? "ams01"
---@field infrastructure string? "softlayer" (default) or "bluemix"
---@field api_version integer? of the agent in it; default 3
---@field os_code string? "UBUNTU_22_64"
---@field folder string? where the tarball goes; default "."

-- What may stand in a file's name and in a double-quoted YAML string.
local patterns = { os = "^%w[%w._-]*$", version = "^%w[%w._+-]*$", image_uuid = "^%x[%x-]*$", datacenter = "^%w+$",
  os_code = "^[%w_]+$" }

local function complaint(light)
  for _, name in ipairs { "os", "version" } do
    if light[name] == nil then return errors.cloud("a light stemcell needs '%s'", name) end
  end
  for name, pattern in pairs(patterns) do
    local value = light[name]
    if value ~= nil and not (type(value) == "string" and value:find(pattern)) then
      return errors.cloud("'%s' is no %s of a stemcell", tostring(value), name)
    end
  end
  if light.infrastructure ~= nil and not INFRASTRUCTURES[light.infrastructure] then
    return errors.cloud("the infrastructure must be softlayer or bluemix, not '%s'", tostring(light.infrastructure))
  end
end

--- Holds what was given for a light stemcell against what may stand in one; the image may be missing still.
---@param light table see LightStemcell
---@return boolean? fine
---@return Error? err
function stemcell.check(light)
  local err = complaint(light)
  return not err or nil, err
end

--- The name of a stemcell for an operating system.
---@param os string "ubuntu-jammy"
---@return string "bosh-softlayer-xen-ubuntu-jammy-go_agent"
function stemcell.name(os) return ("bosh-softlayer-xen-%s-go_agent"):format(os) end

--- Where a light stemcell's tarball is, or will be.
---@param light { os: string, version: string, folder: string? }
---@return string
function stemcell.path(light)
  return ("%s/light-bosh-stemcell-%s-softlayer-xen-%s-go_agent.tgz")
    :format(light.folder or ".", light.version, light.os)
end

local UBUNTU = { trusty = "14", xenial = "16", bionic = "18", focal = "20", jammy = "22", noble = "24" }

--- SoftLayer's code for an operating system.
---@param os string "ubuntu-jammy"
---@return string? code "UBUNTU_22_64"
---@return Error? err
function stemcell.os_code(os)
  local release = UBUNTU[os:match "^ubuntu%-(%l+)" or ""]
  if release then return ("UBUNTU_%s_64"):format(release) end
  return nil, errors.cloud("SoftLayer's code for the operating system '%s' is not known here: name it by os-code in "
    .. "the stemcell's cloud_properties, or by os_code=", os)
end

local function manifest(light)
  local lines = { "---" }
  local function add(indent, name, value)
    if value == nil then return end
    local text = type(value) == "string" and ('"%s"'):format(value) or ("%d"):format(value)
    lines[#lines + 1] = ("%s%s: %s"):format(indent, name, text)
  end
  local name = stemcell.name(light.os)
  add("", "name", name)
  add("", "version", light.version)
  add("", "bosh_protocol", PROTOCOL)
  add("", "api_version", light.api_version or API_VERSION)
  add("", "sha1", EMPTY_SHA1)
  add("", "operating_system", light.os)
  lines[#lines + 1] = "stemcell_formats:\n  - softlayer-light\ncloud_properties:"
  add("  ", "name", name)
  add("  ", "version", light.version)
  add("  ", "infrastructure", light.infrastructure or "softlayer")
  add("  ", "architecture", "x86_64")
  add("  ", "root_device_name", "/dev/xvda")
  add("  ", "virtual-disk-image-id", light.image_id)
  add("  ", "virtual-disk-image-uuid", light.image_uuid)
  add("  ", "datacenter-name", light.datacenter)
  add("  ", "os-code", light.os_code)
  return table.concat(lines, "\n") .. "\n"
end

-- Another file of that name is somebody's; the same one is ours, of a run that was interrupted.
local function store(path, tarball)
  local there, message, code = sys.read(path)
  if there == tarball then return path end
  if there or code == "EFBIG" then return nil, errors.cloud("%s is there already, with other content", path) end
  if code ~= "ENOENT" then return nil, errors.cloud("%s", message) end
  local done
  done, message = sys.write_atomic(path, tarball)
  if not done then return nil, errors.cloud("%s", message) end
  return path
end

--- Writes light-bosh-stemcell-….tgz, the same bytes for the same stemcell. A file of that name with other content
--- stays and is an error.
---@param light LightStemcell
---@return string? path
---@return Error? err
function stemcell.light(light)
  local err = complaint(light)
  if err then return nil, err end
  if math.type(light.image_id) ~= "integer" or light.image_id <= 0 or not light.image_uuid then
    return nil, errors.cloud "a light stemcell needs an image's id and uuid"
  end
  local files = { { name = "stemcell.MF", text = manifest(light) }, { name = "image", text = "" } }
  local tarball = gzip.pack(tar.pack(files))
  return store(stemcell.path(light), tarball)
end

local LARGEST_MF = 1 << 20 -- bytes

---@class StemcellManifest
---@field name string
---@field version string
---@field os string
---@field api_version integer?
---@field sha1 string? of the image as it is packed
---@field properties table cloud_properties

local function read_manifest(text)
  local map, message = yaml.parse(text)
  if not map then return nil, errors.cloud("stemcell.MF cannot be read: %s", message) end
  for _, name in ipairs { "name", "version", "operating_system" } do
    if type(map[name]) ~= "string" then return nil, errors.cloud("stemcell.MF: '%s' is missing, or no text", name) end
  end
  local properties = map.cloud_properties or {}
  if type(properties) ~= "table" then return nil, errors.cloud "stemcell.MF: cloud_properties is no mapping" end
  return { name = map.name, version = map.version, os = map.operating_system, sha1 = map.sha1,
    api_version = math.type(map.api_version) == "integer" and map.api_version or nil, properties = properties }
end

local function manifest_in(archive)
  local content, member = tar.find(archive, function(member) return member.name == "stemcell.MF" end)
  if not content then return nil, member end
  if member.size > LARGEST_MF then return nil, errors.cloud "stemcell.MF is larger than 1 MiB" end
  local text, err = content:read(LARGEST_MF)
  if not text then return nil, err end
  return read_manifest(text)
end

--- The manifest in a stemcell's tarball; nil without an error: the file is no tarball with one.
---@param path string
---@return StemcellManifest?
---@return Error? err
function stemcell.manifest(path)
  local file = source.file(path)
  local head, err = file:peek(1024)
  if not head then return nil, err end
  if not gzip.is(head) then return nil end
  local archive
  archive, err = gzip.open(file, math.huge)
  if not archive then return nil, err end
  head, err = archive:peek(1024)
  if not head then return nil, err end
  if not tar.is(head) then return nil end
  return manifest_in(archive)
end

--- The manifest beside an unpacked image; nil without an error: there is none.
---@param image_path string
---@return StemcellManifest?
---@return Error? err
function stemcell.manifest_beside(image_path)
  local text, message, code = sys.read((image_path:match "^(.*/)" or "./") .. "stemcell.MF", LARGEST_MF)
  if text then return read_manifest(text) end
  return nil, code ~= "ENOENT" and errors.cloud("%s", message) or nil
end

return stemcell
