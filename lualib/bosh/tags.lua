--- Tags: BOSH's metadata as SoftLayer's flat list "key:value", merged with what is there.

local tags = {}

local LONGEST = 255 -- guess [G]: of one tag

-- The API allows letters, digits, space and _ - . : in a tag; a comma would split it.
local function clean(text)
  return (text:gsub("[^%w _%-%.]", "-"))
end

local function text_of(value)
  if type(value) == "table" or type(value) == "userdata" then return nil end -- nested values and null have no tag
  return tostring(value)
end

--- A metadata map as tags by key.
---@param metadata table
---@return table<string, string> tags key → "key:value"
function tags.of(metadata)
  local result = {}
  for key, value in pairs(metadata) do
    local text = text_of(value)
    if text and text ~= "" then
      local name = clean(tostring(key))
      result[name] = (name .. ":" .. clean(text)):sub(1, LONGEST)
    end
  end
  return result
end

--- The tags that a VM's environment asks for: env.bosh.tags.
---@param env table?
---@return table<string, string>
function tags.of_env(env)
  local bosh = type(env) == "table" and env.bosh
  local wanted = type(bosh) == "table" and bosh.tags
  return tags.of(type(wanted) == "table" and wanted or {})
end

--- The names of a guest's tags.
---@param references table[]? tagReferences[tag[name]]
---@return string[]
function tags.names(references)
  local names = {}
  for _, reference in ipairs(references or {}) do
    if reference.tag and reference.tag.name then names[#names + 1] = reference.tag.name end
  end
  return names
end

--- Merges new tags into existing ones; a new one replaces those of its key.
---@param existing string[]
---@param new table<string, string> made by tags.of
---@return string[] merged sorted
---@return boolean changed
function tags.merge(existing, new)
  local set, changed = {}, false
  for _, name in ipairs(existing) do
    local key = name:match("^([^:]*):")
    if not key or not new[key] or new[key] == name then set[name] = true else changed = true end
  end
  for _, name in pairs(new) do
    if not set[name] then changed = true end
    set[name] = true
  end
  local merged = {}
  for name in pairs(set) do merged[#merged + 1] = name end
  table.sort(merged)
  return merged, changed
end

return tags
