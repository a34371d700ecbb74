--- A request whose conversation with the API is recorded (--record), or answered from a recording (--replay).

local errors = require "errors"

local tape = {}

--- Adds both options to a command.
---@param parser table of argparse
function tape.describe(parser)
  parser:option("--record", "Keeps the conversation with the API in DIR, without secrets."):argname "DIR"
  parser:option("--replay", "Answers from such a recording, without network."):argname "DIR"
end

--- Takes them from the command line.
---@param core table
---@param options table
function tape.take(core, options)
  core.record, core.replay = options.record or core.record, options.replay or core.replay
  if core.record and core.replay then error(errors.cpi "either --record or --replay", 0) end
end

--- Begins a request; raises when it cannot be recorded or no recording fits.
---@param settings table
---@param document table
---@return table document the one to carry out
function tape.begin(settings, document)
  local kind = settings.core.replay and "tape.player" or settings.core.record and "tape.recorder"
  if not kind then return document end
  settings.tape, document = require(kind).open(settings, document)
  return document
end

--- Ends it.
---@param settings table
---@param ok boolean
---@param result any or the Error
---@return boolean ok
---@return any result
function tape.finish(settings, ok, result)
  local open = settings.tape
  if not open then return ok, result end
  settings.tape = nil
  return open:finish(ok, result)
end

return tape
