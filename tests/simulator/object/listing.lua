-- A page of a list of names: by prefix, folded at a delimiter, from a marker on.

local store = require "slsim.object.store"

local listing = {}

local function begins(text, prefix) return text:sub(1, #prefix) == prefix end

-- What a name shows as: itself, or what it has in common with others up to the delimiter.
local function shown(name, prefix, delimiter)
  local from, to
  if delimiter ~= "" then from, to = name:find(delimiter, #prefix + 1, true) end
  if from then return name:sub(1, to), true end
  return name, false
end

---@param map table<string, table> by name
---@param wanted { prefix: string?, delimiter: string?, after: string?, limit: integer }
---@return { entries: { name: string, folded: boolean, value: table? }[], truncated: boolean, last: string? } page
function listing.page(map, wanted)
  local prefix, after = wanted.prefix or "", wanted.after or ""
  local page = { entries = {}, truncated = false }
  for _, name in ipairs(store.names(map)) do
    local text, folded = shown(name, prefix, wanted.delimiter or "")
    if begins(name, prefix) and text > after and text ~= page.last then
      if #page.entries >= wanted.limit then
        page.truncated = true
        return page
      end
      page.last = text
      page.entries[#page.entries + 1] = { name = text, folded = folded, value = not folded and map[name] or nil }
    end
  end
  return page
end

return listing
