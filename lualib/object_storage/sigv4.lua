--- AWS Signature Version 4, by which S3's servers know who sends a request.

local percent = require "percent"
local sys = require "core.sys"

local sigv4 = {}

local BLOCK = 64

local function bytes_of(hex)
  return (hex:gsub("%x%x", function(pair) return string.char(tonumber(pair, 16)) end))
end

local function xor(key, byte)
  return (key:gsub(".", function(char) return string.char(char:byte() ~ byte) end))
end

--- HMAC-SHA256.
---@param key string
---@param text string
---@return string bytes 32
function sigv4.hmac(key, text)
  if #key > BLOCK then key = bytes_of(sys.sha256(key)) end
  key = key .. ("\0"):rep(BLOCK - #key)
  return bytes_of(sys.sha256(xor(key, 0x5c) .. bytes_of(sys.sha256(xor(key, 0x36) .. text))))
end

local function hex_of(bytes)
  return (bytes:gsub(".", function(char) return ("%02x"):format(char:byte()) end))
end

--- A query in the order and form in which it is signed.
---@param query table<string, string>
---@return string "a=1&b=2"
function sigv4.query(query)
  local parts = {}
  for name, value in pairs(query) do parts[#parts + 1] = percent.encode(name) .. "=" .. percent.encode(value) end
  table.sort(parts)
  return table.concat(parts, "&")
end

local function canonical_headers(headers)
  local lines, names = {}, {}
  for name, value in pairs(headers) do
    lines[#lines + 1] = ("%s:%s\n"):format(name:lower(), value:gsub("^%s+", ""):gsub("%s+$", ""):gsub(" +", " "))
    names[#names + 1] = name:lower()
  end
  table.sort(lines)
  table.sort(names)
  return table.concat(lines), table.concat(names, ";")
end

---@class SignedRequest
---@field method string
---@field path string as it is on the wire
---@field query table<string, string>?
---@field headers table<string, string> all that are signed, Host and X-Amz-Date among them
---@field payload string the SHA-256 of the body in hex

---@class SigningKey
---@field id string
---@field secret string
---@field region string
---@field service string

--- The Authorization header of a request.
---@param request SignedRequest
---@param key SigningKey
---@return string
function sigv4.authorization(request, key)
  local date = request.headers["X-Amz-Date"]
  local lines, names = canonical_headers(request.headers)
  local canonical = table.concat({ request.method, request.path, sigv4.query(request.query or {}), lines, names,
    request.payload }, "\n")
  local scope = ("%s/%s/%s/aws4_request"):format(date:sub(1, 8), key.region, key.service)
  local signing = "AWS4" .. key.secret
  for part in scope:gmatch "[^/]+" do signing = sigv4.hmac(signing, part) end
  local text = table.concat({ "AWS4-HMAC-SHA256", date, scope, sys.sha256(canonical) }, "\n")
  return ("AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s"):format(key.id, scope, names,
    hex_of(sigv4.hmac(signing, text)))
end

return sigv4
