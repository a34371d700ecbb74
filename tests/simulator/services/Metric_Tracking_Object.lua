-- Counters of a machine: traffic and load.

local clock  = require "slsim.clock"
local dates  = require "slsim.dates"
local errors = require "slsim.errors"
local guess  = require "slsim.guess"
local json   = require "core.json"
local world  = require "slsim.world"

guess("[G]", "machines here carry no traffic and no load: their counters are zero, from their creation until now")

local KINDS = { public = { "publicIn_net_octet", "publicOut_net_octet" }, private = { "privateIn_net_octet",
  "privateOut_net_octet" } }
local ALL = { KINDS.public[1], KINDS.public[2], KINDS.private[1], KINDS.private[2] }
local MOST = 5000

-- A date, a date and a time, either of them in UTC unless it says otherwise, or seconds.
local function date(text, name)
  if text:find("^%d+$") then return math.tointeger(text) end
  text = text:match("^%s*(.-)%s*$")
  return dates.read(text) or dates.read(text .. "Z") or dates.read(text .. "T00:00:00Z")
    or errors.invalid(name, "The date is not valid.")
end

local function points(object, from, to, kinds, step)
  if step < 1 then errors.invalid("rollupSeconds", "The period must be positive.") end
  local list = json.array {}
  local first = math.ceil(math.max(from, object.startDate) / step) * step
  for time = first, math.min(to, clock.time()), step do
    for _, kind in ipairs(kinds) do
      if #list >= MOST then errors.raise("Public", "Internal Error", 200) end
      list[#list + 1] = world.value("Metric_Tracking_Object_Data", { counter = 0, dateTime = time, type = kind })
    end
  end
  return list
end

return { methods = {
  getBandwidthData = { args = "startDateTime:string endDateTime:string type:string? rollupSeconds:int?",
    returns = "*Metric_Tracking_Object_Data", run = function(object, _, from, to, kind, step)
      local kinds = kind and (KINDS[kind] or errors.invalid("type", "public or private.")) or ALL
      return points(object, date(from, "startDateTime"), date(to, "endDateTime"), kinds, step or 3600)
    end },
  getSummaryData = { args = "startDateTime:string endDateTime:string validTypes:list summaryPeriod:int?",
    returns = "*Metric_Tracking_Object_Data", run = function(object, _, from, to, wanted, step)
      local kinds = {}
      for i, entry in ipairs(wanted) do kinds[i] = entry.keyName or errors.invalid("validTypes", "A keyName is needed.") end
      return points(object, date(from, "startDateTime"), date(to, "endDateTime"), kinds, step or 86400)
    end },
} }
