--- gzip: packing of small files in stored blocks, and the reading of streams, which zlib does.

local errors = require "errors"
local source = require "archive.source"

local gzip = {}

local CHUNK = 256 * 1024
local LARGEST = 65535 -- bytes of a stored block

local crc_table = {}
for i = 0, 255 do
  local c = i
  for _ = 1, 8 do c = c & 1 == 1 and 0xedb88320 ~ (c >> 1) or c >> 1 end
  crc_table[i] = c
end

local function crc32(text)
  local c = 0xffffffff
  for i = 1, #text do c = crc_table[(c ~ text:byte(i)) & 255] ~ (c >> 8) end
  return c ~ 0xffffffff
end

--- A gzip file with that content; it is not made smaller, and has neither a name nor a time.
---@param text string
---@return string
function gzip.pack(text)
  local out, from = { "\x1f\x8b\8\0\0\0\0\0\0\xff" }, 1
  repeat
    local block = text:sub(from, from + LARGEST - 1)
    from = from + #block
    out[#out + 1] = string.pack("<BI2I2", from > #text and 1 or 0, #block, #block ~ 0xffff) .. block
  until from > #text
  out[#out + 1] = string.pack("<I4I4", crc32(text), #text & 0xffffffff)
  return table.concat(out)
end

--- Whether bytes begin a gzip stream.
---@param bytes string
---@return boolean
function gzip.is(bytes) return bytes:sub(1, 3) == "\x1f\x8b\8" end

local function damaged(message) return errors.cloud("what gzip packed cannot be unpacked: %s", message) end

-- Hands packed bytes over until some are unpacked.
local function unpack_some(stream, packed)
  while true do
    local bytes, message = stream:pull(CHUNK)
    if not bytes then return nil, damaged(message) end
    if #bytes > 0 then return bytes end
    local input, err = packed:some(CHUNK)
    if not input then return nil, err end
    if #input == 0 then return nil, not stream:complete() and damaged "it is cut off" or nil end
    stream:push(input)
  end
end

--- What a gzip stream holds, as a source.
---@param packed Source
---@param limit integer bytes; more of them are an error
---@return Source? unpacked
---@return Error? err there is no zlib
function gzip.open(packed, limit)
  local stream, message = require "core.gzip".stream()
  if not stream then return nil, errors.cloud("%s", message) end
  local total = 0
  return source.new(function()
    local bytes, err = unpack_some(stream, packed)
    total = total + #(bytes or "")
    if total > limit then return nil, errors.cloud("what gzip packed is larger than %.0f GB", limit / 1e9) end
    return bytes, err
  end)
end

return gzip
