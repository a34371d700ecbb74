--- A list as CSV (RFC 4180): a heading, lines that end in CR LF, members of nested objects under dotted names, lists
--- as JSON. Values are as they are; a spreadsheet that takes one for a formula is told by the quotes that it is a text.

local flat = require "output.flat"
local json = require "core.json"

local FORMULA = '^[=+@\t-]'

-- Nothing at all is null; an empty text is quoted.
local function field(value)
  if value == nil or value == json.null then return "" end
  if type(value) ~= "string" then
    value = assert(json.encode(value))
    if not value:find '[",]' then return value end
  elseif value ~= "" and not value:find '[",\r\n]' and not value:find(FORMULA) and not value:find "^%s" and
    not value:find "%s$" then
    return value
  end
  return '"' .. value:gsub('"', '""') .. '"'
end

local function line(row, names)
  local fields = {}
  for i, name in ipairs(names) do fields[i] = field(row[name]) end
  local text = table.concat(fields, ",")
  return text == "" and #names == 1 and '""' or text -- an empty line is no record to most readers
end

--- The text, with its last line's end.
---@param value any a plain one: a list has a record for each element, anything else is one; a scalar is a `value`
---@param options { order: string[]? } the dotted names of columns that come first
---@return string
return function(value, options)
  local list = json.is_array(value) and value or { value }
  local rows, names, known = {}, {}, {}
  for i, element in ipairs(list) do
    rows[i] = flat.leaves(flat.is_object(element) and element or { value = element })
    for name in next, rows[i] do
      if not known[name] then known[name], names[#names + 1] = true, name end
    end
  end
  table.sort(names, flat.before(options.order))
  local heading = {}
  for i, name in ipairs(names) do heading[i] = field(name) end
  local lines = { table.concat(heading, ",") }
  for i, row in ipairs(rows) do lines[i + 1] = line(row, names) end
  return table.concat(lines, "\r\n") .. "\r\n"
end
