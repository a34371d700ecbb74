--- What waits for the end of a request, when it is known whether its answer was taken.

local answered = {}

local waiting = {}

--- Has a function called then.
---@param f fun(taken: boolean)
function answered.await(f) waiting[#waiting + 1] = f end

--- Tells those who wait, once.
---@param taken boolean whether the client took a result
function answered.tell(taken)
  local list = waiting
  waiting = {}
  for _, f in ipairs(list) do f(taken) end
end

return answered
