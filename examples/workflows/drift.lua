-- A workflow in a file of its own: slcpi run ./drift.lua [FILE] --config cpi.json
local errors = require "errors"
local sl = require "softlayer"

description = [[
Lists the account's guests, one a line; with the list of an earlier run in a file, tells what has changed since.
]]
arguments = { "before: string?" }
effect = "read"
timeout = 300

function list()
  local lines = {}
  for guest in sl.Account:mask("hostname,domain,datacenter.name"):each("getVirtualGuests") do
    lines[#lines + 1] = ("%s.%s %s\n"):format(guest.hostname, guest.domain, guest.datacenter.name)
  end
  table.sort(lines)
  return table.concat(lines)
end

function compare(before, now)
  local diff = must(proc.run { "diff", "-U0", "--label", "before", "--label", "now", before, "-", stdin = now })
  if diff.status == 0 then return "nothing has changed" end
  if diff.status == 1 then return diff.stdout end
  error(errors.cpi("%s", (diff.stderr:gsub("\n$", ""))), 0)
end

function run(before)
  local now = list()
  return ((before and compare(before, now) or now):gsub("\n$", ""))
end
