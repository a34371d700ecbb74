--- slcpi run WORKFLOW [ARGUMENT]…: a workflow of scripts/workflows for people, or one in a file.

local errors = require "errors"
local json = require "core.json"
local tape = require "tape"

local run = { description = "Runs a workflow and prints its result; without a name, lists the workflows." }

function run.describe(parser)
  parser:argument("workflow", "Its name, such as live_check: scripts/workflows/NAME.lua; or a file: ./x.lua."):args "?"
  tape.describe(parser)
  parser:argument("arguments", "Its arguments in their order, or as name=value."):args "*"
  parser:option("--trace", "Appends what was done to FILE, for `slcpi trace`."):argname "FILE"
end

--- The workflows, for the first word.
function run.candidates(core, place) return place == 1 and require "workflows".names(core) or {} end

--- `slcpi run NAME --help` is about the workflow.
function run.helps_with(options) return options.workflow ~= nil end

local function shown(result)
  if type(result) == "string" then return result end
  return assert(json.encode(result == nil and json.null or result, { pretty = true }))
end

local function tell(core, settings, name)
  local workflows = require "workflows"
  local function load(method, file) return require "dispatch".script(settings, method, file) end
  if not name then return core.print(workflows.list(core, load)) end
  core.print(workflows.help("slcpi run " .. name, load(workflows.method(core, name)),
    "in this order or as name=value"))
end

local function execute(core, settings, options)
  local method, file = require "workflows".method(core, options.workflow)
  local document = { method = method, file = file, words = options.arguments, api_version = 3,
    context = { director_uuid = "slcpi-run" } }
  local ok, result = require "dispatch".try(settings, document)
  if ok then core.print(shown(result) .. "\n") end
  require "answered".tell(ok)
  if not ok then error(errors.wrap(result), 0) end
end

---@param core table
---@param options table
---@return integer exit_status
function run.run(core, options)
  tape.take(core, options)
  core.trace = options.trace or core.trace
  local settings = require "engine".start(core, options.config or core.config)
  if options.help or not options.workflow then
    tell(core, settings, options.workflow)
  else
    execute(core, settings, options)
  end
  return 0
end

return run
