--- slcpi trace FILE: the timeline of a traced request.

local errors = require "errors"
local sys = require "core.sys"
local trace_file = require "trace_file"

local trace = { description = "Draws the timeline of the requests in a trace: what --trace FILE or engine.trace_dir "
  .. "has left." }

local COLUMNS = 100 -- where there is no terminal
local MEMORY = 2 << 30 -- bytes: a trace of many requests is large

function trace.describe(parser)
  parser:argument("file", "The trace.")
  parser:option("--html", "Writes the timeline as a page for browsers and paper; it needs no other file.")
    :argname "OUT"
end

local function width(core)
  local terminal = core.terminal()
  return math.tointeger(tonumber(sys.getenv "COLUMNS")) or terminal and terminal.columns or COLUMNS
end

local function draw(core, roots)
  local terminal, parts = require "timeline.terminal", {}
  for i, root in ipairs(roots) do parts[i] = terminal(root, width(core)) .. "\n" end
  core.print(table.concat(parts, "\n"))
end

---@param core table
---@param options table
---@return integer exit_status
function trace.run(core, options)
  core.memory(MEMORY)
  local roots, err = trace_file.read(options.file)
  if not roots then error(err, 0) end
  if not options.html then
    draw(core, roots)
    return 0
  end
  local done, message = sys.write_atomic(options.html, require "timeline.page"(roots))
  if not done then error(errors.cpi("%s", message), 0) end
  return 0
end

return trace
