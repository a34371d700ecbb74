-- The envelope of an answer: status, headers, and the document as JSON, XML or text.

local errors = require "slsim.errors"
local guess  = require "slsim.guess"
local gzip   = require "slsim.gzip"
local json   = require "core.json"
local quirks = require "slsim.quirks"

guess("[G]", "an extension decides nothing but .txt and .xml; .txt of an object or a list is JSON text")
guess("[G]", "XML: a list's elements are called item, and null is an empty element")
guess("[G]", "errors are JSON also for .txt")

local answer = {}

local ONE_YEAR = "max-age=31536000; includeSubDomains"

---@param status integer
---@param body string
---@param secure boolean? whether it goes over TLS
function answer.new(status, body, secure)
  return { status = status, body = body, headers = {
    ["Content-Type"] = "application/json", Server = "Apache", Vary = "Accept-Encoding",
    ["X-Frame-Options"] = "SAMEORIGIN", ["Strict-Transport-Security"] = secure and ONE_YEAR or nil,
    Connection = quirks.on "connection-close" and "close" or nil,
  } }
end

-- PHP's json_encode: slashes are escaped; json.encode does the rest.
local function escaped(text) return quirks.on "escaped-slashes" and text:gsub("/", "\\/") or text end

local function php_encode(value) return escaped(json.encode(value)) end

local XML = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }

local function names(map)
  local list = {}
  for name in pairs(map) do list[#list + 1] = name end
  table.sort(list)
  return list
end

local function xml(name, value)
  if value == json.null then return ("<%s/>"):format(name) end
  local inner = {}
  if type(value) ~= "table" then
    inner[1] = tostring(value):gsub('[&<>"]', XML)
  elseif json.is_array(value) then
    for i, member in ipairs(value) do inner[i] = xml("item", member) end
  else
    for i, key in ipairs(names(value)) do inner[i] = xml(key, value[key]) end
  end
  return ("<%s>%s</%s>"):format(name, table.concat(inner), name)
end

local function as_xml(value) return '<?xml version="1.0" encoding="UTF-8"?>\n' .. xml("root", value), "text/xml" end

local function as_text(value)
  local bare = type(value) ~= "table" and not (type(value) == "string" and quirks.on "txt-quotes")
  return bare and tostring(value) or php_encode(value), "text/plain"
end

local function as_json(value)
  local bare = type(value) == "string" and quirks.on "unquoted-strings"
  return bare and value or php_encode(value), "application/json"
end

local FORMS = { xml = as_xml, txt = as_text, json = as_json }

--- Puts a value into an answer.
---@param extension string? "json", "xml" or "txt"
function answer.put(reply, extension, value)
  reply.body, reply.headers["Content-Type"] = (FORMS[extension] or as_json)(value)
  return reply
end

--- The answer that an exception of the API makes.
---@param err table from slsim.errors
function answer.failure(err, extension, secure)
  local reply = answer.new(err.status, "", secure)
  if extension == "xml" then
    answer.put(reply, "xml", { error = err.error, code = err.code })
  else
    reply.body = escaped(errors.document(err.code, err.error))
  end
  if err.status == 401 then reply.headers["WWW-Authenticate"] = 'Basic realm="SoftLayer API"' end
  if errors.is_rate_limit(err) and quirks.on "retry-after" then reply.headers["Retry-After"] = "1" end
  return reply
end

---@param text string an Accept-Encoding header
function answer.accepts_gzip(text)
  local accepted = {}
  for coding, weight in text:lower():gmatch("([%w*-]+)%s*([^,]*)") do
    accepted[coding] = tonumber(weight:match("q%s*=%s*([%d.]+)") or 1) > 0
  end
  if accepted.gzip ~= nil then return accepted.gzip end
  return accepted["x-gzip"] or accepted["*"] or false
end

--- Packs an answer if the request allows it. What a fault did to the bytes stays as it is.
function answer.pack(request, reply)
  local plain = reply.body and reply.body ~= "" and not reply.cut and not reply.headers["Content-Encoding"]
  if plain and quirks.on "gzip" and answer.accepts_gzip(request.headers["accept-encoding"] or "") then
    reply.body, reply.headers["Content-Encoding"] = gzip.pack(reply.body), "gzip"
  end
  return reply
end

return answer
