-- From a request to its answer: authentication, rate, faults, the call, the envelope, the journal.

local answer  = require "slsim.answer"
local api     = require "slsim.api"
local auth    = require "slsim.auth"
local clock   = require "slsim.clock"
local errors  = require "slsim.errors"
local faults  = require "slsim.faults"
local guess   = require "slsim.guess"
local journal = require "slsim.journal"
local json    = require "core.json"
local path    = require "slsim.path"
local permissions = require "slsim.permissions"
local quirks  = require "slsim.quirks"
local rate    = require "slsim.rate"
local resolve = require "slsim.resolve"
local result  = require "slsim.result"

guess("[G]", "a request that is too large answers 413 as HTML")
guess("[G]", "bytes of a URI that are no UTF-8 are read as U+FFFD")

local pipeline = {}

local LARGEST = 32 << 20
local previous = {}

local function failure(call) return answer.failure(call.failed, call.extension, call.secure) end

local function location_of(call, made)
  return ("%s/%s/%s/getObject"):format(call.base, call.service_name, made.id or made.globalIdentifier)
end

-- What of the call's outcome stands outside the document.
local function envelope(call)
  local created = call.method.status == 201 and quirks.on "created-201"
  local reply = answer.new(created and 201 or 200, "", call.secure)
  if created then reply.headers.Location = location_of(call, call.result) end
  if call.total and not quirks.on "no-total-items" then
    reply.headers["SoftLayer-Total-Items"] = ("%d"):format(call.total)
  end
  return reply
end

-- Executes the call; its exceptions become answers, everything else is a bug of the simulator.
local function execute(call)
  local ok, err = xpcall(function()
    result.check_mask(call)
    call.result = api.execute(call)
    call.projected = result.project(call, call.result)
  end, function(e) return errors.is(e) and e or debug.traceback(tostring(e), 2) end)
  if not ok and errors.is(err) then
    call.failed = err
    return failure(call)
  end
  if not ok then error(err, 0) end
  return answer.put(envelope(call), call.extension, call.projected)
end

local function key_of(call)
  return ("%s/%s/%s?%s"):format(call.service_name, call.init or "", call.method_name, call.mask or "")
end

local function remember(call, reply)
  local key = key_of(call)
  call.previous = previous[key]
  if reply.status == 200 and #reply.body < 65536 then previous[key] = reply.body end
end

local function carry_out(call)
  local reply = execute(call)
  remember(call, reply)
  return reply
end

local function spoiled(call, rule)
  local reply
  call.fault = ("%d %s"):format(rule.number, rule["do"])
  if faults.executes(rule) and not rule.late then
    reply, call.executed = carry_out(call), true
  else
    pcall(api.read_arguments, call) -- the journal tells what arrived, though nothing comes of it
    reply, call.executed = answer.new(200, "null", call.secure), false
  end
  if rule.late then
    clock.after(rule.late, function() execute(call) end)
    call.late = rule.late
  end
  return faults.shape(rule, reply, call)
end

-- Credentials are checked before anything else is said of a call; only a few methods need none.
local function check_caller(call)
  call.user = auth.user(call.headers)
  local anonymous = call.method and call.method.anonymous and not call.headers.authorization
  if not call.user and not anonymous then errors.denied() end
  if not rate.admit(call.user and call.user.username or "") then
    call.limited = true
    errors.rate_limit(rate.limit())
  end
end

local function admitted(call, location)
  local found, problem = pcall(resolve.call, call, location)
  if not found and not errors.is(problem) then error(problem, 0) end
  local ok, err = pcall(function()
    check_caller(call)
    if not found then error(problem, 0) end
    permissions.check(call)
  end)
  if ok then return true end
  if not errors.is(err) then error(err, 0) end
  call.failed = err
  return false
end

local function note(entry, call, reply)
  entry.caller, entry.service = call.user and call.user.username or nil, call.service_name
  entry.method, entry.id, entry.verb = call.method_name, call.init, call.verb
  entry.arguments = call.arguments and journal.arguments(call.method_name, call.arguments) or nil
  entry.mask, entry.filter, entry.limit = call.mask, call.filter, call.limit
  entry.filter_ignored, entry.total = call.filter_ignored, call.total
  entry.status, entry.bytes = reply.never and json.null or reply.status, #(reply.body or "")
  entry.code = call.failed and call.failed.code or nil
  entry.error = call.failed and call.failed.error or nil
  entry.connection, entry.request = call.connection, call.nth
  entry.surface_miss = call.miss or nil
  entry.fault, entry.executed, entry.late = call.fault, call.executed, call.late
  entry.limited = call.limited
  entry.created = call.method and call.method.status == 201 and call.result and call.result.id or nil
  entry.order = call.order and call.order.id or nil
  entry.user_agent, entry.path = path.text(call.headers["user-agent"]), call.location
end

local function too_large(call)
  local reply = answer.new(413, "<html><body>Request Entity Too Large</body></html>", call.secure)
  reply.headers["Content-Type"] = "text/html"
  return reply
end

local function respond(call, location)
  local fit = admitted(call, location)
  local rule = not call.limited and faults.match(call) or nil
  if rule and (fit or not faults.executes(rule)) then return spoiled(call, rule) end
  return fit and carry_out(call) or failure(call)
end

---@param request table from slsim.httpd
---@param base string URL up to the version, for Location
---@return table reply
function pipeline.serve(request, base)
  local location, query = path.split(request.uri)
  local call = {
    verb = request.method, headers = request.headers, body = request.body, base = base, location = location,
    mask = query.objectMask, filter = query.objectFilter, limit = query.resultLimit,
    connection = request.connection, nth = request.nth, secure = base:find("^https:") ~= nil,
  }
  local entry = journal.begin()
  local too_big = request.too_big or #request.body > LARGEST
  local reply = too_big and too_large(call) or respond(call, location)
  note(entry, call, reply)
  journal.write(entry)
  return reply
end

function pipeline.reset() previous = {} end

return pipeline
