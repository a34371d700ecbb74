--- Several questions in one flight. A library's `query` returns the calls that its question takes, and a function
--- that makes sense of their answers; so all that a step wants to know costs one round trip.

local sl = require "softlayer"

---@param questions table[][] lists of calls, each possibly empty
---@return table[]? answers one list for each question
---@return Error? err the first one
return function(questions)
  local calls, values, answers, at = {}, {}, {}, 0
  for _, list in ipairs(questions) do table.move(list, 1, #list, #calls + 1, calls) end
  if #calls > 0 then
    local err
    values, err = sl.all(calls)
    if not values then return nil, err end
  end
  for i, list in ipairs(questions) do
    answers[i] = table.move(values, at + 1, at + #list, 1, {})
    at = at + #list
  end
  return answers
end
