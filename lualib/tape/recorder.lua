--- Writes down a request's conversation with the API while it goes on, so an interrupted one is there up to its last
--- answer. Every attempt of a call is a flight of its own; tokens and the rate limit are below that, and not in it.

local disguise = require "tape.disguise"
local errors = require "errors"
local events = require "events"
local exchange = require "exchange"
local file = require "tape.file"
local folded = require "folded"
local json = require "core.json"
local keep = require "keep"
local log = require "core.log"
local moment = require "moment"
local secrets = require "secrets"
local session = require "session"
local sys = require "core.sys"
local talk = require "tape.talk"

local recorder = {}

local DAYS, MEGABYTES = 30, 1024 -- that recordings in one directory are kept

---@class Recorder
---@field handle sys.lock? nil: the recording has ended
---@field disguise Disguise
---@field size integer
---@field seen table<string, boolean> files that the request has read
local Recorder = {}
Recorder.__index = Recorder

-- The end of a recording that cannot go on; the request does.
function Recorder:cut(why)
  log.warn("the recording is not whole: %s", why)
  self.handle:append(json.encode { cut = why } .. "\n")
  self:close()
end

-- Writes what `make` returns. Trouble with that is the recording's, not the request's; but for the engine's order to
-- stop, which comes only once.
function Recorder:write(make)
  if not self.handle then return end
  local made, text, message = pcall(function() return json.encode(make()) end)
  if not made and errors.is(text) then
    self:cut "the request was stopped while an answer was written down"
    error(text, 0)
  end
  if not (made and text) then return self:cut(made and message or tostring(text)) end
  if not file.has_room(self.size, text) then
    return self:cut(("it would be larger than %d MiB"):format(file.LIMIT >> 20))
  end
  local written
  written, message = self.handle:append(text .. "\n")
  if not written then return self:cut(message) end
  self.size = self.size + #text + 1
end

local function plain(err)
  local fields = {}
  for name, value in pairs(err) do
    if type(value) ~= "table" then fields[name] = value end
  end
  return fields
end

local function of_result(self, result)
  local copy = { total = result.total, status = result.status, seconds = result.seconds, bytes_in = result.bytes_in,
    bytes_out = result.bytes_out }
  if result.value ~= nil then copy.value = self.disguise:value(result.value) end
  if result.err then copy.err = self.disguise:value(plain(result.err)) end
  return copy
end

local function of_call(self, call)
  local asked = talk.of_call(call)
  asked.args = asked.args and self.disguise:value(asked.args, call.method)
  return self.disguise:value(asked)
end

-- The results first: what they tell to be secret is so in the calls, too.
local function of_flight(self, calls, results)
  local entry = { calls = json.array {}, results = json.array {} }
  for i, result in ipairs(results) do entry.results[i] = of_result(self, result) end
  for i, call in ipairs(calls) do entry.calls[i] = of_call(self, call) end
  return entry
end

local function of_exchange(self, request, answer)
  local heard = answer and { status = answer.status, body = answer.body, retry_after = answer.retry_after,
    storage_url = answer.storage_url, auth_token = answer.auth_token, err = answer.err and plain(answer.err) }
  return { answer = heard and self.disguise:value(heard), request = self.disguise:value(talk.of_request(request)) }
end

-- Sends, and writes what `make` makes of the answer. What was raised instead, at the deadline or by a signal, is
-- raised in the replay, too.
function Recorder:listen(make, send, ...)
  local at = sys.monotonic()
  local ok, result = pcall(send, ...)
  local took = sys.monotonic() - at
  self:write(function()
    local entry = make(ok and result or nil)
    entry.at, entry.took = at, took
    entry.raised = not ok and self.disguise:value(plain(errors.wrap(result))) or nil
    return entry
  end)
  return ok and result or error(result, 0)
end

function Recorder:flight(calls, next)
  return self:listen(function(results) return of_flight(self, calls, results or {}) end, next, calls)
end

function Recorder:exchange(request, send)
  return self:listen(function(answer) return of_exchange(self, request, answer) end, send)
end

function Recorder:hear(event, phase)
  if file.is_moment(event, phase) then
    local clock = sys.monotonic()
    self:write(function() return { moment = event.kind, name = self.disguise:text(event.name), clock = clock } end)
  elseif event.kind == "state" then
    self:write(function() return { state = event.name ~= nil } end)
  elseif event.kind == "file" then
    local name = event.name:match "[^/]+$"
    if self.seen[name] then return end
    self.seen[name] = true
    self:write(function() return { file = name, text = event.text and self.disguise:text(event.text) } end)
  end
end

function Recorder:close()
  self.handle:close()
  self.handle = nil
end

--- Ends it with the answer.
---@return boolean ok
---@return any result
function Recorder:finish(ok, result)
  for _, stop in ipairs(self.stops) do stop() end
  self:write(function()
    return { answer = self.disguise:value(ok and { result = result == nil and json.null or result }
      or { error = { type = result.type, message = result.message, ok_to_retry = result.ok_to_retry } }) }
  end)
  if self.handle then self:close() end
  return ok, result
end

local function key_of(config, context)
  for name, value in pairs(context) do
    if folded(name) == "apikey" and type(value) == "string" then return value end
  end
  local key = config and config.softlayer.api_key
  return type(key) == "string" and key or sys.random(16)
end

local function header(self, settings, document, seed)
  local value = function(what) return what and self.disguise:value(what) end
  return { recording = file.FORMAT, slcpi = settings.core.version, method = document.method,
    api_version = document.api_version, arguments = value(document.arguments), words = value(document.words),
    context = value(document.context), config = value(settings.config),
    config_error = settings.config_error and value(plain(settings.config_error)),
    started = os.date "!%Y-%m-%dT%H:%M:%SZ", now = sys.now(), monotonic = sys.monotonic(), boot = moment.boot(),
    speed = settings.config and settings.config.engine.speed or 1, seed = sys.base64(seed) }
end

--- Begins the recording of a request; raises when there can be none.
---@param settings table
---@param document table
---@return Recorder
---@return table document
function recorder.open(settings, document)
  local core, engine = settings.core, settings.config and settings.config.engine or {}
  local self = setmetatable({ handle = file.create(core.record, document.method), size = 0, seen = {},
    disguise = disguise.new(key_of(settings.config, document.context)) }, Recorder)
  keep.within(core.record, file.PATTERN, { seconds = (engine.record_days or DAYS) * 86400,
    bytes = (engine.record_mb or MEGABYTES) << 20 })
  local seed = sys.random(16)
  core.seed(seed)
  secrets.learn { settings.config or {}, document.context, document.arguments or document.words }
  secrets.learn_environment()
  self:write(function() return header(self, settings, document, seed) end)
  exchange.tap(function(request, send) return self:exchange(request, send) end)
  self.stops = { function() exchange.tap(nil) end, events.listen(function(event, phase) self:hear(event, phase) end),
    session.tap(function(calls, next) return self:flight(calls, next) end) }
  return self, document
end

return recorder
