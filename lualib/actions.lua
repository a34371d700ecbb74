--- The actions of a workflow that has several: which arguments each takes.
--
--   actions.check({ cancel = { needs = { "volume" } } }, "cancel", { volume = "5" })

local errors = require "errors"

local actions = {}

---@class Action
---@field needs string[]? arguments that must be given
---@field one_of string[]? exactly one of these, too
---@field takes string[]? arguments that may be given

local function sorted_keys(map)
  local keys = {}
  for key in pairs(map) do keys[#keys + 1] = key end
  table.sort(keys)
  return keys
end

local function spelt(form)
  local parts = {}
  if form.needs then parts[1] = table.concat(form.needs, ", ") end
  if form.one_of then parts[#parts + 1] = "one of " .. table.concat(form.one_of, ", ") end
  if form.takes then parts[#parts + 1] = "perhaps " .. table.concat(form.takes, ", ") end
  return #parts > 0 and table.concat(parts, "; ") or "nothing more"
end

local function problem_of(form, given)
  local allowed, chosen = {}, 0
  for _, names in pairs(form) do
    for _, name in ipairs(names) do allowed[name] = true end
  end
  for _, name in ipairs(sorted_keys(given)) do
    if not allowed[name] then return ("not '%s'"):format(name) end
  end
  for _, name in ipairs(form.needs or {}) do
    if given[name] == nil then return ("'%s' is missing"):format(name) end
  end
  for _, name in ipairs(form.one_of or {}) do chosen = chosen + (given[name] ~= nil and 1 or 0) end
  if form.one_of and chosen ~= 1 then return ("%d of these are given"):format(chosen) end
end

--- Holds what is given against what an action takes.
---@param known table<string, Action>
---@param action string
---@param given table<string, any>
---@return boolean? done
---@return Error? err lists the right ones
function actions.check(known, action, given)
  local form = known[action]
  if not form then
    return nil, errors.cpi("there is no action '%s'; there are: %s", action, table.concat(sorted_keys(known), ", "))
  end
  local problem = problem_of(form, given)
  if problem then return nil, errors.cpi("%s takes %s (%s)", action, spelt(form), problem) end
  return true
end

return actions
