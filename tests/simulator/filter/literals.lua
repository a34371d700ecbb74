-- The literal operations of an object filter: "!= x", "*= x", "> sysdate - 30", "is null", or a bare value.
--
-- nil is the API's null: nothing but `is null` accepts it. Numbers compare as numbers, also when the column
-- or the operand is written as text; everything else compares as text, byte by byte.

local dates   = require "slsim.filter.dates"
local pattern = require "slsim.filter.pattern"
local zones   = require "slsim.dates"

local literals = {}

local DAY = 86400

local function refuse(format, ...) error({ reason = format:format(...) }, 0) end

local function text_of(value)
  if value == true then return "1" end
  if value == false then return "0" end
  if math.type(value) == "float" and value == math.floor(value) then return ("%d"):format(value) end
  return tostring(value)
end

local US_CENTRAL = zones.zone "US/Central"

-- How a column's values look to the operations on text: a date is what the API writes.
local function text_reader(kind, context)
  if kind ~= "date" then return text_of end
  local write = zones.writer(context.zone or US_CENTRAL)
  return function(value) return type(value) == "number" and write(value) or text_of(value) end
end

local BOOLEANS = { ["true"] = true, ["1"] = true, ["false"] = false, ["0"] = false }

---@param value any
---@return number?
function literals.number(value)
  if type(value) == "number" then return value end
  return type(value) == "string" and value:find("^%s*[+-]?%.?%d[%d.]*%s*$") and tonumber(value) or nil
end

-- The start of today or now, moved by a number of days: "sysdate - 30".
local function relative_date(text, context)
  local base, sign, count = text:lower():match("^%s*(%a+)%s*([+-]?)%s*(%d*%.?%d*)%s*$")
  if base ~= "sysdate" and base ~= "currentdate" then return nil end
  if (sign == "") ~= (count == "") then return nil end
  local shift = (tonumber(count) or 0) * DAY
  local from = base == "sysdate" and context.now or dates.day_start(context.now, context.zone)
  return sign == "-" and from - shift or from + shift
end

--- Reads a date as filters write them, "sysdate - 30" included, or as a column stores it.
---@param value any
---@param context { now: number, zone: (fun(epoch: number): integer)? }
---@return integer? microseconds since the epoch, which is how exact the API shows a date
function literals.date(value, context)
  local date = type(value) == "string" and relative_date(value, context) or dates.parse(value, context.zone)
  return date and (type(value) == "number" and dates.shown or dates.meant)(date)
end

-- Reads a column's value and the operand of a comparison as the kind of the property says.
local READERS = {
  int = literals.number,
  float = literals.number,
  date = literals.date,
  boolean = function(value)
    if type(value) == "boolean" then return value and 1 or 0 end
    local flag = BOOLEANS[text_of(value):lower()]
    if flag == nil then return nil end
    return flag and 1 or 0
  end,
}

-- Text columns hold numbers too (capacity "100"): two numbers compare as such, but "0100" is not "100".
local function text_pair(value, operand, ordered)
  local a, b = literals.number(value), literals.number(operand)
  if a and b and (ordered or type(operand) == "number") then return a, b end
  return text_of(value), text_of(operand)
end

local function comparable(kind, value, operand, context, ordered)
  local reader = READERS[kind]
  if not reader then return text_pair(value, operand, ordered) end
  return reader(value, context), reader(operand, context)
end

local function comparison(ordered, test)
  return function(kind, operand, context)
    return function(value)
      local a, b = comparable(kind, value, operand, context, ordered)
      return a ~= nil and b ~= nil and test(a, b)
    end
  end
end

local function textual(test)
  return function(kind, operand, context)
    local wanted, text = text_of(operand):lower(), text_reader(kind, context)
    return function(value) return test(text(value):lower(), wanted) end
  end
end

local function regular_expression(kind, operand, context)
  local test, reason = pattern.compile(text_of(operand))
  if not test then refuse("%s", reason) end
  local text = text_reader(kind, context)
  return function(value) return test(text(value)) end
end

local function negated(make)
  return function(...)
    local test = make(...)
    return function(value) return not test(value) end
  end
end

local equal = comparison(false, function(a, b) return a == b end)
local begins = textual(function(a, b) return a:sub(1, #b) == b end)
local ends = textual(function(a, b) return b == "" or a:sub(-#b) == b end)
local contains = textual(function(a, b) return a:find(b, 1, true) ~= nil end)
local same_text = textual(function(a, b) return a == b end)

-- Longest first, so that ">=" is not read as ">".
local LITERALS = {
  { "!^=", negated(begins) },
  { "!$=", negated(ends) },
  { "!*=", negated(contains) },
  { "!=", negated(equal) },
  { "!~", negated(regular_expression) },
  { ">=", comparison(true, function(a, b) return a >= b end) },
  { "<=", comparison(true, function(a, b) return a <= b end) },
  { "^=", begins },
  { "$=", ends },
  { "*=", contains },
  { "_=", same_text },
  { ">", comparison(true, function(a, b) return a > b end) },
  { "<", comparison(true, function(a, b) return a < b end) },
  { "~", regular_expression },
}

--- A test that refuses null.
---@param test fun(value: any): boolean
---@return fun(value: any): boolean
function literals.not_null(test)
  return function(value) return value ~= nil and test(value) end
end

local function is_null(value) return value == nil end
local function is_not_null(value) return value ~= nil end

--- The test for a value that equals the operand.
function literals.equal(operand, property, context)
  return literals.not_null(equal(property.kind, operand, context))
end

--- The test that a literal operation stands for.
---@param operation string|number|boolean
---@param property table as the type declares it
---@param context { now: number, zone: (fun(epoch: number): integer)? }
---@return fun(value: any): boolean
function literals.compile(operation, property, context)
  if type(operation) ~= "string" then return literals.equal(operation, property, context) end
  local text = operation:match("^%s*(.-)%s*$")
  if text:lower() == "is null" then return is_null end
  if text:lower() == "not null" then return is_not_null end
  if not property.kind then refuse("'%s' needs a scalar property", text) end
  for _, entry in ipairs(LITERALS) do
    local sign, make = entry[1], entry[2]
    if text:sub(1, #sign) == sign then
      return literals.not_null(make(property.kind, text:sub(#sign + 1):match("^%s*(.*)$"), context))
    end
  end
  return literals.equal(text, property, context)
end

return literals
