-- What S3 requests are called: by path, verb, and the word in the query that makes it another operation.

local path = require "slsim.path"
local uri  = require "slsim.object.uri"

local names = {}

local NAMES = { -- level, verb, word
  ["service GET"] = "listBuckets",
  ["bucket PUT"] = "createBucket", ["bucket HEAD"] = "headBucket", ["bucket DELETE"] = "deleteBucket",
  ["bucket GET"] = "listObjects", ["bucket GET location"] = "getBucketLocation",
  ["bucket GET uploads"] = "listMultipartUploads", ["bucket POST delete"] = "deleteObjects",
  ["object PUT"] = "putObject", ["object GET"] = "getObject", ["object HEAD"] = "headObject", ["object DELETE"] = "deleteObject",
  ["object POST uploads"] = "createMultipartUpload", ["object PUT uploadId"] = "uploadPart",
  ["object GET uploadId"] = "listParts", ["object POST uploadId"] = "completeMultipartUpload",
  ["object DELETE uploadId"] = "abortMultipartUpload",
}
local WORDS = { "location", "uploads", "uploadId", "delete", "acl", "cors", "lifecycle", "policy", "protection", "retention",
  "tagging", "torrent", "versioning", "versions", "website", "encryption", "publicAccessBlock", "restore", "attributes" }

local function name_of(verb, bucket, key, query)
  local level = key ~= "" and "object" or bucket ~= "" and "bucket" or "service"
  for _, word in ipairs(WORDS) do
    if query[word] then return NAMES[("%s %s %s"):format(level, verb, word)], word end
  end
  return NAMES[level .. " " .. verb]
end

---@param text string the URI
---@return { verb: string, location: string, raw_query: string, query: table, bucket: string, key: string, name?: string, word?: string }
function names.understood(verb, text)
  local location, raw = uri.split(text)
  local bucket, key = location:match("^/?([^/]*)/?(.*)$")
  local request = { verb = verb, location = location, raw_query = raw, query = uri.parameters(raw),
    bucket = path.decode(bucket), key = path.decode(key) }
  request.name, request.word = name_of(verb, request.bucket, request.key, request.query)
  return request
end

--- How a request is called in the journal and in fault rules.
---@param request table from names.understood
---@return { service_name: string, method_name: string, init: string, verb: string }
function names.call(request)
  return { service_name = "COS", method_name = request.name or "unknown", verb = request.verb, nth = 1,
    init = request.key ~= "" and request.bucket .. "/" .. request.key or request.bucket }
end

return names
