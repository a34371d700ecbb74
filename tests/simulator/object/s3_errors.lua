-- S3's refusals: raised as tables, answered as XML.

local guess  = require "slsim.guess"
local random = require "slsim.random"
local xml    = require "slsim.object.xml"

guess("[G]", "COS: an error's document has Code, Message, Resource, RequestId and httpStatusCode; a fault's default is S3's own")

local errors = {}
local Refusal = {}

local TEXTS = {
  AccessDenied = { 403, "Access Denied" },
  AuthorizationHeaderMalformed = { 400, "The authorization header is malformed." },
  BadDigest = { 400, "The Content-MD5 you specified did not match what we received." },
  BucketAlreadyExists = { 409, "The requested bucket name is not available." },
  BucketNotEmpty = { 409, "The bucket you tried to delete is not empty." },
  EntityTooLarge = { 400, "Your proposed upload exceeds the maximum allowed object size." },
  EntityTooSmall = { 400, "Your proposed upload is smaller than the minimum allowed object size." },
  InternalError = { 500, "We encountered an internal error. Please try again." },
  InvalidAccessKeyId = { 403, "The AWS Access Key Id you provided does not exist in our records." },
  InvalidArgument = { 400, "Invalid Argument" },
  InvalidBucketName = { 400, "The specified bucket is not valid." },
  InvalidDigest = { 400, "The Content-MD5 you specified is not valid." },
  InvalidPart = { 400, "One or more of the specified parts could not be found. The part might not have been uploaded, "
    .. "or the specified entity tag might not have matched the part's entity tag." },
  InvalidPartOrder = { 400, "The list of parts was not in ascending order. Parts list must be specified in order by part number." },
  InvalidRange = { 416, "The requested range is not satisfiable" },
  InvalidRequest = { 400, "Invalid Request" },
  MalformedXML = { 400, "The XML you provided was not well-formed or did not validate against our published schema." },
  MethodNotAllowed = { 405, "The specified method is not allowed against this resource." },
  NoSuchBucket = { 404, "The specified bucket does not exist." },
  NoSuchKey = { 404, "The specified key does not exist." },
  NoSuchUpload = { 404, "The specified multipart upload does not exist. The upload ID might be invalid, "
    .. "or the multipart upload might have been aborted or completed." },
  NotImplemented = { 501, "A header you provided implies functionality that is not implemented." },
  RequestTimeTooSkewed = { 403, "The difference between the request time and the server's time is too large." },
  SignatureDoesNotMatch = { 403, "The request signature we calculated does not match the signature you provided. "
    .. "Check your AWS Secret Access Key and signing method." },
  SlowDown = { 503, "Please reduce your request rate." },
  XAmzContentSHA256Mismatch = { 400, "The provided 'x-amz-content-sha256' header does not match what was computed." },
}

---@param code string one of TEXTS
---@param message string? another text than the code's own
---@param details table<string, string>? more elements of the document
function errors.raise(code, message, details)
  error(setmetatable({ status = TEXTS[code][1], code = code, message = message or TEXTS[code][2], details = details }, Refusal), 0)
end

---@return boolean
function errors.is(value) return getmetatable(value) == Refusal end

---@param refusal { status: integer, code: string, message: string, details: table? }
---@param resource string
---@return table reply
function errors.reply(refusal, resource)
  local id = random.uuid()
  local children = { xml.element("Code", refusal.code), xml.element("Message", refusal.message),
    xml.element("Resource", resource), xml.element("RequestId", id), xml.element("httpStatusCode", refusal.status) }
  for name, text in pairs(refusal.details or {}) do children[#children + 1] = xml.element(name, text) end
  return { status = refusal.status, body = xml.document("Error", children, true),
    headers = { ["Content-Type"] = "application/xml", ["x-amz-request-id"] = id, Server = "Cleversafe" } }
end

-- Which of them a kind of fault is.
local FAULTS = { error = "InternalError", internal = "InternalError", rate = "SlowDown", unauthorized = "AccessDenied",
  token = "AccessDenied", missing = "NoSuchKey" }

--- The refusal that a fault rule asks for. An internal error comes with 200, as it may when an upload is completed.
---@return table refusal
function errors.of_fault(kind, rule)
  local code = rule.code or rule.status == 503 and "SlowDown" or FAULTS[kind]
  local known = TEXTS[code] or { 500, code }
  return { code = code, message = rule.text or known[2],
    status = math.tointeger(rule.status) or kind == "internal" and 200 or known[1] }
end

return errors
