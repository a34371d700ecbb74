--- S3 requests of a test's own, signed as AWS documents it (Signature Version 4), header by header.

local raw = require "support.raw"
local sys = require "core.sys"

local s3 = {}

local BLOCK = 64

local function bytes(hex)
  return (hex:gsub("%x%x", function(pair) return string.char(tonumber(pair, 16)) end))
end

local function padded(key, with)
  return (key .. ("\0"):rep(BLOCK - #key)):gsub(".", function(char) return string.char(char:byte() ~ with) end)
end

-- Keys here are shorter than a block.
local function hmac(key, text)
  return bytes(sys.sha256(padded(key, 0x5c) .. bytes(sys.sha256(padded(key, 0x36) .. text))))
end

local function hex(text)
  return (text:gsub(".", function(char) return ("%02x"):format(char:byte()) end))
end

--- Everything but the unreserved characters as %XX.
function s3.escape(text)
  return (text:gsub("[^%w%-._~]", function(char) return ("%%%02X"):format(char:byte()) end))
end

local function query_of(query)
  local list = {}
  for name, value in pairs(query or {}) do list[#list + 1] = s3.escape(name) .. "=" .. s3.escape(value) end
  table.sort(list)
  return table.concat(list, "&")
end

local function names(map)
  local list = {}
  for name in pairs(map) do list[#list + 1] = name end
  table.sort(list)
  return list
end

local function signature(request, stamp, headers, payload)
  local lines, list = {}, names(headers)
  for i, name in ipairs(list) do lines[i] = name .. ":" .. headers[name] .. "\n" end
  local signed = table.concat(list, ";")
  local canonical = table.concat({ request.verb, request.path, query_of(request.query), table.concat(lines), signed, payload }, "\n")
  local scope = ("%s/%s/s3/aws4_request"):format(stamp:sub(1, 8), request.region)
  local key = "AWS4" .. request.secret
  for word in scope:gmatch("[^/]+") do key = hmac(key, word) end
  return hex(hmac(key, ("AWS4-HMAC-SHA256\n%s\n%s\n%s"):format(stamp, scope, sys.sha256(canonical)))), scope, signed
end

--- The Authorization header.
---@param request { verb: string, path: string, query: table?, headers: table<string, string>, key: string, secret: string,
---region: string } headers: in lower case, with host, x-amz-date and x-amz-content-sha256; all of them are signed
---@return string header, string signature
function s3.authorization(request)
  local headers = request.headers
  local sum, scope, signed = signature(request, headers["x-amz-date"], headers, headers["x-amz-content-sha256"])
  return ("AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s"):format(request.key, scope, signed, sum), sum
end

--- The path and query of a request that is signed for everybody who knows it.
---@return string
function s3.presigned(sim, verb, path, seconds, at)
  local stamp = os.date("!%Y%m%dT%H%M%SZ", math.floor(at)) --[[@as string]]
  local query = { ["X-Amz-Algorithm"] = "AWS4-HMAC-SHA256", ["X-Amz-Date"] = stamp, ["X-Amz-Expires"] = ("%d"):format(seconds),
    ["X-Amz-Credential"] = ("sim-access-key/%s/us-south/s3/aws4_request"):format(stamp:sub(1, 8)), ["X-Amz-SignedHeaders"] = "host" }
  local sum = signature({ verb = verb, path = path, query = query, region = "us-south", secret = "sim-secret-key" }, stamp,
    { host = sim.cos:match("//(.+)$") }, "UNSIGNED-PAYLOAD")
  return ("%s?%s&X-Amz-Signature=%s"):format(path, query_of(query), sum)
end

--- A signed request to slsim.
---@param path string "/bucket/key", escaped
---@param options? { query?: table, body?: string, headers?: table, unsigned?: table, key?: string, secret?: string, at?: number,
---payload?: string } headers: signed, too; unsigned: put in afterwards
---@return table answer of support.raw
function s3.send(sim, verb, path, options)
  options = options or {}
  local stamp = os.date("!%Y%m%dT%H%M%SZ", math.floor(options.at or sys.now()))
  local headers = { host = sim.cos:match("//(.+)$"), ["x-amz-date"] = stamp,
    ["x-amz-content-sha256"] = options.payload or sys.sha256(options.body or "") }
  for name, value in pairs(options.headers or {}) do headers[name] = value end
  local authorization = s3.authorization { verb = verb, path = path, query = options.query, headers = headers, region = "us-south",
    key = options.key or "sim-access-key", secret = options.secret or "sim-secret-key" }
  headers.host = nil
  headers.Authorization = authorization
  for name, value in pairs(options.unsigned or {}) do headers[name] = value end
  local query = query_of(options.query)
  return raw.send(sim.cos, ("%s %s%s HTTP/1.1"):format(verb, path, query ~= "" and "?" .. query or ""), headers, options.body or "")
end

--- The text of an element of an XML answer.
function s3.text(answer, name) return answer.body:match("<" .. name .. ">(.-)</" .. name .. ">") end

--- The texts of all elements of that name.
function s3.texts(answer, name)
  local list = {}
  for text in answer.body:gmatch("<" .. name .. ">(.-)</" .. name .. ">") do list[#list + 1] = text end
  return list
end

return s3
