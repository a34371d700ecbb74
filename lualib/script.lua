--- Scripts: a form of declared fields, then functions. Loading one checks the form and seals its
--- environment; every global function is a step that calls the others by name at call time.

local arguments = require "arguments"
local events = require "events"
local strict = require "strict"

local script = {}

---@class Script
---@field name string
---@field origin string chunk name without its mark: builtin/scripts/create_vm.lua
---@field description string
---@field arguments Argument[]
---@field effect "read"|"write"
---@field timeout number seconds
---@field steps string[] names of the global functions besides run and v1, in their order
---@field functions table<string, function> the steps and run as the script has them, without hooks
---@field hooks Hook[] in force, of the outermost overlay first
---@field environment table
---@field run function
---@field v1 function? narrows the result for CPI API version 1

local fields = {
  description = "string", arguments = "table", effect = "string", timeout = "number",
  run = "function", v1 = "function",
}
local optional = { v1 = true }
local effects = { read = true, write = true }

local function check_fields(environment, refuse)
  for field, wanted in pairs(fields) do
    local found = type(rawget(environment, field))
    if found ~= wanted and not (found == "nil" and optional[field]) then
      refuse(field, "%s must be a %s, but is %s", field, wanted, found == "nil" and "missing" or "a " .. found)
    end
  end
  if not effects[environment.effect] then refuse("effect", "effect must be 'read' or 'write'") end
  if environment.timeout <= 0 then refuse("timeout", "timeout must be a positive number of seconds") end
end

local function steps_of(environment, names, refuse)
  local steps = {}
  for _, name in ipairs(names) do
    local value = rawget(environment, name)
    if type(value) == "function" and not fields[name] then
      steps[#steps + 1] = name
    elseif not fields[name] then
      refuse(name, "the global '%s' is neither a step nor a declared field; make it local", name)
    end
  end
  return steps
end

-- From the innermost overlay to the outermost one. `run` can be hooked like any step.
local function add_hooks(environment, steps, sources, base, load)
  if #sources == 0 then return {} end
  local advice = require "advice" -- most requests have no hooks, and none waits for it
  local list, places = {}, table.move(steps, 1, #steps, 2, { "run" })
  for i = #sources, 1, -1 do
    local hooks = advice.read(sources[i].text, sources[i].origin, places, base, load)
    advice.weave(environment, hooks)
    table.move(list, 1, #list, #hooks + 1)
    table.move(hooks, 1, #hooks, 1, list)
  end
  return list
end

-- Only while somebody listens; steps call each other by name at call time.
local function tell_of_steps(environment, steps, name)
  if not events.heard() then return end
  for _, step in ipairs(steps) do
    local f = rawget(environment, step)
    rawset(environment, step, function(...)
      return events.within({ kind = "step", name = step, script = name }, f, ...)
    end)
  end
end

---@class Source
---@field text string
---@field origin string chunk name

--- Compiles and checks one script with its hooks.
---@param name string "create_vm"
---@param source Source
---@param hooks Source[] one for each overlay that has some, in the overlays' order
---@param bases { script: table, hooks: table } what each may read: the safe library and the built-ins
---@param load fun(text: string, chunk: string, environment: table): function?, string?
---@return Script
function script.compile(name, source, hooks, bases, load)
  local origin = source.origin
  local label = origin:gsub("^@", "")
  local environment, names, seal = strict.open(bases.script, label)
  -- With the line on which the name was defined; one that is missing has none.
  local function refuse(at, format, ...)
    error(("%s: " .. format):format(names[at] or label .. ":1", ...), 0)
  end
  local chunk, message = load(source.text, origin, environment)
  if not chunk then error(message, 0) end
  chunk()
  seal()
  check_fields(environment, refuse)
  local parsed, complaint = arguments.parse(environment.arguments)
  if not parsed then refuse("arguments", "%s", complaint) end
  local steps = steps_of(environment, names, refuse)
  local functions = { run = environment.run }
  for _, step in ipairs(steps) do functions[step] = rawget(environment, step) end
  local hooked = add_hooks(environment, steps, hooks, bases.hooks, load)
  tell_of_steps(environment, steps, name)
  return {
    name = name, origin = label, environment = environment,
    description = environment.description, arguments = parsed, effect = environment.effect,
    timeout = environment.timeout, steps = steps, functions = functions, hooks = hooked,
    run = environment.run, v1 = rawget(environment, "v1"),
  }
end

return script
