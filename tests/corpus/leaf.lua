--- One condition of an object filter, judged from the values that the wire shows.

local dates = require "corpus.dates"
local expression = require "corpus.expression"
local json = require "core.json"

local leaf = {}

local function text_of(value)
  if type(value) == "boolean" then return value and "1" or "0" end
  if type(value) == "number" and value == math.floor(value) then return ("%d"):format(value) end
  return tostring(value)
end

local FLAGS = { ["1"] = 1, ["true"] = 1, ["0"] = 0, ["false"] = 0 }

-- The moment that an operand means; a relative one counts from now.
local function moment(operand, now)
  local base, sign, days = tostring(operand):match "^(%a+) *([+-]) *([%d.]+)$"
  if not base then return dates.moment(operand) end
  local from = dates.moment(base == "sysdate" and now or now:sub(1, 10) .. "T00:00:00" .. now:sub(-6))
  return from + (sign == "-" and -1 or 1) * tonumber(days) * 86400
end

local function number(value)
  return tostring(value):find "^[+-]?%d*%.?%d+$" and tonumber(value) or nil
end

-- Two values that can be compared, as the property's kind asks for; nil if they cannot.
local COMPARABLE = {
  int = function(a, b) return number(a), number(b) end,
  boolean = function(a, b) return FLAGS[text_of(a)], FLAGS[text_of(b):lower()] end,
  date = function(a, b, now)
    local at = moment(b, now)
    if at then return dates.moment(a), at end
    return dates.shown(a), dates.shown_by(b)
  end,
  string = function(a, b, _, ordered)
    local x, y = number(a), number(b)
    if x and y and (ordered or type(b) == "number") then return x, y end
    return text_of(a), text_of(b)
  end,
}
COMPARABLE.float = COMPARABLE.int

local function comparing(ordered, holds)
  return function(value, operand, kind, now)
    local a, b = COMPARABLE[kind](value, operand, now, ordered)
    return a ~= nil and b ~= nil and holds(a, b)
  end
end

local function lowered(holds)
  return function(value, operand) return holds(text_of(value):lower(), text_of(operand):lower()) end
end

local equal = comparing(false, function(a, b) return a == b end)
local begins = lowered(function(a, b) return a:sub(1, #b) == b end)
local ends = lowered(function(a, b) return a:sub(#a - #b + 1) == b end)
local contains = lowered(function(a, b) return a:find(b, 1, true) ~= nil end)
local function matches(value, operand) return expression.found(operand, text_of(value)) end

local SIGNS = {
  [""] = equal,
  ["_="] = lowered(function(a, b) return a == b end),
  ["^="] = begins, ["$="] = ends, ["*="] = contains, ["~"] = matches,
  [">"] = comparing(true, function(a, b) return a > b end),
  [">="] = comparing(true, function(a, b) return a >= b end),
  ["<"] = comparing(true, function(a, b) return a < b end),
  ["<="] = comparing(true, function(a, b) return a <= b end),
}

-- What a drawn operation {sign, operand, negated?, now} says of a value that is not null.
local function literal(it, value, kind)
  return SIGNS[it.sign](value, it.operand, kind, it.now) ~= (it.negated or false)
end

local function any(list, holds)
  for _, it in ipairs(list) do
    if holds(it) then return true end
  end
  return false
end

local NAMED = {}

NAMED["in"] = function(it, value, kind)
  return any(it.data, function(operand) return equal(value, operand, kind) end)
end

NAMED["not in"] = function(...) return not NAMED["in"](...) end

NAMED["or"] = function(it, value, kind)
  return any(it.parts, function(part) return literal(part, value, kind) end)
end

NAMED["and"] = function(it, value, kind)
  return not any(it.parts, function(part) return not literal(part, value, kind) end)
end

function NAMED.isDate(it, value) return value:sub(1, 10) == dates.shown_by(it.dates[1]):sub(1, 10) end
function NAMED.lessThanDate(it, value) return dates.shown(value) < dates.shown_by(it.dates[1]) end
function NAMED.greaterThanDate(it, value) return dates.shown(value) > dates.shown_by(it.dates[1]) end

function NAMED.betweenDate(it, value)
  local shown = dates.shown(value)
  return shown >= dates.shown_by(it.dates[1]) and shown <= dates.shown_by(it.dates[2])
end

--- Whether a value passes; nil and null pass `is null` only.
---@param it table as corpus.conditions draws it
---@param kind string of the property
function leaf.passes(it, value, kind)
  local known = value ~= nil and value ~= json.null
  if it.sign == "is null" then return not known end
  if it.sign == "not null" then return known end
  return known and (NAMED[it.sign] or literal)(it, value, kind)
end

return leaf
