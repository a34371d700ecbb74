--- Seconds as people read them: "0 s", "3 ms", "1.2 s", "45 s", "4 min 5 s", "2 h 10 min".

local function parts(whole, large, large_name, small, small_name)
  local rest = whole % large // small
  return ("%d %s"):format(whole // large, large_name) .. (rest > 0 and (" %d %s"):format(rest, small_name) or "")
end

---@param seconds number
---@return string
return function(seconds)
  if seconds < 0.0005 then return "0 s" end
  if seconds < 0.9995 then return ("%.0f ms"):format(seconds * 1000) end
  if seconds < 9.95 then return (("%.1f s"):format(seconds):gsub("%.0 ", " ")) end
  local whole = math.floor(seconds + 0.5)
  if whole < 60 then return ("%d s"):format(whole) end
  if whole < 3600 then return parts(whole, 60, "min", 1, "s") end
  return parts(whole, 3600, "h", 60, "min")
end
