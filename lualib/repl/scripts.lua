--- cpi.NAME: every script as a function with named arguments, and its steps one by one, hooks in force.

local answered = require "answered"
local arguments = require "arguments"
local errors = require "errors"
local json = require "core.json"
local nearest = require "nearest"
local runs = require "run"
local session = require "session"
local sources = require "sources"

local scripts = {}

local Script = { __name = "script" }

--- The names of the scripts below a folder: "" has the CPI's methods.
---@param core table
---@param folder string
---@return string[]
function scripts.names(core, folder)
  local names = {}
  for _, name in ipairs(sources.scripts(core)) do
    if name:sub(1, #folder) == folder and not name:find("/", #folder + 1, true) then
      names[#names + 1] = name:sub(#folder + 1)
    end
  end
  return names
end

local function run_of(repl, method)
  return runs.new { core = repl.core, config = repl.config, config_error = repl.config_error,
    request = { method = method, api_version = 3, context = { director_uuid = repl.director } } }
end

--- A script as it is in force now, with its hooks. Raises.
---@param repl Repl
---@param name string
---@return Script
---@return Run
function scripts.load(repl, name)
  local run = run_of(repl, name)
  return run:load(name), run
end

-- One table whose keys are names of arguments; a script whose first argument is an object may get that object alone.
local function named(loaded, given)
  local only = given.n == 1 and type(given[1]) == "table" and not json.is_array(given[1]) and given[1]
  if not only or getmetatable(only) or next(only) == nil and #loaded.arguments > 1 then return nil end
  local places, names = {}, {}
  for i, argument in ipairs(loaded.arguments) do places[argument.name], names[i] = i, argument.name end
  local values = {}
  for i = 1, #names do values[i] = json.null end
  for name, value in pairs(only) do
    if not places[name] then
      if loaded.arguments[1] and loaded.arguments[1].type == "object" then return nil end
      local guess = nearest(tostring(name), names)
      error(errors.cpi("%s has no argument '%s'%s", loaded.name, name,
        guess and (", did you mean '%s'?"):format(guess) or "; it has " .. table.concat(names, ", ")), 0)
    end
    values[places[name]] = value
  end
  return values
end

local function positional(given)
  local values = {}
  for i = 1, given.n do values[i] = given[i] == nil and json.null or given[i] end
  return values
end

local function check(loaded, values)
  for i, argument in ipairs(loaded.arguments) do
    if not argument.optional and (values[i] == nil or values[i] == json.null) then
      error(errors.cpi("%s needs %s", loaded.name, argument.name), 0)
    end
  end
  local checked, message = arguments.check(loaded.arguments, values)
  return checked or error(errors.cpi("%s: %s", loaded.name, message), 0)
end

local function permit(repl, loaded)
  if loaded.effect == "read" or repl:may_write() then return end
  local err = errors.cloud("%s changes the account", loaded.name)
  err.read_only = true
  error(err, 0)
end

-- What an earlier script of the same line answered has been taken by that line.
local function settle() answered.tell(true) end

---@private
function Script:__call(...)
  local repl = self.repl
  local loaded, run = scripts.load(repl, self.name)
  permit(repl, loaded)
  local given = table.pack(...)
  local values = check(loaded, named(loaded, given) or positional(given))
  settle()
  return repl.guard:within_script(loaded.name, values, function()
    repl.core.deadline(run:timeout(loaded))
    local result = runs.execute(loaded, values)
    repl.core.deadline(repl.seconds)
    return result
  end)
end

-- It requires this file, too.
local function doc_of() return require "repl.doc" end

local function takes(repl, name, step) return #doc_of().parameters(repl, name, step) end

-- Steps run under their script's effect, and see what a request would show them.
---@private
function Script:__index(step)
  local repl, name = rawget(self, "repl"), rawget(self, "name")
  local loaded = scripts.load(repl, name)
  if not loaded.functions[step] then
    local guess = nearest(tostring(step), loaded.steps)
    error(errors.cpi("%s has no step '%s'%s", name, tostring(step), guess and (", did you mean '%s'?"):format(guess)
      or #loaded.steps > 0 and "; it has " .. table.concat(loaded.steps, ", ") or ""), 0)
  end
  return function(...)
    local first = ...
    local is_named = select("#", ...) == 1 and type(first) == "table" and not json.is_array(first)
    if is_named and takes(repl, name, step) > 1 then
      error(errors.cpi("a step takes its arguments in their order: %s(%s). `:plan on` rehearses the whole %s", step,
        table.concat(doc_of().parameters(repl, name, step), ", "), name), 0)
    end
    return session.within_effect(loaded.effect, rawget(loaded.environment, step), ...)
  end
end

--- What a script takes: "has_vm(vm_cid)".
---@param loaded Script
---@return string
function scripts.signature(loaded)
  local parts = {}
  for i, argument in ipairs(loaded.arguments) do
    parts[i] = ("%s: %s%s"):format(argument.name, argument.type, argument.optional and "?" or "")
  end
  return ("%s(%s)"):format(loaded.name, table.concat(parts, ", "))
end

---@private
function Script:__tostring()
  return scripts.signature((scripts.load(rawget(self, "repl"), rawget(self, "name"))))
end

--- The table of all scripts of a folder, by name.
---@param repl Repl
---@param folder string
---@return table
function scripts.table(repl, folder)
  return setmetatable({}, { __name = "scripts",
    __index = function(_, name)
      local names = scripts.names(repl.core, folder)
      for _, known in ipairs(names) do
        if known == name then return setmetatable({ repl = repl, name = folder .. name }, Script) end
      end
      local guess = nearest(tostring(name), names)
      local meant = guess and (", did you mean '%s'?"):format(guess) or ""
      error(errors.cpi("there is no script '%s'%s", tostring(name), meant), 0)
    end,
    __tostring = function() return table.concat(scripts.names(repl.core, folder), " ") end,
  })
end

return scripts
