--- Every case has a number that does not depend on the others: UUCCM, the unit (a scenario under a variant), the call
--- and the moment.

local case = require "crash.case"
local scenarios = require "crash.scenarios"

local numbers = {}

numbers.UNITS = #scenarios * #case.variants

---@param unit integer
---@return table scenario, table variant
function numbers.unit(unit)
  local variants = #case.variants
  return scenarios[(unit - 1) // variants + 1], case.variants[(unit - 1) % variants + 1]
end

--- The units of one action, or all.
---@param action string?
---@return integer[]
function numbers.units(action)
  local list = {}
  for unit = 1, numbers.UNITS do
    if not action or numbers.unit(unit).action == action then list[#list + 1] = unit end
  end
  assert(#list > 0, "there is no such action")
  return list
end

---@return table scenario
function numbers.scenario(action, kind)
  for _, scenario in ipairs(scenarios) do
    if scenario.action == action and scenario.kind == kind then return scenario end
  end
  error(("no scenario '%s %s'"):format(action, kind))
end

---@param unit integer
---@param call integer
---@param moment integer index of case.moments
---@return integer
function numbers.of(unit, call, moment) return unit * 1000 + call * 10 + moment end

---@param number integer
---@return integer unit, integer call, integer moment
function numbers.read(number)
  local unit, call, moment = number // 1000, number // 10 % 100, number % 10
  assert(unit >= 1 and unit <= numbers.UNITS and case.moments[moment], "there is no case " .. number)
  return unit, call, moment
end

--- Runs one case after an undisturbed run of its unit, whose figures it must meet.
---@param w table crash.case.world
---@param number integer
---@return Outcome
function numbers.run(w, number, reference)
  local unit, call, moment = numbers.read(number)
  local scenario, variant = numbers.unit(unit)
  return case.open(w, scenario, variant):run(call, case.moments[moment], reference)
end

--- The run that nothing interrupts.
---@return Outcome
function numbers.reference(w, unit)
  local scenario, variant = numbers.unit(unit)
  return case.open(w, scenario, { name = "plain", zone = variant.zone }):run()
end

return numbers
