--- The conditions of an object filter: first their paths, then, with the list at hand, operations whose operands
--- lie near the values that are there; and their JSON.

local draw = require "corpus.draw"
local expression = require "corpus.expression"
local json = require "core.json"
local types = require "slsim.types"

local conditions = {}

--- Paths -----------------------------------------------------------------------------------------

local function add_path(node, type_name, depth, present)
  local name = draw.name(type_name, present)
  local property = draw.property(type_name, name)
  if not property.type or not types.get(property.type) or depth == 0 then
    node[name] = node[name] or { open = property }
  elseif draw.one_in(8) then
    node[name] = node[name] or { open = property } -- is it there at all?
  elseif not (node[name] and node[name].open) then
    node[name] = node[name] or { below = {} }
    add_path(node[name].below, property.type, depth - 1, present)
  end
end

--- A tree { name = {below = tree} | {open = property} } of one to three paths.
function conditions.draw(type_name, present)
  local tree = {}
  for _ = 1, math.random(3) do add_path(tree, type_name, 2, present) end
  return tree
end

--- Operands --------------------------------------------------------------------------------------

local function random_case(text)
  return (text:gsub("%a", function(char) return draw.one_in(2) and char:upper() or char:lower() end))
end

local function part_of(text, from, to) return random_case(text:sub(from, to)) end

local function operand_text(values)
  local text = tostring(draw.one(values) or "x"):match "^%s*(.-)%s*$"
  return text:find "^[%w/]" and not text:find "^%a+$" and text or text:match "^%a+$" and text or "x1"
end

