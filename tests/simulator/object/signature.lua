-- Who calls COS: an AWS Signature Version 4 in the header or in the query, or an access token of IAM.

local dates  = require "slsim.dates"
local errors = require "slsim.object.s3_errors"
local guess  = require "slsim.guess"
local host   = require "slsim.host"
local sys    = require "core.sys"
local tokens = require "slsim.tokens"
local uri    = require "slsim.object.uri"

guess("[G]", "COS: an unknown or expired access token answers 403 AccessDenied; a signature's region may be any")

local signature = {}

local KEYS = { ["sim-access-key"] = "sim-secret-key" }
local ALGORITHM, UNSIGNED = "AWS4-HMAC-SHA256", "UNSIGNED-PAYLOAD"
local SKEW = 15 * 60
local LONGEST = 7 * 86400

local function hex(bytes)
  return (bytes:gsub(".", function(char) return ("%02x"):format(char:byte()) end))
end

-- 20261125T034758Z as seconds since the epoch.
local function seconds_of(stamp)
  local parts, count = stamp:gsub("^(%d%d%d%d)(%d%d)(%d%d)T(%d%d)(%d%d)(%d%d)Z$", "%1-%2-%3T%4:%5:%6Z")
  return count == 1 and dates.read(parts) or nil
end

local function canonical_query(query)
  local list = {}
  for _, pair in ipairs(uri.pairs(query)) do
    if pair.name ~= "X-Amz-Signature" then list[#list + 1] = uri.encode(pair.name) .. "=" .. uri.encode(pair.value) end
  end
  table.sort(list)
  return table.concat(list, "&")
end

local function canonical_headers(headers, signed)
  local lines = {}
  for name in signed:gmatch("[^;]+") do
    local value = (headers[name] or ""):gsub("^%s+", ""):gsub("%s+$", ""):gsub(" +", " ")
    lines[#lines + 1] = name .. ":" .. value .. "\n"
  end
  return table.concat(lines)
end

local function canonical_request(request, claim)
  return table.concat({ request.verb, uri.encode(uri.decode(request.location), "/"), canonical_query(request.raw_query),
    canonical_headers(request.headers, claim.signed), claim.signed, claim.payload }, "\n")
end

local function expected(request, claim)
  local scope = ("%s/%s/%s/aws4_request"):format(claim.day, claim.region, claim.service)
  local text = table.concat({ ALGORITHM, claim.date, scope, sys.sha256(canonical_request(request, claim)) }, "\n")
  local key = "AWS4" .. KEYS[claim.key]
  for _, word in ipairs { claim.day, claim.region, claim.service, "aws4_request" } do key = host.hmac_sha256(key, word) end
  return hex(host.hmac_sha256(key, text))
end

local function credential(text)
  local key, day, region, service = (text or ""):match("^([^/]+)/(%d%d%d%d%d%d%d%d)/([^/]+)/(s3)/aws4_request$")
  if not key then
    errors.raise("AuthorizationHeaderMalformed", "The authorization header is malformed; the Credential is mal-formed; "
      .. 'expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".')
  end
  return { key = key, day = day, region = region, service = service }
end

local function complete(claim, date, signed, found, payload)
  if not signed or not found then errors.raise("AuthorizationHeaderMalformed") end
  claim.date, claim.signed, claim.found, claim.payload = date, signed, found, payload
  claim.at = seconds_of(date or "")
  if not claim.at then errors.raise("AccessDenied", "AWS authentication requires a valid Date or x-amz-date header") end
  if date:sub(1, 8) ~= claim.day then
    errors.raise("AuthorizationHeaderMalformed", "The authorization header is malformed; Invalid credential date.")
  end
  return claim
end

-- Clients sign by their own clock, so it is real time that counts, not the cloud's.
local function from_header(request, text)
  local payload = request.headers["x-amz-content-sha256"]
    or errors.raise("InvalidRequest", "Missing required header for this request: x-amz-content-sha256")
  local claim = complete(credential(text:match("Credential=([^,%s]+)")), request.headers["x-amz-date"],
    text:match("SignedHeaders=([^,%s]+)"), text:match("Signature=(%x+)"), payload)
  if math.abs(sys.now() - claim.at) > SKEW then errors.raise("RequestTimeTooSkewed") end
  return claim
end

local function from_query(request)
  local query = request.query
  local claim = complete(credential(query["X-Amz-Credential"]), query["X-Amz-Date"], query["X-Amz-SignedHeaders"],
    query["X-Amz-Signature"], UNSIGNED)
  local seconds = math.tointeger(tonumber(query["X-Amz-Expires"]))
  if not seconds or seconds < 1 or seconds > LONGEST then
    errors.raise("InvalidArgument", "X-Amz-Expires must be a number of seconds up to a week.")
  end
  if claim.at > sys.now() + SKEW then errors.raise("AccessDenied", "Request is not yet valid") end
  if claim.at + seconds < sys.now() then errors.raise("AccessDenied", "Request has expired") end
  return claim
end

-- What is not signed could have been changed on the way.
local function check_signed(headers, signed)
  local list = ";" .. signed .. ";"
  for name in pairs(headers) do
    local matters = name == "host" or name:find("^x%-amz%-")
    if matters and not list:find(";" .. name .. ";", 1, true) then
      errors.raise("AccessDenied", "There were headers present in the request which were not signed", { HeadersNotSigned = name })
    end
  end
end

local function check_payload(payload, body)
  if payload == UNSIGNED then return end
  if payload:find("^STREAMING%-") then
    errors.raise("NotImplemented", "Payloads that are signed piece by piece (STREAMING-…) are not implemented.")
  end
  if payload:lower() ~= sys.sha256(body) then errors.raise("XAmzContentSHA256Mismatch") end
end

local function by_signature(request, claim)
  if not KEYS[claim.key] then errors.raise("InvalidAccessKeyId") end
  check_signed(request.headers, claim.signed)
  if expected(request, claim) ~= claim.found:lower() then
    errors.raise("SignatureDoesNotMatch", nil, { CanonicalRequest = canonical_request(request, claim) })
  end
  check_payload(claim.payload, request.body)
  return claim.key
end

local function by_token(token)
  local entry, expired = tokens.find("access", token)
  if not entry or expired or entry.user.__disabled then errors.raise("AccessDenied") end
  return entry.user.username
end

--- Who calls; refuses who is nobody.
---@param request { verb: string, location: string, raw_query: string, query: table, headers: table, body: string }
---@return string caller an access key or a user's name
---@return boolean by_token
function signature.caller(request)
  local scheme, rest = (request.headers.authorization or ""):match("^(%S+)%s+(.+)$")
  if scheme == ALGORITHM then return by_signature(request, from_header(request, rest)), false end
  if scheme and scheme:lower() == "bearer" then return by_token(rest), true end
  if scheme then errors.raise("InvalidArgument", "Unsupported Authorization Type") end
  if request.query["X-Amz-Algorithm"] == ALGORITHM then return by_signature(request, from_query(request)), false end
  errors.raise("AccessDenied")
end

return signature
