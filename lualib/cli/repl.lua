--- slcpi repl: SoftLayer and the CPI at a prompt; without a terminal, lines from stdin.

local commands = require "repl.commands"
local errors = require "errors"
local log = require "core.log"
local sessions = require "repl.session"

local repl = { description = "Evaluates Lua at a prompt: SoftLayer's API as `sl`, the CPI's scripts as `cpi`. Without "
  .. "a terminal, reads lines from stdin, prints one JSON document for each result, and ends at the first error." }

function repl.describe(parser)
  parser:option("-e --execute", "Evaluates this instead of what is typed."):argname "CODE"
  parser:option("--director", "The director's uuid, part of the keys of state records."):default "slcpi-repl"
end

local function evaluate(session, text)
  if text:find "^%s*:" then return commands.run(session, text) end
  if text:find "^%s*$" then return true end
  return session:evaluate(text)
end

-- One entry, whatever happens in it; nil: it needs more lines.
local function attempt(session, text)
  local ok, result = pcall(evaluate, session, text)
  if ok then return result end
  session.screen:complain(errors.wrap(result))
  return false
end

local function unfinished(session)
  session.screen:complain(errors.cpi "the last entry is not complete")
  return false
end

-- Reads entries until the end of stdin, the first error or a signal; its exit status.
local function read_script(session)
  local core, entry = session.core, ""
  while core.resume() do
    local line, why = core.read_line {}
    if not line then
      if why == "interrupted" then return 1 end
      return (entry == "" or unfinished(session)) and 0 or 1
    end
    entry = entry == "" and line or entry .. "\n" .. line
    local ok = attempt(session, entry)
    if ok == false then return 1 end
    if ok then entry = "" end
    if session.over then return 0 end
  end
  return 1
end

local function options_of(session, entry)
  local keys = require "repl.keys"
  return {
    prompt = require "repl.prompt".text(session, entry ~= "", "\1"),
    complete = keys.completer(session), hint = keys.hinter(session),
  }
end

-- A line at the prompt; what is unfinished waits for the next one. Ctrl-C twice, or Ctrl-D, leaves. False: a signal
-- ended the session.
local function converse(session)
  local core, entry, impatient = session.core, "", false
  while core.resume() and not session.over do
    local line, why, typed = core.read_line(options_of(session, entry))
    if line then
      impatient = false
      entry = entry == "" and line or entry .. "\n" .. line
      local ok = attempt(session, entry)
      if ok ~= nil then
        session:remember(entry)
        entry = ""
      end
    elseif why == "eof" then
      core.print "\n"
      return true
    else
      if impatient and typed == "" and entry == "" then
        core.print "\n"
        return true
      end
      core.print(typed == "" and entry == "" and "^C  once more, Ctrl-D or :quit leaves\n" or "^C\n")
      impatient, entry = typed == "" and entry == "", ""
    end
  end
  return session.over
end

local function at_terminal(session)
  require "repl.progress".show(session.core, session.screen.terminal)
  session.core.begin_session()
  session:begin()
  return converse(session) and 0 or 1
end

---@param core table
---@param options table
---@return integer exit_status
function repl.run(core, options)
  if not core.log_level then log.level "warn" end
  local session = sessions.open(require "engine".start(core, options.config or core.config), options.director)
  if session.config_error then session.screen:complain(session.config_error) end
  local status
  if options.execute then
    local ok = attempt(session, options.execute)
    status = (ok or ok == nil and unfinished(session)) and 0 or 1
  elseif core.interactive() then
    status = at_terminal(session)
  else
    status = read_script(session)
  end
  commands.close(session)
  return status
end

return repl
