--- One line on the terminal while something is awaited: what, what the API is doing, how long already, how long it
--- takes on average, and when it may be done.

local events = require "events"

local progress = {}

local CLEAR = "\r\27[K"

local function spoken(seconds)
  local whole = seconds // 1 | 0
  if whole < 100 then return ("%d s"):format(whole) end
  return ("%d:%02d min"):format(whole // 60, whole % 60)
end

local function expectation(event)
  if not event.average then return "" end
  local left = event.average - event.elapsed
  local rest = left > 0 and ("done in about %s"):format(spoken(left)) or "longer than usual"
  return (" of about %s, %s"):format(spoken(event.average), rest)
end

--- The line for a poll.
---@param event Event
---@param columns integer
---@return string
function progress.text(event, columns)
  local text = ("%s: %s%s%s"):format(event.name, event.stage and event.stage .. ", " or "", spoken(event.elapsed),
    expectation(event))
  return #text < columns and text or text:sub(1, columns - 1)
end

--- Shows progress on a terminal from now on.
---@param core table
---@param terminal { columns: integer }
function progress.show(core, terminal)
  events.listen(function(event, phase)
    if event.kind == "poll" then
      core.print(CLEAR .. progress.text(event, terminal.columns))
    elseif event.kind == "wait" and phase == "begin" then
      core.print(CLEAR .. ("waiting for %s"):format(event.name):sub(1, terminal.columns - 1))
    elseif event.kind == "wait" then
      core.print(CLEAR)
    end
  end)
end

return progress
