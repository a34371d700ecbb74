--- tar: archives of small files, and the reading of archives as streams.

local errors = require "errors"
local source = require "archive.source"

local tar = {}

local BLOCK = 512

local function padding(size) return ("\0"):rep(-size % BLOCK) end

-- A ustar header with its checksum: the sum of all bytes, its own field counted as spaces.
local function packed_header(name, size)
  local before = string.pack("c100 c8 c8 c8 c12 c12", name, "0000644", "0000000", "0000000", ("%011o"):format(size),
    "00000000000")
  local behind = "0" .. ("\0"):rep(100) .. "ustar\00000" .. ("\0"):rep(BLOCK - 265)
  local sum = 8 * 32
  for i = 1, #before do sum = sum + before:byte(i) end
  for i = 1, #behind do sum = sum + behind:byte(i) end
  return before .. ("%06o\0 "):format(sum) .. behind
end

--- An archive of these files, owned by root, of mode 0644 and 1970, so that equal files make equal archives.
---@param files { name: string, text: string }[] names of at most 100 bytes
---@return string
function tar.pack(files)
  local out = {}
  for _, file in ipairs(files) do
    out[#out + 1] = packed_header(file.name, #file.text) .. file.text .. padding(#file.text)
  end
  out[#out + 1] = ("\0"):rep(2 * BLOCK)
  return table.concat(out)
end

local function damaged(why) return errors.cloud("the tar archive is damaged: %s", why) end

--- Whether bytes begin an archive.
---@param bytes string at least 262
---@return boolean
function tar.is(bytes) return bytes:sub(258, 262) == "ustar" end

local function has_checksum(block)
  local sum = 8 * 32
  for i = 1, BLOCK do
    if i <= 148 or i > 156 then sum = sum + block:byte(i) end
  end
  return tonumber(block:sub(149, 156):match "[0-7]+" or "", 8) == sum
end

-- Octal digits, or, for what they cannot hold, a big-endian number behind a byte 0x80.
local function number(field)
  if field:byte() == 0x80 then return (string.unpack(">I8", field, #field - 7)) end
  return tonumber(field:match "^%s*([0-7]+)[ %z]*$" or "", 8)
end

---@class TarMember
---@field name string without a "./" before it
---@field size integer
---@field type string "0": a file

local function parse(block)
  local name, size = block:match "^[^\0]*", number(block:sub(125, 136))
  if not has_checksum(block) then return nil, damaged "a header's checksum differs" end
  if not size or size < 0 then return nil, damaged "a size is no number" end
  local prefix = block:sub(258, 263) == "ustar\0" and block:sub(346, 500):match "^[^\0]*" or ""
  if prefix ~= "" then name = prefix .. "/" .. name end
  local type = block:sub(157, 157)
  return { name = name, size = size, type = type == "\0" and "0" or type }
end

local EXTENSIONS = { x = true, g = true, L = true, K = true }
local EXTENSION_SIZE = 1 << 20

-- What an extension says of the member behind it: a long name, or pax's records "<length> path=…\n".
local function extension(archive, header, known)
  if header.size > EXTENSION_SIZE then return nil, damaged "a header is too large" end
  local text, err = archive:read(header.size)
  if not text then return nil, err end
  if header.type == "L" then known.name = text:match "^[^\0]*" end
  if header.type == "x" then
    known.name = text:match "%d path=([^\n]*)\n" or known.name
    known.size = math.tointeger(tonumber(text:match "%d size=(%d+)\n")) or known.size
  end
  local skipped
  skipped, err = archive:skip(-header.size % BLOCK)
  return skipped and known, err
end

-- The header that follows; nil without an error at the archive's end.
local function next_member(archive)
  local known = {}
  while true do
    local block, err = archive:read(BLOCK)
    if not block then return nil, err end
    if block == "" or block == ("\0"):rep(BLOCK) then return nil end
    if #block < BLOCK then return nil, damaged "it is cut off" end
    local header
    header, err = parse(block)
    if not header then return nil, err end
    if not EXTENSIONS[header.type] then
      header.name, header.size = (known.name or header.name):gsub("^%./", ""), known.size or header.size
      return header
    end
    known, err = extension(archive, header, known)
    if not known then return nil, err end
  end
end

local function content(archive, size)
  local left = size
  return source.new(function()
    if left == 0 then return nil end
    local bytes, err = archive:some(math.min(left, 256 * 1024))
    if not bytes then return nil, err end
    if bytes == "" then return nil, damaged "it ends within a file" end
    left = left - #bytes
    return bytes
  end)
end

--- Looks for a file in an archive; what is before it is passed over.
---@param archive Source
---@param accept fun(member: TarMember): boolean?, Error? an error ends the search
---@return Source? content nil without an error when there is none
---@return Error|TarMember|nil err or the file's header
function tar.find(archive, accept)
  while true do
    local member, err = next_member(archive)
    if not member then return nil, err end
    local taken, complaint = accept(member)
    if complaint then return nil, complaint end
    if taken and member.type == "0" then return content(archive, member.size), member end
    local skipped
    skipped, err = archive:skip(member.size + -member.size % BLOCK)
    if not skipped then return nil, err end
  end
end

return tar
