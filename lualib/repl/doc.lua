--- What the sources say of a name: a script, a step of it, a library, a function of it, a method of the API.

local environment = require "repl.environment"
local errors = require "errors"
local nearest = require "nearest"
local scripts = require "repl.scripts"

local doc = {}

local function text_of(core, path) return (core.source(path)) end

-- The comment right above a line that begins with `head`, without its dashes, then that line.
local function comment_above(text, head)
  local at = ("\n" .. text):find("\n" .. head, 1, true)
  if not at then return nil end
  local lines, before = {}, text:sub(1, math.max(0, at - 2))
  for line in before:gmatch "[^\n]+" do
    if not line:find "^%-%-" then lines = {} else lines[#lines + 1] = (line:gsub("^%-+ ?", "")) end
  end
  local signature = text:sub(at):match "^[^\n]*"
  return signature:gsub("^function ", "") .. (#lines > 0 and "\n" .. table.concat(lines, "\n") or "")
end

local function header(text)
  local lines = {}
  for line in text:gmatch "[^\n]*" do
    if not line:find "^%-%-" then break end
    lines[#lines + 1] = (line:gsub("^%-+ ?", ""))
  end
  return table.concat(lines, "\n")
end

local function of_library(core, name, member)
  local module = environment.library(core, name)
  if not module then return nil end
  local text = text_of(core, ("lualib/%s.lua"):format((module:gsub("%.", "/"))))
  if member then return comment_above(text, ("function %s.%s("):format(name, member)) end
  local names = {}
  for found in text:gmatch("\nfunction " .. name .. "%.([%w_]+)%(") do names[#names + 1] = found end
  return ("%s\nrequire %q%s"):format(header(text), module, #names > 0 and ": " .. table.concat(names, ", ") or "")
end

local function of_script(repl, name, step)
  local text = text_of(repl.core, ("scripts/%s.lua"):format(name))
  if not text then return nil end
  if step then return comment_above(text, ("function %s("):format(step)) end
  local loaded = scripts.load(repl, name)
  local lines = { scripts.signature(loaded), (loaded.description:gsub("%s+$", "")),
    ("%s, %d s at most; %s"):format(loaded.effect, loaded.timeout, loaded.origin) }
  if #loaded.steps > 0 then lines[#lines + 1] = "steps: " .. table.concat(loaded.steps, ", ") end
  for _, hook in ipairs(loaded.hooks) do
    lines[#lines + 1] = ("hook %s.%s  %s"):format(hook.kind, hook.step, hook.where)
  end
  return table.concat(lines, "\n")
end

local function of_api(repl, name)
  if not name:find "^%u" then return nil end
  local api, err = require "repl.completion".api(repl)
  local text
  if api then text, err = require "api.doc".text(api, name) end
  return text and (text:gsub("\n$", "")) or error(err, 0)
end

local function suggest(repl, name)
  local names = environment.libraries(repl.core)
  for _, script in ipairs(scripts.names(repl.core, "")) do names[#names + 1] = script end
  local guess = nearest(name, names)
  error(errors.cpi("nothing is known of '%s'%s", name, guess and (", did you mean '%s'?"):format(guess) or ""), 0)
end

--- Raises when nothing is known of the name.
---@param repl Repl
---@param name string "create_vm", "create_vm.plan", "virtual_guest.find", "Virtual_Guest.getObject"
---@return string
function doc.of(repl, name)
  local first, second = name:gsub("^cpi%.", ""):gsub("^sl%.", ""):match "^([%w_]+)[.:]?([%w_]*)$"
  if not first then suggest(repl, name) end
  second = second ~= "" and second or nil
  return of_script(repl, first, second) or of_library(repl.core, first, second)
    or of_api(repl, name:gsub("^sl%.", "")) or suggest(repl, name)
end

--- The names of a step's parameters, as its source has them.
---@param repl Repl
---@param script string
---@param step string
---@return string[]
function doc.parameters(repl, script, step)
  local text = text_of(repl.core, ("scripts/%s.lua"):format(script))
  local names = {}
  for name in (text:match("\nfunction " .. step .. "(%b())") or ""):gmatch "[%w_.]+" do names[#names + 1] = name end
  return names
end

return doc
