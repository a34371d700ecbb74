--- Scripts that a person's command runs, one after the other in one process.

local answered = require "answered"
local configuration = require "configuration"
local engine = require "engine"
local errors = require "errors"
local json = require "core.json"

local console = {}

--- Opens the engine for a command.
---@param core table
---@param options table with `config`
---@return fun(method: string, values: any[], director: string?): any ask runs a script; raises its error
---@return table settings of engine.start
function console.open(core, options)
  local path = options.config or core.config
  local settings, used = engine.start(core, path), false
  return function(method, values, director)
    -- A run takes the credentials out of its configuration.
    if used then settings.config, settings.config_error = configuration.read(path) end
    used = true
    local document = { method = method, arguments = json.array(values), api_version = 3,
      context = { director_uuid = director } }
    local ok, result = require "dispatch".try(settings, document)
    answered.tell(ok)
    return ok and result or error(errors.wrap(result), 0)
  end, settings
end

return console
