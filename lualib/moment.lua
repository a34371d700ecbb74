--- Moments that another process measures later. The clock on the wall can be set, so the same boot's own clock counts;
--- of an earlier boot only that is certain which both clocks grant.

local sys = require "core.sys"

local moment = {}

---@class Moment
---@field at number on sys.now()
---@field boot string the boot's id
---@field since number on sys.monotonic(), which begins with the boot

local boot

--- The id of the machine's present boot.
---@return string
function moment.boot()
  boot = boot or (sys.read("/proc/sys/kernel/random/boot_id", 64) or "unknown"):match "%S+"
  return boot
end

--- Has another boot be the present one (replay).
---@param id string
function moment.use(id) boot = id end

--- This moment.
---@return Moment
function moment.now() return { at = sys.now(), boot = moment.boot(), since = sys.monotonic() } end

local function of_this_boot(past)
  return past.boot == moment.boot() and past.since <= sys.monotonic()
end

local function on_the_wall(past) return math.max(0, sys.now() - past.at) end

--- How long ago it was, as far as anyone knows.
---@param past Moment
---@return number seconds
function moment.age(past)
  return of_this_boot(past) and sys.monotonic() - past.since or on_the_wall(past)
end

--- How long ago it was at least, even when the clock on the wall was set since.
---@param past Moment
---@return number seconds
function moment.certain_age(past)
  if of_this_boot(past) then return sys.monotonic() - past.since end
  return math.min(on_the_wall(past), sys.monotonic())
end

--- What is left of a window that began then.
---@param window number seconds
---@param past Moment? nil: nothing
---@return number seconds
function moment.left(window, past) return past and math.max(0, window - moment.certain_age(past)) or 0 end

return moment
