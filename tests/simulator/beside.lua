-- The servers beside the API, IAM, the BOSH registry and object storage: their requests are spoiled by faults and
-- journalled as calls are.

local clock   = require "slsim.clock"
local faults  = require "slsim.faults"
local journal = require "slsim.journal"
local json    = require "core.json"
local path    = require "slsim.path"

local beside = {}

--- A JSON document with none of the API's headers.
function beside.reply(status, document)
  return { status = status, body = json.encode(document), headers = { ["Content-Type"] = "application/json" } }
end

local function respond(call, carry_out)
  local rule = faults.match(call)
  if not rule then return carry_out() end
  local reply
  call.fault, call.executed, call.late = ("%d %s"):format(rule.number, rule["do"]), faults.executes(rule) and not rule.late, rule.late
  if call.executed then reply = carry_out() end
  if rule.late then clock.after(rule.late, carry_out) end
  return faults.shape(rule, reply or beside.reply(200, json.null), call)
end

local function note(entry, call, request, reply, refusal)
  entry.service, entry.method, entry.verb, entry.path = call.service_name, call.method_name, call.verb, call.location
  entry.id, entry.caller = call.init, call.user and call.user.username or nil
  entry.arguments = journal.arguments(call.method_name, call.arguments)
  entry.status, entry.bytes = reply.never and json.null or reply.status, request.method == "HEAD" and 0 or #(reply.body or "")
  entry.code, entry.error = refusal and refusal.code, refusal and refusal.error
  entry.connection, entry.request = request.connection, request.nth
  entry.user_agent = path.text(request.headers["user-agent"])
  entry.fault, entry.executed, entry.late = call.fault, call.executed, call.late
end

---@param request table from slsim.httpd
---@param call { service_name: string, method_name: string, location: string, arguments: table, init?: string, user?: table }
---@param carry_out fun(): table, table? the reply, and what it refuses: { code, error }
---@return table reply
function beside.serve(request, call, carry_out)
  call.verb, call.nth, call.connection = request.method, request.nth, request.connection
  local entry = journal.begin()
  local reply, refusal = respond(call, carry_out)
  note(entry, call, request, reply, refusal)
  journal.write(entry)
  return reply
end

return beside
