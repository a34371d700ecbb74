--- slcpi plan: what a request would do.

local errors = require "errors"
local json = require "core.json"
local log = require "core.log"
local sys = require "core.sys"

local plan = { description = "Rehearses a request: reads for real, stops each write and prints it, with the price of "
  .. "an order. Exit status 0: it would work." }

local LIMIT = 8 << 20 -- bytes, as of a director's request

function plan.describe(parser)
  parser:argument("request", "A file with the request; without it, or with -, the request is read from stdin."):args "?"
  parser:option("--format", "text or json."):choices { "text", "json" }:default "text"
end

local function request_text(core, path)
  local text, message
  if path and path ~= "-" then text, message = sys.read(path, LIMIT) else text, message = core.request() end
  return text or error(errors.cpi("%s", message), 0)
end

local function indented(text, depth)
  return (text:gsub("[^\n]+", ("  "):rep(depth) .. "%0"))
end

local function arguments_of(call)
  local list = json.array {}
  for i = 1, call.args and call.args.n or 0 do list[i] = call.args[i] == nil and json.null or call.args[i] end
  return list
end

local function body_of(call) return log.redact(assert(json.encode(arguments_of(call), { pretty = true }))) end

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

local function text_of(told)
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

local function document_of(told)
  local entries = json.array {}
  for i, entry in ipairs(told.entries) do
    entries[i] = { kind = entry.kind, name = entry.name, depth = entry.depth, where = entry.where, reads = entry.reads,
      service = entry.call and entry.call.service, method = entry.call and entry.call.method,
      id = entry.call and entry.call.id, arguments = entry.call and arguments_of(entry.call), quote = entry.quote }
    if entry.quote then entry.quote.items = json.array(entry.quote.items) end
  end
  local later = json.array {}
  for i, step in ipairs(told.later) do later[i] = step.name end
  return { method = told.method, entries = entries, ends = told.ends, error = told.error, result = told.result,
    later = later }
end

---@param core table
---@param options table
---@return integer exit_status
function plan.run(core, options)
  local text = request_text(core, options.request)
  if not core.log_level then log.level "warn" end
  local settings = require "engine".start(core, options.config or core.config)
  local document, err = require "request".parse(text)
  if not document then error(err, 0) end
  settings.rehearsal = true
  local rehearsal = require "plan".begin()
  local ok, result = require "dispatch".attempt(settings, document)
  local told = { method = document.method, entries = rehearsal.entries, ends = rehearsal.ends,
    later = rehearsal:rest() }
  if ok then
    told.result = result == nil and json.null or result
  elseif not rehearsal.ends then
    told.error = tostring(result)
  end
  local shown = options.format == "json" and log.redact(assert(json.encode(document_of(told), { pretty = true })))
    or text_of(told)
  core.print(shown .. "\n")
  return told.error and 1 or 0
end

return plan
