--- Operations of a filter, drawn with operands near the values that they will meet.

local draw = require "corpus.draw"
local expression = require "corpus.expression"
local json = require "core.json"

local operations = {}

local function random_case(text)
  return (text:gsub("%a", function(char) return draw.one_in(2) and char:upper() or char:lower() end))
end

-- A piece of the text, without spaces around it: an operand has none.
local function part_of(text, from, to)
  local part = random_case(text:sub(from, to)):match "^%s*(.-)%s*$"
  return part ~= "" and part or "x"
end

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
  local near_day = ("%02d"):format(math.max(1, math.min(28, d + draw.one { 0, 0, -1, 1 })))
  local parts = { Y = y, m = mo, d = near_day, H = h, M = mi, S = s }
  return (draw.one(MONTH_FIRST):gsub("%%(%a)", parts))
end

local function relative_date()
  return ("%s %s %s"):format(draw.one { "sysdate", "currentDate" }, draw.one { "-", "-", "-", "+" },
    draw.one { "0.01", "0.02", "0.3", "0.7", "1", "30", "200", "1000" })
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
  if kind == "date" then names = { "isDate", "isDate", "lessThanDate", "greaterThanDate", "betweenDate", "in" } end
  local it = { sign = draw.one(names) }
  NAMED[it.sign](it, kind, values, now)
  return it
end

local function place_of_its_own(taken)
  local place
  repeat place = math.random(0, 9) until not taken[place]
  taken[place] = true
  return place
end

--- The operation of a leaf: { sign, … } or, for an order, { sort, place, brief }.
---@param values any[] what the list holds there
---@param context { now: string, orders: integer, places: table } the simulator's clock; the orders so far
function operations.draw(property, values, context)
  if property.kind and not property.many and draw.one_in(context.orders == 0 and 4 or 2) then
    context.orders = context.orders + 1
    return { sort = draw.one { "ASC", "DESC" }, place = place_of_its_own(context.places), brief = draw.one_in(4) }
  end
  if not property.kind or draw.one_in(6) then return { sign = draw.one { "is null", "not null" } } end
  local make = draw.one_in(property.kind == "date" and 2 or 3) and named or literal
  return make(property.kind, values, context.now)
end

return operations
