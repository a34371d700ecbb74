--- slcpi show NAME: a source as it is in force. The text alone goes to stdout, so that it can begin a script of one's
--- own; where it is from, and who hooks it, goes to stderr.

local errors = require "errors"

local show = { description = "Prints a script as it is in force, or any source: lualib/wait.lua, hooks/create_vm.lua." }

function show.describe(parser)
  parser:argument("name", "The script's name, such as create_vm, or a source's path.")
end

--- The scripts, for the first word.
function show.candidates(core, place) return place == 1 and require "sources".scripts(core) or {} end

local function print_all(core, name, first)
  local found = false
  for overlay = first, #core.overlays() do
    local text, origin = core.source(name, overlay)
    if text then
      core.complain(("-- %s\n"):format((origin:gsub("^@", ""))))
      core.print(text)
    end
    found = found or text ~= nil
  end
  return found
end

local function print_one(core, name)
  local text, origin = core.source(name)
  if not text and origin then error(errors.cloud("%s", origin), 0) end
  if not text then return false end
  core.complain(("-- %s\n"):format((origin:gsub("^@", ""))))
  core.print(text)
  return true
end

local function tell_of_hooks(core, name)
  for overlay, dir in ipairs(core.overlays()) do
    local path = ("hooks/%s.lua"):format(name)
    if core.source(path, overlay) then core.complain(("-- with the hooks of %s/%s\n"):format(dir, path)) end
  end
end

local function suggest(core, name)
  local guess = require "nearest"(name, require "sources".scripts(core))
  error(errors.cpi("there is no '%s'%s", name, guess and (", did you mean '%s'?"):format(guess) or ""), 0)
end

---@param core table
---@param options table
---@return integer exit_status
function show.run(core, options)
  require "engine".start(core, options.config or core.config)
  require "sources".require_overlays(core)
  local name = options.name
  if name:find "^hooks/" then
    if not print_all(core, name, 1) then suggest(core, name) end
  elseif print_one(core, ("scripts/%s.lua"):format(name)) then
    tell_of_hooks(core, name)
  elseif not print_one(core, name) then
    suggest(core, name)
  end
  return 0
end

return show
