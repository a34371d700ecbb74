-- S3: objects one by one.

local answers = require "slsim.object.s3_answers"
local errors  = require "slsim.object.s3_errors"
local guess   = require "slsim.guess"
local range   = require "slsim.object.range"
local store   = require "slsim.object.store"

guess("[G]", "COS: copies (x-amz-copy-source) and conditions (If-Match and the like) are refused with NotImplemented")

local objects = {}

local UNKNOWN = { "x-amz-copy-source", "if-match", "if-none-match", "if-modified-since", "if-unmodified-since" }

local function refuse_unknown(request)
  for _, name in ipairs(UNKNOWN) do
    if request.headers[name] then errors.raise("NotImplemented", nil, { Header = name }) end
  end
end

local function object_of(request)
  refuse_unknown(request)
  return answers.bucket(request).objects[request.key] or errors.raise("NoSuchKey")
end

function objects.putObject(request)
  local bucket = answers.bucket(request)
  refuse_unknown(request)
  local object = store.put(bucket, request.key, { pieces = { request.body }, etag = answers.checked_md5(request),
    type = request.headers["content-type"], metadata = answers.metadata(request) })
  return answers.new(200, { ETag = answers.quoted(object.etag) })
end

local function headers_of(object)
  local headers = { ETag = answers.quoted(object.etag), ["Last-Modified"] = answers.http_date(object.modified),
    ["Accept-Ranges"] = "bytes", ["Content-Type"] = object.type or "binary/octet-stream" }
  for name, value in pairs(object.metadata) do headers[name] = value end
  return headers
end

function objects.getObject(request)
  local object = object_of(request)
  local from, to, impossible = range.of(request.headers.range, object.size)
  if impossible then errors.raise("InvalidRange") end
  local headers = headers_of(object)
  if from then headers["Content-Range"] = ("bytes %d-%d/%d"):format(from, to, object.size) end
  return answers.new(from and 206 or 200, headers, store.read(object, from, to))
end

-- The server sends of a HEAD's answer what stands before its body.
objects.headObject = objects.getObject

function objects.deleteObject(request)
  local object = answers.bucket(request).objects[request.key]
  if object then store.remove(object) end
  return answers.new(204)
end

return objects
