--- Orphans for people: a table, or JSON.

local grid = require "output.grid"
local json = require "core.json"
local width = require "output.width"

local orphan_table = {}

local LONGEST = 100 -- columns of a reason; JSON has all of it

local units = { { 86400, "d" }, { 3600, "h" }, { 60, "min" }, { 1, "s" } }

--- A time for people: "3 h".
---@param seconds number?
---@return string
function orphan_table.age(seconds)
  for _, unit in ipairs(units) do
    if seconds and (seconds >= unit[1] or unit[1] == 1) then return ("%d %s"):format(seconds // unit[1], unit[2]) end
  end
  return "-"
end

local function short(text) return (width.cut(width.shown(text or ""), LONGEST, "…")) end

local function account(row) return row.detail and ("%s (%s)"):format(row.account, row.detail) or row.account end

--- A line for each.
---@param rows table[]
---@return string
function orphan_table.text(rows)
  local list = { { "kind", "cid", "name", "age", "stage", "price", "account", "key", "reason" } }
  for i, row in ipairs(rows) do
    list[i + 1] = { row.kind, row.cid or row.order and "order " .. row.order or "-", row.name or "-",
      orphan_table.age(row.age), row.stage or "-", row.price or "-", short(account(row)), row.key or "-",
      short(row.held and "a request works on it" or row.reason) }
  end
  return grid.text(list)
end

local fields = { "key", "kind", "cid", "order", "name", "stage", "reason", "price", "account", "detail", "held" }

--- The same as a JSON document.
---@param listing { directory: string?, rows: table[] }
---@return string
function orphan_table.json(listing)
  local list = json.array {}
  for i, row in ipairs(listing.rows) do
    list[i] = { age = row.age and math.tointeger(row.age // 1) or json.null }
    for _, name in ipairs(fields) do list[i][name] = row[name] == nil and json.null or row[name] end
  end
  return assert(json.encode({ state_dir = listing.directory, orphans = list }, { pretty = true }))
end

return orphan_table
