-- S3: buckets and lists of what is in them.

local answers = require "slsim.object.s3_answers"
local errors  = require "slsim.object.s3_errors"
local guess   = require "slsim.guess"
local listing = require "slsim.object.listing"
local store   = require "slsim.object.store"
local sys     = require "core.sys"
local xml     = require "slsim.object.xml"

guess("[G]", "COS: listing and making buckets with an IAM token needs ibm-service-instance-id, else 400 InvalidRequest")
guess("[G]", "COS: a bucket without a LocationConstraint is in us-south; unfinished uploads do not keep it from being deleted")

local buckets = {}

local OWNER = "slsim"
local element = xml.element
local MOST = 1000

local function needs_instance(request)
  if request.by_token and not request.headers["ibm-service-instance-id"] then
    errors.raise("InvalidRequest", "The header ibm-service-instance-id is missing.")
  end
end

local function owner() return element("Owner", { element("ID", OWNER), element("DisplayName", OWNER) }) end

function buckets.listBuckets(request)
  needs_instance(request)
  local space, list = store.space(answers.SPACE), {}
  for i, name in ipairs(store.names(space)) do
    list[i] = element("Bucket", { element("Name", name), element("CreationDate", answers.iso(space[name].created)) })
  end
  return answers.document("ListAllMyBucketsResult", { owner(), element("Buckets", list) })
end

-- "us-south-standard" lies in us-south; "us-standard" in the region us of three datacenters.
local function region_of(location)
  return location:gsub("%-standard$", ""):gsub("%-vault$", ""):gsub("%-cold$", ""):gsub("%-flex$", ""):gsub("%-smart$", "")
end

function buckets.createBucket(request)
  needs_instance(request)
  local name = request.bucket
  if #name < 3 or #name > 63 or not name:find("^[%l%d][%l%d.-]*[%l%d]$") then errors.raise("InvalidBucketName") end
  if store.space(answers.SPACE)[name] then errors.raise("BucketAlreadyExists") end
  local location = xml.text(request.body, "LocationConstraint") or "us-south-standard"
  store.add_container(answers.SPACE, name, { location = location, region = region_of(location), uploads = {} })
  return answers.new(200)
end

function buckets.headBucket(request)
  answers.bucket(request)
  return answers.new(200)
end

function buckets.getBucketLocation(request)
  return answers.new(200, { ["Content-Type"] = "application/xml" },
    xml.document("LocationConstraint", { answers.bucket(request).location }))
end

function buckets.deleteBucket(request)
  local bucket = answers.bucket(request)
  if next(bucket.objects) then errors.raise("BucketNotEmpty") end
  store.space(answers.SPACE)[bucket.name] = nil
  return answers.new(204)
end

local function contents(entry, encode, with_owner)
  if entry.folded then return element("CommonPrefixes", { element("Prefix", encode(entry.name)) }) end
  local object = entry.value
  return element("Contents", { element("Key", encode(entry.name)), element("LastModified", answers.iso(object.modified)),
    element("ETag", answers.quoted(object.etag)), element("Size", object.size), with_owner and owner() or "",
    element("StorageClass", "STANDARD") })
end

local function optional(name, value) return value and element(name, value) or "" end

-- What the second version has in place of markers.
local function second(request, page, encode)
  local query = request.query
  return { element("KeyCount", #page.entries), optional("StartAfter", query["start-after"] and encode(query["start-after"])),
    optional("ContinuationToken", query["continuation-token"]),
    optional("NextContinuationToken", page.truncated and sys.base64(page.last) or nil) }
end

local function first(request, page, encode)
  local shown = page.truncated and (request.query.delimiter or "") ~= ""
  return { element("Marker", encode(request.query.marker or "")), optional("NextMarker", shown and encode(page.last) or nil) }
end

local function start_of(query)
  local token = query["continuation-token"]
  if not token then return query["start-after"] or "" end
  return sys.unbase64(token) or errors.raise("InvalidArgument", "The continuation token provided is incorrect")
end

function buckets.listObjects(request)
  local bucket, query, encode = answers.bucket(request), request.query, answers.encoder(request)
  local newer = query["list-type"] == "2"
  local limit = answers.number(request, "max-keys", MOST, MOST)
  local page = listing.page(bucket.objects, { prefix = query.prefix, delimiter = query.delimiter, limit = limit,
    after = newer and start_of(query) or query.marker })
  local children = { element("Name", bucket.name), element("Prefix", encode(query.prefix or "")), element("MaxKeys", limit),
    optional("Delimiter", query.delimiter and encode(query.delimiter)), optional("EncodingType", query["encoding-type"]),
    element("IsTruncated", page.truncated) }
  table.move((newer and second or first)(request, page, encode), 1, 4, #children + 1, children)
  for _, entry in ipairs(page.entries) do
    children[#children + 1] = contents(entry, encode, not newer or query["fetch-owner"] == "true")
  end
  return answers.document("ListBucketResult", children)
end

-- Uploads in the order of their keys, and of their beginning where keys are equal.
local function sorted_uploads(bucket, prefix)
  local list = {}
  for _, upload in pairs(bucket.uploads) do
    if upload.key:sub(1, #prefix) == prefix then list[#list + 1] = upload end
  end
  table.sort(list, function(a, b) return a.key < b.key or a.key == b.key and a.number < b.number end)
  return list
end

local function is_after(upload, bucket, query)
  local key = query["key-marker"]
  if not key or key == "" or upload.key > key then return true end
  local marked = bucket.uploads[query["upload-id-marker"] or ""]
  return upload.key == key and marked ~= nil and upload.number > marked.number
end

function buckets.listMultipartUploads(request)
  local bucket, query, encode = answers.bucket(request), request.query, answers.encoder(request)
  local limit, list, last, truncated = answers.number(request, "max-uploads", MOST, MOST), {}, nil, false
  for _, upload in ipairs(sorted_uploads(bucket, query.prefix or "")) do
    truncated = truncated or #list >= limit and is_after(upload, bucket, query)
    if not truncated and is_after(upload, bucket, query) then
      last = upload
      list[#list + 1] = element("Upload", { element("Key", encode(upload.key)), element("UploadId", upload.id), owner(),
        element("StorageClass", "STANDARD"), element("Initiated", answers.iso(upload.created)) })
    end
  end
  return answers.document("ListMultipartUploadsResult", { element("Bucket", bucket.name),
    element("KeyMarker", encode(query["key-marker"] or "")), element("UploadIdMarker", query["upload-id-marker"] or ""),
    optional("NextKeyMarker", truncated and encode(last.key) or nil), optional("NextUploadIdMarker", truncated and last.id or nil),
    element("MaxUploads", limit), element("IsTruncated", truncated), table.concat(list) })
end

function buckets.deleteObjects(request)
  local bucket, gone = answers.bucket(request), {}
  if not request.headers["content-md5"] then
    errors.raise("InvalidRequest", "Missing required header for this request: Content-MD5")
  end
  answers.checked_md5(request)
  for _, inner in ipairs(xml.all(request.body, "Object")) do
    local key = xml.text(inner, "Key") or errors.raise("MalformedXML")
    if bucket.objects[key] then store.remove(bucket.objects[key]) end
    gone[#gone + 1] = element("Deleted", { element("Key", key) })
  end
  if #gone == 0 then errors.raise("MalformedXML") end
  return answers.document("DeleteResult", xml.text(request.body, "Quiet") == "true" and {} or gone)
end

return buckets
