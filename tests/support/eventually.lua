--- Waits for a condition of another process; fails the test when it does not come.

local sys = require "core.sys"

---@param what string
---@param condition fun(): any
---@param seconds number? 10 if absent
---@return any the condition's value
return function(what, condition, seconds)
  local last = sys.monotonic() + (seconds or 10)
  repeat
    local value = condition()
    if value then return value end
    sys.sleep(0.005)
  until sys.monotonic() > last
  error(("waited in vain for %s"):format(what), 2)
end
