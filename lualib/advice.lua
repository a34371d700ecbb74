--- Hooks: what an overlay adds to the steps of a script without replacing it. hooks/<script>.lua fills four tables:
--
--   function before.plan(arguments…) end              what it returns is ignored
--   function after.plan(result, arguments…) end       what it returns, if anything, is the result
--   function around.plan(plan, arguments…) end        calls the step itself, or does not
--   function override.plan(arguments…) end            takes the step's place
--
-- Within one overlay: around(before, override or step, after). Overlays nest, the first one outermost, so its
-- override is the one that counts.

local events = require "events"
local nearest = require "nearest"
local position = require "position"

local advice = {}

---@class Hook
---@field kind "before"|"after"|"around"|"override"
---@field step string
---@field where string "/etc/slcpi/hooks/create_vm.lua:3"
---@field f function

local kinds = { "before", "after", "around", "override" }

local function refuse(where, format, ...)
  error(("%s: " .. format):format(where, ...), 0)
end

local function is_one_of(names, name)
  for _, known in ipairs(names) do
    if known == name then return true end
  end
  return false
end

local function suggestion(name, names)
  local guess = nearest(tostring(name), names)
  return guess and (", did you mean '%s'?"):format(guess) or ""
end

local function check(hook, steps, taken)
  if type(hook.f) ~= "function" then refuse(hook.where, "%s.%s must be a function", hook.kind, hook.step) end
  if taken then refuse(hook.where, "%s.%s is there already, at %s", hook.kind, hook.step, taken.where) end
  if is_one_of(steps, hook.step) then return end
  refuse(hook.where, "there is no step '%s'%s; the steps are: %s", hook.step, suggestion(hook.step, steps),
    table.concat(steps, ", "))
end

-- One of the four tables. It can only be written, once for each step.
local function collector(kind, file, steps, found)
  local taken = {}
  return setmetatable({}, { __metatable = false,
    __index = function(_, step)
      refuse(position(file, 2), "%s.%s cannot be read; a hook is given what it needs", kind, tostring(step))
    end,
    __newindex = function(_, step, f)
      local hook = { kind = kind, step = tostring(step), where = position(file, 2), f = f }
      check(hook, steps, taken[step])
      taken[step], found[#found + 1] = hook, hook
    end,
  })
end

local function environment_of(file, base, tables, steps)
  return setmetatable({}, { __metatable = false,
    __index = function(_, name)
      local value = tables[name]
      if value == nil then value = base[name] end
      if value == nil then
        refuse(position(file, 2), "reads the undeclared name '%s'%s", tostring(name), suggestion(name, kinds))
      end
      return value
    end,
    __newindex = function(_, name)
      local hook = is_one_of(steps, name) and (", or a hook: before.%s"):format(name) or ""
      refuse(position(file, 2), "writes the global '%s'; make it local%s", tostring(name), hook)
    end,
  })
end

--- Runs one file of hooks and takes what it defines. Raises a text with file and line.
---@param text string
---@param origin string chunk name
---@param steps string[] which there are
---@param base table the built-ins
---@param load fun(text: string, chunk: string, environment: table): function?, string?
---@return Hook[]
function advice.read(text, origin, steps, base, load)
  local file, found, tables = origin:gsub("^@", ""), {}, {}
  for _, kind in ipairs(kinds) do tables[kind] = collector(kind, file, steps, found) end
  local chunk, message = load(text, origin, environment_of(file, base, tables, steps))
  if not chunk then error(message, 0) end
  chunk()
  return found
end

local function followed(step, before, after)
  return function(...)
    if before then before(...) end
    if not after then return step(...) end
    local results = table.pack(step(...))
    local replaced = table.pack(after(results[1], ...))
    if replaced.n == 0 then replaced = results end
    return table.unpack(replaced, 1, replaced.n)
  end
end

local function woven(step, of)
  local inner = of.override or step
  if of.before or of.after then inner = followed(inner, of.before, of.after) end
  local around = of.around
  return around and function(...) return around(inner, ...) end or inner
end

local function told(hook)
  return function(...)
    return events.within({ kind = "hook", name = hook.kind .. "." .. hook.step, where = hook.where }, hook.f, ...)
  end
end

--- Puts the hooks of one overlay around the steps.
---@param environment table of the script
---@param hooks Hook[]
function advice.weave(environment, hooks)
  local by_step = {}
  for _, hook in ipairs(hooks) do
    by_step[hook.step] = by_step[hook.step] or {}
    by_step[hook.step][hook.kind] = told(hook)
  end
  for step, of in pairs(by_step) do rawset(environment, step, woven(rawget(environment, step), of)) end
end

return advice
