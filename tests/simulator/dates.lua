-- Dates as the API writes them: ISO 8601 with the numeric offset of the user's time zone.

local dates = {}

-- Days since 1970-01-01 of the Gregorian calendar; os.time would depend on this process's time zone.
local function days(year, month, day)
  if month <= 2 then year, month = year - 1, month + 12 end
  local era = year // 400
  local of_era = year - era * 400
  local of_year = (153 * (month - 3) + 2) // 5 + day - 1
  return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468
end

local function utc(year, month, day, hour) return days(year, month, day) * 86400 + hour * 3600 end

local function sunday(year, month, nth)
  local weekday = (days(year, month, 1) + 4) % 7
  return 1 + (7 - weekday) % 7 + (nth - 1) * 7
end

-- US daylight saving: from the second Sunday of March 02:00 to the first Sunday of November 02:00.
local function is_us_summer(epoch, standard)
  local year = tonumber(os.date("!%Y", math.floor(epoch)))
  local from = utc(year, 3, sunday(year, 3, 2), 2) - standard
  local to = utc(year, 11, sunday(year, 11, 1), 2) - standard - 3600
  return epoch >= from and epoch < to
end

local zones = {
  ["US/Central"] = function(epoch) return is_us_summer(epoch, -6 * 3600) and -5 * 3600 or -6 * 3600 end,
  ["US/Eastern"] = function(epoch) return is_us_summer(epoch, -5 * 3600) and -4 * 3600 or -5 * 3600 end,
  UTC = function() return 0 end,
}

---@param zone string "US/Central", "US/Eastern", "UTC" or an offset such as "+09:00"
---@return (fun(epoch: number): integer)? offset in seconds; nil for an unknown zone
function dates.zone(zone)
  if zones[zone] then return zones[zone] end
  local sign, hours, minutes = zone:match("^([+-])(%d%d):(%d%d)$")
  if not sign then return nil end
  local offset = (hours * 3600 + minutes * 60) * (sign == "-" and -1 or 1)
  return function() return offset end
end

local function write(epoch, offset, fraction)
  local sign, absolute = offset < 0 and "-" or "+", math.abs(offset)
  return os.date("!%Y-%m-%dT%H:%M:%S", math.floor(epoch) + offset) .. fraction
    .. ("%s%02d:%02d"):format(sign, absolute // 3600, absolute % 3600 // 60)
end

--- Whole seconds are written without a fraction, floats (only the event log has them) with microseconds.
---@param zone fun(epoch: number): integer
---@return fun(epoch: number): string
function dates.writer(zone)
  return function(epoch)
    local fraction = math.type(epoch) == "float" and (".%06d"):format(math.floor(epoch % 1 * 1e6)) or ""
    return write(epoch, zone(epoch), fraction)
  end
end

--- Reads "2016-11-07T21:02:35-06:00" and the forms with Z or a fraction.
---@return number? epoch
function dates.read(text)
  local y, mo, d, h, mi, s, rest = tostring(text):match("^(%d+)-(%d+)-(%d+)[T ](%d+):(%d+):(%d+)(.*)$")
  if not y then return nil end
  local fraction, zone = rest:match("^(%.?%d*)(.*)$")
  local offset = zone == "Z" and 0 or nil
  local sign, oh, om = zone:match("^([+-])(%d%d):?(%d%d)$")
  if sign then offset = (oh * 3600 + om * 60) * (sign == "-" and -1 or 1) end
  if not offset then return nil end
  return utc(math.tointeger(y), math.tointeger(mo), math.tointeger(d), math.tointeger(h)) + mi * 60 + s
    + (tonumber("0" .. fraction) or 0) - offset
end

return dates
