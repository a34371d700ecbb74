--- VHD, the one form in which SoftLayer takes disks: of a fixed one the last 512 bytes say so, and what is before them
--- is the disk. A dynamic one begins with a copy of them.

local source = require "archive.source"
local sys = require "core.sys"

local vhd = {}

local FOOTER, COOKIE = 512, "conectix"
local FIXED, FEATURES, VERSION = 2, 2, 0x10000

-- As the VHD specification computes cylinders, heads and sectors of a track.
local function geometry(bytes)
  local sectors = math.min(bytes // 512, 65535 * 16 * 255)
  if sectors >= 65535 * 16 * 63 then return sectors // 255 // 16, 16, 255 end
  local track, heads = 17, math.max(4, (sectors // 17 + 1023) // 1024)
  if sectors // 17 >= heads * 1024 or heads > 16 then track, heads = 31, 16 end
  if sectors // track >= heads * 1024 then track, heads = 63, 16 end
  return sectors // track // heads, heads, track
end

local function sum_of(text)
  local sum = 0
  for i = 1, #text do sum = sum + text:byte(i) end
  return sum
end

--- The footer of a fixed disk.
---@param size integer bytes, a multiple of 512
---@param identity string makes its UUID: the same footer for the same disk
---@return string bytes 512
function vhd.footer(size, identity)
  local cylinders, heads, track = geometry(size)
  local before = string.pack(">c8I4I4I8I4c4I4c4I8I8I2BBI4", COOKIE, FEATURES, VERSION, -1, 0, "tap\0", VERSION, "Wi2k",
    size, size, cylinders, heads, track, FIXED)
  local uuid = sys.sha256(identity):sub(1, 32):gsub("%x%x", function(hex) return string.char(tonumber(hex, 16)) end)
  local behind = uuid .. ("\0"):rep(428)
  return before .. string.pack(">I4", ~(sum_of(before) + sum_of(behind)) & 0xffffffff) .. behind
end

--- The size of the disk in a dynamic VHD; nil: the bytes begin no such file.
---@param head string its first bytes, 512 at least
---@return integer?
function vhd.dynamic_size(head)
  return head:sub(1, 8) == COOKIE and #head >= FOOTER and (string.unpack(">I8", head, 49)) or nil
end

--- A disk as a fixed VHD: its footer is added, unless it has one.
---@param disk Source
---@param head string its first bytes
---@return Source
function vhd.fixed(disk, head)
  local tail, size, ended = "", 0, false
  return source.new(function()
    if ended then return nil end
    local bytes, err = disk:some(256 * 1024)
    if not bytes then return nil, err end
    if bytes ~= "" then
      tail, size = (tail .. bytes:sub(-FOOTER)):sub(-FOOTER), size + #bytes
      return bytes
    end
    ended = true
    if tail:sub(1, 8) == COOKIE then return nil end
    local padding = -size % 512
    return ("\0"):rep(padding) .. vhd.footer(size + padding, ("%d|%s"):format(size, head))
  end)
end

return vhd
