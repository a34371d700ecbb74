---@meta core.retry

--- The arithmetic of retrying. Who may be retried at all is decided by session.lua.
local retry = {}

---@class RetryPolicy
---@field attempts integer? how often a call is made at most, the first included; default 6
---@field base number? seconds: the upper bound of the first delay; default 0.5
---@field cap number? seconds: the upper bound of a delay that we choose ourselves; default 20

--- A random delay below base * 2^(attempt - 1), and not below what the server asked for.
---@param policy RetryPolicy
---@param attempt integer how many attempts failed, from 1
---@param retry_after number? seconds
---@return number? seconds nil: give up
function retry.delay(policy, attempt, retry_after) end

return retry
