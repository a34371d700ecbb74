--- Rollback by Lua's own <close>: what was bought is given back if the block is left by an error.
--
--   local rollback <close> = undo(cancel, guest)
--
-- An interrupted request is not rolled back: its record is on disk and the next try resumes it.

local errors = require "errors"
local log = require "core.log"

---@param step function gives the thing back; raises when it cannot. Its last argument is the error
---       that made it necessary, whose type and ok_to_retry it may set.
---@param ... any the step's other arguments
---@return table to be held in a <close> variable
return function(step, ...)
  local arguments = table.pack(...)

  local function close(_, raised)
    if raised == nil then return end
    local err = errors.wrap(raised)
    if err.kind == "interrupted" then error(err, 0) end
    log.warn("rolling back after: %s", err)
    arguments[arguments.n + 1] = err
    local undone, failure = pcall(step, table.unpack(arguments, 1, arguments.n + 1))
    if not undone then
      err.ok_to_retry = false
      err.message = ("%s (and the rollback failed: %s)"):format(err.message, errors.wrap(failure).message)
    end
    error(err, 0)
  end

  return setmetatable({}, { __close = close })
end
