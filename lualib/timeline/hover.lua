--- What the page tells of a bar, a call or a poll when the pointer is on it.

local duration = require "timeline.duration"
local rows = require "timeline.rows"

local hover = {}

local function join(lines)
  local kept = {}
  for _, line in ipairs(lines) do
    if line then kept[#kept + 1] = line end
  end
  return table.concat(kept, "\n")
end

local function span_of_time(from, to, unfinished)
  return ("%s, from %s to %s"):format(duration(to - from), duration(from),
    unfinished and "the end of the process" or duration(to))
end

local function seconds(value) return type(value) == "number" and duration(value) or nil end

---@param row Row
---@return string
function hover.row(row)
  local of = row.span.attributes
  return join { ("%s %s"):format(row.kind, row.label), of["slcpi.where"] or false, of["slcpi.script"] or false,
    span_of_time(row.from, row.to, row.span.unfinished), row.total > 0 and ("%d API calls"):format(row.total),
    seconds(of["slcpi.at_most"]) and "at most " .. duration(of["slcpi.at_most"]), row.span.status.message or false }
end

--- "SoftLayer_Virtual_Guest(118459218)::getObject"
---@param span Node
---@return string
function hover.name(span)
  local of = span.attributes
  local id = of["slcpi.id"] and "(" .. tostring(of["slcpi.id"]) .. ")" or ""
  return ("%s%s::%s"):format(of["rpc.service"] or "", id, of["rpc.method"] or span.name)
end

local function attempt(event, number)
  local of = event.attributes
  return ("attempt %d: %s%s, HTTP %s"):format(number, seconds(of["slcpi.seconds"]) or "?",
    of["error.type"] and ", " .. of["error.type"] or "", of["http.response.status_code"] or "–")
end

---@param call Call
---@return string
function hover.call(call)
  local span, of = call.span, call.span.attributes
  local lines = { hover.name(span), span_of_time(call.from, call.to, span.unfinished),
    ("%s, HTTP %s, %s bytes out, %s in"):format(of["slcpi.class"] or "?", of["http.response.status_code"] or "–",
      of["slcpi.bytes_out"] or "?", of["slcpi.bytes_in"] or "?") }
  local waited = of["slcpi.rate_limit_wait"]
  local had_to_wait = type(waited) == "number" and waited > 0.001
  lines[#lines + 1] = had_to_wait and "waited " .. duration(waited) .. " for the rate limit"
  if rows.sent(span) > 1 then
    for i, event in ipairs(span.events) do lines[#lines + 1] = attempt(event, i) end
  end
  lines[#lines + 1] = span.status.message or false
  lines[#lines + 1] = of["slcpi.mask"] and "mask " .. of["slcpi.mask"] or false
  return join(lines)
end

---@param poll table
---@return string
function hover.poll(poll)
  local of = poll.attributes
  return join { "not yet: " .. (of["slcpi.stage"] or "no stage known"), "at " .. duration(poll.at),
    seconds(of["slcpi.average"]) and "takes " .. duration(of["slcpi.average"]) .. " on average",
    seconds(of["slcpi.pause"]) and "looks again in " .. duration(of["slcpi.pause"]) }
end

return hover
