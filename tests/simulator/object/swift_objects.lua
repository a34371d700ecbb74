-- Swift: objects one by one. A manifest (X-Object-Manifest) stands for all objects below a prefix.

local answers = require "slsim.object.swift_answers"
local clock   = require "slsim.clock"
local digest  = require "slsim.object.digest"
local guess   = require "slsim.guess"
local range   = require "slsim.object.range"
local store   = require "slsim.object.store"
local uri     = require "slsim.object.uri"

guess("[G]", "Swift: static large objects (multipart-manifest=put) and copies answer 501")

local objects = {}

local META = "x-object-meta-"

local function object_of(request)
  return answers.container(request).objects[request.key] or answers.refuse(404)
end

-- Seconds until it goes, from X-Delete-After or X-Delete-At.
local function remaining(headers)
  local after, at = headers["x-delete-after"], headers["x-delete-at"]
  if not after and not at then return nil end
  local seconds = math.tointeger(tonumber(after or at)) or answers.refuse(400, "Non-integer X-Delete-After")
  if not after then seconds = seconds - clock.time() end
  if seconds <= 0 then answers.refuse(400, "X-Delete-At in past") end
  return seconds
end

local function expire(object, seconds)
  store.expire(object, seconds)
  object.delete_at = seconds and clock.time() + seconds
end

function objects.putObject(request)
  local container = answers.container(request)
  if request.query["multipart-manifest"] or request.headers["x-copy-from"] then answers.refuse(501) end
  local etag, seconds, manifest = digest.md5(request.body), remaining(request.headers), request.headers["x-object-manifest"]
  local claimed = request.headers.etag
  if claimed and claimed:gsub('"', ""):lower() ~= etag then answers.refuse(422) end
  local object = store.put(container, request.key, { pieces = { request.body }, etag = etag,
    type = request.headers["content-type"] or "application/octet-stream", manifest = manifest and uri.decode(manifest),
    metadata = answers.metadata(request, META, "content-encoding", "content-disposition") })
  expire(object, seconds)
  return answers.new(201, { Etag = etag, ["Last-Modified"] = os.date("!%a, %d %b %Y %H:%M:%S GMT", object.modified) })
end

function objects.postObject(request)
  local object = object_of(request)
  local seconds = remaining(request.headers)
  object.metadata = answers.metadata(request, META, "content-encoding", "content-disposition")
  object.type = request.headers["content-type"] or object.type
  expire(object, seconds)
  return answers.new(202)
end

-- A manifest's is made of those of its segments, and in quotes.
local function etag_of(object)
  if not object.manifest then return object.etag end
  local sums = {}
  for i, segment in ipairs(store.segments(object)) do sums[i] = segment.etag end
  return ('"%s"'):format(digest.md5(table.concat(sums)))
end

local function headers_of(object)
  local headers = { Etag = etag_of(object), ["Content-Type"] = object.type, ["Accept-Ranges"] = "bytes",
    ["Last-Modified"] = os.date("!%a, %d %b %Y %H:%M:%S GMT", object.modified),
    ["X-Timestamp"] = ("%d.00000"):format(object.modified), ["X-Object-Manifest"] = object.manifest and uri.encode(object.manifest, "/"),
    ["X-Delete-At"] = object.delete_at and ("%d"):format(object.delete_at) }
  for name, value in pairs(object.metadata) do headers[name] = value end
  return headers
end

function objects.getObject(request)
  local object = object_of(request)
  local size = store.size(object)
  local from, to, impossible = range.of(request.headers.range, size)
  if impossible then answers.refuse(416) end
  local headers = headers_of(object)
  if from then headers["Content-Range"] = ("bytes %d-%d/%d"):format(from, to, size) end
  return answers.new(from and 206 or 200, headers, store.read(object, from, to))
end

-- The server sends of a HEAD's answer what stands before its body.
objects.headObject = objects.getObject

function objects.deleteObject(request)
  store.remove(object_of(request))
  return answers.new(204)
end

return objects
