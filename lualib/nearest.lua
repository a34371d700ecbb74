--- What somebody who mistyped a name may have meant.

-- How many letters must be added, left out, replaced or swapped with their neighbour to make one of the other.
local function distance(a, b)
  local before, row = nil, {}
  for j = 0, #b do row[j] = j end
  for i = 1, #a do
    local next_row = { [0] = i }
    for j = 1, #b do
      local differs = a:byte(i) ~= b:byte(j)
      next_row[j] = math.min(row[j] + 1, next_row[j - 1] + 1, row[j - 1] + (differs and 1 or 0))
      local swapped = before and j > 1 and a:byte(i) == b:byte(j - 1) and a:byte(i - 1) == b:byte(j)
      if swapped then next_row[j] = math.min(next_row[j], before[j - 2] + 1) end
    end
    before, row = row, next_row
  end
  return row[#b]
end

--- The name that is most like the given one; nil when none is much like it.
---@param name string
---@param names string[]
---@return string?
return function(name, names)
  local best, least = nil, math.max(1, #name // 3) + 1
  for _, known in ipairs(names) do
    local apart = math.abs(#known - #name) < least and distance(name:lower(), known:lower()) or least
    if apart < least then best, least = known, apart end
  end
  return best
end
