--- The engine's beginning: settings, overlays, then one request or one command. It is handed the
--- core's private table, which scripts never see.
--
-- The configuration is read before anything else is loaded, so that the overlay it names also holds
-- for the libraries; only errors.lua and configuration.lua are in force before that.

local configuration = require "configuration"
local errors = require "errors"
local log = require "core.log"

local engine = {}

local LOAD_SECONDS = 10 -- for loading, before a script's own timeout is known

local function apply(core, settings, path)
  if settings.log_level and not core.log_level then log.level(settings.log_level) end
  if settings.memory_mb then core.memory(settings.memory_mb << 20) end
  if settings.speed then core.speed(settings.speed) end
  local overlay = settings.overlay
  if type(overlay) == "table" then core.overlay(path, overlay) elseif overlay then core.overlay(overlay) end
end

--- Reads the configuration that the process was started with and applies its engine settings.
---@param core table
---@param path string?
---@return table settings {core=, config=, config_error=, what=}
function engine.start(core, path)
  if core.log_level then log.level(core.log_level) end
  local settings = { core = core, what = "loading" }
  core.on_stop(function(reason) error(errors.stopped(reason, settings.what), 0) end)
  core.deadline(LOAD_SECONDS)
  settings.config, settings.config_error = configuration.read(path)
  if settings.config then apply(core, settings.config.engine, path) end
  return settings
end

local function serve(core)
  local text, message = core.request()
  local settings = engine.start(core, core.config)
  local answered, dispatch = require "answered", require "dispatch"
  local response, ok
  if text then
    response, ok = dispatch.respond(settings, text)
  else
    response, ok = dispatch.response(false, errors.cpi("%s", message))
  end
  -- An order is done when its result was taken; an error in its place leaves the record open.
  answered.tell(core.answer(response) and ok)
  return 0
end

--- Runs the process: a director's request on stdin, or a person's command.
---@param core table the private functions of lengine.c
---@return integer exit_status
function engine.main(core)
  if core.director then return serve(core) end
  return require "cli".main(core)
end

return engine
