--- slcpi doctor: what slcpi needs, one line each, with what to do.

local grid = require "output.grid"
local console = require "console"
local director = require "doctor.director"
local json = require "core.json"
local overlays = require "doctor.overlays"

local doctor = { description = "Checks what slcpi needs and tells what to do. Changes nothing. "
  .. "Exit status 0: nothing has failed." }

local marks = { ok = "ok", warn = "warn", fail = "FAIL" }

function doctor.describe(parser)
  parser:option("--stemcell", "A stemcell's cid: in which datacenters its image is."):argname "CID"
  parser:option("--director", "The director's director.yml, or its manifest as JSON: the settings that matter.")
    :argname "FILE"
  parser:option("--format", "table or json."):choices { "table", "json" }:default "table"
end

local function append(rows, more) return table.move(more, 1, #more, #rows + 1, rows) end

local function has_failed(rows)
  for _, row in ipairs(rows) do
    if row.status == "fail" then return true end
  end
  return false
end

-- An overlay that may not be used would keep every library from being loaded, so it is left out then.
local function check_overlays(core)
  local rows = overlays.rows(core)
  if has_failed(rows) then
    core.no_overlay()
  else
    rows[#rows + 1] = overlays.problem(require "check".all(core).problems)
  end
  return rows
end

local function check_all(core, options)
  local ask, settings = console.open(core, options)
  local config = settings.config or { softlayer = {}, engine = {} }
  local of_overlays = check_overlays(core)
  local of_director = options.director and director.rows(options.director, config) or {}
  local rows = ask("checks/account", { options.config or core.config or json.null, options.stemcell or json.null })
  return append(append(rows, of_overlays), of_director)
end

local function as_text(rows)
  local list = {}
  for i, row in ipairs(rows) do
    local text = row.seen .. (row.advice and " -> " .. row.advice or "")
    list[i] = { marks[row.status], row.check, (text:gsub("%c", " ")) }
  end
  return grid.text(list)
end

local function as_json(rows)
  local list = json.array {}
  for i, row in ipairs(rows) do
    list[i] = { status = row.status, check = row.check, seen = row.seen, advice = row.advice or json.null }
  end
  return assert(json.encode({ checks = list }, { pretty = true }))
end

---@param core table
---@param options table
---@return integer exit_status
function doctor.run(core, options)
  local rows = check_all(core, options)
  core.print((options.format == "json" and as_json or as_text)(rows) .. "\n")
  return has_failed(rows) and 1 or 0
end

return doctor
