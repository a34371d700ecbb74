--- slcpi list: every script as it is in force.

local json = require "core.json"

local list = { description = "Lists every script with its effect, timeout, origin, steps and hooks." }

function list.describe(parser)
  parser:option("--format", "table or json."):choices { "table", "json" }:default "table"
end

local function described(script)
  local hooks = json.array {}
  for i, hook in ipairs(script.hooks) do hooks[i] = { kind = hook.kind, step = hook.step, where = hook.where } end
  return { name = script.name, effect = script.effect, timeout = script.timeout, origin = script.origin,
    steps = json.array(script.steps), hooks = hooks }
end

-- A script that cannot be loaded is listed with the reason.
local function rows_of(settings)
  local dispatch, errors, rows = require "dispatch", require "errors", json.array {}
  for i, name in ipairs(require "sources".scripts(settings.core)) do
    local ok, result = pcall(dispatch.script, settings, name)
    rows[i] = ok and described(result) or { name = name, error = errors.wrap(result).message }
  end
  return rows
end

local WIDTH = 110 -- characters of a line of steps

local function wrapped(words, indent)
  local lines, line = {}, indent
  for _, word in ipairs(words) do
    if #line + #word + 1 > WIDTH then
      lines[#lines + 1], line = line, indent
    end
    line = line .. " " .. word
  end
  lines[#lines + 1] = line
  return table.concat(lines, "\n")
end

local function text_of(row)
  if row.error then return ("%s: %s\n"):format(row.name, row.error) end
  local lines = { ("%s  %s, %.0f s, %s"):format(row.name, row.effect, row.timeout, row.origin) }
  if #row.steps > 0 then lines[2] = wrapped(row.steps, "   ") end
  for _, hook in ipairs(row.hooks) do
    lines[#lines + 1] = ("    hook %s.%s  %s"):format(hook.kind, hook.step, hook.where)
  end
  return table.concat(lines, "\n") .. "\n"
end

---@param core table
---@param options table
---@return integer exit_status
function list.run(core, options)
  local sources = require "sources"
  local settings = require "engine".start(core, options.config or core.config)
  sources.require_overlays(core)
  local rows = rows_of(settings)
  if options.format == "json" then
    core.print(assert(json.encode(rows, { pretty = true })) .. "\n")
  else
    for _, row in ipairs(rows) do core.print(text_of(row)) end
  end
  return 0
end

return list
