-- Dates as object filters write them: ISO 8601 with or without a zone, MM/DD/YYYY and MM-DD-YYYY with or
-- without a time. A date without a zone is in the user's zone.

local zones = require "slsim.dates"

local dates = {}

local US_CENTRAL = zones.zone("US/Central")

local DAY = 86400

-- Days since 1970-01-01 of a proleptic Gregorian date.
local function days(year, month, day)
  local y = month <= 2 and year - 1 or year
  local era = y // 400
  local yoe = y - era * 400
  local doy = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
  return era * 146097 + yoe * 365 + yoe // 4 - yoe // 100 + doy - 719468
end

-- The moment at which clocks of the zone show these seconds.
local function in_zone(seconds, offset)
  local guess = seconds - offset(seconds)
  return seconds - offset(guess)
end

local LENGTHS = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }

local function seconds_of(year, month, day, time)
  if year < 100 then year = year + 2000 end
  if not LENGTHS[month] or day < 1 or day > LENGTHS[month] then return nil end
  local hour, minute, second, rest = time:match("^[T ](%d%d?):(%d%d?):?(%d*%.?%d*)(.*)$")
  if not hour then hour, minute, second, rest = 0, 0, 0, time end
  hour, minute, second = tonumber(hour), tonumber(minute), tonumber(second) or 0
  if hour > 24 or minute > 59 or second >= 61 then return nil end
  return days(year, month, day) * DAY + hour * 3600 + minute * 60 + second, rest
end

local function zoned(seconds, suffix, offset)
  if suffix == "" then return in_zone(seconds, offset) end
  if suffix == "Z" or suffix == "z" then return seconds end
  local sign, hours, minutes = suffix:match("^([+-])(%d%d):?(%d%d)$")
  if not sign then return nil end
  local shift = tonumber(hours) * 3600 + tonumber(minutes) * 60
  return sign == "-" and seconds + shift or seconds - shift
end

--- Seconds since the epoch, or nil if the text is no date.
---@param text any
---@param offset? fun(epoch: number): integer the zone of a date without one, default US Central
---@return number?
function dates.parse(text, offset)
  if type(text) == "number" then return text end
  if type(text) ~= "string" or #text > 40 then return nil end
  text = text:match("^%s*(.-)%s*$")
  local year, month, day, time = text:match("^(%d%d%d%d)%-(%d%d?)%-(%d%d?)(.*)$")
  if not year then
    month, day, year, time = text:match("^(%d%d?)/(%d%d?)/(%d%d%d?%d?)(.*)$")
  end
  if not year then
    month, day, year, time = text:match("^(%d%d?)%-(%d%d?)%-(%d%d%d%d)(.*)$")
  end
  if not year then return nil end
  local seconds, suffix = seconds_of(tonumber(year), tonumber(month), tonumber(day), time)
  return seconds and zoned(seconds, suffix, offset or US_CENTRAL)
end

--- Microseconds of a stored moment as the API shows it: what is beyond them is cut off.
---@param epoch number
---@return integer
function dates.shown(epoch) return math.floor(epoch) * 1000000 + math.floor(epoch % 1 * 1e6) end

--- Microseconds of a date that was read, to compare with what is shown.
---@param epoch number
---@return integer
function dates.meant(epoch) return math.floor(epoch * 1e6 + 0.5) end

--- The moment at which the day of `epoch` began in the zone.
---@param epoch number
---@param offset? fun(epoch: number): integer default US Central
---@return number
function dates.day_start(epoch, offset)
  offset = offset or US_CENTRAL
  return in_zone((epoch + offset(epoch)) // DAY * DAY, offset)
end

return dates
