--- Programs, for workflows: one is started without a shell, fed, and run to its end. The engine's core does it, so only
--- who was handed the engine's table can make this.

local deadline = require "deadline"
local errors = require "errors"
local sys = require "core.sys"

local reasons = {
  start = function(name, _, message) return errors.cpi("%s cannot be started: %s", name, message) end,
  timeout = function(name, options)
    return errors.timeout("%s did not end within %g s and was killed", name, options.timeout or 60)
  end,
  size = function(name) return errors.cpi("%s was killed because its output is larger than max_bytes", name) end,
  memory = function(name) return errors.cpi("%s was killed: not enough memory for its output", name) end,
  stopped = function(name) return errors.stopped(sys.interrupted() and "signal" or "deadline", name) end,
}

---@param core table the engine's private functions
---@return table proc the built-in
return function(core)
  local proc = {}

  function proc.run(options)
    local result, reason, message = core.run_process(options, deadline.remaining())
    if result then return result end
    return nil, reasons[reason](options[1], options, message)
  end

  return proc
end
