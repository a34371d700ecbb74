--- A rehearsal as text for people.

local json = require "core.json"
local log = require "core.log"
local plan = require "plan"

local function indented(text, depth)
  return (text:gsub("[^\n]+", ("  "):rep(depth) .. "%0"))
end

local function body_of(call) return log.redact(assert(json.encode(plan.arguments(call), { pretty = true }))) end

local function order_lines(entry, lines, depth)
  local function add(text) lines[#lines + 1] = indented(text, depth) end
  if entry.unpriced then add("its price is not known: " .. entry.unpriced) end
  if not entry.quote then return end
  add(("would cost %s, as verifyOrder says"):format(entry.quote.price))
  if entry.quote.what then add("would be " .. entry.quote.what) end
  if #entry.quote.items > 0 then add("with " .. table.concat(entry.quote.items, ", ")) end
end

local function entry_lines(entry, lines)
  local depth = entry.depth + 1
  if entry.kind == "write" then
    lines[#lines + 1] = indented("would send " .. entry.name, depth)
    lines[#lines + 1] = indented(body_of(entry.call), depth + 1)
    order_lines(entry, lines, depth + 1)
  elseif entry.kind == "hook" then
    lines[#lines + 1] = indented(("hook %s  %s"):format(entry.name, entry.where), depth)
  else
    local reads = entry.reads > 0 and ("  %d read%s"):format(entry.reads, entry.reads == 1 and "" or "s") or ""
    lines[#lines + 1] = indented(entry.name .. reads, depth)
  end
end

local function later_text(later)
  local parts = {}
  for i, step in ipairs(later) do
    local hooks = {}
    for n, hook in ipairs(step.hooks) do hooks[n] = ("%s.%s %s"):format(hook.kind, hook.step, hook.where) end
    parts[i] = step.name .. (#hooks > 0 and " (hook " .. table.concat(hooks, ", ") .. ")" or "")
  end
  return table.concat(parts, ", ")
end

--- What was found: each step, and each write with its arguments and price.
---@param told { method: string, entries: PlanEntry[], ends: string?, error: string?, result: any, later: table[] }
---@return string
return function(told)
  local lines = { ("plan of %s; nothing is changed"):format(told.method) }
  for _, entry in ipairs(told.entries) do entry_lines(entry, lines) end
  if told.error then lines[#lines + 1] = "it would fail: " .. told.error end
  if told.ends then lines[#lines + 1] = "the plan ends here: " .. told.ends end
  if #told.later > 0 then lines[#lines + 1] = "later steps: " .. later_text(told.later) end
  if not told.ends and not told.error then
    lines[#lines + 1] = "it would answer " .. log.redact(assert(json.encode(told.result)))
  end
  return table.concat(lines, "\n")
end
