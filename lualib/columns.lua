--- Rows of texts as a table for people: columns as wide as their widest cell, two spaces between.

---@param rows string[][] the heading first
---@return string
return function(rows)
  local widths, lines = {}, {}
  for _, row in ipairs(rows) do
    for i, cell in ipairs(row) do widths[i] = math.max(widths[i] or 0, utf8.len(cell) or #cell) end
  end
  for i, row in ipairs(rows) do
    local cells = {}
    for j, cell in ipairs(row) do cells[j] = cell .. (" "):rep(widths[j] - (utf8.len(cell) or #cell)) end
    lines[i] = table.concat(cells, "  "):gsub(" +$", "")
  end
  return table.concat(lines, "\n")
end
