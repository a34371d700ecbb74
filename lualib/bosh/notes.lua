--- Notes: BOSH's metadata as the one line of text that a volume or a snapshot has.

local notes = {}

local LONGEST = 255 -- guess [G]: bytes that the API keeps

local function text_of(value)
  if type(value) == "table" or type(value) == "userdata" then return nil end -- nested values and null
  local text = tostring(value):gsub("[%c,]", " ")
  return text ~= "" and text or nil
end

--- "key:value, key:value", sorted by key, cut at a value's end to what the API keeps.
---@param metadata table
---@param room integer? bytes to leave free
---@return string
function notes.of(metadata, room)
  local keys, parts, length = {}, {}, 0
  for key in pairs(metadata) do keys[#keys + 1] = tostring(key) end
  table.sort(keys)
  for _, key in ipairs(keys) do
    local text = text_of(metadata[key])
    local part = text and ("%s:%s"):format(key:gsub("[%c,:]", " "), text)
    if part and length + #part + 2 <= LONGEST - (room or 0) then
      parts[#parts + 1], length = part, length + #part + 2
    end
  end
  return table.concat(parts, ", ")
end

--- True of notes as a CPI writes them of a director's disk; the Go CPI wrote them without spaces.
---@param text string?
---@return boolean
function notes.are_metadata(text)
  text = "," .. (text or ""):gsub(", ", ",")
  return text:find ",director:" ~= nil and text:find ",deployment:" ~= nil
end

return notes