local function pattern_for(text)
  local letters = {}
  for letter in text:sub(1, 8):gmatch "%w" do letters[#letters + 1] = letter end
  if #letters == 0 then letters[1] = "a" end
  return expression.pattern(2, letters)
end

local TEXTUAL = {
  ["_="] = random_case,
  ["^="] = function(text) return part_of(text, 1, math.random(#text)) end,
  ["$="] = function(text) return part_of(text, math.random(#text), #text) end,
  ["*="] = function(text) local from = math.random(#text) return part_of(text, from, math.random(from, #text)) end,
  ["~"] = pattern_for,
}

local function textual(values)
  local sign = draw.one { "_=", "^=", "$=", "*=", "~" }
  return { sign = sign, operand = TEXTUAL[sign](operand_text(values)), negated = sign ~= "_=" and draw.one_in(3) }
end

local function compared(operand)
  local sign = draw.one { "", "", ">", ">=", "<", "<=" }
  return { sign = sign, operand = operand, negated = sign == "" and draw.one_in(3) }
end

local function near(values)
  local number = tonumber(draw.one(values) or 7)
  return draw.one { number, number, number + 1, number - 1, ("%d.0"):format(number // 1), "0" .. number // 1, "x" }
end

local MONTH_FIRST = { "%m/%d/%Y", "%m/%d/%Y %H:%M:%S", "%m-%d-%Y", "%Y-%m-%d" }

local function date_without_zone(values)
  local y, mo, d, h, mi, s = (draw.one(values) or "2016-11-21T10:00:00"):match "(%d+)-(%d+)-(%d+)T(%d+):(%d+):(%d+)"
  local parts = { Y = y, m = mo, d = d, H = h, M = mi, S = s }
  return (draw.one(MONTH_FIRST):gsub("%%(%a)", parts))
end

local function relative_date()
  return ("%s %s %s"):format(draw.one { "sysdate", "currentDate" }, draw.one { "-", "-", "-", "+" },
    draw.one { "0.5", "1", "30", "200", "1000" })
end

local LITERAL = {
  string = function(values)
    if draw.one_in(2) then return textual(values) end
    return compared(operand_text(values))
  end,
  int = function(values)
    if draw.one_in(6) then return textual(values) end
    return compared(near(values))
  end,
  boolean = function() return { sign = "", operand = draw.one { true, false, 1, 0, "true", "FALSE", "1", "0" } } end,
  date = function(values)
    if draw.one_in(8) then return textual(values) end
    if draw.one_in(2) then return compared(draw.one(values) or "2016-11-21T10:00:00-06:00") end
    if draw.one_in(2) then return compared(relative_date()) end
    return compared(date_without_zone(values))
  end,
}
LITERAL.float = LITERAL.int

local function literal(kind, values, now)
  local it = LITERAL[kind](values)
  it.now = now
  return it
end

local function operands(kind, values, now)
  local list = json.array {}
  for i = 1, math.random(3) do list[i] = kind == "boolean" and draw.one_in(2) or literal(kind, values, now).operand end
  for i, operand in ipairs(list) do
    if type(operand) == "table" or kind == "date" then list[i] = draw.one(values) or "2016-11-21T10:00:00-06:00" end
  end
  return list
end

local NAMED = {
  ["in"] = function(it, ...) it.data = operands(...) end,
  ["not in"] = function(it, ...) it.data = operands(...) end,
  ["or"] = function(it, ...) it.parts = { literal(...), literal(...) } end,
  ["and"] = function(it, ...) it.parts = { literal(...), literal(...) } end,
}
for _, name in ipairs { "isDate", "lessThanDate", "greaterThanDate", "betweenDate" } do
  NAMED[name] = function(it, _, values) it.dates = { date_without_zone(values), date_without_zone(values) } end
end

local function named(kind, values, now)
  local names = { "in", "not in", "or", "and" }
  if kind == "date" then names = { "isDate", "lessThanDate", "greaterThanDate", "betweenDate", "in" } end
  local it = { sign = draw.one(names) }
  NAMED[it.sign](it, kind, values, now)
  return it
end

local function operation(property, values, context)
  if property.kind and not property.many and draw.one_in(4) then
    context.places = context.places + 1
    return { sort = draw.one { "ASC", "DESC" }, place = context.places, brief = draw.one_in(4) }
  end
  if not property.kind or draw.one_in(6) then return { sign = draw.one { "is null", "not null" } } end
  return draw.one_in(3) and named(property.kind, values, context.now) or literal(property.kind, values, context.now)
end

--- Filling ---------------------------------------------------------------------------------------

-- The values of a property of all objects, lists flattened.
local function below(objects, name, property)
  local found = {}
  for _, object in ipairs(objects) do
    local value = object[name]
    if property.form == "count" then value = #(object[property.of] or {}) end
    for _, element in ipairs(property.many and value or { value }) do
      if element ~= json.null then found[#found + 1] = element end
    end
  end
  return found
end

local function fill(tree, type_name, objects, context)
  local names = {}
  for name in pairs(tree) do names[#names + 1] = name end
  table.sort(names)
  for _, name in ipairs(names) do
    local property = draw.property(type_name, name)
    local values = below(objects, name, property)
    if tree[name].open then
      tree[name] = { leaf = operation(property, values, context) }
    else
      fill(tree[name].below, property.type, values, context)
    end
  end
  return context.places
end

-- What has no place of its own sorts by place 0, so that only one order can be brief.
local function settle(tree, alone)
  for _, node in pairs(tree) do
    if node.below then
      settle(node.below, alone)
    elseif node.leaf.sort then
      node.leaf.brief = node.leaf.brief and alone
    end
  end
end

--- Closes the open leaves with operations near the values of the list.
---@param now string the date that the simulator's clock shows
function conditions.fill(tree, type_name, objects, now)
  settle(tree, fill(tree, type_name, objects, { now = now, places = 0 }) == 1)
end

--- JSON ------------------------------------------------------------------------------------------

local function option(name, values) return { name = name, value = json.array(values) } end

local function literal_json(it)
  if it.sign == "" and not it.negated and type(it.operand) ~= "table" then return it.operand end
  local sign = it.negated and (it.sign == "" and "!=" or "!" .. it.sign) or it.sign
  return sign .. draw.one { " ", "" } .. tostring(it.operand)
end

local function leaf_json(it)
  if it.sort then
    local options = json.array { option("sort", { it.sort }) }
    if not it.brief then options[2] = option("sortOrder", { it.place }) end
    return { operation = "orderBy", options = options }
  end
  if it.data then return { operation = it.sign, options = json.array { option("data", it.data) } } end
  if it.parts then
    local data = {}
    for i, part in ipairs(it.parts) do data[i] = literal_json(part) end
    return { operation = it.sign, options = json.array { option("data", data) } }
  end
  if it.sign == "betweenDate" then
    local options = { option("startDate", { it.dates[1] }), option("endDate", { it.dates[2] }) }
    return { operation = it.sign, options = json.array(options) }
  end
  if it.dates then return { operation = it.sign, options = json.array { option("date", { it.dates[1] }) } } end
  if it.sign:find "null" then return { operation = it.sign } end
  return { operation = literal_json(it) }
end

--- The conditions as the API takes them, below the root if there is one.
function conditions.json(tree)
  local out = {}
  for name, node in pairs(tree) do
    out[name] = node.leaf and leaf_json(node.leaf) or conditions.json(node.below)
  end
  return out
end

--- Ineffective -----------------------------------------------------------------------------------

local function malformed(type_name)
  local name = draw.one(draw.names(type_name)["local"])
  local nothing = json.array {}
  return draw.one {
    { [name] = "text" }, { [name] = 5 }, { [name] = json.null }, { [name] = json.array { "x" } },
    { [name] = { operation = json.null } }, { [name] = { operation = nothing } }, { [name] = { operation = "in" } },
    { [name] = { operation = "not in", options = nothing } }, { noSuchProperty = { operation = "x" } },
    { [name] = { operation = "in", options = json.array { option("data", {}) } } },
    { [name] = { operation = "betweenDate", options = json.array { option("startDate", { "1/1/2016" }) } } },
    { [name] = { operation = "isDate", options = json.array { option("date", { "13/41/2016" }) } } },
    { [name] = { below = { operation = "x" } } },
  }
end

--- The text of a filter that has no effect.
---@param root string?
function conditions.void(type_name, root)
  local bad = malformed(type_name)
  local rooted = root and { [root] = bad } or bad
  return draw.one {
    json.encode(rooted), json.encode(rooted), json.encode(rooted), json.encode(rooted),
    json.encode { noSuchRoot = { id = { operation = 1 } } }, '{"id":', "virtualGuests", "[]", "7", "null", '"x"', " ",
  }
end

return conditions
