--- Rows of texts as lines for people: columns as wide as their widest cell, or as they are told, two spaces between.

local width = require "output.width"

local grid = {}

--- How wide each column's widest cell is.
---@param rows string[][] each as long as the first
---@return integer[]
function grid.widths(rows)
  local widths = {}
  for _, row in ipairs(rows) do
    for i, cell in ipairs(row) do
      local _, wide = width.shown(cell)
      widths[i] = math.max(widths[i] or 0, wide)
    end
  end
  return widths
end

local function padded(cell, room, right, ellipsis)
  local text, wide = width.shown(cell)
  if wide > room then text, wide = width.cut(text, room, ellipsis) end
  local blanks = (" "):rep(room - wide)
  return right and blanks .. text or text .. blanks
end

---@class grid.options
---@field widths integer[]? columns of the terminal for each; what is wider is cut
---@field right table<integer, boolean>? the columns whose cells stand at the right
---@field ellipsis string? what stands for what was cut, "…" if absent

--- The lines, without blanks at their ends.
---@param rows string[][] each as long as the first
---@param options grid.options?
---@return string[]
function grid.lines(rows, options)
  options = options or {}
  local widths, right, ellipsis = options.widths or grid.widths(rows), options.right or {}, options.ellipsis or "…"
  local lines = {}
  for i, row in ipairs(rows) do
    local cells = {}
    for j, cell in ipairs(row) do cells[j] = padded(cell, widths[j], right[j], ellipsis) end
    lines[i] = table.concat(cells, "  "):gsub(" +$", "")
  end
  return lines
end

--- The same as one text, without a newline at its end.
---@param rows string[][] the heading first
---@return string
function grid.text(rows) return table.concat(grid.lines(rows), "\n") end

return grid
