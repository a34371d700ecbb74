--- A list of objects as a table that fits a terminal: columns by their content, what is nested under dotted names,
--- cells cut and columns left out where there is no room.

local flat = require "output.flat"
local grid = require "output.grid"
local json = require "core.json"
local width = require "output.width"

local SMALL = 4 -- members of a nested object that are shown all
local LEAST = 24 -- columns that are kept of a text: fewer whole ones tell more than many that are cut
local LONG = 20 -- rows that can be counted at a glance
local TELLING = { "name", "hostname", "fullyQualifiedDomainName", "label", "keyName", "username", "id" }

-- Of a large object its name tells enough.
local function reduce(nested)
  local count = 0
  for _ in next, nested do count = count + 1 end
  if count <= SMALL then return nested end
  for _, name in ipairs(TELLING) do
    if nested[name] ~= nil and type(nested[name]) ~= "table" then return { [name] = nested[name] } end
  end
  return { ["…"] = ("%d properties"):format(count) }
end

local cell

-- The one scalar in an element of a list: of { tag = { name = "web" } } it is "web".
local function essence(element)
  if not flat.is_object(element) then return type(element) ~= "table" and element or nil end
  local name, value = next(element)
  if name == nil or next(element, name) ~= nil then return nil end
  return essence(value)
end

local function list_text(list)
  local texts = {}
  for i, element in ipairs(list) do
    local scalar = essence(element)
    if scalar == nil then return ("%d item%s"):format(#list, #list == 1 and "" or "s") end
    texts[i] = cell(scalar)
  end
  return table.concat(texts, ", ")
end

function cell(value)
  if type(value) == "string" then return value end
  if value == nil or value == json.null then return "-" end
  if type(value) == "table" then return list_text(value) end
  return type(value) == "number" and json.encode(value) or tostring(value)
end

local function is_empty(value)
  return value == nil or value == json.null or value == "" or type(value) == "table" and #value == 0
end

-- The columns that hold something, each with what is known of its content.
local function columns_of(rows, order)
  local names, found = {}, {}
  for _, row in ipairs(rows) do
    for name, value in next, row do
      local column = found[name]
      if not is_empty(value) then
        if not column then
          column = { name = name, numbers = true, first = value }
          found[name], names[#names + 1] = column, name
        end
        column.numbers = column.numbers and type(value) == "number"
        column.varies = column.varies or value ~= column.first
      end
    end
  end
  table.sort(names, flat.before(order))
  local columns = {}
  for i, name in ipairs(names) do columns[i] = found[name] end
  return columns
end

-- The heading and the rows as texts, with the width of each column.
local function fill(rows, columns)
  local heading, texts = {}, {}
  for j, column in ipairs(columns) do heading[j] = column.name end
  for i, row in ipairs(rows) do
    local line = {}
    for j, column in ipairs(columns) do line[j] = cell(row[column.name]) end
    texts[i] = line
  end
  local widths = grid.widths(texts)
  for j, column in ipairs(columns) do
    local _, title = width.shown(column.name)
    column.place, column.natural = j, math.max(widths[j], title)
    column.least = math.min(column.natural, LEAST)
  end
  return heading, texts
end

-- A column with the same in all rows tells least, so it is left out first; the first is always there.
local function choose(columns, room)
  local chosen, used = {}, -2
  for _, varying in ipairs { true, false } do
    for j, column in ipairs(columns) do
      local turn = (j == 1 or column.varies or false) == varying
      if turn and (j == 1 or used + 2 + column.least <= room) then
        chosen[column], used = true, used + 2 + column.least
      end
    end
  end
  return chosen, room - used
end

-- What is left of the width goes to the columns that are cut, to each the same.
local function widen(columns, spare)
  for _, column in ipairs(columns) do column.width = column.least end
  while spare > 0 do
    local cut = {}
    for _, column in ipairs(columns) do cut[#cut + 1] = column.width < column.natural and column or nil end
    if #cut == 0 then return end
    local share = math.max(1, spare // #cut)
    for _, column in ipairs(cut) do
      local more = math.min(share, column.natural - column.width, spare)
      column.width, spare = column.width + more, spare - more
    end
  end
end

-- The columns that are shown, with their widths, and the names of the others.
local function fit(columns, room)
  local shown, left_out = {}, {}
  local chosen, spare = choose(columns, room or math.huge)
  for _, column in ipairs(columns) do
    if chosen[column] then shown[#shown + 1] = column else left_out[#left_out + 1] = column.name end
  end
  widen(shown, spare)
  if room and shown[1] then shown[1].width = math.min(shown[1].width, room) end
  return shown, left_out
end

local function grouped(count)
  local text, again = tostring(count), 1
  while again > 0 do text, again = text:gsub("^(%d+)(%d%d%d)", "%1,%2") end
  return text
end

local function count_of(count, what)
  return count == 0 and "no rows" or ("%s %s%s"):format(grouped(count), what, count == 1 and "" or "s")
end

-- What stands below the table.
local function notes(rows, left_out, room, ellipsis)
  local lines = {}
  if #rows > LONG then lines[1] = count_of(#rows, "row") end
  if #left_out > 0 then lines[#lines + 1] = "not shown: " .. table.concat(left_out, ", ") end
  for i, line in ipairs(lines) do lines[i] = width.cut(width.shown(line), room or math.huge, ellipsis) end
  return lines
end

local function pick(row, shown)
  local cells = {}
  for i, column in ipairs(shown) do cells[i] = row[column.place] end
  return cells
end

--- The table's lines.
---@param list any[] plain objects; a scalar is a row with a `value`
---@param options table width, unicode and order of output.options; bold(text) and dim(text) paint
---@return string[]
return function(list, options)
  local rows, ellipsis = {}, options.unicode and "…" or "..."
  for i, element in ipairs(list) do
    rows[i] = flat.leaves(flat.is_object(element) and element or { value = element }, reduce)
  end
  local columns = columns_of(rows, options.order)
  if #columns == 0 then
    return { options.dim((width.cut(count_of(#rows, "empty row"), options.width or math.huge, ellipsis))) }
  end
  local heading, texts = fill(rows, columns)
  local shown, left_out = fit(columns, options.width)
  local picked, widths, right = { pick(heading, shown) }, {}, {}
  for i, row in ipairs(texts) do picked[i + 1] = pick(row, shown) end
  for i, column in ipairs(shown) do widths[i], right[i] = column.width, column.numbers end
  local lines = grid.lines(picked, { widths = widths, right = right, ellipsis = ellipsis })
  lines[1] = options.bold(lines[1])
  for _, note in ipairs(notes(rows, left_out, options.width, ellipsis)) do lines[#lines + 1] = options.dim(note) end
  return lines
end
