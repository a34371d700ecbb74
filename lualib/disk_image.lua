--- The disk in a stemcell: whatever it is packed in (a stemcell's tarball, gzip, a tar with one disk) is unpacked on
--- the way, and what comes out is a VHD.

local errors = require "errors"
local gzip = require "archive.gzip"
local source = require "archive.source"
local tar = require "archive.tar"
local vhd = require "archive.vhd"

local disk_image = {}

disk_image.LARGEST = 100 * 10 ^ 9 // 1 -- bytes: SoftLayer imports no larger disk
local DEPTH = 6 -- of packings
local CONVERT = "SoftLayer takes VHD only: unpack it, run `qemu-img convert -O vpc -o subformat=dynamic FILE disk.vhd` "
  .. "and import disk.vhd"

local foreign = { -- how other formats begin
  { "^KDMV", "a VMware disk" }, { "^# Disk DescriptorFile", "a VMware disk" }, { "^QFI\xfb", "a qcow2 disk" },
  { "^vhdxfile", "a VHDX disk" }, { "^%s*<%?xml", "an OVF description" }, { "^%s*<Envelope", "an OVF description" },
}
local foreign_names = { vmdk = "a VMware disk", ovf = "an OVF description", qcow2 = "a qcow2 disk",
  vhdx = "a VHDX disk" }
local disk_names = { vhd = true, img = true, raw = true }

local function no_disk(what) return errors.cloud("the image is %s. %s", what, CONVERT) end

-- The disk in an archive, or the image of a stemcell.
local function accept(member)
  local suffix = (member.name:match "%.(%w+)$" or ""):lower()
  if foreign_names[suffix] then return nil, no_disk(("%s, %s"):format(foreign_names[suffix], member.name)) end
  return member.name == "image" or disk_names[suffix] or false
end

local function as_vhd(disk, head)
  for _, format in ipairs(foreign) do
    if head:find(format[1]) then return nil, no_disk(format[2]) end
  end
  if head == "" then return nil, errors.cloud "the image is empty: this is a light stemcell, which needs no import" end
  local size = vhd.dynamic_size(head)
  if size and size > disk_image.LARGEST then
    return nil, errors.cloud("the image is a disk of %.0f GB; SoftLayer imports at most 100 GB", size / 1e9)
  end
  if size then return disk end
  if head:sub(511, 512) == "\x55\xaa" then return vhd.fixed(disk, head:sub(1, 512)) end
  return nil, no_disk "neither a VHD nor a disk with a boot sector"
end

local unpack_from

local function member_of(archive, depth)
  local content, member = tar.find(archive, accept)
  if content then return unpack_from(content, depth) end
  return nil, member or errors.cloud "the archive has neither an 'image' nor a file *.vhd, *.raw or *.img"
end

local function unpacked(packed, head, depth)
  if depth > DEPTH then return nil, errors.cloud "the image is packed too often" end
  if gzip.is(head) then
    local content, err = gzip.open(packed, disk_image.LARGEST)
    if not content then return nil, err end
    return unpack_from(content, depth)
  end
  if tar.is(head) then return member_of(packed, depth) end
  return as_vhd(packed, head)
end

-- Behind the disk whatever it is packed in is read to its end, where its checksum is.
local function to_the_end(disk, packing)
  return source.new(function()
    local bytes, err = disk:some(256 * 1024)
    if not bytes then return nil, err end
    if bytes ~= "" then return bytes end
    repeat
      bytes, err = packing:some(256 * 1024)
    until not bytes or bytes == ""
    return nil, err
  end)
end

---@param packed Source
---@param depth integer
function unpack_from(packed, depth)
  local head, err = packed:peek(1024)
  if not head then return nil, err end
  local disk
  disk, err = unpacked(packed, head, depth + 1)
  return disk and to_the_end(disk, packed), err
end

--- The disk of a file as a VHD: of a stemcell's tarball, of an `image`, or of a disk file.
---@param path string
---@return Source? disk
---@return Error? err also for disks of another form, with the conversion they need
function disk_image.open(path) return unpack_from(source.file(path), 0) end

return disk_image
