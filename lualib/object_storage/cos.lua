--- IBM Cloud Object Storage by its S3 interface: files that are uploaded in parts, so that an interrupted upload goes
--- on where it ended. Requests carry an HMAC key's signature or an IAM token.

local errors = require "errors"
local percent = require "percent"
local sender = require "object_storage.sender"
local sigv4 = require "object_storage.sigv4"
local sys = require "core.sys"
local upload = require "object_storage.upload"
local xml = require "xml"

local cos = {}

local SHORT, LONG = 60, 15 * 60 -- seconds of a request, and of one with a part in it

---@class Cos
---@field region string
---@field bucket string
---@field endpoint string
---@field key SigningKey?
---@field token fun(): string?, Error? asked where there is no key
---@field sender Sender
local Cos = {}
Cos.__index = Cos

---@class CosSettings
---@field endpoint string? its URL; default: the region's public one
---@field region string
---@field bucket string
---@field access_key_id string?
---@field secret_access_key string?
---@field token (fun(): string?, Error?)?
---@field http http.options

--- A bucket.
---@param settings CosSettings
---@return Cos? store
---@return Error? err
function cos.open(settings)
  local connections, err = sender.open("object storage", settings.http)
  if not connections then return nil, err end
  local endpoint = settings.endpoint or ("https://s3.%s.cloud-object-storage.appdomain.cloud"):format(settings.region)
  return setmetatable({ region = settings.region, bucket = settings.bucket, endpoint = endpoint:gsub("/+$", ""),
    key = settings.access_key_id and { id = settings.access_key_id, secret = settings.secret_access_key,
      region = settings.region, service = "s3" } or nil, token = settings.token, sender = connections }, Cos)
end

-- Authenticates by key or token. The servers' clock is real, whatever speed ours has.
---@private
function Cos:authorize(request, path, query, payload)
  local headers = request.headers
  if not self.key then
    local token, err = self.token()
    headers.Authorization = token and "Bearer " .. token
    return token and true, err
  end
  headers["X-Amz-Date"] = os.date("!%Y%m%dT%H%M%SZ", os.time())
  headers["X-Amz-Content-Sha256"] = payload
  local signed = { Host = self.endpoint:match "^%w+://([^/]+)" }
  for name, value in pairs(headers) do signed[name] = value end
  headers.Authorization = sigv4.authorization({ method = request.method, path = path, query = query, headers = signed,
    payload = payload }, self.key)
  return true
end

---@private
function Cos:call(what, method, name, query, body)
  local path = ("/%s%s"):format(self.bucket, name and "/" .. percent.encode(name) or "")
  local payload, digest = sys.sha256(body or ""), body and sys.md5(body)
  local url = ("%s%s?%s"):format(self.endpoint, path, sigv4.query(query)):gsub("%?$", "")
  local headers = { ["Content-MD5"] = digest and upload.base64(digest) }
  local request = { method = method, url = url, body = body, headers = headers, timeout = body and LONG or SHORT }
  return self.sender:send(what, request, function(unsigned)
    return self:authorize(unsigned, path, query, payload)
  end)
end

-- The code and words of an error's document.
local function complaint_of(answer)
  local document = xml.parse(answer.body)
  if not document or document.name ~= "Error" then return nil end
  return xml.text(document, "Code"), ("%s, %s"):format(xml.text(document, "Message"), xml.text(document, "Code"))
end

---@private
function Cos:refusal(what, answer)
  local code, words = complaint_of(answer)
  local err = self.sender:refusal(what, answer, words)
  err.code = code
  return err
end

-- The document of an answer; servers put errors into answers of status 200, too.
---@private
function Cos:document(what, answer, name)
  local document, message = xml.parse(answer.body)
  if answer.status == 200 and document and document.name == name then return document end
  if answer.status ~= 200 or document and document.name == "Error" then return nil, self:refusal(what, answer) end
  return nil, errors.new { kind = "transport", message = ("%s: the answer to %s cannot be read: %s"):format(
    self.sender.name, what, message or "it is a " .. document.name) }
end

---@private
function Cos:ask(what, method, name, query, expected, body)
  local answer, err = self:call(what, method, name, query, body)
  if not answer then return nil, err end
  return self:document(what, answer, expected)
end

--- Whether an object is there.
---@param name string
---@return boolean? there
---@return Error? err
function Cos:has(name)
  local answer, err = self:call("looking for " .. name, "HEAD", name, {})
  if not answer then return nil, err end
  if answer.status == 200 or answer.status == 404 then return answer.status == 200 end
  return nil, self:refusal("looking for " .. name, answer)
end

