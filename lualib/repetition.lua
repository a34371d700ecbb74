--- The layer of the session that sends calls again, as the call classes allow it: after random pauses that
--- grow, at most so often, and only as long as the request has tokens left for it. What fails takes tokens,
--- what succeeds gives some back, so an outage is not answered with a multiple of the load.

local class = require "softlayer.class"
local deadline = require "deadline"
local errors = require "errors"
local log = require "core.log"
local refusal = require "softlayer.refusal"
local retry = require "core.retry"
local sys = require "core.sys"

local repetition = {}

local POLICY = { attempts = 6, base = 0.5, cap = 20 } -- of one call; see docs/engine.md
local TOKENS = 500 -- of one request
local COST, COST_OF_TIMEOUT = 5, 10 -- a call that hung has cost the server more
local REWARD = 1 -- for a call that succeeded at once; after a repetition it gets back what that took

local tokens = TOKENS

--- A new request has all tokens.
function repetition.reset() tokens = TOKENS end

-- Takes what a repetition costs, if there is as much.
local function pay(err)
  local cost = err.kind == "timeout" and COST_OF_TIMEOUT or COST
  if tokens < cost then
    log.warn("not repeated, because too much has failed: %s", err.message)
    return nil
  end
  tokens = tokens - cost
  return cost
end

local function give_back(amount) tokens = math.min(TOKENS, tokens + amount) end

-- May this call be sent again after this error?
local function repeatable(call, err)
  if err.stopped then return false end
  if err.sent == false and err.kind == "transport" or refusal.turned_away(err) then return true end
  return class(call.method) ~= "order" and refusal.says_nothing(err)
end

-- It was the signal that kept a call from being repeated, and what a signal stops is not rolled back.
local function interrupted(err)
  local stopped = errors.stopped("signal", "repeating a call")
  stopped.message, stopped.sent = ("%s; before that, %s"):format(stopped.message, err.message), err.sent
  return stopped
end

-- Which calls are to be sent again, and after how long: the longest of their delays. `paid` is by place.
local function plan(calls, results, attempt, paid)
  local places, pause = {}, nil
  for i, result in ipairs(results) do
    local err = result.err
    local delay = err and repeatable(calls[i], err) and retry.delay(POLICY, attempt, err.retry_after)
    paid[i] = delay and pay(err)
    if paid[i] then
      places[#places + 1] = i
      pause = math.max(pause or 0, delay)
    end
  end
  return places, pause
end

local function reward(calls, results, places, paid)
  for n, result in ipairs(results) do
    local place = places[n]
    if not (result.err and repeatable(calls[place], result.err)) then give_back(paid[place] or REWARD) end
  end
end

local function all_of(calls)
  local places = {}
  for i = 1, #calls do places[i] = i end
  return places
end

local function at(places, list)
  local chosen = {}
  for n, place in ipairs(places) do chosen[n] = list[place] end
  return chosen
end

-- What may succeed later is told to the caller as `transient`.
local function conclude(calls, results)
  for i, result in ipairs(results) do
    local err = result.err
    if err and repeatable(calls[i], err) then
      result.err = sys.interrupted() and interrupted(err) or err
      result.err.transient = err == result.err
    end
  end
  return results
end

--- A layer of session: sends again what may be sent again.
---@param calls table[]
---@param next function
---@return table[] results
function repetition.layer(calls, next)
  local results, paid = next(calls), {}
  reward(calls, results, all_of(calls), paid)
  for attempt = 1, POLICY.attempts do
    local places, pause = plan(calls, results, attempt, paid)
    if not pause or pause >= deadline.remaining() or not sys.sleep(pause) then break end
    local repeated = next(at(places, calls))
    reward(calls, repeated, places, paid)
    for n, place in ipairs(places) do results[place] = repeated[n] end
  end
  return conclude(calls, results)
end

return repetition
