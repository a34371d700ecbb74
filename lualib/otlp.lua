--- Spans as OTLP writes them in JSON. A line without `endTimeUnixNano` is a span that has begun; a later line with
--- its spanId takes its place.

local json = require "core.json"
local log = require "core.log"

local otlp = {}

otlp.INTERNAL, otlp.SERVER, otlp.CLIENT = 1, 2, 3 -- kinds of a span
otlp.OK, otlp.ERROR = 1, 2 -- codes of a status

local LONGEST = 2048 -- bytes of a text

---@class Span
---@field traceId string 32 hexadecimal digits
---@field spanId string 16
---@field parentSpanId string?
---@field name string
---@field kind integer
---@field start integer nanoseconds since 1970
---@field finish integer? nanoseconds since 1970
---@field attributes table<string, string|number|boolean>
---@field events { name: string, at: integer, attributes: table }[]
---@field status { code: integer, message: string? }?

-- Masked by value before it is encoded: afterwards a mask could hit the document's own syntax.
local function safe(text)
  text = log.redact(tostring(text))
  return json.clean(#text > LONGEST and text:sub(1, LONGEST) .. "…" or text)
end

local function value_of(value)
  if type(value) == "boolean" then return { boolValue = value } end
  if math.type(value) == "integer" then return { intValue = tostring(value) } end
  if type(value) == "number" then return { doubleValue = value } end
  return { stringValue = safe(value) }
end

local function attributes_of(map)
  local list = json.array {}
  for key, value in pairs(map) do list[#list + 1] = { key = key, value = value_of(value) } end
  table.sort(list, function(a, b) return a.key < b.key end)
  return list
end

local function events_of(span)
  local list = json.array {}
  for i, event in ipairs(span.events) do
    list[i] = { name = safe(event.name), timeUnixNano = tostring(event.at),
      attributes = attributes_of(event.attributes) }
  end
  return list
end

--- A span's line. No secret is in it.
---@param span Span
---@return string
function otlp.line(span)
  local status = span.status or {}
  return assert(json.encode {
    traceId = span.traceId, spanId = span.spanId, parentSpanId = span.parentSpanId,
    name = safe(span.name), kind = span.kind,
    startTimeUnixNano = tostring(span.start), endTimeUnixNano = span.finish and tostring(span.finish),
    attributes = attributes_of(span.attributes), events = events_of(span),
    status = { code = status.code, message = status.message and safe(status.message) },
  }) .. "\n"
end

local function number_of(value) return math.tointeger(tonumber(value)) or tonumber(value) end

local function read_value(value)
  if type(value) ~= "table" then return nil end
  if value.boolValue ~= nil then return value.boolValue end
  return value.stringValue or number_of(value.intValue or value.doubleValue)
end

local function read_attributes(list)
  local map = {}
  for _, attribute in ipairs(type(list) == "table" and list or {}) do
    if type(attribute) == "table" and type(attribute.key) == "string" then
      map[attribute.key] = read_value(attribute.value)
    end
  end
  return map
end

local function read_events(list)
  local events = {}
  for _, event in ipairs(type(list) == "table" and list or {}) do
    local at = type(event) == "table" and math.tointeger(tonumber(event.timeUnixNano))
    if at then
      events[#events + 1] = { name = tostring(event.name), at = at, attributes = read_attributes(event.attributes) }
    end
  end
  return events
end

--- What a decoded line says.
---@param document any
---@return Span?
---@return string? message what it lacks
function otlp.read(document)
  if type(document) ~= "table" then return nil, "no object" end
  for _, field in ipairs { "traceId", "spanId", "name", "startTimeUnixNano" } do
    if type(document[field]) ~= "string" then return nil, field .. " is missing" end
  end
  local start = math.tointeger(tonumber(document.startTimeUnixNano))
  if not start then return nil, "startTimeUnixNano is no number" end
  local parent, status = document.parentSpanId, document.status
  return {
    traceId = document.traceId, spanId = document.spanId, name = document.name, kind = document.kind, start = start,
    parentSpanId = type(parent) == "string" and parent ~= "" and parent or nil,
    finish = math.tointeger(tonumber(document.endTimeUnixNano)),
    attributes = read_attributes(document.attributes), events = read_events(document.events),
    status = type(status) == "table" and status or {},
  }
end

return otlp
