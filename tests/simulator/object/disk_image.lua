-- What disk images look like inside: read when one is imported, written when one is exported.

local random = require "slsim.random"
local store  = require "slsim.object.store"

local disk_image = {}

local GIGABYTE = 1 << 30
local FOOTER, COOKIE = 512, "conectix"
local BLOCK = 2 << 20

local function gigabytes(bytes) return math.max(1, (bytes + GIGABYTE - 1) // GIGABYTE) end

-- A fixed VHD has its footer at the end only, others at the beginning, too.
local function vhd_size(object, size)
  for _, at in ipairs { 0, size - FOOTER } do
    local footer = at >= 0 and store.read(object, at, at + FOOTER - 1) or ""
    if #footer == FOOTER and footer:sub(1, 8) == COOKIE then
      local bytes = string.unpack(">I8", footer, 49)
      return bytes > 0 and bytes or size
    end
  end
end

local READERS = {
  vhd = vhd_size,
  raw = function(object, size) return store.read(object, 510, 511) == "\x55\xaa" and size or nil end,
  iso = function(object, size) return store.read(object, 32769, 32773) == "CD001" and size or nil end,
}

--- How large the disk in an object is.
---@param ending "vhd"|"raw"|"iso"
---@return integer? gigabytes nil if the bytes are not what the ending says
function disk_image.size(object, ending)
  local bytes = READERS[ending](object, store.size(object))
  return bytes and gigabytes(bytes)
end

local function checksum(text)
  local sum = 0
  for at = 1, #text do sum = sum + text:byte(at) end
  return ~sum & 0xffffffff
end

-- Packs around a checksum of everything else.
local function summed(before, after)
  return before .. string.pack(">I4", checksum(before .. after)) .. after
end

local function footer(bytes)
  local cylinders = math.min(bytes // 512 // (16 * 255), 65535)
  return summed(COOKIE .. string.pack(">I4I4I8I4c4I4c4I8I8I2BBI4", 2, 0x10000, FOOTER, 0, "slsm", 0x10000, "Wi2k", bytes, bytes,
    cylinders, 16, 255, 3), (random.hex(16) .. ("\0"):rep(428)))
end

-- A dynamic VHD without a single block.
local function vhd(size)
  local blocks = size * GIGABYTE // BLOCK
  local ends = footer(size * GIGABYTE)
  local header = summed("cxsparse" .. string.pack(">I8I8I4I4I4", -1, FOOTER + 1024, 0x10000, blocks, BLOCK), ("\0"):rep(984))
  local table_size = (blocks * 4 + 511) // 512 * 512
  return ends .. header .. ("\xff"):rep(table_size) .. ends
end

local WRITERS = {
  vhd = vhd,
  raw = function() return ("\0"):rep(510) .. "\x55\xaa" .. ("\0"):rep((1 << 20) - 512) end,
  iso = function() return ("\0"):rep(32768) .. "\1CD001\1" .. ("\0"):rep(2041) end,
}

--- An empty disk.
---@param ending "vhd"|"raw"|"iso"
---@param size integer gigabytes; only a VHD tells it
---@return string
function disk_image.empty(ending, size) return WRITERS[ending](size) end

return disk_image
