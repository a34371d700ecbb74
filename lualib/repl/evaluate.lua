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
  local was_expression = not as_expression:find "<eof>'? expected"
  local message = was_expression and as_statement:find "unexpected symbol" and as_expression or as_statement
  return nil, (message:gsub("^prompt:", "line "))
end

-- The frames between this handler and what runs the chunk.
local function shortened(message, trace)
  local frames = {}
  for line in trace:gmatch "\n\t([^\n]+)" do
    if line:find("lualib/repl/evaluate", 1, true) then
      frames = {}
    elseif line:find "in function 'xpcall'" or line:find("lualib/session.lua", 1, true) then
      break
    elseif not line:find "^%[C%]" and not line:find "^%(%.%.%." then
      frames[#frames + 1] = "  " .. line
    end
  end
  if (frames[#frames] or ""):find "in local 'f'$" then frames[#frames] = nil end -- the chunk
  return ((message .. "\n" .. table.concat(frames, "\n", 1, math.min(#frames, FRAMES))):gsub("prompt:", "line ")
    :gsub("%s+$", ""))
end

--- The message handler: Errors stay what they are, bugs get a short traceback.
---@param core table
---@return fun(raised: any): Error
function evaluate.handler(core)
  return function(raised)
    if errors.is(raised) then return raised end
    local err = errors.wrap(raised)
    err.trace = shortened(tostring(raised), core.traceback "")
    return err
  end
end

return evaluate
