-- S3: uploads in parts.

local answers = require "slsim.object.s3_answers"
local clock   = require "slsim.clock"
local digest  = require "slsim.object.digest"
local errors  = require "slsim.object.s3_errors"
local guess   = require "slsim.guess"
local random  = require "slsim.random"
local store   = require "slsim.object.store"
local xml     = require "slsim.object.xml"

guess("[G]", "COS: an upload that is completed or aborted once more answers NoSuchUpload")

local multipart = {}

local SMALLEST, MOST_PARTS, MOST = 5 << 20, 10000, 1000
local element = xml.element
local last_number = 0

local function upload_of(request)
  local bucket = answers.bucket(request)
  local upload = bucket.uploads[request.query.uploadId]
  if not upload or upload.key ~= request.key then errors.raise("NoSuchUpload") end
  return upload, bucket
end

function multipart.createMultipartUpload(request)
  local bucket = answers.bucket(request)
  last_number = last_number + 1
  local upload = { id = random.uuid(), key = request.key, bucket = bucket.name, number = last_number, created = clock.time(),
    type = request.headers["content-type"], metadata = answers.metadata(request), parts = {} }
  bucket.uploads[upload.id] = upload
  return answers.document("InitiateMultipartUploadResult", { element("Bucket", bucket.name), element("Key", upload.key),
    element("UploadId", upload.id) })
end

function multipart.uploadPart(request)
  local upload = upload_of(request)
  local number = math.tointeger(tonumber(request.query.partNumber))
  if not number or number < 1 or number > MOST_PARTS then
    errors.raise("InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive")
  end
  if request.headers["x-amz-copy-source"] then errors.raise("NotImplemented", nil, { Header = "x-amz-copy-source" }) end
  local etag = answers.checked_md5(request)
  upload.parts[number] = { number = number, body = request.body, etag = etag, modified = clock.time() }
  return answers.new(200, { ETag = answers.quoted(etag) })
end

local function numbers(upload)
  local list = {}
  for number in pairs(upload.parts) do list[#list + 1] = number end
  table.sort(list)
  return list
end

function multipart.listParts(request)
  local upload = upload_of(request)
  local limit, after = answers.number(request, "max-parts", MOST, MOST),
    answers.number(request, "part-number-marker", 0, MOST_PARTS)
  local list, last, truncated = {}, after, false
  for _, number in ipairs(numbers(upload)) do
    if number > after and #list < limit then
      local part = upload.parts[number]
      last = number
      list[#list + 1] = element("Part", { element("PartNumber", number), element("LastModified", answers.iso(part.modified)),
        element("ETag", answers.quoted(part.etag)), element("Size", #part.body) })
    elseif number > after then
      truncated = true
    end
  end
  return answers.document("ListPartsResult", { element("Bucket", upload.bucket), element("Key", upload.key),
    element("UploadId", upload.id), element("PartNumberMarker", after), element("NextPartNumberMarker", last),
    element("MaxParts", limit), element("IsTruncated", truncated), element("StorageClass", "STANDARD"), table.concat(list) })
end

-- The parts that a completion names; each must be there, and as it is named.
local function chosen(upload, document)
  local list, last = {}, 0
  for _, inner in ipairs(xml.all(document, "Part")) do
    local number = math.tointeger(tonumber(xml.text(inner, "PartNumber")))
    local etag = xml.text(inner, "ETag")
    if not number or not etag then errors.raise("MalformedXML") end
    local part = upload.parts[number]
    if not part or etag:gsub('"', "") ~= part.etag then errors.raise("InvalidPart", nil, { PartNumber = number }) end
    if number <= last then errors.raise("InvalidPartOrder") end
    last = number
    list[#list + 1] = part
  end
  if #list == 0 then errors.raise("MalformedXML") end
  return list
end

function multipart.completeMultipartUpload(request)
  local upload, bucket = upload_of(request)
  local pieces, sums = {}, {}
  local parts = chosen(upload, request.body)
  for i, part in ipairs(parts) do
    if i < #parts and #part.body < SMALLEST then
      errors.raise("EntityTooSmall", nil, { PartNumber = part.number })
    end
    pieces[i], sums[i] = part.body, part.etag
  end
  bucket.uploads[upload.id] = nil
  local object = store.put(bucket, upload.key, { pieces = pieces, etag = ("%s-%d"):format(digest.of_sums(sums), #parts),
    type = upload.type, metadata = upload.metadata })
  return answers.document("CompleteMultipartUploadResult", {
    element("Location", ("http://%s/%s/%s"):format(request.headers.host or "", bucket.name, upload.key)),
    element("Bucket", bucket.name), element("Key", upload.key), element("ETag", answers.quoted(object.etag)) })
end

function multipart.abortMultipartUpload(request)
  local upload, bucket = upload_of(request)
  bucket.uploads[upload.id] = nil
  return answers.new(204)
end

return multipart
