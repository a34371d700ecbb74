--- Waiting: the only place that sleeps. Polls a predicate until it says done, at intervals that
--- grow with the time elapsed and shrink around the moment when the API's averages promise the end.

local deadline = require "deadline"
local errors = require "errors"
local events = require "events"
local log = require "core.log"
local sys = require "core.sys"

local SHORTEST, LONGEST = 2, 27 -- seconds between polls
local LAST = 1 -- second
local EAGER, PATIENT = 0.06, 0.15 -- of the time elapsed: around the expected end, and where none is known

---@class Progress what a predicate may tell besides "not yet"
---@field stage string? what the API is doing, "CLOUD_PROVISION_SETUP"
---@field average number? seconds that the whole thing takes on average

-- Seconds until the next poll. With an average, little is to be seen before 0.6 of it; but averages are
-- of all machines of all sizes, so no pause is longer than LONGEST.
local function interval(elapsed, progress)
  local average = progress and progress.average
  local share = average and elapsed < 1.1 * average and EAGER or PATIENT
  local pause = average and elapsed < 0.6 * average and 0.6 * average - elapsed or share * elapsed
  return math.min(LONGEST, math.max(SHORTEST, pause))
end

-- The last second before the request's deadline is for saying what was seen.
local function time_left() return deadline.remaining() - LAST end

local function jittered(seconds)
  local random = string.unpack("I4", sys.random(4)) / 2 ^ 32
  return seconds * (0.95 + 0.1 * random)
end

local function report(what, progress, elapsed, last)
  local stage = progress and progress.stage
  if stage and stage ~= last then log.info("waiting for %s: %s after %.0f s", what, stage, elapsed) end
  return stage or last
end

-- A rollback that begins just before the deadline would be cut by it; the time that is meant for it begins there.
local function reach_deadline()
  local left = sys.remaining()
  if left <= LAST then sys.sleep(left + LAST) end
end

-- `own_limit`: it was the wait's, not the request's.
local function gave_up(options, elapsed, stage, err, own_limit)
  local seen = err and "the last poll failed: " .. err.message or stage and "last seen: " .. stage
  local timeout = errors.timeout("waited %.0f s for %s%s%s", elapsed, options.what, seen and "; " .. seen or "",
    own_limit and "" or "; then the request's time was over (engine.timeouts)")
  timeout.gave_up, timeout.last = own_limit, err
  if not own_limit then reach_deadline() end
  return timeout
end

local function watch(options)
  local start, stage = sys.monotonic(), nil
  local pause = options.first or 0
  while true do
    local left = math.min(options.at_most - (sys.monotonic() - start), time_left())
    if pause > 0 and left > 0 and not sys.sleep(math.min(jittered(pause), left)) then
      if sys.interrupted() then return nil, errors.stopped("signal", "waiting for " .. options.what) end
      return nil, gave_up(options, sys.monotonic() - start, stage, nil, false)
    end
    local value, detail = options[1](table.unpack(options, 2))
    if value then return value end
    local err = value == nil and detail or nil
    local elapsed = sys.monotonic() - start
    -- The request's deadline ended the poll: what was seen before says more than that.
    if err and err.stopped and err.kind == "timeout" and stage then
      return nil, gave_up(options, elapsed, stage, nil, false)
    end
    if err and not err.transient then return nil, err end
    local progress = not err and detail or nil
    stage = report(options.what, progress, elapsed, stage)
    if elapsed >= options.at_most or time_left() <= 0 then
      return nil, gave_up(options, elapsed, stage, err, elapsed >= options.at_most)
    end
    pause = math.min(interval(elapsed, progress), options.at_most - elapsed)
    events.tell { kind = "poll", name = options.what, stage = stage, average = progress and progress.average,
      elapsed = elapsed, pause = pause }
  end
end

--- wait { what = "an idle guest", at_most = 600, first = 0, predicate, argument, … }
--
-- The predicate returns a truthy value when done, false (and perhaps a Progress) for "not yet", or
-- nil and an error to stop. An error that may pass (`transient`) counts as "not yet".
---@param options table what: string, at_most: seconds, first: seconds before the first poll
---@return any? value the predicate's
---@return Error? err
return function(options)
  return events.within({ kind = "wait", name = options.what, at_most = options.at_most }, watch, options)
end
