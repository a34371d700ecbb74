--- Reads the spans that trace.lua wrote: a tree for each request in the file.

local errors = require "errors"
local json = require "core.json"
local otlp = require "otlp"
local sys = require "core.sys"

local trace_file = {}

local LIMIT = 256 * 1024 * 1024 -- bytes

---@class Node: Span
---@field children Node[] in the order of their beginning
---@field unfinished boolean? the process ended before it did; `finish` is the last that is known

local function read_line(line)
  local document, message = json.decode(line)
  if message then return nil, message end
  return otlp.read(document)
end

-- The last line of a process that was killed may be torn; any other one that is no span is another file's.
local function spans_in(path, text)
  local by_id, order, number = {}, {}, 0
  for line, ending in text:gmatch "([^\n]*)(\n?)" do
    number = number + 1
    if line:find "%S" then
      local span, message = read_line(line)
      if span then
        if not by_id[span.spanId] then order[#order + 1] = span.spanId end
        by_id[span.spanId] = span
      elseif ending == "\n" or #order == 0 then
        return nil, errors.cpi("%s:%d: this is no span of a trace: %s", path, number, message)
      end
    end
  end
  if #order == 0 then return nil, errors.cpi("%s: there is no trace in it", path) end
  return by_id, order
end

local function grow(by_id, order)
  local roots = {}
  for _, id in ipairs(order) do by_id[id].children = {} end
  for _, id in ipairs(order) do
    local span = by_id[id]
    local parent = by_id[span.parentSpanId]
    table.insert(parent and parent ~= span and parent.children or roots, span)
  end
  return roots
end

local function by_start(a, b) return a.start < b.start end

-- Gives what never ended the last moment that is known of it.
local function finish(span)
  local last = span.start
  for _, event in ipairs(span.events) do last = math.max(last, event.at) end
  for _, child in ipairs(span.children) do last = math.max(last, finish(child)) end
  table.sort(span.children, by_start)
  span.unfinished = not span.finish
  span.finish = math.max(span.finish or last, span.start)
  return span.finish
end

-- An unfinished span was going on when the process ended, which is not before anything else in the request.
local function extend(span, last)
  if not span.unfinished then return end
  span.finish = last
  for _, child in ipairs(span.children) do extend(child, last) end
end

--- Reads a file.
---@param path string
---@return Node[]? roots one for each request, in the file's order
---@return Error? err names the line
function trace_file.read(path)
  local text, message = sys.read(path, LIMIT)
  if not text then return nil, errors.cpi("%s", message) end
  local by_id, order = spans_in(path, text)
  if not by_id then return nil, order end
  local roots = grow(by_id, order)
  if #roots == 0 then return nil, errors.cpi("%s: each of its spans is below another one", path) end
  for _, root in ipairs(roots) do extend(root, finish(root)) end
  return roots
end

return trace_file
