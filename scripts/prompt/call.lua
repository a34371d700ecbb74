local session = require "session"
local sl = require "softlayer"

description = [[
Sends one call of the API for a person, and gives its value. Only who says so may send one that changes something.
]]
arguments = { "wanted: object", "write: boolean" }
effect    = "write"
timeout   = 15 * 60

-- The call as data.
---@param wanted table { service, method, id?, mask?, filter?, limit?, offset?, arguments }
function prepare(wanted)
  local proxy = sl[wanted.service]
  if wanted.id then proxy = proxy:id(wanted.id) end
  if wanted.limit then proxy = proxy:limit(wanted.limit, wanted.offset) end
  proxy = proxy:mask(wanted.mask):filter(wanted.filter)
  return proxy:later(wanted.method, table.unpack(wanted.arguments))
end

function run(wanted, write)
  return must(session.within_effect(write and "write" or "read", sl.all, { prepare(wanted) }))[1]
end
