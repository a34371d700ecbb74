-- The operations of an object filter's leaf: `{"operation": …, "options": […]}` becomes a test of one value.
-- Literal operations are in slsim.filter.literals, the named ones here.

local json     = require "core.json"
local dates    = require "slsim.filter.dates"
local literals = require "slsim.filter.literals"

local operations = {}

operations.guesses = {
  { "[C]", "the operations ^= $= *= _= ignore case; equality, <, > and ~ do not (slcli's documentation)" },
  { "[G]", "no operation but 'is null' accepts null, as in SQL; so '!= x' leaves unset properties out" },
  { "[G]", "'~' supports literals . [] () | * + ? ^ $ and \\d \\w \\s; another regular expression voids the filter" },
  { "[G]", "the operations on text see a date as the API writes it, in the user's zone" },
  { "[G]", "a date without a zone is in the user's zone; sysdate is now, currentDate is the start of today" },
}

local function refuse(format, ...) error({ reason = format:format(...) }, 0) end

-- The `value` list of the option with this name.
local function option(options, name)
  for _, entry in ipairs(type(options) == "table" and options or {}) do
    if type(entry) == "table" and entry.name == name then
      local value = entry.value
      return type(value) == "table" and value or { value }
    end
  end
end

local function required(options, name)
  local values = option(options, name)
  if not values or #values == 0 then refuse("the option '%s' is missing", name) end
  for _, value in ipairs(values) do
    if type(value) == "table" or value == json.null then refuse("the option '%s' is malformed", name) end
  end
  return values
end

local function date_option(options, name, context)
  local date = literals.date(required(options, name)[1], context)
  if not date then refuse("the option '%s' is no date", name) end
  return date
end

local function tests_of(options, property, context, make)
  local tests = {}
  for i, operand in ipairs(required(options, "data")) do tests[i] = make(operand, property, context) end
  return tests
end

local function any(tests)
  return function(value)
    for _, test in ipairs(tests) do
      if test(value) then return true end
    end
    return false
  end
end

local function all(tests)
  return function(value)
    for _, test in ipairs(tests) do
      if not test(value) then return false end
    end
    return true
  end
end

local function on_date(context, test)
  return literals.not_null(function(value)
    local date = literals.date(value, context)
    return date ~= nil and test(date)
  end)
end

-- The day of a date: its first microsecond, and the next day's.
local function day_of(date, zone)
  local from = dates.day_start(date / 1e6, zone)
  return dates.meant(from), dates.meant(dates.day_start(from + 36 * 3600, zone))
end

local NAMED = {
  ["in"] = function(options, property, context)
    return any(tests_of(options, property, context, literals.equal))
  end,
  ["not in"] = function(options, property, context)
    local test = any(tests_of(options, property, context, literals.equal))
    return literals.not_null(function(value) return not test(value) end)
  end,
  ["or"] = function(options, property, context)
    return any(tests_of(options, property, context, literals.compile))
  end,
  ["and"] = function(options, property, context)
    return all(tests_of(options, property, context, literals.compile))
  end,
  isDate = function(options, _, context)
    local from, to = day_of(date_option(options, "date", context), context.zone)
    return on_date(context, function(date) return date >= from and date < to end)
  end,
  lessThanDate = function(options, _, context)
    local limit = date_option(options, "date", context)
    return on_date(context, function(date) return date < limit end)
  end,
  greaterThanDate = function(options, _, context)
    local limit = date_option(options, "date", context)
    return on_date(context, function(date) return date > limit end)
  end,
  betweenDate = function(options, _, context)
    local from, to = date_option(options, "startDate", context), date_option(options, "endDate", context)
    return on_date(context, function(date) return date >= from and date <= to end)
  end,
}

local IS_DATE = { isDate = true, lessThanDate = true, greaterThanDate = true, betweenDate = true }

--- Compiles a leaf to a test of a value; raises `{reason}` if the leaf is malformed.
---@param leaf table
---@param property table as the type declares it
---@param context { now: number, zone: (fun(epoch: number): integer)? }
---@return fun(value: any): boolean
function operations.compile(leaf, property, context)
  local operation = leaf.operation
  local kind = type(operation)
  if kind ~= "string" and kind ~= "number" and kind ~= "boolean" then refuse("an operation of type %s", kind) end
  local named = NAMED[operation]
  if not named then return literals.compile(operation, property, context) end
  if not property.kind then refuse("'%s' needs a scalar property", operation) end
  if IS_DATE[operation] and property.kind ~= "date" then refuse("'%s' needs a date", operation) end
  return named(leaf.options, property, context)
end

--- Reads an orderBy leaf: descending or not, and its place among several.
---@param leaf table
---@return boolean descending
---@return number place
function operations.order(leaf)
  local direction = tostring((option(leaf.options, "sort") or { "ASC" })[1]):upper()
  if direction ~= "ASC" and direction ~= "DESC" then refuse("sort must be ASC or DESC") end
  return direction == "DESC", literals.number((option(leaf.options, "sortOrder") or { 0 })[1]) or 0
end

return operations
