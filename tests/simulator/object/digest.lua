-- MD5 sums: what ETags and Content-MD5 are made of.

local host = require "slsim.host"
local sys  = require "core.sys"

local digest = {}

local function bytes(hex)
  return (hex:gsub("%x%x", function(pair) return string.char(tonumber(pair, 16)) end))
end

---@return string 32 hex digits
function digest.md5(text) return host.md5(text) end

--- The MD5 of MD5s, as the ETags of what was uploaded in parts have it.
---@param sums string[] hex
---@return string 32 hex digits
function digest.of_sums(sums)
  local list = {}
  for i, sum in ipairs(sums) do list[i] = bytes(sum) end
  return host.md5(table.concat(list))
end

--- What Content-MD5 should say.
---@return string? hex nil if the header is none
function digest.from_header(text)
  local raw = sys.unbase64(text)
  if not raw or #raw ~= 16 then return nil end
  return (raw:gsub(".", function(char) return ("%02x"):format(char:byte()) end))
end

return digest
