--- Dates by the text that the API shows: its own offset tells the user's zone.

local dates = {}

-- Days from 1970-01-01, by way of the Julian day number.
local function days(y, mo, d)
  local winter = (14 - mo) // 12
  local year, month = y + 4800 - winter, mo + 12 * winter - 3
  return d + (153 * month + 2) // 5 + 365 * year + year // 4 - year // 100 + year // 400 - 2472633
end

--- The moment of "2016-11-07T21:02:35-06:00".
---@return number? epoch
function dates.moment(text)
  local y, mo, d, h, mi, s, sign, oh, om =
    tostring(text):match "^(%d%d%d%d)-(%d%d)-(%d%d)T(%d%d):(%d%d):(%d%d%.?%d*)([+-])(%d%d):(%d%d)$"
  if not y then return nil end
  local offset = (tonumber(oh) * 60 + tonumber(om)) * 60
  local shown = days(tonumber(y), tonumber(mo), tonumber(d)) * 86400 + h * 3600 + mi * 60 + tonumber(s)
  return sign == "-" and shown + offset or shown - offset
end

--- What the user's clock showed: the same without the offset; such texts sort as the clock went.
function dates.shown(text) return (text:gsub("[+-]%d%d:%d%d$", "")) end

--- "11/07/2016" and "11-07-2016", with or without a time, and "2016-11-07": the same form.
function dates.shown_by(text)
  local mo, d, y, rest = text:match "^(%d%d?)[/-](%d%d?)[/-](%d%d%d%d)(.*)$"
  if not mo then y, mo, d, rest = text:match "^(%d%d%d%d)-(%d%d?)-(%d%d?)(.*)$" end
  local h, mi, s = rest:match "^[ T](%d%d?):(%d%d?):?(%d*)"
  return ("%04d-%02d-%02dT%02d:%02d:%02d"):format(y, mo, d, tonumber(h) or 0, tonumber(mi) or 0, tonumber(s) or 0)
end

return dates
