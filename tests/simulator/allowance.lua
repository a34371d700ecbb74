-- How much of the world one answer may read. Relations lead in circles, so that a short mask or filter
-- can ask for more than any machine holds.

local errors = require "slsim.errors"
local guess  = require "slsim.guess"

guess("[G]", "a mask or filter that reads more than 500,000 properties answers 200 with Internal Error")

local allowance = {}

local MAX_READS = 500000

--- A reader that raises the API's Internal Error once it has read too much.
---@param read fun(object: any, name: string, type_name: string): any
---@return fun(object: any, name: string, type_name: string): any
function allowance.bounded(read)
  local left = MAX_READS
  return function(object, name, type_name)
    left = left - 1
    if left < 0 then errors.raise("Public", "Internal Error", 200) end
    return read(object, name, type_name)
  end
end

return allowance
