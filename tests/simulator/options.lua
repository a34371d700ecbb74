-- The command line.

local options = {}

options.USAGE = [[
usage: slsim [options]
A stateful simulator of the SoftLayer API. Prints one JSON line with its URL when it is ready.

  --listen ADDRESS:PORT  where to listen (default 127.0.0.1:0, a free port)
  --speed N              virtual seconds per real second (default 1; 0: only /control/advance moves the clock)
  --latency MS           delays every answer
  --rps N                calls per user and second before the API refuses (default 50; 0: no limit)
  --lag S                virtual seconds before new objects show in lists (default 0)
  --provision S          virtual seconds from an order to a ready guest (default 240)
  --token-seconds S      virtual seconds that IAM and portal tokens last (default 3600)
  --quirk NAME[=off]     switches a quirk of the API; repeatable, --quirks lists them
  --fault RULE           spoils chosen calls; repeatable, see docs/slsim.md
  --registry USER:PASSWORD  serves an old BOSH registry, too
  --boot-hook CMD        runs CMD when a machine boots, reboots or goes
  --tls CERT,KEY         serves https with these PEM files
  --journal FILE         appends one JSON line per call
  --seed N               for ids and chances (default 1)
  --until-eof            ends when standard input ends
  --guesses              prints the behaviours that no source states
  --quirks               prints the quirks and their defaults
  --help, --version
]]

local NUMBERS = { speed = true, latency = true, rps = true, lag = true, provision = true, seed = true,
  ["token-seconds"] = true }
local WORDS = { listen = true, tls = true, journal = true, ["boot-hook"] = true, fault = true,
  quirk = true, registry = true }
local REPEATED = { fault = "faults", quirk = "quirks_set" }
local FLAGS = { ["until-eof"] = true, guesses = true, quirks = true, help = true, version = true }

local function number(name, text)
  local value = tonumber(text)
  if not value or value < 0 or value ~= value then return nil, ("--%s needs a number"):format(name) end
  return value
end

---@param arguments string[]
---@return table? parsed, string? problem
function options.parse(arguments)
  local parsed = { listen = "127.0.0.1:0", speed = 1, latency = 0, rps = 50, lag = 0, provision = 240, seed = 1,
    ["token-seconds"] = 3600, faults = {}, quirks_set = {} }
  local i = 1
  while i <= #arguments do
    local name, value = arguments[i]:match("^%-%-([%a-]+)=(.*)$")
    name = name or arguments[i]:match("^%-%-([%a-]+)$")
    if FLAGS[name] then
      parsed[name] = true
    elseif NUMBERS[name] or WORDS[name] then
      if not value then
        i = i + 1
        value = arguments[i]
      end
      if not value then return nil, ("--%s needs a value"):format(name) end
      if REPEATED[name] then
        table.insert(parsed[REPEATED[name]], value)
      else
        local problem
        parsed[name] = value
        if NUMBERS[name] then parsed[name], problem = number(name, value) end
        if problem then return nil, problem end
      end
    else
      return nil, ("unknown option %s"):format(arguments[i])
    end
    i = i + 1
  end
  return parsed
end

return options
