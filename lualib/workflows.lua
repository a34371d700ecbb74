--- The workflows that people can run: which there are, and what each says of itself.

local errors = require "errors"
local sources = require "sources"

local workflows = {}

local FOLDER = "workflows/"

--- The names of all workflows, built in and in overlays, sorted.
---@param core table
---@return string[]
function workflows.names(core)
  local names = {}
  for _, script in ipairs(sources.scripts(core)) do names[#names + 1] = script:match "^workflows/(%l[%l%d_]*)$" end
  return names
end

--- The script of a workflow, for dispatch. What has a slash or ends in .lua is a file. Raises for a name that none has.
---@param core table
---@param name string
---@return string method
---@return string? file
function workflows.method(core, name)
  if name:find("/", 1, true) or name:find "%.lua$" then return name, name end
  local names = workflows.names(core)
  for _, known in ipairs(names) do
    if known == name then return FOLDER .. name end
  end
  error(errors.cpi("there is no workflow '%s'; there are: %s", name, table.concat(names, ", ")), 0)
end

local function signature(argument) return argument.optional and "[" .. argument.name .. "]" or argument.name end

--- A script's description and arguments.
---@param command string what runs it: "slcpi run live_check"
---@param script Script
---@param how string they are given
---@return string
function workflows.help(command, script, how)
  local usage, lines = { command }, {}
  for i, argument in ipairs(script.arguments) do
    usage[#usage + 1] = signature(argument)
    lines[i] = ("  %-18s %s"):format(signature(argument), argument.type)
  end
  local listed = #lines > 0 and ("Arguments, %s; those in brackets may be left out:\n"):format(how)
    .. table.concat(lines, "\n") .. "\n" or "It has no arguments.\n"
  return ("Usage: %s\n\n%s\n\n%s"):format(table.concat(usage, " "), script.description:gsub("%s+$", ""), listed)
end

local function first_sentence(text) return (text:match "^(.-[.])%s" or text):gsub("%s+", " ") end

-- An overlay's workflow that cannot be loaded is listed with the reason.
local function summary(load, name)
  local loaded, script = pcall(load, FOLDER .. name)
  return first_sentence(loaded and script.description or errors.wrap(script).message)
end

--- All workflows with the first sentence of what they do.
---@param core table
---@param load fun(method: string): Script raises
---@return string
function workflows.list(core, load)
  local lines = { "Workflows; `slcpi run NAME --help` tells more:" }
  for _, name in ipairs(workflows.names(core)) do
    lines[#lines + 1] = ("  %-15s %s"):format(name, summary(load, name))
  end
  return table.concat(lines, "\n") .. "\n"
end

return workflows
