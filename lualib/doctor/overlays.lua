--- Overlays: what each has, and why one of its files may not or cannot be used.

local errors = require "errors"
local row = require "doctor.row"
local sys = require "core.sys"

local overlays = {}

local KINDS = { "scripts", "hooks", "lualib" }
local DEPTH = 6 -- a link to a directory above would have no end

local function find(dir, below, depth, found)
  for _, name in ipairs(depth > 0 and sys.list(dir .. "/" .. below) or {}) do
    local path = below .. "/" .. name
    if name:find "%.lua$" then found[#found + 1] = path else find(dir, path, depth - 1, found) end
  end
  return found
end

-- Whether a file may be used and can be read as Lua.
local function complaint_about(core, path, number)
  local text, origin = core.source(path, number)
  if not text then return origin or path .. " has a name that nothing asks for" end
  local chunk, message = core.load(text, origin, {})
  return not chunk and message or nil
end

local function summary(counts)
  return ("scripts: %d, hook files: %d, libraries: %d"):format(counts.scripts, counts.hooks, counts.lualib)
end

local function row_of(core, dir, number)
  local listed, message = sys.list(dir)
  if not listed then return row.fail("overlay", message, "make the directory, or do not name it") end
  local counts, complaints = {}, {}
  for _, kind in ipairs(KINDS) do
    local files = find(dir, kind, DEPTH, {})
    counts[kind] = #files
    for _, path in ipairs(files) do complaints[#complaints + 1] = complaint_about(core, path, number) end
  end
  if #complaints == 0 then return row.ok("overlay", ("%s; %s"):format(dir, summary(counts))) end
  return row.fail("overlay", complaints[1] .. (#complaints > 1 and (", and %d more"):format(#complaints - 1) or ""),
    ("correct it; chmod -R go-w %s takes the right to write from others"):format(dir))
end

--- A line for each overlay; needs no library that an overlay may have.
---@param core table the engine's private functions
---@return Row[]
function overlays.rows(core)
  local rows = {}
  for number, dir in ipairs(core.overlays()) do rows[number] = row_of(core, dir, number) end
  if #rows == 0 then rows[1] = row.ok("overlay", "none") end
  return rows
end

-- The names of the scripts that an overlay has or hooks into.
local function touched(dir)
  local names = {}
  for _, kind in ipairs { "scripts", "hooks" } do
    for _, path in ipairs(find(dir, kind, DEPTH, {})) do names[#names + 1] = path:match "^%l+/(.*)%.lua$" end
  end
  return names
end

--- A failure for each script that cannot be loaded with what the overlays make of it, such as a misspelt step.
---@param core table
---@param load fun(name: string): any raises
---@return Row[]
function overlays.load(core, load)
  local rows, seen = {}, {}
  for _, dir in ipairs(core.overlays()) do
    for _, name in ipairs(touched(dir)) do
      local loaded, err = pcall(load, name)
      if not loaded and not seen[name] then
        rows[#rows + 1] = row.fail("overlay", ("%s: %s"):format(name, errors.wrap(err).message), "correct it")
      end
      seen[name] = true
    end
  end
  return rows
end

return overlays
