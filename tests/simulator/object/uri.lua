-- URIs byte by byte, as signatures see them.

local uri = {}

--- Splits at the first question mark.
---@return string location, string query both as they arrived
function uri.split(text) return text:match("^([^?]*)%??(.*)$") end

function uri.decode(text)
  return (text:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

--- Everything but the unreserved characters as %XX.
---@param kept string? a character that stays as it is: "/" in a path
function uri.encode(text, kept)
  return (text:gsub("[^%w%-%._~]", function(char)
    return char ~= kept and ("%%%02X"):format(char:byte()) or nil
  end))
end

---@return { name: string, value: string }[] decoded, in their order
function uri.pairs(query)
  local list = {}
  for pair in query:gsub("+", " "):gmatch("[^&]+") do
    local name, value = pair:match("^([^=]*)=?(.*)$")
    list[#list + 1] = { name = uri.decode(name), value = uri.decode(value) }
  end
  return list
end

---@return table<string, string>
function uri.parameters(query)
  local map = {}
  for _, pair in ipairs(uri.pairs(query)) do map[pair.name] = pair.value end
  return map
end

return uri
