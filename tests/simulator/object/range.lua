-- The Range header: one range of bytes.

local range = {}

---@param header string?
---@param size integer
---@return integer? first, integer? last counted from 0; nil: everything
---@return boolean? impossible nothing of the range is there
function range.of(header, size)
  local from, to = (header or ""):match("^bytes=(%d*)-(%d*)$")
  from, to = math.tointeger(tonumber(from)), math.tointeger(tonumber(to))
  if not from and not to then return nil end
  if not from then from, to = math.max(size - to, 0), size - 1 end
  if to and to < from then return nil end
  if from >= size then return nil, nil, true end
  return from, math.min(to or size - 1, size - 1)
end

return range
