--- The calls of the last evaluation, and the last one as a line for a shell.

local json = require "core.json"
local log = require "core.log"
local plan = require "plan"
local softlayer = require "core.softlayer"

local trace = {}

local function name_of(call)
  return ("SoftLayer_%s%s::%s"):format(call.service, call.id and ("(%s)"):format(call.id) or "", call.method)
end

--- When each call left, how long it took and what came of it.
---@param calls table[] of the guard
---@return string
function trace.text(calls)
  if #calls == 0 then return "nothing was sent" end
  local lines, start = {}, calls[1].began
  for i, entry in ipairs(calls) do
    local result = entry.result or {}
    lines[i] = ("%9.3f s  %7.3f s  %s  %s"):format(entry.began - start, entry.seconds, name_of(entry.call),
      result.err and tostring(result.err) or result.status or "")
  end
  return table.concat(lines, "\n")
end

local function quoted(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

--- A call as a curl command. The key's place is a variable of the shell.
---@param call table
---@param endpoint string
---@param user string? nil: an IAM token
---@return string
function trace.curl(call, endpoint, user)
  local url = softlayer.url(endpoint, { service = call.service, method = call.method, id = call.id, mask = call.mask,
    filter = call.filter and assert(json.encode(call.filter)), offset = call.offset, limit = call.limit })
  local parts = { "curl", user and ('-u %s:"$SOFTLAYER_API_KEY"'):format(quoted(user))
    or '-H "Authorization: Bearer $IAM_TOKEN"' }
  if call.args and call.args.n > 0 then
    parts[#parts + 1] = "-H 'Content-Type: application/json' -d "
      .. quoted(assert(json.encode { parameters = plan.arguments(call) }))
  end
  parts[#parts + 1] = quoted(url)
  return log.redact(table.concat(parts, " "))
end

return trace
