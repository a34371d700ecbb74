--- gzip: packing of small files in stored blocks, and the reading of streams, which zlib does.

local gzip = {}

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

return gzip
