--- Properties: a claim is tried on many random inputs; a failure names the seed that repeats it.
--
--   SLCPI_SEED=… repeats one run, SLCPI_ROUNDS=… multiplies the inputs.

local sys = require "core.sys"

local property = {}

local seed = math.tointeger(tonumber(sys.getenv "SLCPI_SEED" or "")) or string.unpack("<I4", sys.random(4))
local factor = tonumber(sys.getenv "SLCPI_ROUNDS" or "") or 1

--- Calls claim(round) `rounds` times.
---@param rounds integer
---@param claim fun(round: integer)
function property.holds(rounds, claim)
  for round = 1, math.floor(rounds * factor) do
    math.randomseed(seed, round)
    local ok, failure = pcall(claim, round)
    if not ok then
      if type(failure) ~= "table" then error(("%s (SLCPI_SEED=%d, round %d)"):format(failure, seed, round), 0) end
      print(("SLCPI_SEED=%d, round %d:"):format(seed, round))
      error(failure, 0)
    end
  end
end

--- One of a list.
function property.pick(list) return list[math.random(#list)] end

--- A string of `from` to `to` characters of an alphabet; without one, of any bytes.
---@param from integer
---@param to integer
---@param alphabet string?
function property.text(from, to, alphabet)
  local characters = {}
  for i = 1, math.random(from, to) do
    local at = math.random(alphabet and #alphabet or 256)
    characters[i] = alphabet and alphabet:sub(at, at) or string.char(at - 1)
  end
  return table.concat(characters)
end

return property
