--- One session at the prompt: what was typed is evaluated under the present mode, shown and remembered.

local account = require "account"
local answered = require "answered"
local environment = require "repl.environment"
local errors = require "errors"
local evaluate = require "repl.evaluate"
local guard = require "repl.guard"
local history = require "repl.history"
local json = require "core.json"
local log = require "core.log"
local runs = require "run"
local screens = require "repl.screen"
local secrets = require "secrets"
local session = require "session"
local sys = require "core.sys"

local repl = {}

---@class Repl
---@field core table
---@field config table? without its credentials
---@field config_error Error?
---@field director string
---@field user string
---@field endpoint string
---@field screen Screen
---@field guard Guard
---@field environment table
---@field base table the names that were there before
---@field seconds number that an evaluation may take
---@field writing boolean
---@field planning boolean
---@field results integer how many have a name
---@field last { seconds: number, calls: integer }? of the last evaluation
local Repl = {}
Repl.__index = Repl

local HOUR = 3600
local MEMORY_MB = 256 -- people look at whole accounts

local function home(name)
  local dir = sys.getenv "HOME"
  return dir and ("%s/.slcpi/%s"):format(dir, name)
end

--- Opens a session on the configuration's account.
---@param settings table of engine.start
---@param director string part of the keys of records
---@return Repl
function repl.open(settings, director)
  local config, core = settings.config, settings.core
  local self = setmetatable({ core = core, director = director, seconds = HOUR, writing = false, planning = false,
    results = 0, screen = screens.open(core), user = config and config.softlayer.username or "apikey",
    iam = config and config.softlayer.iam_token,
    history_path = home "history", rc_path = home "repl.lua" }, Repl)
  settings.what = "what was typed"
  if not (config and config.engine.memory_mb) then core.memory(MEMORY_MB << 20) end
  self.config_error = account.open(core.version, config, settings.config_error, { director_uuid = director })
  self.config = not self.config_error and config or nil
  self.endpoint = self.config and config.softlayer.endpoint or "no configuration"
  secrets.learn_environment()
  self.run = runs.new { core = core, config = self.config, config_error = self.config_error,
    request = { method = "repl", api_version = 3, context = { director_uuid = director } } }
  self.guard = guard.open(core, self.seconds)
  function self.guard.api() return (require "repl.completion".api(self)) end
  self.environment, self.base = environment.open(self)
  return self
end

--- Whether what is typed may change the account, or may try to because it is only planned.
---@return boolean
function Repl:may_write() return self.writing or self.planning end

---@param on boolean
function Repl:set_writes(on)
  if type(on) ~= "boolean" then error(errors.cpi "writes takes true or false", 0) end
  self.writing = on
end

--- "read", "write" or "plan".
---@return string
function Repl:mode() return self.planning and "plan" or self.writing and "write" or "read" end

local function keep(self, values)
  if values.n == 0 then return nil end
  self.results = self.results + 1
  local label = "_" .. self.results
  rawset(self.environment, "_", values[1])
  rawset(self.environment, label, values[1])
  return label
end

-- An API call answers nil and an error.
local function error_of(values)
  return values[1] == nil and errors.is(values[2]) and values[2] or nil
end

local function show(self, values, silent, format)
  while values.n > 1 and values[values.n] == nil do values.n = values.n - 1 end
  local label = keep(self, values)
  if silent then return end
  for i = 1, values.n do self.screen:show(values[i], i == 1 and label or nil, format) end
end

local function tell_of_plan(self, rehearsal, ok, values)
  local told = { method = "what was typed", entries = rehearsal.entries, ends = rehearsal.ends,
    later = rehearsal:rest() }
  if ok then
    told.result = json.encode(values[1]) and values[1] or tostring(values[1])
  elseif not rehearsal.ends then
    told.error = tostring(values[1])
  end
  self.screen:print(require "plan_text"(told))
  return not told.error
end

