--- A value as a tree: a member per line, what is nested indented below its name. Nothing is left out or cut.

local flat = require "output.flat"
local json = require "core.json"
local width = require "output.width"

local INDENT = "  "
local WIDEST = 32 -- columns up to which names are filled, so that values stand below each other
local ONE_LINE = 70 -- columns of a list of scalars

local function scalar(value)
  if type(value) ~= "string" then return assert(json.encode(value)) end
  return value == "" and '""' or (width.shown(value))
end

-- What stands behind a name; nil: it goes below.
local function inline(value)
  if type(value) ~= "table" then return scalar(value) end
  if next(value) == nil then return json.is_array(value) and "[]" or "{}" end
  if not json.is_array(value) then return nil end
  local texts = {}
  for i, element in ipairs(value) do
    if type(element) == "table" then return nil end
    texts[i] = scalar(element)
  end
  local text = table.concat(texts, ", ")
  return #text <= ONE_LINE and text or nil
end

local add

local function members(object, indent, lines, paint)
  local names, texts, widest = flat.names(object), {}, 0
  for _, name in ipairs(names) do
    local _, wide = width.shown(name)
    texts[name] = inline(object[name])
    if texts[name] and wide <= WIDEST then widest = math.max(widest, wide) end
  end
  for _, name in ipairs(names) do
    local title, wide = width.shown(name)
    local text = texts[name]
    local blanks = text and (" "):rep(math.max(0, widest - wide) + 2) or ""
    lines[#lines + 1] = indent .. paint(title) .. blanks .. (text or "")
    if not text then add(object[name], indent .. INDENT, lines, paint) end
  end
end

-- The first line of an element carries its mark.
local function elements(list, indent, lines, paint)
  for _, element in ipairs(list) do
    local first = #lines + 1
    add(element, indent .. INDENT, lines, paint)
    lines[first] = indent .. "- " .. lines[first]:sub(#indent + #INDENT + 1)
  end
end

function add(value, indent, lines, paint)
  local empty = type(value) ~= "table" or next(value) == nil
  if empty then
    lines[#lines + 1] = indent .. inline(value)
  elseif json.is_array(value) then
    elements(value, indent, lines, paint)
  else
    members(value, indent, lines, paint)
  end
end

--- The tree's lines.
---@param value any a plain one
---@param options { key: fun(s: string): string } how names are painted
---@return string[]
return function(value, options)
  local lines = {}
  add(value, "", lines, options.key)
  return lines
end
