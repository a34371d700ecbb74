--- Lua as it is typed: an expression gives its values, a statement may need more lines, and an error is told in a few
--- lines.

local errors = require "errors"

local evaluate = {}

local CHUNK = "=prompt"
local FRAMES = 6 -- lines of a traceback

local function incomplete(message) return message:find "<eof>'?$" ~= nil end

--- Compiles what was typed so far.
---@param core table
---@param text string
---@param environment table
---@return function? chunk
---@return string? message "incomplete": more lines may make it whole
function evaluate.compile(core, text, environment)
  local chunk, as_expression = core.load("return " .. text, CHUNK, environment)
  if chunk then return chunk end
  local as_statement
  chunk, as_statement = core.load(text, CHUNK, environment)
  if chunk then return chunk end
  if incomplete(as_expression) or incomplete(as_statement) then return nil, "incomplete" end
  return nil, (as_statement:gsub("^prompt:", "line "))
end

-- The frames between the error and the prompt; what calls the chunk is no part of it.
local function shortened(trace)
  local lines = {}
  for line in trace:gmatch "[^\n]+" do
    if line:find "lualib/repl/" or line:find "in function 'xpcall'" then break end
    if not line:find "^stack traceback" and #lines <= FRAMES then lines[#lines + 1] = line end
  end
  if #lines == 2 then lines[2] = nil end -- the chunk itself says no more than the message
  return (table.concat(lines, "\n"):gsub("prompt:", "line "))
end

--- The message handler: Errors stay what they are, bugs get a short traceback.
---@param core table
---@return fun(raised: any): Error
function evaluate.handler(core)
  return function(raised)
    if errors.is(raised) then return raised end
    local err = errors.wrap(raised)
    err.trace = shortened(core.traceback(tostring(raised)))
    return err
  end
end

return evaluate
