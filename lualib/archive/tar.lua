--- tar: archives of small files, and the reading of archives as streams.

local tar = {}

local BLOCK = 512

local function padding(size) return ("\0"):rep(-size % BLOCK) end

-- A ustar header with its checksum: the sum of all bytes, its own field counted as spaces.
local function header(name, size)
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
    out[#out + 1] = header(file.name, #file.text) .. file.text .. padding(#file.text)
  end
  out[#out + 1] = ("\0"):rep(2 * BLOCK)
  return table.concat(out)
end

return tar
