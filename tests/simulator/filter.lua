-- Object filters: compile a decoded `objectFilter` against the declared types and apply it to lists.
--
-- The API does not refuse a filter that it cannot use; it answers as if there was none. So a filter that
-- names a wrong root, an unknown property or a malformed operation compiles to nil and a reason, which is
-- for the journal only.

local operations = require "slsim.filter.operations"

local filter = {
  parse = require("slsim.filter.compiler").parse,
  apply = require("slsim.filter.evaluator").apply,
}

filter.guesses = {
  { "[G]", "one unknown property or malformed operation voids the whole filter" },
  { "[G]", "conditions below one list relation must hold for the same element" },
  { "[G]", "a condition below an unset relation fails, also 'is null' (an inner join)" },
  { "[G]", "null sorts before everything; a list on a sort's path counts by its first element" },
  { "[G]", "filters nested deeper than 32 levels are void" },
}
for _, guess in ipairs(operations.guesses) do table.insert(filter.guesses, guess) end

--- The part of a compiled filter that concerns a relation, for a filteredMask.
---@param compiled table?
---@param name string
---@return table?
function filter.nested(compiled, name)
  for _, term in ipairs(compiled and compiled.terms or {}) do
    if term.name == name and term.node then return term.node end
  end
end

--- Whether the filter sorts; a list that no filter sorts has no order to rely on.
---@param compiled table?
---@return boolean
function filter.sorts(compiled)
  return compiled ~= nil and #compiled.orders > 0
end

return filter
