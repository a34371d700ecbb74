--- What a timeline shows of one request: a row for each thing that takes time, with its calls and polls.

local rows = {}

---@class Call
---@field from number seconds since the request's beginning
---@field to number
---@field span Node
---@field step string label of its row
---@field attempts { from: number, to: number, failed: boolean }[] when it was on the wire
---@field failed boolean

---@class Row
---@field depth integer 0: the request
---@field kind "request"|"action"|"step"|"hook"|"wait"
---@field label string
---@field from number seconds since the request's beginning
---@field to number
---@field span Node
---@field holds boolean? other rows
---@field calls Call[] its own
---@field total integer calls on the wire, of its own and of the rows in it, repetitions included
---@field polls { at: number, attributes: table }[]
---@field failed boolean

local ERROR = 2

--- How often a call was on the wire. One that the process did not outlive may have been.
---@param span Node
---@return integer
function rows.sent(span)
  local count = 0
  for _, event in ipairs(span.events) do
    if event.name == "attempt" and event.attributes["slcpi.sent"] ~= false then count = count + 1 end
  end
  return span.unfinished and math.max(1, count) or count
end

local function failed(span) return span.status.code == ERROR end

local function kind_of(span) return span.attributes["slcpi.kind"] or "step" end

local function polls_of(span, since)
  local polls = {}
  for _, event in ipairs(span.events) do
    if event.name == "poll" then
      polls[#polls + 1] = { at = since(event.at), attributes = event.attributes }
    end
  end
  return polls
end

local function number(value) return type(value) == "number" and value or 0 end

local function attempts_of(span, since)
  local attempts = {}
  for _, event in ipairs(span.events) do
    local of = event.attributes
    local from = since(event.at) + number(of["slcpi.rate_limit_wait"])
    attempts[#attempts + 1] = { from = from, to = from + number(of["slcpi.seconds"]), failed = of["error.type"] ~= nil }
  end
  return attempts
end

local function call_of(span, step, since)
  return { from = since(span.start), to = since(span.finish), span = span, step = step,
    attempts = attempts_of(span, since), failed = failed(span) }
end

-- What was there at once was not waited for.
local function is_nothing(row)
  return row.kind == "wait" and #row.span.children == 0 and #row.polls == 0 and not row.failed
    and not row.span.unfinished and row.to - row.from < 1
end

local function add(list, span, depth, since)
  local row = { depth = depth, kind = kind_of(span), label = span.name, from = since(span.start),
    to = since(span.finish), span = span, calls = {}, total = 0, polls = polls_of(span, since), failed = failed(span) }
  if is_nothing(row) then return row end
  list[#list + 1] = row
  for _, child in ipairs(span.children) do
    if kind_of(child) == "call" then
      table.insert(row.calls, call_of(child, row.label, since))
      row.total = row.total + rows.sent(child)
    else
      row.holds, row.total = true, row.total + add(list, child, depth + 1, since).total
    end
  end
  return row
end

---@param root Node
---@return Row[]
function rows.of(root)
  local list = {}
  add(list, root, 0, function(moment) return (moment - root.start) / 1e9 end)
  return list
end

--- All calls of the rows, in the order of their beginning.
---@param list Row[]
---@return Call[]
function rows.calls(list)
  local calls = {}
  for _, row in ipairs(list) do table.move(row.calls, 1, #row.calls, #calls + 1, calls) end
  table.sort(calls, function(a, b) return a.from < b.from end)
  return calls
end

--- How the request ended, for a heading.
---@param root Node
---@return "done"|"failed"|"unfinished"
function rows.outcome(root)
  if root.unfinished then return "unfinished" end
  return failed(root) and "failed" or "done"
end

return rows
