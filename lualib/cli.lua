--- People's commands: `slcpi NAME …` is lualib/cli/NAME.lua, loaded on demand.

local argparse = require "argparse"
local errors = require "errors"

local cli = {}

local function add_common_options(parser)
  parser:add_help(false)
  parser:flag("-h --help", "Print this text.")
  parser:option("-c --config", "The CPI's configuration (cpi.json)."):argname "FILE"
  parser:option("--overlay", "Searched before the built-in sources; may be repeated."):argname "DIR":count "*"
  parser:flag("--no-overlay", "The built-in sources only, whatever the configuration says.")
  parser:option("--log-level", "debug, info, warn, error or off."):argname "LEVEL"
    :choices { "debug", "info", "warn", "error", "off" }
end

local function asks_for_help(words)
  for _, word in ipairs(words) do
    if word == "-h" or word == "--help" then return true end
  end
  return false
end

-- argparse ends the process by itself only when it is asked to parse with `parse`. A command that helps with more
-- than itself, such as a workflow, gets the options with `help` among them.
local function parse(parser, words, command)
  local ok, options = parser:pparse(words)
  if ok and (not options.help or command.helps_with and command.helps_with(options)) then return options end
  if asks_for_help(words) then return nil, parser:get_help(), 0 end
  return nil, ("slcpi: %s\n%s"):format(options, parser:get_usage()), 2
end

local function find(name)
  if not name:find("^%l[%l%d_]*$") then return nil end
  local found, command = pcall(require, "cli." .. name)
  if found then return command end
  if not tostring(command):find("module 'cli." .. name .. "' not found", 1, true) then error(command, 0) end
end

--- What a command takes, the options of all commands among it.
---@param name string? nil: what stands in front of a command
---@return table? parser argparse's; nil if there is no such command
---@return table? command
function cli.parser(name)
  local command = name and find(name)
  if name and not command then return nil end
  local parser = argparse(name and "slcpi " .. name or "slcpi", command and command.description)
  add_common_options(parser)
  if command then command.describe(parser) else parser:flag("--version", "Prints the version.") end
  return parser, command
end

--- Runs a person's command; its exit status.
---@param core table the private functions of lengine.c
---@return integer exit_status
function cli.main(core)
  local words = table.move(core.arguments, 2, #core.arguments, 1, {})
  local name = core.arguments[1]
  local parser, command = cli.parser(name)
  if not parser then
    core.complain(("slcpi: '%s' is no command; `slcpi --help` lists them\n"):format(name))
    return 2
  end
  local options, text, status = parse(parser, words, command)
  if not options then
    core[status == 0 and "print" or "complain"](text .. "\n")
    return status
  end
  core.log_level = options.log_level or core.log_level
  if options.no_overlay then core.no_overlay() end
  for _, dir in ipairs(options.overlay) do core.overlay(dir) end
  local ok, result = xpcall(command.run, function(raised)
    return errors.is(raised) and raised or errors.wrap(core.traceback(tostring(raised)))
  end, core, options)
  if ok then return result end
  core.complain("slcpi: " .. (result.misuse and result.message or tostring(result)) .. "\n")
  return result.misuse and 2 or 1
end

return cli