-- The pages of a list. `markers`: the parameters that ask for the next page, and what their values are called.
---@private
function Cos:pages(what, name, query, expected, markers)
  local pages = {}
  repeat
    local page, err = self:ask(what, "GET", name, query, expected)
    if not page then return nil, err end
    pages[#pages + 1] = page
    for parameter, element in pairs(markers) do query[parameter] = xml.text(page, element) end
  until xml.text(page, "IsTruncated") ~= "true"
  return pages
end

-- Uploads of this object that were begun and neither completed nor aborted.
---@private
function Cos:uploads(name)
  local query = { uploads = "", prefix = name }
  local pages, err = self:pages("looking for uploads", nil, query, "ListMultipartUploadsResult", {
    ["key-marker"] = "NextKeyMarker", ["upload-id-marker"] = "NextUploadIdMarker" })
  if not pages then return nil, err end
  local ids = {}
  for _, page in ipairs(pages) do
    for _, entry in ipairs(xml.all(page, "Upload")) do
      if xml.text(entry, "Key") == name then ids[#ids + 1] = xml.text(entry, "UploadId") end
    end
  end
  return ids
end

-- What the server has of an upload: { etag, size } by part.
---@private
function Cos:parts(name, id)
  local pages, err = self:pages("listing parts", name, { uploadId = id }, "ListPartsResult", {
    ["part-number-marker"] = "NextPartNumberMarker" })
  if not pages then return nil, err end
  local parts = {}
  for _, page in ipairs(pages) do
    for _, entry in ipairs(xml.all(page, "Part")) do
      parts[tonumber(xml.text(entry, "PartNumber")) or 0] = { etag = (xml.text(entry, "ETag") or ""):gsub('"', ""),
        size = tonumber(xml.text(entry, "Size")) }
    end
  end
  return parts
end

---@private
function Cos:begin(name)
  local query = { uploads = "" }
  local document, err = self:ask("beginning an upload", "POST", name, query, "InitiateMultipartUploadResult", "")
  if not document then return nil, err end
  return xml.text(document, "UploadId")
end

---@private
function Cos:put_part(name, id, number, bytes)
  local what = "uploading part " .. number
  local answer, err = self:call(what, "PUT", name, { partNumber = tostring(number), uploadId = id }, bytes)
  if not answer then return nil, err end
  return answer.status == 200 or nil, answer.status ~= 200 and self:refusal(what, answer) or nil
end

-- Names the parts as the server does: with keys of its own it has other digests than MD5. An upload that is gone after
-- a lost answer was completed by it.
---@private
function Cos:complete(name, id, count)
  local parts, err = self:parts(name, id)
  if not parts then return nil, err end
  local lines = {}
  for number = 1, count do
    if not parts[number] then return nil, errors.cloud("object storage has lost part %d of %s", number, name) end
    lines[number] = ("<Part><PartNumber>%d</PartNumber><ETag>\"%s\"</ETag></Part>"):format(number, parts[number].etag)
  end
  local document
  document, err = self:ask("completing the upload", "POST", name, { uploadId = id }, "CompleteMultipartUploadResult",
    "<CompleteMultipartUpload>" .. table.concat(lines) .. "</CompleteMultipartUpload>")
  if not document and err.code == "NoSuchUpload" then return self:has(name) or nil, err end
  return document and true, err
end

--- Uploads a file; what an interrupted try of the same one has uploaded stays there and is not sent again. One that is
--- there already is complete.
---@param name string
---@param file Source
---@return boolean? done
---@return Error? err
function Cos:put(name, file)
  local ids, err = self:uploads(name)
  if not ids then return nil, err end
  local id = ids[1]
  if not id then
    local there
    there, err = self:has(name)
    if there or err then return there, err end
    id, err = self:begin(name)
    if not id then return nil, err or errors.cloud "object storage began an upload without an id" end
  end
  local there, count
  there, err = self:parts(name, id)
  if not there then return nil, err end
  count, err = upload.parts(file, there, function(number, bytes) return self:put_part(name, id, number, bytes) end)
  if not count then return nil, err end
  return self:complete(name, id, count)
end

---@private
function Cos:remove(what, name, query)
  local answer, err = self:call(what, "DELETE", name, query)
  if not answer then return nil, err end
  if answer.status < 300 or answer.status == 404 then return true end
  return nil, self:refusal(what, answer)
end

--- Deletes an object, and what uploads of it have left.
---@param name string
---@return boolean? done also when there is none
---@return Error? err
function Cos:delete(name)
  local ids, err = self:uploads(name)
  if not ids then return nil, err end
  for _, id in ipairs(ids) do
    local aborted
    aborted, err = self:remove("aborting an upload", name, { uploadId = id })
    if not aborted then return nil, err end
  end
  return self:remove("deleting " .. name, name, {})
end

--- Whether anything of a file is there, be it parts of it.
---@param name string
---@return boolean? there
---@return Error? err
function Cos:holds(name)
  local ids, err = self:uploads(name)
  if not ids then return nil, err end
  if #ids > 0 then return true end
  return self:has(name)
end

--- How SoftLayer finds the object.
---@param name string
---@return string
function Cos:uri(name) return ("cos://%s/%s/%s"):format(self.region, self.bucket, name) end

return cos
