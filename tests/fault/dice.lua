--- Choices of a schedule: all of them follow from math.randomseed, so that a seed draws the same one again.

local dice = {}

---@return any one of the list
function dice.one(list) return list[math.random(#list)] end

--- True in one of n cases.
function dice.one_in(n) return math.random(n) == 1 end

--- A number between two, with two decimals.
function dice.between(low, high) return (("%.2f"):format(low + (high - low) * math.random()):gsub("%.?0+$", "")) end

return dice
