--- Texts on a terminal: how many columns they take, and what may be written so that nothing in them moves the cursor.

local json = require "core.json"
local sys = require "core.sys"

local width = {}

local NAMED = { [9] = "\\t", [10] = "\\n", [13] = "\\r" }

-- They turn around what stands beside them, so that a text looks like another.
local function turns_text(code)
  return code >= 0x202a and code <= 0x202e or code >= 0x2066 and code <= 0x2069 or code == 0x200e or code == 0x200f
    or code == 0x061c
end

-- By code point: what is written for it, and how wide that is.
local pieces, columns = {}, {}

local function piece_of(code)
  if not pieces[code] then
    local wide = turns_text(code) and -1 or sys.wcwidth(code)
    pieces[code] = wide >= 0 and utf8.char(code) or NAMED[code] or ("\\u{%x}"):format(code)
    columns[code] = wide >= 0 and wide or #pieces[code]
  end
  return pieces[code], columns[code]
end

--- The text on one line: what cannot be printed is escaped as `\n` or `\u{9b}`.
---@param text string
---@return string shown
---@return integer columns how wide it is
function width.shown(text)
  if not text:find "[^ -~]" then return text, #text end
  local parts, wide = {}, 0
  for _, code in utf8.codes(json.clean(text)) do
    local piece, more = piece_of(code)
    parts[#parts + 1], wide = piece, wide + more
  end
  return table.concat(parts), wide
end

--- The same, but for lines and tabulators, which stay.
---@param text string
---@return string
function width.lines(text)
  return (text:gsub("[^\n\t]+", width.shown))
end

-- The bytes at the beginning that fit, with the marks that belong to the last character.
local function fitting(text, room)
  local used = 0
  for at, code in utf8.codes(text) do
    local _, more = piece_of(code)
    if used + more > room then return text:sub(1, at - 1), used end
    used = used + more
  end
  return text, used
end

--- A shown text that fits: its beginning and the ellipsis, if it is too wide.
---@param text string as width.shown gives it
---@param room integer columns, at least 1
---@param ellipsis string "…" or "..."
---@return string text
---@return integer columns
function width.cut(text, room, ellipsis)
  local whole, used = fitting(text, room)
  if #whole == #text then return text, used end
  local _, wide = width.shown(ellipsis)
  if wide > room then ellipsis, wide = ellipsis:sub(1, room), room end
  local beginning, begun = fitting(text, room - wide)
  return beginning .. ellipsis, begun + wide
end

return width
