--- Ticks of a time axis at round distances.

local duration = require "timeline.duration"

local STEPS = { 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400 } -- seconds

-- Below a second: 1, 2 and 5 times a power of ten.
local function small_step(least)
  local power = 10 ^ math.floor(math.log(least, 10))
  for _, factor in ipairs { 1, 2, 5 } do
    if factor * power >= least then return factor * power end
  end
  return 10 * power
end

local function step_of(least)
  if least <= 0.5 then return small_step(least) end
  for _, step in ipairs(STEPS) do
    if step >= least then return step end
  end
  return math.ceil(least / 86400) * 86400
end

---@param seconds number the axis's length, above 0
---@param most integer how many ticks there is room for
---@return { at: number, label: string }[]
return function(seconds, most)
  local step, ticks = step_of(seconds / most), {}
  for i = 0, math.floor(seconds / step + 1e-9) do
    ticks[#ticks + 1] = { at = i * step, label = duration(i * step) }
  end
  return ticks
end
