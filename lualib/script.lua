--- Scripts: a form of declared fields, then functions. Loading one checks the form and seals its
--- environment; every global function is a step that calls the others by name at call time.

local arguments = require "arguments"
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
      refuse("%s must be a %s, but is %s", field, wanted, found == "nil" and "missing" or "a " .. found)
    end
  end
  if not effects[environment.effect] then refuse("effect must be 'read' or 'write'") end
  if environment.timeout <= 0 then refuse("timeout must be a positive number of seconds") end
end

local function steps_of(environment, names, refuse)
  local steps = {}
  for _, name in ipairs(names) do
    local value = rawget(environment, name)
    if type(value) == "function" and not fields[name] then
      steps[#steps + 1] = name
    elseif not fields[name] then
      refuse("the global '%s' is neither a step nor a declared field; make it local", name)
    end
  end
  return steps
end

--- Compiles and checks one script.
---@param name string "create_vm"
---@param text string
---@param origin string chunk name
---@param base table what the script may read: the safe library and the built-ins
---@param load fun(text: string, chunk: string, environment: table): function?, string?
---@return Script
function script.compile(name, text, origin, base, load)
  local label = origin:gsub("^@", "")
  local function refuse(format, ...)
    error(("%s: " .. format):format(label, ...), 0)
  end
  local environment, names, seal = strict.open(base, label)
  local chunk, message = load(text, origin, environment)
  if not chunk then refuse("%s", message) end
  chunk()
  seal()
  check_fields(environment, refuse)
  local parsed, complaint = arguments.parse(environment.arguments)
  if not parsed then refuse("%s", complaint) end
  return {
    name = name, origin = label, environment = environment,
    description = environment.description, arguments = parsed, effect = environment.effect,
    timeout = environment.timeout, steps = steps_of(environment, names, refuse),
    run = environment.run, v1 = rawget(environment, "v1"),
  }
end

return script
