-- The kinds of faults: whether the call is still carried out, and what becomes of its answer.

local errors = require "slsim.errors"
local gzip = require "slsim.gzip"
local json = require "core.json"
local quirks = require "slsim.quirks"

local kinds = {}

local HTML = "<html><head><title>%d</title></head><body><h1>%d %s</h1><p>applb0102</p></body></html>\n"
local REASONS = { [408] = "Request Time-out", [500] = "Internal Server Error", [502] = "Bad Gateway",
  [503] = "Service Unavailable", [504] = "Gateway Time-out" }

local function exception(reply, status, code, text)
  reply.status, reply.body = status, errors.document(code, text)
  reply.headers["Content-Type"], reply.headers["SoftLayer-Total-Items"] = "application/json", nil
end

local function full_code(code)
  return code:find("^SoftLayer_Exception") and code or "SoftLayer_Exception_" .. code
end

local function fraction_of(reply, rule, otherwise)
  local at = rule.at or otherwise
  return at < 1 and math.floor(#reply.body * at) or math.min(math.floor(at), #reply.body)
end

-- Answers instead of the call's own: the API's exceptions. Object storage refuses in its own words.
local function refuses(kind, shape)
  kinds[kind] = { shape = function(reply, rule, call)
    if call.refuse then return call.refuse(reply, kind, rule) end
    shape(reply, rule, call)
  end }
end

refuses("error", function(reply, rule)
  exception(reply, rule.status or 500, full_code(rule.code or "Public"), rule.text or "Internal Error")
end)
refuses("internal", function(reply)
  exception(reply, 200, "SoftLayer_Exception_Public", "Internal Error")
end)
refuses("rate", function(reply, rule)
  exception(reply, rule.status or quirks.on "rate-500" and 500 or 429, "SoftLayer_Exception_WebService_RateLimitExceeded",
    "Rate limit of 50 requests for every 1 second(s) exceeded.")
end)
refuses("unauthorized", function(reply)
  exception(reply, 401, "SoftLayer_Exception_Public", "Access Denied. ")
end)
refuses("token", function(reply)
  exception(reply, 500, "SoftLayer_Exception_Account_Authentication_AccessTokenValidation", "Access token has expired.")
end)
refuses("missing", function(reply, _, call)
  exception(reply, 404, "SoftLayer_Exception_ObjectNotFound",
    ("Unable to find object with id of '%s'."):format(call.init or "0"))
end)
kinds.html = { shape = function(reply, rule)
  local status = math.tointeger(rule.status) or 502
  reply.status, reply.body = status, HTML:format(status, status, REASONS[status] or "Error")
  reply.headers["Content-Type"], reply.headers["SoftLayer-Total-Items"] = "text/html", nil
end }
kinds.redirect = { shape = function(reply, rule)
  reply.status, reply.body = 302, ""
  reply.headers.Location = rule.value or "http://127.0.0.1:9/elsewhere"
end }

-- The call is carried out; its answer is not what it should be.
local function answers(shape) return { executes = true, shape = shape } end

kinds.delay = answers(function() end)
kinds.empty = answers(function(reply) reply.status, reply.body = 200, "" end)
kinds["null"] = answers(function(reply) reply.status, reply.body = 200, "null" end)
kinds.text = answers(function(reply, rule) reply.body = rule.value or '"Internal Error"' end)
kinds.truncate = answers(function(reply, rule) reply.body = reply.body:sub(1, fraction_of(reply, rule, .5)) end)
kinds.garbage = answers(function(reply) reply.body = reply.body:sub(1, -2) .. ',"\xff\xfe":NaN}' end)
kinds.chunked = answers(function(reply) reply.chunked = true end)
kinds.gzip = answers(function(reply)
  reply.body, reply.headers["Content-Encoding"] = gzip.pack(reply.body), "gzip"
end)
kinds.hangup = answers(function(reply) reply.ending = "hangup" end)
kinds.close = answers(function(reply) reply.headers.Connection = "close" end)
kinds.torn = answers(function(reply, rule) reply.cut = fraction_of(reply, rule, .5) end)
kinds.stall = answers(function(reply, rule) reply.cut, reply.stall = fraction_of(reply, rule, .5), true end)
kinds.trickle = answers(function(reply, rule)
  reply.piece, reply.pause_ms = math.tointeger(rule.piece) or 16, math.tointeger(rule.pause_ms) or 50
end)
kinds.length = answers(function(reply)
  reply.cut, reply.body = #reply.body, reply.body .. (" "):rep(64)
end)
kinds.stale = answers(function(reply, _, call)
  if call.previous then reply.status, reply.body = 200, call.previous end
end)
kinds.unwrap = answers(function(reply)
  local list = json.decode(reply.body)
  if json.is_array(list) and #list == 1 then reply.body = json.encode(list[1]) end
end)
kinds.type = answers(function(reply)
  local value = json.decode(reply.body)
  if json.is_array(value) then reply.body = json.encode { list = value }
  elseif type(value) == "table" and value ~= json.null then reply.body = json.encode(json.array { value })
  else reply.body = json.encode { value = value } end
end)

-- No answer.
kinds.drop = { shape = function(reply) reply.ending = "drop" end }
kinds.reset = { shape = function(reply) reply.ending = "reset" end }
kinds.hang = { shape = function(reply) reply.never = true end }
kinds.drop_early = { early = "drop" }
kinds.reset_early = { early = "reset" }
kinds.refuse = { shape = function(reply, rule)
  reply.ending, reply.refuse = "reset", rule.seconds or 1
end }

-- The world misbehaves; the answer is honest.
kinds.stuck = answers(function(_, _, call)
  local object = call.result
  if type(object) == "table" then object.__stuck = true end
  if call.order then call.order.__stuck = true end
end)
kinds.cancelled = answers(function(_, _, call)
  if call.order then call.order.__doomed = true end
end)

return kinds
