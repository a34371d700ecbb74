--- Stemcells with a disk of three parts, and the object storages of slsim as a configuration names them.

local cos = require "object_storage.cos"
local folder = require "support.folder"
local source = require "archive.source"
local sys = require "core.sys"

local stemcells = {}

local MANIFEST = [[
---
name: bosh-softlayer-xen-ubuntu-focal-go_agent
version: '1.5'
api_version: 3
bosh_protocol: 1
sha1: %s
operating_system: ubuntu-focal
stemcell_formats:
- softlayer-ovf
cloud_properties:
  name: bosh-softlayer-xen-ubuntu-focal-go_agent
  version: '1.5'
  infrastructure: softlayer
  disk: 21
]]

-- 21 MiB with a boot sector, no two parts of it alike, that pack to almost nothing.
local function disk()
  local parts = { ("\0"):rep(510) .. "\x55\xaa" }
  for i = 1, 21 do parts[#parts + 1] = ("%8d"):format(i):rep(1 << 17) end
  return (table.concat(parts):sub(1, 21 << 20))
end

--- Writes `image` (gzip of a disk), stemcell.MF and the tarball of both into the folder `stemcell`.
---@param at table a support.folder
---@return string path of that folder
function stemcells.write(at)
  local path = at.path .. "/stemcell"
  at:write("stemcell/disk.raw", disk())
  assert(os.execute(("cd %s && gzip -1nc disk.raw >image"):format(folder.quoted(path))))
  at:write("stemcell/stemcell.MF", MANIFEST:format(sys.sha1(folder.read(path .. "/image"))))
  assert(os.execute(("cd %s && tar czf stemcell.tgz image stemcell.MF"):format(folder.quoted(path))))
  return path
end

--- The properties of each storage.
---@param sim table a support.simulator
---@return table<string, table>
function stemcells.storages(sim)
  local bucket = { cos_bucket = "stemcells", cos_region = "us-south", cos_endpoint = sim.cos, cos_api_key = "sim-iam-key",
    iam_endpoint = sim.iam }
  local with_key = { cos_access_key_id = "sim-access-key", cos_secret_access_key = "sim-secret-key" }
  for name, value in pairs(bucket) do with_key[name] = value end
  return { ["COS with HMAC"] = with_key, ["COS with IAM"] = bucket,
    Swift = { swift_username = "SLOS278444-1:sim", swift_endpoint = sim.swift, datacenter = "dal05" } }
end

--- The images that slcpi has imported.
---@param sim table
---@return table[]
function stemcells.images(sim)
  local found = {}
  for _, image in ipairs(sim:inventory().images) do
    if image.name:find "^bosh%-softlayer" then found[#found + 1] = image end
  end
  return found
end

--- What is in the storages besides the seeded bucket.
---@param sim table
---@return string[]
function stemcells.leftovers(sim)
  local left, inventory = {}, sim:inventory()
  for _, object in ipairs(inventory.objects) do left[#left + 1] = "object " .. (object.name or object.key or "?") end
  for _, upload in ipairs(inventory.uploads) do left[#left + 1] = "upload " .. (upload.name or upload.key or "?") end
  for _, container in ipairs(inventory.containers) do
    if container.container ~= "stemcells" then left[#left + 1] = "container " .. container.container end
  end
  return left
end

--- slsim's bucket.
---@param sim table
---@return Cos
function stemcells.bucket(sim)
  return assert(cos.open { endpoint = sim.cos, region = "us-south", bucket = "stemcells", http = {},
    access_key_id = "sim-access-key", secret_access_key = "sim-secret-key" })
end

local CONTENTS = { vhd = "conectix" .. ("\0"):rep(1016), iso = ("\0"):rep(32769) .. "CD001" .. ("\0"):rep(3000) }

--- Begins an import, as other clients do.
---@param sim table
---@param suffix "vhd"|"iso"
---@return integer id of the image
function stemcells.begin_import(sim, suffix)
  local contents = { CONTENTS[suffix] }
  local name = "disk." .. suffix
  assert(stemcells.bucket(sim):put(name, source.new(function() return table.remove(contents) end)))
  return sim:api("SoftLayer_Virtual_Guest_Block_Device_Template_Group/createFromIcos", nil, { { name = "new",
    operatingSystemReferenceCode = "UBUNTU_20_64", uri = "cos://us-south/stemcells/" .. name, ibmApiKey = "sim-iam-key" } }).id
end

return stemcells
