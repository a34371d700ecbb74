--- Percent encoding, as in URLs and forms.

local percent = {}

--- The text with every odd byte as `%40`.
---@param text string
---@return string
function percent.encode(text)
  return (text:gsub("[^%w._~-]", function(char) return ("%%%02X"):format(char:byte()) end))
end

--- The text that was encoded.
---@param text string
---@return string
function percent.decode(text)
  return (text:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

return percent
