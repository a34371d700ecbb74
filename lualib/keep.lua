--- Keeps a directory of files that only grow in number within an age and a size: the oldest go first.

local log = require "core.log"
local sys = require "core.sys"

local keep = {}

local function found(dir, pattern)
  local files = {}
  for _, name in ipairs(sys.list(dir) or {}) do
    local path = dir .. "/" .. name
    local what = name:find(pattern) and sys.stat(path)
    if what then files[#files + 1] = { name = name, path = path, size = what.size, modified = what.modified } end
  end
  table.sort(files, function(a, b)
    if a.modified ~= b.modified then return a.modified < b.modified end
    return a.name < b.name
  end)
  return files
end

-- A file that another process has locked is still written.
local function remove(path)
  local held <close>, message = sys.lock(path)
  local done = false
  if held then done, message = sys.remove(path) end
  if not done then log.debug("%s stays: %s", path, message) end
  return done
end

--- Removes files until the others are young and small enough.
---@param dir string
---@param pattern string Lua's, for the names of the files it is about
---@param limits { seconds: number, bytes: number } their greatest age, and what all of them may take
function keep.within(dir, pattern, limits)
  local files, total = found(dir, pattern), 0
  for _, file in ipairs(files) do total = total + file.size end
  for _, file in ipairs(files) do
    local old = os.time() - file.modified > limits.seconds -- the file system's clock, whatever engine.speed
    if (old or total > limits.bytes) and remove(file.path) then total = total - file.size end
  end
end

return keep
