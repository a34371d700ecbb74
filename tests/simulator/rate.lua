-- The rate limit: so many calls per user in any second of real time (also when the virtual clock
-- runs fast or stands still: it protects a server, not a cloud).

local sys = require "core.sys"

local rate = {}

local per_second, windows = 50, {}

---@param limit number calls per second; 0 is no limit
function rate.set(limit) per_second, windows = limit, {} end

function rate.limit() return per_second end

---@param username string
---@return boolean within the limit; a refused call does not count
function rate.admit(username)
  if per_second == 0 then return true end
  local now = sys.monotonic()
  local window = windows[username] or { first = 1, last = 0 }
  windows[username] = window
  while window.first <= window.last and window[window.first] <= now - 1 do
    window[window.first] = nil
    window.first = window.first + 1
  end
  if window.last - window.first + 1 >= per_second then return false end
  window.last = window.last + 1
  window[window.last] = now
  return true
end

return rate
