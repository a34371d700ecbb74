--- engine.trace_dir: one file for each request, the old ones removed by age and by the size of all.
---
---   <trace_dir>/20261125T011309Z-create_vm-cpi-271828.jsonl

local keep = require "keep"
local sys = require "core.sys"

local trace_folder = {}

local DAYS, MB = 7, 100 -- see docs/engine.md
local DAY, LAST = 86400, 253402300799 -- seconds; the last one of the year 9999
local NAME = "^%d%d%d%d%d%d%d%dT%d%d%d%d%d%dZ%-.+%.jsonl$"

-- A simulator's clock may be beyond every calendar.
local function stamp(seconds) return os.date("!%Y%m%dT%H%M%SZ", math.floor(math.min(seconds, LAST))) end

--- Removes what is too old, then the oldest until the rest is small enough; traces that are still written stay.
---@param directory string
---@param limits { trace_days: number?, trace_mb: integer? }
function trace_folder.prune(directory, limits)
  keep.within(directory, NAME, { seconds = (limits.trace_days or DAYS) * DAY, bytes = (limits.trace_mb or MB) << 20 })
end

--- A file for a request's trace in the directory, which is made if need be.
---@param directory string
---@param method string
---@param id string the request's
---@return string? path
---@return string? message
function trace_folder.file(directory, method, id)
  local made, message = sys.mkdir(directory)
  if not made then return nil, message end
  local tail = ("%s-%s"):format(method, id):gsub("[^%w._-]", "_"):sub(1, 128)
  return ("%s/%s-%s.jsonl"):format(directory, stamp(sys.now()), tail)
end

return trace_folder
