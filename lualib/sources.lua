--- Which sources there are: built in, and in overlays.

local errors = require "errors"
local sys = require "core.sys"

local sources = {}

---@class OverlayFile
---@field overlay integer its number in the order of the search
---@field dir string or the file that holds it
---@field name string "hooks/create_vm.lua"

local FOLDERS = { "hooks", "lualib", "scripts" }

-- What is in a directory, and in those below it.
local function walk(dir, prefix, visit)
  for _, name in ipairs(sys.list(dir) or {}) do
    local path = dir .. "/" .. name
    if sys.list(path) then walk(path, prefix .. name .. "/", visit) else visit(prefix .. name) end
  end
end

local function names_in(core, number, dir)
  local names = core.overlay_texts(number)
  if names then
    table.sort(names)
    return names
  end
  names = {}
  for _, folder in ipairs(FOLDERS) do
    walk(dir .. "/" .. folder, folder .. "/", function(name) names[#names + 1] = name end)
  end
  return names
end

--- Every file below `scripts`, `hooks` and `lualib` of every overlay, in the overlays' order.
---@param core table
---@return OverlayFile[]
function sources.overlaid(core)
  local found = {}
  for number, dir in ipairs(core.overlays()) do
    for _, name in ipairs(names_in(core, number, dir)) do
      found[#found + 1] = { overlay = number, dir = dir, name = name }
    end
  end
  return found
end

-- What the pattern finds in the names of all sources, sorted.
local function names(core, pattern)
  local known, found = {}, {}
  local function note(file)
    local name = file:match(pattern)
    if name and not known[name] then known[name], found[#found + 1] = true, name end
  end
  for _, file in ipairs(core.builtin()) do note(file) end
  for _, file in ipairs(sources.overlaid(core)) do note(file.name) end
  table.sort(found)
  return found
end

--- The names of all scripts, sorted: "create_vm", "workflows/live_check".
---@param core table
---@return string[]
function sources.scripts(core) return names(core, "^scripts/([%w_/]+)%.lua$") end

-- A hook of a script that there is not would be passed over in silence.
local function require_script(core, file)
  local name = file.name:match "^hooks/(.*)%.lua$"
  if not name or core.source(("scripts/%s.lua"):format(name)) then return end
  local guess = require "nearest"(name, sources.scripts(core))
  error(errors.cloud("%s/%s hooks '%s', and there is no such script%s", file.dir, file.name, name,
    guess and (", did you mean '%s'?"):format(guess) or ""), 0)
end

--- Raises when an overlay that was named cannot be used: without it something else would run than was asked for.
---@param core table
function sources.require_overlays(core)
  local refused = core.overlay_error()
  if refused then error(errors.cloud("%s", refused), 0) end
  for _, file in ipairs(sources.overlaid(core)) do require_script(core, file) end
end

--- The names of people's commands, sorted.
---@param core table
---@return string[]
function sources.commands(core) return names(core, "^lualib/cli/(%l[%l%d_]*)%.lua$") end

return sources
