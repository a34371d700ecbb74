--- Overlays: what each has, or why its files may not be used.

local row = require "doctor.row"
local sources = require "sources"
local sys = require "core.sys"

local overlays = {}

local function summary(files)
  local counts = { scripts = 0, hooks = 0, lualib = 0 }
  for _, file in ipairs(files) do
    local folder = file.name:match "^%l+"
    counts[folder] = counts[folder] + 1
  end
  return ("scripts: %d, hook files: %d, libraries: %d"):format(counts.scripts, counts.hooks, counts.lualib)
end

local function more(complaints)
  return #complaints > 1 and (", and %d more"):format(#complaints - 1) or ""
end

local function row_of(core, number, dir, files)
  local listed, message = core.overlay_texts(number), nil
  if not listed then listed, message = sys.list(dir) end
  if not listed then return row.fail("overlay", message, "make the directory, or do not name it") end
  local complaints = {}
  for _, file in ipairs(files) do
    local text, refused = core.source(file.name, file.overlay)
    if not text then complaints[#complaints + 1] = refused end
  end
  if #complaints == 0 then return row.ok("overlay", ("%s; %s"):format(dir, summary(files))) end
  return row.fail("overlay", complaints[1] .. more(complaints), "chown -R and chmod -R go-w " .. dir)
end

--- A line for each overlay about whether it may be used; loads none of its libraries.
---@param core table the engine's private functions
---@return Row[]
function overlays.rows(core)
  local files, rows = {}, {}
  for number in ipairs(core.overlays()) do files[number] = {} end
  for _, file in ipairs(sources.overlaid(core)) do table.insert(files[file.overlay], file) end
  for number, dir in ipairs(core.overlays()) do rows[number] = row_of(core, number, dir, files[number]) end
  local refused = core.overlay_error()
  if refused then rows[#rows + 1] = row.fail("overlay", refused, "mend it, or do not name it") end
  if #rows == 0 then rows[1] = row.ok("overlay", "none") end
  return rows
end

--- What `slcpi check` has against overlays that may be used, in a line.
---@param problems Problem[]
---@return Row?
function overlays.problem(problems)
  local first = problems[1]
  if not first then return nil end
  return row.fail("overlay", ("%s: %s%s"):format(first.where, first.what, more(problems)), "slcpi check tells all")
end

return overlays
