--- engine.trace_dir: one file for each request, the old ones removed by age and by the size of all.
---
---   <trace_dir>/20261125T011309Z-create_vm-cpi-271828.jsonl

local sys = require "core.sys"

local trace_folder = {}

local DAYS, MB = 7, 100 -- see docs/engine.md
local DAY, LAST = 86400, 253402300799 -- seconds; the last one of the year 9999
local NAME = "^(%d%d%d%d%d%d%d%dT%d%d%d%d%d%dZ)%-.+%.jsonl$"

-- A simulator's clock may be beyond every calendar.
local function stamp(seconds) return os.date("!%Y%m%dT%H%M%SZ", math.floor(math.min(seconds, LAST))) end

-- The traces in a directory, the oldest first; what has another name is not ours.
local function traces_in(directory)
  local names = {}
  for _, name in ipairs(sys.list(directory) or {}) do
    if name:find(NAME) then names[#names + 1] = name end
  end
  table.sort(names)
  return names
end

local function total(directory, names)
  local sizes, sum = {}, 0
  for _, name in ipairs(names) do
    sizes[name] = sys.size(directory .. "/" .. name) or 0
    sum = sum + sizes[name]
  end
  return sizes, sum
end

--- Removes what is too old, then the oldest until the rest is small enough.
---@param directory string
---@param limits { trace_days: number?, trace_mb: integer? }
function trace_folder.prune(directory, limits)
  local names = traces_in(directory)
  local sizes, sum = total(directory, names)
  local oldest, most = stamp(sys.now() - (limits.trace_days or DAYS) * DAY), (limits.trace_mb or MB) << 20
  for _, name in ipairs(names) do
    if name:match(NAME) >= oldest and sum <= most then return end
    sys.remove(directory .. "/" .. name)
    sum = sum - sizes[name]
  end
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
