-- From a request to its answer: authentication, rate, faults, the call, the envelope, the journal.

local api     = require "slsim.api"
local auth    = require "slsim.auth"
local clock   = require "slsim.clock"
local errors  = require "slsim.errors"
local faults  = require "slsim.faults"
local guess   = require "slsim.guess"
local journal = require "slsim.journal"
local json    = require "core.json"
local path    = require "slsim.path"
local rate    = require "slsim.rate"

guess("[G]", "a request that is too large answers 413 as HTML; an extension decides nothing but .txt and .xml")

local pipeline = {}

local previous = {}

-- PHP's json_encode: slashes are escaped, everything beyond ASCII too.
local function php_encode(value)
  local text = json.encode(value):gsub("/", "\\/")
  return (text:gsub(utf8.charpattern, function(char)
    local code = utf8.codepoint(char)
    if code < 128 then return char end
    if code < 0x10000 then return ("\\u%04x"):format(code) end
    code = code - 0x10000
    return ("\\u%04x\\u%04x"):format(0xd800 | code >> 10, 0xdc00 | code & 0x3ff)
  end))
end

local function new_reply(status, body)
  return { status = status, body = body, headers = { ["Content-Type"] = "application/json", Server = "Apache",
    ["X-Frame-Options"] = "SAMEORIGIN", Vary = "Accept-Encoding" } }
end

local function failure(err)
  local reply = new_reply(err.status, php_encode { error = err.error, code = err.code })
  if err.status == 401 then reply.headers["WWW-Authenticate"] = 'Basic realm="SoftLayer API"' end
  return reply
end

local XML = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;" }

local function xml(name, value)
  local inner
  if type(value) ~= "table" then
    inner = value == json.null and "" or tostring(value):gsub("[&<>]", XML)
  else
    local parts = {}
    for key, member in pairs(value) do parts[#parts + 1] = xml(math.type(key) and "item" or key, member) end
    inner = table.concat(parts)
  end
  return ("<%s>%s</%s>"):format(name, inner, name)
end

local function encoded(call, value)
  if call.extension == "xml" then return '<?xml version="1.0"?>' .. xml("root", value), "text/xml" end
  if call.extension == "txt" and type(value) ~= "table" then return tostring(value), "text/plain" end
  return php_encode(value), "application/json"
end

local function location_of(call, result)
  return ("%s/%s/%s/getObject"):format(call.base, call.service_name, result.id or result.globalIdentifier)
end

-- Executes the call; its exceptions become answers, everything else is a bug of the simulator.
local function execute(call)
  local ok, err = xpcall(function()
    local plain_path = #call.rest == 0
    if plain_path then api.check_mask(call) end
    call.result = api.execute(call)
    if not plain_path then api.check_mask(call) end
    call.projected = api.project(call, call.result)
  end, function(e) return errors.is(e) and e or debug.traceback(tostring(e), 2) end)
  if not ok and errors.is(err) then
    call.failed = err
    return failure(err)
  end
  if not ok then error(err, 0) end
  local reply = new_reply(call.method.status or 200)
  reply.body, reply.headers["Content-Type"] = encoded(call, call.projected)
  if call.method.status == 201 then reply.headers.Location = location_of(call, call.result) end
  if call.total then reply.headers["SoftLayer-Total-Items"] = ("%d"):format(call.total) end
  return reply
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
    reply, call.executed = new_reply(200, "null"), false
  end
  if rule.late then
    clock.after(rule.late, function() execute(call) end)
    call.late = rule.late
  end
  return faults.shape(rule, reply, call)
end

local function admitted(call, location)
  local ok, err = pcall(function()
    call.user = auth.user(call.headers) or errors.denied()
    if not rate.admit(call.user.username) then
      call.limited = true
      errors.rate_limit(rate.limit())
    end
    api.resolve(call, location)
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
  entry.user_agent, entry.path = call.headers["user-agent"], call.location
end

local function too_large()
  local reply = new_reply(413, "<html><body>Request Entity Too Large</body></html>")
  reply.headers["Content-Type"] = "text/html"
  return reply
end

local function answer(call, location)
  local fit = admitted(call, location)
  local rule = not call.limited and faults.match(call) or nil
  if rule and (fit or not faults.executes(rule)) then return spoiled(call, rule) end
  return fit and carry_out(call) or failure(call.failed)
end

---@param request table from slsim.httpd
---@param base string URL up to the version, for Location
---@return table reply
function pipeline.serve(request, base)
  local location, query = path.split(request.uri)
  local call = {
    verb = request.method, headers = request.headers, body = request.body, base = base, location = location,
    mask = query.objectMask, filter = query.objectFilter, limit = query.resultLimit,
    connection = request.connection, nth = request.nth,
  }
  local entry = journal.begin()
  local reply = request.too_big and too_large() or answer(call, location)
  note(entry, call, reply)
  journal.write(entry)
  return reply
end

function pipeline.reset() previous = {} end

return pipeline
