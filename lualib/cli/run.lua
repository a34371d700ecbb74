--- slcpi run WORKFLOW [ARGUMENT]…: a workflow of scripts/workflows for people.

local errors = require "errors"
local json = require "core.json"

local run = { description = "Runs a workflow and prints its result." }

function run.describe(parser)
  parser:argument("workflow", "Its name, such as live_check: scripts/workflows/NAME.lua.")
  parser:argument("arguments", "Its arguments in their order, or as name=value."):args "*"
end

local function shown(result)
  if type(result) == "string" then return result end
  return assert(json.encode(result == nil and json.null or result, { pretty = true }))
end

---@param core table
---@param options table
---@return integer exit_status
function run.run(core, options)
  if not options.workflow:find("^%l[%l%d_]*$") then
    error(errors.cpi("'%s' is no name of a workflow: small letters, digits and _", options.workflow), 0)
  end
  local settings = require "engine".start(core, options.config or core.config)
  local document = { method = "workflows/" .. options.workflow, words = options.arguments, api_version = 3,
    context = { director_uuid = "slcpi-run" } }
  local ok, result = require "dispatch".try(settings, document)
  if ok then core.print(shown(result) .. "\n") end
  require "state".settle(ok)
  if not ok then error(errors.wrap(result), 0) end
  return 0
end

return run
