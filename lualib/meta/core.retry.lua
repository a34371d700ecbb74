---@meta core.retry
-- The arithmetic of retrying. Which call may be repeated at all is decided by whoever asks.

local retry = {}

---@class retry.policy
---@field attempts? integer how often a call is made at most, the first time included; 6 if absent
---@field base? number      seconds: the upper bound of the first delay; 0.5 if absent
---@field cap? number       seconds: the upper bound of any delay of our own choice; 20 if absent

---How long to wait after a failed attempt: random between 0 and base * 2^(attempt - 1), at most `cap`, at
---least `retry_after`.
---
---    retry.delay({ attempts = 3 }, 1, 7)  --> 7.0
---    retry.delay({ attempts = 3 }, 3)     --> nil
---@param policy retry.policy
---@param attempt integer      1 = the first one failed
---@param retry_after? number  seconds that the server asked for
---@return number? seconds     nil: give up
function retry.delay(policy, attempt, retry_after) end

return retry
