--- Whole objects: everything that a case may look at, fetched with a mask that names every property.
---
--- What a case looks at is a tree of needs, { casts = {type = true}, below = {name = needs}, inside }, from the
--- masks and conditions that were drawn for it; `inside` tells that more than a bare relation is wanted.

local draw  = require "corpus.draw"
local types = require "slsim.types"

local objects = {}

local function new_needs() return { casts = {}, below = {} } end

local function need(needs, name)
  needs.below[name] = needs.below[name] or new_needs()
  return needs.below[name]
end

local function need_property(needs, type_name, name)
  local property = draw.property(type_name, name)
  if property.form == "count" then need(needs, property.of) end
  return property.type and need(needs, name), property.type
end

local function need_selections(needs, type_name, selections)
  for _, it in ipairs(selections) do
    local below, target = need_property(needs, type_name, it.name)
    if below and it.type then below.casts[it.type] = true end
    if below and it.sub then
      below.inside = true
      need_selections(below, it.type or target, it.sub)
    end
  end
end

local function need_conditions(needs, type_name, tree)
  for name, node in pairs(tree) do
    local below, target = need_property(needs, type_name, name)
    if node.below then
      below.inside = true
      need_conditions(below, target, node.below)
    end
  end
end

--- The needs of a mask and of conditions that are still open.
function objects.needs(type_name, mask, tree)
  local needs = new_needs()
  for _, root in ipairs(mask and mask.roots or {}) do
    if root.type then needs.casts[root.type] = true end
    need_selections(needs, root.type or type_name, root.selections)
  end
  need_conditions(needs, type_name, tree or {})
  return needs
end

local spelled

-- The names that a whole object of the type has: locals, scalar relations, defaults, and the needed relations.
local function names(type_name, needs)
  local parts = {}
  for _, name in ipairs(draw.names(type_name).all) do
    local property = draw.property(type_name, name)
    if needs.below[name] then
      for _, text in ipairs(spelled(name, property, needs.below[name])) do parts[#parts + 1] = text end
    elseif property.form == "local" or property.form == "relation" and (property.kind or property.default) then
      parts[#parts + 1] = name
    end
  end
  return "[" .. table.concat(parts, ",") .. "]"
end

function spelled(name, property, needs)
  if not types.get(property.type) or not needs.inside and not next(needs.casts) then return { name } end
  local texts = { name .. names(property.type, needs) }
  for _, cast in ipairs(objects.sorted(needs.casts)) do
    texts[#texts + 1] = ("%s(%s)%s"):format(name, cast, names(cast, needs))
  end
  return texts
end

function objects.sorted(set)
  local list = {}
  for key in pairs(set) do list[#list + 1] = key end
  table.sort(list)
  return list
end

--- The mask's text.
function objects.mask(type_name, needs)
  local parts = { "mask" .. names(type_name, needs) }
  for _, cast in ipairs(objects.sorted(needs.casts)) do parts[#parts + 1] = ("mask(%s)%s"):format(cast, names(cast, needs)) end
  return "[" .. table.concat(parts, ",") .. "]"
end

--- Which relations of a type the account has something for, by looking around from the getters.
---@return table<string, string[]>
function objects.survey(account)
  local present, queue = {}, {}
  for _, getter in ipairs(account.getters) do queue[#queue + 1] = { getter = getter, type = getter.type, path = {} } end
  for _, stop in ipairs(queue) do
    if not present[stop.type] and types.get(stop.type) then
      present[stop.type] = objects.look(account, stop)
      for _, name in ipairs(present[stop.type]) do
        local path = table.move(stop.path, 1, #stop.path, 1, {})
        path[#path + 1] = name
        queue[#queue + 1] = { getter = stop.getter, type = draw.property(stop.type, name).type, path = path }
      end
    end
  end
  return present
end

local function ends_of(value, path, at, found)
  if type(value) ~= "table" then return found end
  if value[1] then
    for _, element in ipairs(value) do ends_of(element, path, at, found) end
  elseif path[at] then
    ends_of(value[path[at]], path, at + 1, found)
  else
    found[#found + 1] = value
  end
  return found
end

--- The relations that are not empty at a stop of the survey.
function objects.look(account, stop)
  local text = "[" .. table.concat(draw.names(stop.type).relation, ",") .. "]"
  for i = #stop.path, 1, -1 do text = "[" .. stop.path[i] .. text .. "]" end
  local answer = account:get(stop.getter, { objectMask = "mask" .. text, resultLimit = "0,6" })
  local there = {}
  for _, object in ipairs(ends_of(answer.value, stop.path, 1, {})) do
    for name, value in pairs(object) do
      local property = draw.property(stop.type, name)
      if property and property.form == "relation" and property.type and next(value) ~= nil then there[name] = true end
    end
  end
  return objects.sorted(there)
end

return objects
