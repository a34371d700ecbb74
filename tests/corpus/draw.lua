--- Choices of a case: all of them follow from math.randomseed, so that a case can be drawn again.

local types = require "slsim.types"

local draw = {}

---@return any one of the list
function draw.one(list) return list[math.random(#list)] end

--- True in one of n cases.
function draw.one_in(n) return math.random(n) == 1 end

--- The property that the type declares.
function draw.property(type_name, name)
  local type = types.get(type_name)
  return type and type.properties[name]
end

local names_of = {}

--- The names of a type's properties by form: { all, locals, relations, counts }, sorted.
function draw.names(type_name)
  local known = names_of[type_name]
  if known then return known end
  known = { all = {}, ["local"] = {}, relation = {}, count = {} }
  for name, property in pairs(types.get(type_name).properties) do
    table.insert(known.all, name)
    table.insert(known[property.form], name)
  end
  for _, list in pairs(known) do table.sort(list) end
  names_of[type_name] = known
  return known
end

--- A property's name, more often one that the account has something for.
---@param present table<string, string[]> relations by type
function draw.name(type_name, present)
  local names, lucky = draw.names(type_name), present[type_name] or {}
  local dice = math.random(20)
  if dice <= 8 and #names["local"] > 0 then return draw.one(names["local"]) end
  if dice <= 15 and #lucky > 0 then return draw.one(lucky) end
  if dice <= 17 and #names.count > 0 then return draw.one(names.count) end
  return draw.one(names.all)
end

return draw
