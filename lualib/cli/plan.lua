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

local function document_of(told)
  local entries = json.array {}
  for i, entry in ipairs(told.entries) do
    entries[i] = { kind = entry.kind, name = entry.name, depth = entry.depth, where = entry.where, reads = entry.reads,
      service = entry.call and entry.call.service, method = entry.call and entry.call.method,
      id = entry.call and entry.call.id, arguments = entry.call and require "plan".arguments(entry.call),
      quote = entry.quote }
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
    or require "plan_text"(told)
  core.print(shown .. "\n")
  return told.error and 1 or 0
end

return plan
