--- slcpi check: what is wrong with overlays.

local json = require "core.json"

local check = { description = "Checks every script with all hooks, without network. Exit status 0: all is well." }

function check.describe(parser)
  parser:option("--format", "text or json."):choices { "text", "json" }:default "text"
end

local function counted(number, what) return ("%d %s%s"):format(number, what, number == 1 and "" or "s") end

---@param core table
---@param options table
---@return integer exit_status
function check.run(core, options)
  local path = options.config or core.config
  local settings = require "engine".start(core, path)
  local found = require "check".all(core)
  if path and settings.config_error then
    table.insert(found.problems, 1, { where = path .. ":1", what = settings.config_error.message })
  end
  if options.format == "json" then
    found.problems = json.array(found.problems)
    core.print(assert(json.encode(found, { pretty = true })) .. "\n")
  else
    for _, problem in ipairs(found.problems) do core.print(("%s: %s\n"):format(problem.where, problem.what)) end
    local counts = { counted(found.scripts, "script"), counted(found.files, "overlay file"),
      counted(found.hooks, "hook") }
    core.print(("%s: %s\n"):format(table.concat(counts, ", "),
      #found.problems == 0 and "all is well" or counted(#found.problems, "problem")))
  end
  return #found.problems == 0 and 0 or 1
end

return check
