--- The pace of calls: at most so many in a second of real time from all slcpi processes of this host
--- together. They share one small file per account, which holds when the next call is due:
---
---     <boot id> <due> <pushed>
---
--- Each call takes its place in the queue and waits for its time, so nobody is overtaken for ever, and a
--- process that dies has only left its place empty. When the API refuses a call for its limit, the whole
--- queue is pushed back by `pushed` more seconds. Times are seconds since the boot that is named, because
--- nobody sets that clock; a file of another boot, from a time that cannot be, or of no sense is begun anew.

local errors = require "errors"
local deadline = require "deadline"
local log = require "core.log"
local moment = require "moment"
local refusal = require "softlayer.refusal"
local sys = require "core.sys"

local rate = {}

rate.DEFAULT = 40 -- calls per second; the API refuses more than 50

local BURST = 0.1 -- seconds that a call may come before its time: a queue that was empty need not be even
local FLIGHT = 0.25 -- seconds' worth of calls that may leave together; a longer list is sent in parts
local WINDOW = 1 -- seconds over which the API counts: the least that a refusal pushes back
local MOST = 60 -- seconds that a refusal pushes back at most
local QUEUE = 1000 -- calls; a longer queue than this is a damaged file
local PASSED = 0.01 -- seconds after which a deadline has passed for every clock
local PATIENCE = 1 -- seconds for a process that holds the file, which takes well under a millisecond

local limit, speed, path = 0, 1, nil
local own -- this process's queue, where none can be shared

--- Sets the limit; called by the engine for each request.
---@param options { limit: number, speed: number?, directory: string? } limit 0: none; directory: the account's
function rate.configure(options)
  limit, speed, own = options.limit, options.speed or 1, { due = 0, pushed = 0 }
  path = options.directory and options.directory .. "/rate"
end

local function give_up(message)
  log.warn("the rate limit is this process's own: %s", message)
  path = nil
end

-- The file, locked; nil when this process must go by itself.
local function lock()
  local patience = PATIENCE
  while path do
    local handle, message, code = sys.lock(path)
    if handle then return handle end
    local held = code == "EWOULDBLOCK" or code == "EAGAIN"
    if not held or patience <= 0 then return give_up(message) end
    local pause = 0.001 + sys.random(1):byte() / 256 * 0.002
    patience = patience - pause
    if not sys.pause(pause) then return nil end
  end
end

local function parse(text, now)
  local id, due, pushed = (text or ""):match "^(%S+) ([%d.]+) ([%d.]+)\n$"
  due, pushed = tonumber(due), tonumber(pushed)
  local sensible = id == moment.boot() and due and pushed and due - now < MOST + QUEUE / limit
  return sensible and { due = due, pushed = pushed } or { due = 0, pushed = 0 }
end

-- Reads the queue, has it changed, and puts it back, all in one piece for the other processes.
local function with_queue(change)
  local held <close> = lock()
  local now = sys.boottime()
  local queue = held and parse(held:read(), now) or own
  local result = change(queue, now)
  if held then
    local written, message = held:write(("%s %.6f %.6f\n"):format(moment.boot(), queue.due, queue.pushed))
    if not written then give_up(message) end
  end
  return result
end

--- The limit in force, and the file by which processes share it; no file: each goes by itself.
---@return number limit calls per second; 0: none
---@return string? path
function rate.shared()
  local held <close> = lock()
  return limit, held and path
end

-- A place in the queue for n calls that leave together; nil when its time would come after `last`.
local function take(n, last)
  return with_queue(function(queue, now)
    local at = math.max(now, queue.due - BURST)
    if at > last then return nil end
    queue.due = math.max(now, queue.due) + n / limit
    return { at = at, pushed = queue.pushed }
  end)
end

-- When the present deadline is, on sys.boottime().
local function last_moment()
  return sys.boottime() + deadline.remaining() / (speed > 0 and speed or 1)
end

-- Sleeps until `at`; if the deadline comes first, until it has surely passed, because only then does a
-- rollback have time of its own.
local function sleep_until(at, last)
  local now = sys.boottime()
  if at > last then return sys.pause(math.max(0, last - now) + PASSED) and false end
  return at <= now or sys.pause(at - now)
end

-- Waits for the place's time. Whoever is pushed back stays in his place.
local function await(place, last)
  while sleep_until(place.at, last) do
    local pushed = with_queue(function(queue) return queue.pushed end)
    if pushed <= place.pushed then return true end
    place.at, place.pushed = place.at + pushed - place.pushed, pushed
  end
  return false
end

-- A place whose time has come, or nil: the deadline or a signal came first.
local function admit(n)
  local last = last_moment()
  local place = take(n, last)
  if not place then return sleep_until(math.huge, last) and nil end
  if place.at <= sys.boottime() or await(place, last) then return place end
end

local function unsent(call)
  local what = ("SoftLayer_%s::%s, which waited for engine.rate_limit,"):format(call.service, call.method)
  local err = errors.stopped(sys.interrupted() and "signal" or "deadline", what)
  err.service, err.sent, err.stopped = call.service, false, true
  return err
end

-- Several calls are refused at once, and the first of them has pushed the queue for all.
local function push_back(place, seconds)
  with_queue(function(queue, now)
    if queue.pushed > place.pushed then return end
    queue.due, queue.pushed = math.max(now, queue.due) + seconds, queue.pushed + seconds
  end)
  log.info("the API's rate limit was exceeded: all calls of this account pause for %.1f s", seconds)
end

-- How long the API wants to be left alone; nil when it refused nothing for its limit.
local function asked_for(results)
  local seconds
  for _, result in ipairs(results) do
    if result.err and refusal.rate_limited(result.err) then
      seconds = math.max(seconds or WINDOW, math.min(MOST, result.err.retry_after or 0))
    end
  end
  return seconds
end

local function send_together(calls, next)
  local place = admit(#calls)
  if not place then
    local results = {}
    for i, call in ipairs(calls) do results[i] = { err = unsent(call) } end
    return results
  end
  local results = next(calls)
  local seconds = asked_for(results)
  if seconds then push_back(place, seconds) end
  return results
end

--- A layer of the session.
---@param calls table[]
---@param next function
---@return table[] results
function rate.send(calls, next)
  if limit == 0 then return next(calls) end
  local most = math.max(1, math.floor(limit * FLIGHT))
  if #calls <= most then return send_together(calls, next) end
  local results = {}
  for first = 1, #calls, most do
    local part = table.move(calls, first, math.min(first + most - 1, #calls), 1, {})
    table.move(send_together(part, next), 1, #part, first, results)
  end
  return results
end

return rate
