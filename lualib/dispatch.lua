--- A request becomes a script's run, its result or error becomes the response document.

local account = require "account"
local arguments = require "arguments"
local errors = require "errors"
local events = require "events"
local folded = require "folded"
local json = require "core.json"
local log = require "core.log"
local request = require "request"
local runs = require "run"
local secrets = require "secrets"
local session = require "session"
local sources = require "sources"
local sys = require "core.sys"
local tape = require "tape"

local dispatch = {}

local MAX_MESSAGE = 4096

local function public_context(context)
  local copy = {}
  for name, value in pairs(context) do
    local plain = folded(name)
    if plain ~= "username" and plain ~= "apikey" then copy[name] = value end
  end
  return copy
end

local function prepare_last_words(core, method, seconds)
  local resumable = "; the same request made again goes on from there"
  core.last_words("deadline", ("%s outran its deadline of %.0f s and was stopped. What it ordered is on record in the "
    .. "state directory"):format(method, seconds), false)
  core.last_words("signal", method .. " was asked to stop by a signal" .. resumable, true)
  core.last_words("memory", method .. " ran out of memory (engine.memory_mb)", false)
end

-- A request has values, a command line has words.
local function arguments_of(loaded, document)
  if document.words then return arguments.read(loaded.arguments, document.words) end
  return arguments.check(loaded.arguments, document.arguments)
end

-- Begun when the secrets are known and before the script is loaded, whose steps are told only to those who listen.
local function start_trace(settings, document)
  local wanted = settings.core.trace or settings.config and settings.config.engine.trace_dir
  settings.trace = wanted and require "trace".begin(settings, document)
end

local function end_trace(settings, err)
  if settings.trace then settings.trace:finish(err) end
  settings.trace = nil
end

local function execute(settings, document)
  local core = settings.core
  sources.require_overlays(core)
  local run = runs.new { core = core, file = document.file }
  local version = document.api_version or 1
  run.programs = not core.director and run:is_workflow(document.method)
  run.request = { method = document.method, api_version = version, context = public_context(document.context),
    rehearsal = settings.rehearsal }
  run.config_error = account.open(core.version, settings.config, settings.config_error, document.context)
  run.config = not run.config_error and settings.config or nil
  secrets.learn(document.context)
  secrets.learn(document.arguments or document.words)
  secrets.learn_environment()
  start_trace(settings, document)
  local loaded = run:load(document.method)
  local seconds = run:timeout(loaded)
  prepare_last_words(core, loaded.name, seconds)
  settings.what = ("%s, which may take %.0f s,"):format(loaded.name, seconds)
  events.tell { kind = "deadline", name = loaded.name, seconds = seconds }
  core.deadline(seconds)
  local values, message = arguments_of(loaded, document)
  if not values then error(errors.cpi("%s: %s", loaded.name, message), 0) end
  local result = runs.execute(loaded, values)
  if version == 1 and loaded.v1 then result = loaded.v1(result) end
  return result
end

-- Turns what was raised into an Error; a bug's stack goes to the log, where an operator finds it.
local function handler(core)
  return function(raised)
    if errors.is(raised) then return raised end
    log.error("%s", core.traceback(tostring(raised)))
    return errors.wrap(raised)
  end
end

-- Without memory no handler runs, and the error is Lua's own text.
local function explain(raised)
  local err = errors.wrap(raised)
  if err.kind == "bug" and err.message:find("not enough memory", 1, true) then
    err.message = err.message .. " (engine.memory_mb sets the limit)"
  end
  return err
end

local function presentable(message)
  message = json.clean(log.redact(message))
  if #message <= MAX_MESSAGE then return message end
  return json.clean(message:sub(1, MAX_MESSAGE)) .. "…"
end

--- The response document for a result, or for an Error.
---@param ok boolean
---@param result any
---@return string text
---@return boolean ok whether the text holds the result
function dispatch.response(ok, result)
  local response = { log = "", result = json.null, error = json.null }
  if ok then
    response.result = result == nil and json.null or result
  else
    response.error = { type = result.type, message = presentable(result.message), ok_to_retry = result.ok_to_retry }
  end
  local text, message = json.encode(response)
  if text then return text, ok end
  local bug = errors.new { kind = "bug", message = "the script's result is no JSON value: " .. message }
  return dispatch.response(false, bug)
end

--- A script as a request would get it, for people who ask what it does.
---@param settings table
---@param name string
---@param file string? the same, if it is a file's path
---@return Script
function dispatch.script(settings, name, file)
  local unused = errors.cloud("%s reads the configuration while it is loaded", name)
  local run = runs.new { core = settings.core, config_error = unused, request = {}, file = file, programs = true }
  return run:load(name)
end

local function guarded(settings, f, document)
  local ok, result = xpcall(f, handler(settings.core), settings, document)
  if ok then return true, result end
  result = explain(result)
  result.message = presentable(result.message)
  return false, result
end

--- Runs one request under the error handler.
---@param settings table {core=, config=, config_error=}
---@param document table a request that request.check has nothing against, or one with `words` of a command line and
---perhaps the `file` that its method is
---@return boolean ok
---@return any result or Error
function dispatch.attempt(settings, document)
  local ok, result = guarded(settings, execute, document)
  end_trace(settings, not ok and result or nil)
  return ok, result
end

--- The same, and logs what came of it.
---@param settings table
---@param document table
---@return boolean ok
---@return any result or Error
function dispatch.try(settings, document)
  local ok, result = guarded(settings, tape.begin, document)
  local started = sys.monotonic() -- a replay sets the clock
  if ok then ok, result = dispatch.attempt(settings, result) end
  local seconds, calls = sys.monotonic() - started, session.count()
  ok, result = tape.finish(settings, ok, result)
  if ok then
    log.info("%s done in %.1f s, %d API calls", document.method, seconds, calls)
  else
    log.error("%s failed after %.1f s, %d API calls: %s", document.method, seconds, calls, result)
  end
  return ok, result
end

--- Answers one request: its text goes in, the response's text comes out.
---@param settings table {core=, config=, config_error=}
---@param text string
---@return string response
---@return boolean ok whether it holds a result
function dispatch.respond(settings, text)
  local document, err = request.parse(text)
  if not document then return dispatch.response(false, err) end
  log.prefix(tostring(document.context.request_id or ""))
  return dispatch.response(dispatch.try(settings, document))
end

return dispatch
