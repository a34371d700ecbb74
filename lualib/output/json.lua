--- A value as JSON for people: a member per line, sorted, and letters instead of their escapes.

local json = require "core.json"
local width = require "output.width"

-- What does not print stays escaped, so that it moves no cursor.
local function letter(code)
  local text = utf8.char(code)
  return code >= 0xa0 and width.shown(text) == text and text or nil
end

-- An escape is one only behind an even number of backslashes.
local function with_letters(text)
  if not text:find("\\u", 1, true) then return text end
  text = text:gsub("(\\+)u([dD][89abAB]%x%x)\\u([dD][c-fC-F]%x%x)", function(slashes, high, low)
    if #slashes % 2 == 0 then return nil end
    local shown = letter(0x10000 + ((tonumber(high, 16) & 0x3ff) << 10) + (tonumber(low, 16) & 0x3ff))
    return shown and slashes:sub(2) .. shown
  end)
  return (text:gsub("(\\+)u(%x%x%x%x)", function(slashes, hex)
    local code = tonumber(hex, 16)
    if #slashes % 2 == 0 or code & 0xf800 == 0xd800 then return nil end
    local shown = letter(code)
    return shown and slashes:sub(2) .. shown
  end))
end

--- The text, without a newline at its end.
---@param value any a plain one
---@param options { key: fun(s: string): string } how names are painted
---@return string
return function(value, options)
  local text = with_letters(assert(json.encode(value, { pretty = true })))
  return (text:gsub('(\n *)("[^\n]-"): ', function(indent, name) return indent .. options.key(name) .. ": " end))
end
