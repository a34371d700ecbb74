--- Object masks from the outside: drawn as selections {name, type?, sub?}, spelt in one of the many ways that
--- the API accepts, and evaluated over whole objects as they stand on the wire.

local draw  = require "corpus.draw"
local json  = require "core.json"
local kinds = require "corpus.kinds"
local filters = require "corpus.filters"
local types = require "slsim.types"

local masks = {}

--- Drawing ---------------------------------------------------------------------------------------

local function selection(type_name, depth, present)
  local name = draw.name(type_name, present)
  local target = draw.property(type_name, name).type
  local drawn = { name = name }
  if not target or not types.get(target) or depth == 0 then return drawn end
  if kinds.SUBTYPES[target] and draw.one_in(3) then drawn.type = draw.one(kinds.SUBTYPES[target]) end
  if not draw.one_in(4) then drawn.sub = masks.selections(drawn.type or target, depth - 1, present) end
  return drawn
end

--- One to four selections, of which some may be the same.
function masks.selections(type_name, depth, present)
  local drawn = {}
  for i = 1, math.random(4) do drawn[i] = selection(type_name, depth, present) end
  return drawn
end

--- A mask: roots of selections, some only for objects of a type.
---@return table { roots: { type: string?, selections: table[] }[], filtered: boolean }
function masks.draw(type_name, depth, present)
  local roots = { { selections = masks.selections(type_name, depth, present) } }
  if draw.one_in(4) then roots[2] = { selections = masks.selections(type_name, depth, present) } end
  if kinds.SUBTYPES[type_name] and draw.one_in(2) then
    local cast = draw.one(kinds.SUBTYPES[type_name])
    roots[#roots + 1] = { type = cast, selections = masks.selections(cast, depth, present) }
  end
  return { roots = roots, filtered = draw.one_in(3) }
end

--- The lists that a filteredMask leads through: a filter has its effect there.
function masks.filtered_relations(mask, type_name)
  local names = {}
  for _, it in ipairs(mask and mask.filtered and mask.roots[1].selections or {}) do
    local property = draw.property(type_name, it.name)
    if property.many and types.get(property.type) then names[#names + 1] = it.name end
  end
  return names
end

--- Spelling --------------------------------------------------------------------------------------

local function space() return draw.one { "", "", "", " ", "\n    ", "\t" } end

local spell

local function spell_selection(it)
  local text = it.name
  if it.type then text = text .. space() .. "(" .. space() .. it.type .. space() .. ")" end
  if not it.sub then return text end
  if #it.sub == 1 and draw.one_in(2) then return text .. space() .. "." .. space() .. spell_selection(it.sub[1]) end
  return text .. space() .. "[" .. spell(it.sub) .. space() .. "]"
end

function spell(selections)
  local parts = {}
  for i, it in ipairs(selections) do parts[i] = space() .. spell_selection(it) end
  return table.concat(parts, draw.one { ",", ",", ";", " , " })
end

local function spell_root(word, root)
  local start = word .. (root.type and space() .. "(" .. root.type .. ")" or "")
  if #root.selections == 1 and draw.one_in(2) then return start .. "." .. spell_selection(root.selections[1]) end
  return start .. space() .. "[" .. spell(root.selections) .. space() .. "]"
end

--- The text of a mask; legacy and bare spellings where there is one plain root.
function masks.spell(mask)
  local plain = #mask.roots == 1 and not mask.filtered
  if plain and draw.one_in(3) then return spell(mask.roots[1].selections) end
  local parts = {}
  for i, root in ipairs(mask.roots) do parts[i] = spell_root(mask.filtered and "filteredMask" or "mask", root) end
  local text = table.concat(parts, draw.one { ",", ", ", "\n," })
  return draw.one_in(3) and "[" .. text .. "]" or text
end

--- Errors ----------------------------------------------------------------------------------------

local function at(text)
  local before, line = text:gsub("[^\n]*\n", ""), select(2, text:gsub("\n", ""))
  return line + 1, #before + 1
end

-- A character where a property should begin.
local function broken(type_name, present)
  local before = "mask[" .. spell(masks.selections(type_name, 1, present)) .. ",\n  "
  local char = draw.one { "'", "]", ",", "1", "*", "(", "." }
  local line, column = at(before)
  return before .. char .. "id]", "SoftLayer_Exception_Common_Parser",
    ("Error on line %d at column %d: Expected PROPERTY, got '%s'"):format(line, column, char)
end

local function misspelt(type_name, present)
  local before = spell(masks.selections(type_name, 1, present))
  local name = draw.one { "hostnam", "Id", "virtualguests", "x" }
  return "mask[" .. before .. ", " .. name .. "]", "SoftLayer_Exception_WebService_ObjectMask",
    ("Property '%s' not valid for '%s'."):format(name, type_name)
end

--- A mask that the API refuses: its text, the exception, its message.
function masks.wrong(type_name, present)
  return draw.one { broken, misspelt }(type_name, present)
end

--- Evaluation ------------------------------------------------------------------------------------

local project

local function scalar(value)
  if value == json.null then return nil end
  return value
end

local function relation(value, declared, parts, conditions)
  if not declared.many then
    if scalar(value) == nil or not declared.type then return scalar(value) end
    return project(value, declared.type, parts, conditions)
  end
  local out = json.array {}
  local list = value or {}
  if conditions and declared.type then list = filters.pass(list, declared.type, conditions) end
  for i, element in ipairs(list) do
    out[i] = declared.type and project(element, declared.type, parts, conditions) or element
  end
  return out
end

-- What the parts name of an object of this type, and what they say about each name.
local function named_by(parts, type_name)
  local subs, names_local = {}, false
  for _, part in ipairs(parts) do
    if not part.type or types.accepts(part.type, type_name) then
      for _, it in ipairs(part.selections) do
        local declared = draw.property(type_name, it.name)
        if declared then
          names_local = names_local or declared.form == "local"
          subs[it.name] = subs[it.name] or {}
          table.insert(subs[it.name], { type = it.type, selections = it.sub or {} })
        end
      end
    end
  end
  return subs, names_local
end

-- `parts` is a list of {type?, selections}: everything that the mask says about this object.
function project(object, declared_type, parts, conditions)
  local type_name = kinds.of(declared_type, object)
  local subs, names_local = named_by(parts, type_name)
  local out = {}
  for name, declared in pairs(types.get(type_name).properties) do
    local along = not names_local and (declared.form == "local" or declared.default)
    if declared.form == "count" then
      out[name] = subs[name] and #(object[declared.of] or {}) or nil
    elseif declared.form == "relation" and (subs[name] or along) then
      local nested = conditions and conditions[name]
      out[name] = relation(object[name], declared, subs[name] or {}, nested and nested.below)
    elseif subs[name] or along then
      out[name] = scalar(object[name])
      if out[name] == nil and (subs[name] or not declared.optional) then out[name] = json.null end
    end
  end
  return out
end

--- What the mask leaves of a whole object.
---@param conditions table? of the filter, for a filteredMask
function masks.project(object, type_name, mask, conditions)
  return project(object, type_name, mask and mask.roots or {}, mask and mask.filtered and conditions or nil)
end

return masks
