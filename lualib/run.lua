--- One request on its way: the scripts that it loads, in what overlays make of them, and the calls from one to another.

local arguments = require "arguments"
local builtins = require "builtins"
local deadline = require "deadline"
local errors = require "errors"
local events = require "events"
local script = require "script"
local session = require "session"

---@class Run
---@field core table
---@field request table what scripts see of the request
---@field config table?
---@field config_error Error?
---@field file string? the path of a script that is no named one: the request's method
---@field programs boolean? workflows may run programs; no call leads from a CPI method to one
local Run = {}
Run.__index = Run

local run = {}

--- A request that is about to be run.
---@param fields table core, request, config, config_error, file, programs
---@return Run
function run.new(fields) return setmetatable(fields, Run) end

--- Runs a script that was loaded, with arguments that were checked.
---@param loaded Script
---@param values table with their number in `n`
---@return any result
function run.execute(loaded, values)
  local event = { kind = "action", name = loaded.name, script = loaded }
  return session.within_effect(loaded.effect, events.within, event, loaded.run, table.unpack(values, 1, values.n))
end

-- What core.source or core.source_file answers; raises if there is one that may not be used. nil: there is none.
local function trusted(text, origin)
  if not text and origin then error(errors.cloud("%s", origin), 0) end
  return text and { text = text, origin = origin }
end

local function hooks_of(core, name)
  local list = {}
  for i = 1, #core.overlays() do list[#list + 1] = trusted(core.source(("hooks/%s.lua"):format(name), i)) end
  return list
end

-- A script of that name and its hooks; a file has none.
local function sources_of(self, name)
  if name == self.file then return trusted(self.core.source_file(name)), {} end
  return trusted(self.core.source(("scripts/%s.lua"):format(name))), hooks_of(self.core, name)
end

--- Whether a script is a workflow, by its name or as a file.
---@param name string
---@return boolean
function Run:is_workflow(name) return name == self.file or name:find "^workflows/" ~= nil end

--- Loads a script with its hooks. Raises.
---@param name string
---@return Script
function Run:load(name)
  local found, hooks = sources_of(self, name)
  if not found and name == self.file then error(errors.cpi("there is no file %s", name), 0) end
  if not found then error(errors.not_implemented("Must call implemented method: there is no '%s'", name), 0) end
  local bases = builtins.of(self, self.programs and self:is_workflow(name))
  local loaded, result = pcall(script.compile, name, found, hooks, bases, self.core.load)
  if not loaded then error(errors.is(result) and result or errors.cloud("%s", result), 0) end
  return result
end

--- Seconds that a script may take.
---@param loaded Script
---@return number
function Run:timeout(loaded)
  local timeouts = self.config and self.config.engine.timeouts or {}
  return timeouts[loaded.name] or loaded.timeout
end

--- One script calls another: a fresh environment, the stricter effect, the nearer deadline.
---@param name string
---@param ... any the script's arguments
---@return any result
function Run:call(name, ...)
  local loaded = self:load(name)
  local values, message = arguments.check(loaded.arguments, table.pack(...))
  if not values then error(errors.cpi("%s: %s", name, message), 0) end
  return deadline.within(self:timeout(loaded), run.execute, loaded, values)
end

return run
