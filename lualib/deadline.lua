--- The time that is left. The process has one deadline, which C enforces; a script that another
--- script calls may have a nearer one of its own, which waits and API calls respect.

local sys = require "core.sys"

local deadline = {}

local nearest = math.huge -- on sys.monotonic()

--- Seconds until the nearest deadline; math.huge without one.
---@return number
function deadline.remaining()
  return math.max(0, math.min(sys.remaining(), nearest - sys.monotonic()))
end

--- Calls f(...) with at most `seconds` for it, and passes its results or its error through.
---@param seconds number
---@param f function
---@param ... any handed to f
function deadline.within(seconds, f, ...)
  local outer = nearest
  nearest = math.min(nearest, sys.monotonic() + seconds)
  local restore <close> = setmetatable({}, { __close = function() nearest = outer end })
  return f(...)
end

return deadline