-- Under the mode's effect and a deadline of its own; what fails is no matter of the session.
local function guarded(self, f)
  session.begin()
  self.guard:reset()
  self.core.deadline(self.seconds)
  local began, sent = sys.monotonic(), session.count()
  local rehearsal = self.planning and require "plan".begin()
  self.guard.rehearsing = self.planning
  local values = table.pack(xpcall(session.within_effect, evaluate.handler(self.core),
    self:may_write() and "write" or "read", f))
  if self.screen.terminal then self.core.resume() end -- what follows is no part of what was stopped
  if rehearsal then rehearsal:close() end
  self.last = { seconds = sys.monotonic() - began, calls = session.count() - sent }
  return table.remove(values, 1), { n = values.n - 1, table.unpack(values, 1, values.n - 1) }, rehearsal
end

--- Runs what was compiled and shows what came of it.
---@param chunk function
---@param options { silent: boolean?, format: string? }?
---@return boolean ok
function Repl:execute(chunk, options)
  options = options or {}
  local ok, values, rehearsal = guarded(self, chunk)
  if rehearsal then return tell_of_plan(self, rehearsal, ok, values) end
  local err = not ok and values[1] or error_of(values)
  if not err then
    local shown, failure = pcall(show, self, values, options.silent, options.format)
    err = not shown and errors.wrap(failure) or nil
  end
  answered.tell(not err)
  if err then self.screen:complain(err) end
  return not err
end

local meant = { exit = ":quit", quit = ":quit", help = ":help" }

--- A line of nothing but a name that is not there.
---@param text string
---@return Error?
function Repl:unknown(text)
  local name = text:match "^%s*([%a_][%w_]*)%s*$"
  if not name or self.environment[name] ~= nil or name == "nil" or name == "_" then return nil end
  if meant[name] then return errors.cpi("there is no '%s'; %s does it", name, meant[name]) end
  return errors.cpi("there is no '%s'; locals end with their line", name)
end

--- Evaluates a text that was typed.
---@param text string
---@param options { format: string? }?
---@return boolean? ok nil: more lines are needed
function Repl:evaluate(text, options)
  local chunk, message = evaluate.compile(self.core, text, self.environment)
  if message == "incomplete" then return nil end
  local unknown = self:unknown(text)
  if unknown then
    self.screen:complain(unknown)
    return false
  end
  if not chunk then
    self.screen:complain { kind = "bug", trace = message }
    return false
  end
  return self:execute(chunk, { silent = text:find ";%s*$" ~= nil, format = options and options.format })
end

-- A file of Lua is run at once, so that its locals last; one that holds what was typed, entry by entry.
local function run_lines(self, text)
  local entry = nil
  for line in (text .. "\n"):gmatch "(.-)\n" do
    entry = entry and entry .. "\n" .. line or line
    local ok = entry:find "^%s*$" ~= nil
    if not ok then ok = entry:find "^%s*:" and require "repl.commands".run(self, entry) or self:evaluate(entry) end
    if ok == false then return false end
    if ok then entry = nil end
  end
  if entry then self.screen:complain(errors.cpi("the last entry is not complete: %s", entry)) end
  return not entry
end

--- Runs a file: Lua, whose results are not shown, or lines as they are typed.
---@param path string
---@return boolean ok
function Repl:source(path)
  local text, message = sys.read(path)
  if not text then
    self.screen:complain(errors.cpi("%s", message))
    return false
  end
  local chunk = self.core.load(text, "@" .. path, self.environment)
  if chunk then return self:execute(chunk, { silent = true }) end
  return run_lines(self, text)
end

--- Brings back what earlier sessions typed, and runs the file that comes before the first prompt.
function Repl:begin()
  for _, line in ipairs(history.read(self.history_path)) do self.core.remember(line) end
  if self.rc_path and sys.read(self.rc_path) then self:source(self.rc_path) end
end

--- Keeps an entry for the arrow keys, the next session, and a recording; one with a secret is not.
---@param entry string
function Repl:remember(entry)
  if not self.screen.terminal or entry:find "^%s*$" or not history.is_harmless(entry) then return end
  local lines = history.lines(entry)
  for _, line in ipairs(lines) do self.core.remember(line) end
  if self.recording and not entry:find "^%s*:record" then self.recording[#self.recording + 1] = entry end
  if not self.history_path then return end
  sys.mkdir((self.history_path:gsub("/[^/]*$", "")))
  local done, message = history.add(self.history_path, lines)
  if done then return end
  log.warn("no history is kept: %s", message)
  self.history_path = nil
end

return repl
