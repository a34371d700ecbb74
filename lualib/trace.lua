--- A request's trace: one span for the request, for each action, step, hook and wait in it, and for each API call,
--- written when it begins and when it ends, so that also a request that was killed can be looked at. What cannot
--- be written costs a warning.

local class = require "softlayer.class"
local errors = require "errors"
local events = require "events"
local log = require "core.log"
local otlp = require "otlp"
local session = require "session"
local sys = require "core.sys"
local trace_folder = require "trace_folder"

---@class Trace
---@field id string
---@field path string? nil: nothing is written any more
---@field stack Span[] those that others may begin in
---@field spans table<Event, Span>
---@field calls table<table, Span> by session's call
local Trace = {}
Trace.__index = Trace

local trace = {}

local function hex(bytes) return (bytes:gsub(".", function(byte) return ("%02x"):format(byte:byte()) end)) end

local function now(self) return self.epoch + math.floor((sys.monotonic() - self.since) * 1e9) end

local function write(self, span)
  if not self.path then return end
  local done, message = sys.append(self.path, otlp.line(span))
  if done then return end
  log.warn("the request is not traced any further: %s", message)
  self.path = nil
end

local function open(self, name, kind, attributes)
  local parent = self.stack[#self.stack]
  local span = { traceId = self.id, spanId = hex(sys.random(8)), parentSpanId = parent and parent.spanId, name = name,
    kind = kind, start = now(self), attributes = attributes, events = {} }
  write(self, span)
  return span
end

local function close(self, span, err, at)
  span.finish = at or now(self)
  span.status = { code = err and otlp.ERROR or otlp.OK, message = err and errors.wrap(err).message }
  write(self, span)
end

-- Closes a span and what was begun in it and never ended.
local function leave(self, span, err)
  repeat
    local inner = table.remove(self.stack)
    close(self, inner, err)
  until inner == span
end

local described = {
  action = function(event) return event.name, { ["slcpi.script"] = event.script.origin } end,
  step = function(event) return event.name, { ["slcpi.script"] = event.script } end,
  hook = function(event) return event.name, { ["slcpi.where"] = event.where } end,
  wait = function(event) return "wait for " .. event.name, { ["slcpi.at_most"] = event.at_most } end,
}

local function on_nested(self, event, phase)
  if phase == "end" then
    local span = self.spans[event]
    if span then leave(self, span, event.err) end
    self.spans[event] = nil
    return
  end
  local name, attributes = described[event.kind](event)
  -- The request's own action is the request.
  if event.kind == "action" and #self.stack == 1 then
    self.stack[1].attributes["slcpi.script"] = event.script.origin
    return
  end
  attributes["slcpi.kind"] = event.kind
  self.spans[event] = open(self, name, otlp.INTERNAL, attributes)
  table.insert(self.stack, self.spans[event])
end

local function on_poll(self, event)
  local attributes = { ["slcpi.stage"] = event.stage, ["slcpi.average"] = event.average,
    ["slcpi.elapsed"] = event.elapsed, ["slcpi.pause"] = event.pause }
  table.insert(self.stack[#self.stack].events, { name = "poll", at = now(self), attributes = attributes })
end

local function attributes_of_call(call)
  return { ["slcpi.kind"] = "call", ["slcpi.class"] = class(call.method), ["slcpi.id"] = call.id,
    ["slcpi.mask"] = call.mask, ["rpc.system"] = "softlayer", ["rpc.service"] = "SoftLayer_" .. call.service,
    ["rpc.method"] = call.method }
end

local function error_type(err) return err.code or err.kind end

local function begin_call(self, event)
  local span = open(self, event.name, otlp.CLIENT, attributes_of_call(event.call))
  span.sums = { attempts = 0, bytes_in = 0, bytes_out = 0, rate_limit_wait = 0.0 }
  self.calls[event.call] = span
end

local function on_call(self, event, phase)
  if phase == "begin" then return begin_call(self, event) end
  local span, result = self.calls[event.call], event.result or { err = errors.wrap(event.err) }
  for name, sum in pairs(span.sums) do span.attributes["slcpi." .. name] = sum end
  span.attributes["http.response.status_code"] = result.status
  span.attributes["error.type"] = result.err and error_type(result.err)
  self.calls[event.call] = nil
  close(self, span, result.err, span.answered)
end

-- Each call of a flight has its own answer's time, though all are told together.
local function answered(self, attempt, result)
  local seconds = (result.seconds or 0) * self.speed
  return math.min(now(self), (attempt.left or attempt.at) + math.floor(seconds * 1e9))
end

local function end_attempt(self, span, result)
  local attempt, sums = span.attempt, span.sums
  local waited = ((attempt.left or now(self)) - attempt.at) / 1e9
  sums.rate_limit_wait = sums.rate_limit_wait + waited
  sums.bytes_in = sums.bytes_in + math.floor(result.bytes_in or 0)
  sums.bytes_out = sums.bytes_out + math.floor(result.bytes_out or 0)
  span.answered = answered(self, attempt, result)
  attempt.attributes = { ["slcpi.rate_limit_wait"] = waited,
    ["slcpi.seconds"] = (span.answered - attempt.at) / 1e9 - waited,
    ["slcpi.sent"] = not (result.err and result.err.sent == false),
    ["http.response.status_code"] = result.status, ["error.type"] = result.err and error_type(result.err) }
end

local function on_attempt(self, event, phase)
  local span = self.calls[event.call]
  if phase == "end" then return end_attempt(self, span, event.result or { err = errors.wrap(event.err) }) end
  span.sums.attempts = span.sums.attempts + 1
  span.attempt = { name = "attempt", at = now(self), attributes = {} }
  table.insert(span.events, span.attempt)
end

local function on_sent(self, event) self.calls[event.call].attempt.left = now(self) end

local on = { action = on_nested, step = on_nested, hook = on_nested, wait = on_nested, poll = on_poll, call = on_call,
  attempt = on_attempt, sent = on_sent }

--- Ends the trace with the request.
---@param err Error? the request's
function Trace:finish(err)
  self.stop()
  local root = self.stack[1]
  root.attributes["slcpi.calls"] = session.count() - self.count
  root.attributes["error.type"] = err and err.type
  leave(self, root, err)
  if self.held then self.held:close() end
end

-- A simulator's clock is centuries ahead: then the beginning is the wall's, and what follows as fast as ours.
local function beginning(speed) return math.floor((speed == 1 and sys.now() or os.time()) * 1e6) * 1000 end

-- A member of the context as a text; nil where there is none, or one that tells nothing.
local function text_of(value)
  local plain = (type(value) == "string" or type(value) == "number") and tostring(value)
  return plain and plain ~= "" and plain or nil
end

local function place(settings, document, id)
  if settings.core.trace then return settings.core.trace end
  local engine = settings.config.engine
  local path, message = trace_folder.file(engine.trace_dir, document.method, id)
  if path then trace_folder.prune(engine.trace_dir, engine) end
  return path, message
end

--- Begins the trace of a request, in the file of the command line or in engine.trace_dir.
---@param settings table {core=, config=}
---@param document table the request
---@return Trace? trace nil: it cannot be written
function trace.begin(settings, document)
  local request_id, director = text_of(document.context.request_id), text_of(document.context.director_uuid)
  local id = request_id and sys.sha256(request_id):sub(1, 32) or hex(sys.random(16))
  local path, message = place(settings, document, request_id or id)
  if not path then return log.warn("the request is not traced: %s", message) end
  local speed = settings.config and settings.config.engine.speed or 1
  local self = setmetatable({ id = id, path = path, speed = speed, stack = {}, spans = {}, calls = {},
    epoch = beginning(speed), since = sys.monotonic(), count = session.count() }, Trace)
  self.stack[1] = open(self, document.method, otlp.SERVER, { ["slcpi.kind"] = "request",
    ["slcpi.version"] = settings.core.version, ["slcpi.request_id"] = request_id,
    ["slcpi.director"] = director, ["slcpi.api_version"] = document.api_version or 1 })
  self.held = not settings.core.trace and sys.lock(path) or nil -- or another request may remove it
  self.stop = events.listen(function(event, phase)
    local heard = on[event.kind]
    if heard then heard(self, event, phase) end
  end)
  return self
end

return trace
