--- The prompt: whose account, where, and what may be done to it.

local prompt = {}

local COLOURS = { read = "green", write = "red", plan = "yellow" }

local function where(repl)
  return ("%s@%s"):format(repl.user, repl.endpoint:match "^%w+://([^/]+)" or repl.endpoint)
end

--- Columns that it takes.
---@param repl Repl
---@return integer
function prompt.width(repl) return #where(repl) + #repl:mode() + 3 end

--- Its text; `mark` stands around what takes no room on the screen.
---@param repl Repl
---@param continued boolean a line goes on
---@param mark string?
---@return string
function prompt.text(repl, continued, mark)
  if continued then return (" "):rep(prompt.width(repl) - 5) .. "...> " end
  local mode = repl:mode()
  return ("%s %s "):format(where(repl), repl.screen:coloured(mode .. ">", COLOURS[mode], mark))
end

return prompt
