--- A timeline for the terminal: a line for each row, with a bar where its time was.
--
--   prepare         1.2 s  4  ━
--     wait for x    3 min  9   ┄┄┄┄•┄┄┄•┄┄┄┄•┄┄   polls •, what failed ✗, where the process ended ?

local axis = require "timeline.axis"
local duration = require "timeline.duration"
local rows = require "timeline.rows"

local SIGNS = { request = "━", action = "━", step = "━", hook = "═", wait = "┄" }
local LONGEST, FIGURES, NARROWEST = 44, 21, 20 -- columns of a label; of time and calls; of the bars

local function cut(text, width)
  local length = utf8.len(text)
  if not length then return cut(text:gsub("[\128-\255]", "?"), width) end
  if length <= width then return text .. (" "):rep(width - length) end
  return text:sub(1, utf8.offset(text, width) - 1) .. "…"
end

-- No control character of a file reaches the terminal.
local function plain(text) return (text:gsub("%c", " "):gsub("\xc2[\x80-\x9f]", " ")) end

local function label_of(row)
  local where = row.span.attributes["slcpi.where"]
  return plain(("  "):rep(row.depth) .. row.label .. (where and "  " .. tostring(where):match "[^/]*$" or ""))
end

local function scale(seconds, width)
  return function(at) return math.min(width, math.floor(at / seconds * width) + 1) end
end

local function bar(row, column, width)
  local cells = {}
  for i = 1, width do cells[i] = " " end
  for i = column(row.from), column(row.to) do cells[i] = SIGNS[row.kind] or "━" end
  for _, poll in ipairs(row.polls) do cells[column(poll.at)] = "•" end
  for _, call in ipairs(row.calls) do
    if call.failed then cells[column(call.to)] = "✗" end
  end
  if row.failed then cells[column(row.to)] = "✗" end
  if row.span.unfinished then cells[column(row.to)] = "?" end
  return (table.concat(cells):gsub(" +$", ""))
end

local function axis_line(seconds, column, width)
  local line, used = "", 0
  for _, tick in ipairs(axis(seconds, math.max(2, width // 7))) do
    local at = column(tick.at) - 1
    if at >= used and at + #tick.label <= width then
      line = line .. (" "):rep(at - used) .. tick.label .. " "
      used = at + #tick.label + 1
    end
  end
  return (line:gsub(" +$", ""))
end

local function heading(root, list)
  local id = root.attributes["slcpi.request_id"]
  local text = ("%s %s: %s, %d API calls%s"):format(root.name, rows.outcome(root), duration(list[1].to), list[1].total,
    id and ", request " .. id or "")
  return plain(text) .. (root.status.message and "\n" .. plain(root.status.message) or "")
end

--- The lines of one request.
---@param root Node
---@param columns integer the terminal's width
---@return string
return function(root, columns)
  local list = rows.of(root)
  local labels, widest = {}, 0
  for i, row in ipairs(list) do
    labels[i] = label_of(row)
    widest = math.max(widest, utf8.len(labels[i]) or 0)
  end
  widest = math.min(widest, LONGEST, columns * 2 // 5, math.max(8, columns - FIGURES - NARROWEST))
  local width = math.max(NARROWEST, columns - widest - FIGURES)
  local seconds = math.max(list[1].to, 1e-6)
  local column = scale(seconds, width)
  local lines = { heading(root, list), "" }
  lines[#lines + 1] = ("%s  %11s %5s  %s"):format((" "):rep(widest), "time", "calls", axis_line(seconds, column, width))
  for i, row in ipairs(list) do
    lines[#lines + 1] = ("%s  %11s %5s  %s"):format(cut(labels[i], widest), duration(row.to - row.from),
      row.total > 0 and row.total or "", bar(row, column, width))
  end
  return table.concat(lines, "\n")
end
