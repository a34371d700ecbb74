-- A script of one's own: `slcpi call` finds it by its file's name, a director never asks for it.
--   slcpi call guests_in ams01 --config cpi.json --overlay examples/overlay
local json = require "core.json"
local sl = require "softlayer"

description = "The hostnames of the account's guests in one datacenter."
arguments = { "datacenter: string", "at_most: integer?" }
effect = "read"
timeout = 60

function matches(guest, datacenter)
  return guest.datacenter.name == datacenter
end

function run(datacenter, at_most)
  local names = json.array {} -- without the mark, no guests at all would read as an empty object
  for guest in sl.Account:mask("hostname,datacenter.name"):each("getVirtualGuests") do
    if matches(guest, datacenter) and #names < (at_most or 100) then names[#names + 1] = guest.hostname end
  end
  return names
end
