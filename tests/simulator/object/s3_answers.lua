-- What S3's operations share: what they look for, and the shape of their answers.

local digest = require "slsim.object.digest"
local errors = require "slsim.object.s3_errors"
local random = require "slsim.random"
local store  = require "slsim.object.store"
local uri    = require "slsim.object.uri"
local xml    = require "slsim.object.xml"

local answers = {}

answers.SPACE = "COS"

---@return table reply
function answers.new(status, headers, body)
  local reply = { status = status, body = body or "", headers = { ["x-amz-request-id"] = random.uuid(), Server = "Cleversafe" } }
  for name, value in pairs(headers or {}) do reply.headers[name] = value end
  return reply
end

---@return table reply
function answers.document(name, children)
  return answers.new(200, { ["Content-Type"] = "application/xml" }, xml.document(name, children))
end

---@return string "2026-11-25T03:47:58.000Z"
function answers.iso(epoch) return os.date("!%Y-%m-%dT%H:%M:%S.000Z", epoch) --[[@as string]] end

---@return string "Wed, 25 Nov 2026 03:47:58 GMT"
function answers.http_date(epoch) return os.date("!%a, %d %b %Y %H:%M:%S GMT", epoch) --[[@as string]] end

function answers.quoted(etag) return '"' .. etag .. '"' end

function answers.bucket(request)
  return store.space(answers.SPACE)[request.bucket] or errors.raise("NoSuchBucket")
end

--- A parameter of the query that is a number; `otherwise` if it is absent.
---@return integer
function answers.number(request, name, otherwise, highest)
  local text = request.query[name]
  if not text or text == "" then return otherwise end
  local value = math.tointeger(tonumber(text))
  if not value or value < 0 then
    errors.raise("InvalidArgument", ("Provided %s not an integer or within integer range"):format(name))
  end
  return math.min(value, highest)
end

--- A name as the caller wants it written.
---@return fun(name: string): string
function answers.encoder(request)
  if request.query["encoding-type"] ~= "url" then return function(name) return name end end
  return function(name) return uri.encode(name, "/") end
end

--- The MD5 of a body that is what its Content-MD5 says.
---@return string etag
function answers.checked_md5(request)
  local etag, header = digest.md5(request.body), request.headers["content-md5"]
  if not header then return etag end
  local claimed = digest.from_header(header) or errors.raise("InvalidDigest")
  if claimed ~= etag then errors.raise("BadDigest") end
  return etag
end

local KEPT = { ["cache-control"] = true, ["content-disposition"] = true, ["content-encoding"] = true, ["content-language"] = true }

--- The headers that an object keeps.
---@return table<string, string>
function answers.metadata(request)
  local kept = {}
  for name, value in pairs(request.headers) do
    if KEPT[name] or name:find("^x%-amz%-meta%-") then kept[name] = value end
  end
  return kept
end

return answers
