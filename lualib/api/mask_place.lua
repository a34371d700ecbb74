--- Where the end of an unfinished mask stands: below which properties, and the name that is begun there.
---
---     mask_place "mask[id,networkVlans[vlanNu"  --> { "networkVlans" }, "vlanNu"

local function joined(path, name) return table.move(path, 1, #path, 1, { [#path + 1] = name }) end

-- The mark of a mask's root is no property.
local function is_root(path, name, rest)
  return #path == 0 and (name == "mask" or name == "filteredMask") and rest:find "^[.%[(]" ~= nil
end

--- Each reads one mark at `at` and returns the path behind it.
local marks = {}
marks["["] = function(path, open)
  open[#open + 1] = path
  return path
end
marks["]"] = function(_, open) return #open > 1 and table.remove(open) or open[1] end
marks[","] = function(_, open) return open[#open] end
marks["."] = function(path) return path end

--- The place at the end of a mask.
---@param text string any of the API's forms, up to the cursor
---@return string[]? path the properties that lead there; "(Type)" selects one; nil where no name can begin
---@return string? word
return function(text)
  local path, open, at, expects = {}, { {} }, 1, true
  while at <= #text do
    local name = text:match("^[%w_]+", at)
    local token = name or text:match("^%([%w_]*%)", at) or text:sub(at, at)
    at = at + #token
    if name and at > #text then return expects and path or nil, name end
    if name or #token > 1 then
      if not (name and is_root(path, name, text:sub(at))) then path = joined(path, token) end
      expects = false
    elseif marks[token] then
      path, expects = marks[token](path, open), token ~= "]"
    elseif not token:find "%s" then
      return nil
    end
  end
  if not expects then return nil end
  return path, ""
end
