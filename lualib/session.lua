--- The one seam to the API. A list of calls goes through a chain of layers, `function(calls, next)`,
--- each returning one result per call; the last layer is core.softlayer. One call or ten in flight,
--- nothing else talks to the API. What only calls need is loaded by the first of them.
--
--   call   = { service, method, id?, args?, mask?, filter?, offset?, limit?, timeout?, nulls? }
--   result = { value = …, total = …, status = …, date = … } or { err = Error, … }

local class = require "softlayer.class"
local errors = require "errors"
local events = require "events"
local json = require "core.json"
local log = require "core.log"

local session = {}

local METADATA = "Resource_Metadata" -- asked without credentials, at an endpoint of its own

local open -- see session.configure
local handles = {}
local effect = "write"
local fresh = true -- nothing was sent yet

--- What is sent from now on has all tokens for repetitions.
function session.begin() fresh = true end

--- Tells how sessions are opened; called by the engine once. Opening waits for the first call, so
--- that a request which needs no API never loads libcurl. A session whose token the API took no more is
--- opened anew, with `renew`.
---@param opener fun(kind: "api"|"metadata", renew: boolean?): userdata?, string|Error?
function session.configure(opener)
  open, handles = opener, {}
  session.begin()
end

local function kind_of(call) return call.service == METADATA and "metadata" or "api" end

local function handle_for(kind, renew)
  if renew or not handles[kind] then
    local handle, err = open(kind, renew)
    if not handle then
      err = errors.is(err) and err or errors.cloud("%s", err)
      err.sent = false
      return nil, err
    end
    if handles[kind] then handles[kind]:close() end
    handles[kind] = handle
  end
  return handles[kind]
end

-- The arguments as the API takes them: {"parameters":[…]} by position.
local function wire(call)
  local body
  if call.args and call.args.n > 0 then
    local parameters = json.array {}
    for i = 1, call.args.n do
      parameters[i] = call.args[i] == nil and json.null or call.args[i]
    end
    body = assert(json.encode { parameters = parameters })
  end
  return {
    service = call.service, method = call.method, id = call.id, mask = call.mask,
    filter = call.filter and assert(json.encode(call.filter)), offset = call.offset, limit = call.limit,
    body = body, once = class(call.method) == "order", timeout = call.timeout,
  }
end

local function name_of(call) return call.service .. "::" .. call.method end

-- Tells those who listen of each call of a flight.
local function telling_of(kind)
  return function(calls, next)
    if not events.heard() then return next(calls) end
    local list = {}
    for i, call in ipairs(calls) do list[i] = { kind = kind, name = name_of(call), call = call } end
    local restore <close> = events.begin(list)
    local results = next(calls)
    for i, event in ipairs(list) do event.result = results[i] end
    return results
  end
end

local function transport(calls)
  local wired = {}
  for i, call in ipairs(calls) do wired[i] = wire(call) end
  local results = handles[kind_of(calls[1])]:send(wired, calls[1].nulls)
  for i, result in ipairs(results) do
    if result.err then result.err = errors.of_call(result.err, calls[i]) end
  end
  return results
end

-- The session is open before a call takes its place in the queue, so that it leaves on time.
local function connect(calls, next)
  local handle, err = handle_for(kind_of(calls[1]))
  if handle then return next(calls) end
  local results = {}
  for i = 1, #calls do results[i] = { err = err } end
  return results
end

-- The metadata service is not the API and has no part in its limit.
local function pace(calls, next)
  if kind_of(calls[1]) == "metadata" then return next(calls) end
  return require "rate".send(calls, next)
end

local function repeated(calls, next)
  local repetition = require "repetition"
  if fresh then repetition.reset() end
  fresh = false
  return repetition.layer(calls, next)
end

local sent = 0 -- calls that reached the wire, repetitions included

local function report(calls, next)
  local results = next(calls)
  for i, result in ipairs(results) do
    local call = calls[i]
    if not (result.err and result.err.sent == false) then sent = sent + 1 end
    local quiet = class(call.method) == "read" and not result.err
    log[quiet and "debug" or "info"]("SoftLayer_%s%s::%s %s, %.0f ms, %.0f bytes", call.service,
      call.id and "(" .. call.id .. ")" or "", call.method,
      result.err and tostring(result.err) or result.status, (result.seconds or 0) * 1000, result.bytes_in or 0)
  end
  return results
end

-- An expired token was refused before anything was done, so with a new one every call is sent again, once;
-- without a new one, none of them was sent.
local function renew_token(calls, next)
  local results = next(calls)
  local again, places = {}, {}
  for i, result in ipairs(results) do
    if result.err and require "softlayer.refusal".expired_token(result.err) then
      again[#again + 1], places[#places + 1] = calls[i], i
    end
  end
  if #again == 0 then return results end
  local handle, err = handle_for(kind_of(again[1]), true)
  local renewed = handle and next(again)
  for n, place in ipairs(places) do results[place] = renewed and renewed[n] or { err = err } end
  return results
end

-- A script that declares the effect "read" cannot change anything, whatever it calls.
local function gate(calls, next)
  if effect == "read" then
    for _, call in ipairs(calls) do
      if class(call.method) ~= "read" then
        local err = errors.cloud("a script whose effect is 'read' may not call SoftLayer_%s::%s", call.service,
          call.method)
        err.read_only = true
        error(err, 0)
      end
    end
  end
  return next(calls)
end

-- Its turn has come: the call leaves.
local function leave(calls, next)
  if events.heard() then
    for _, call in ipairs(calls) do events.tell { kind = "sent", name = name_of(call), call = call } end
  end
  return next(calls)
end

local layers = { telling_of "call", gate, repeated, renew_token, report, connect, telling_of "attempt", pace,
  leave }
local last = transport -- what answers

local function place_of(wanted)
  for i, layer in ipairs(layers) do
    if layer == wanted then return i end
  end
end

--- Puts a layer behind the gate and in front of all others (plan, a test's double).
---@param layer fun(calls: table[], next: function): table[]
---@return fun() remove
function session.insert(layer)
  table.insert(layers, 3, layer)
  return function() table.remove(layers, place_of(layer)) end
end

--- Puts a layer where every attempt passes, with a usable token or not at all (record).
---@param layer fun(calls: table[], next: function): table[]
---@return fun() stop
function session.tap(layer)
  table.insert(layers, place_of(repeated) + 1, layer)
  return function() table.remove(layers, place_of(layer)) end
end

--- Has something else answer than the API (replay): what is needed only on the way to it is not used any more.
---@param source fun(calls: table[]): table[]
function session.answer_from(source)
  for _, layer in ipairs { renew_token, connect, pace } do
    local place = place_of(layer)
    if place then table.remove(layers, place) end
  end
  last = source
end

--- Sends calls through all layers, in one flight.
---@param calls table[] non-empty
---@return table[] results one for each call, in order
function session.send(calls)
  local function from(index)
    local layer = layers[index]
    if not layer then return last end
    return function(list) return layer(list, from(index + 1)) end
  end
  return from(1)(calls)
end

--- How many calls were put on the wire, repetitions included.
---@return integer
function session.count() return sent end

--- Calls f(...) under the stricter of the present effect and `wanted`.
---@param wanted "read"|"write"
---@param f function
---@param ... any handed to f
function session.within_effect(wanted, f, ...)
  local outer = effect
  if wanted == "read" then effect = "read" end
  local restore <close> = setmetatable({}, { __close = function() effect = outer end })
  return f(...)
end

return session
