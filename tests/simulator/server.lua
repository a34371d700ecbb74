-- The loop: requests in, answers out when they are due, virtual events in between.

local agent_registry = require "slsim.agent_registry"
local answer   = require "slsim.answer"
local clock    = require "slsim.clock"
local control  = require "slsim.control"
local description = require "slsim.description"
local errors   = require "slsim.errors"
local faults   = require "slsim.faults"
local hooks    = require "slsim.hooks"
local host     = require "slsim.host"
local iam      = require "slsim.iam"
local json     = require "core.json"
local metadata = require "slsim.metadata"
local object_names = require "slsim.object.names"
local path     = require "slsim.path"
local pipeline = require "slsim.pipeline"
local s3       = require "slsim.object.s3"
local swift    = require "slsim.object.swift"
local sys      = require "core.sys"
local world    = require "slsim.world"

local server = {}

local LONGEST_WAIT = 3600
local due, hung = {}, {}
local listener, base, refusing_until

local function json_reply(status, value)
  return { status = status, body = json.encode(value), headers = { ["Content-Type"] = "application/json" } }
end

local function secure() return base:find("^https:") ~= nil end

-- The metadata service speaks the API's dialect, only without credentials.
local function metadata_reply(machine, parts, body)
  local extension = path.take_extension(parts)
  local ok, value = pcall(metadata.answer, machine, parts, body)
  if ok then return answer.put(answer.new(200, "", secure()), extension, value == nil and json.null or value) end
  if errors.is(value) then return answer.failure(value, extension, secure()) end
  error(value, 0)
end

local function dispatch(request)
  local location, query = path.split(request.uri)
  local parts = path.segments(location)
  if parts[1] == "rest" and (parts[2] == "v3" or parts[2] == "v3.1") then
    if parts[3] == "SoftLayer_Resource_Metadata" then
      local machine = metadata.by_address(request.headers["x-sim-source-ip"])
      return metadata_reply(machine, table.move(parts, 3, #parts, 1, {}), request.body)
    end
    return pipeline.serve(request, ("%s/rest/%s"):format(base, parts[2]))
  end
  if parts[1] == "control" then return json_reply(control.answer(request.method, parts[2] or "", query,
    request.body)) end
  if location:find("^/metadata/v3%.1/?$") then
    return answer.put(answer.new(200, "", secure()), "json", description.document())
  end
  if parts[1] == "metadata" then
    local machine, rest = metadata.locate(parts)
    return metadata_reply(machine, rest, request.body)
  end
  if location == "/identity/token" then return iam.serve(request) end
  if parts[1] == "registry" and agent_registry.is_there() then return agent_registry.serve(request) end
  if parts[1] == "swift" then return swift.serve(request, base) end
  if object_names.is_bucket(parts[1]) then return s3.serve(request) end
  return { status = 404, body = "<html><body>Not Found</body></html>", headers = { ["Content-Type"] = "text/html" } }
end

local function send(request, reply)
  if reply.refuse then
    listener:listen(false)
    refusing_until = sys.monotonic() + reply.refuse
  end
  if reply.never then
    hung[#hung + 1] = request.id
  else
    listener:answer(request.id, reply)
  end
end

--- Closes the connections of requests that hang without an answer.
function server.hang_up()
  for _, id in ipairs(hung) do listener:answer(id, { status = 200, body = "", headers = {}, ending = "drop" }) end
  hung = {}
end

local function handle(request)
  local ok, reply = xpcall(dispatch, debug.traceback, request)
  if not ok then
    io.stderr:write("slsim: ", request.method, " ", request.uri, ": ", reply, "\n")
    reply = { status = 599, body = "bug in the simulator: " .. reply, headers = { ["Content-Type"] = "text/plain" } }
  end
  local latency = 0
  if not request.uri:find("^/control") then
    latency = world.settings.latency / 1000
    if not reply.as_is then answer.pack(request, reply) end
  end
  local wait = latency + (reply.delay or 0)
  if wait <= 0 then return send(request, reply) end
  due[#due + 1] = { at = sys.monotonic() + wait, request = request, reply = reply }
end

-- The answers whose time has come; returns the seconds until the next one.
local function send_due()
  local now, later, nearest = sys.monotonic(), {}, LONGEST_WAIT
  for _, entry in ipairs(due) do
    if entry.at <= now then
      send(entry.request, entry.reply)
    else
      later[#later + 1] = entry
      nearest = math.min(nearest, entry.at - now)
    end
  end
  due = later
  return nearest
end

local function reopen()
  if not refusing_until then return LONGEST_WAIT end
  local left = refusing_until - sys.monotonic()
  if left > 0 then return left end
  refusing_until = nil
  listener:listen(true)
  return LONGEST_WAIT
end

local function ended(signals, signalled, eof)
  local stop = eof and host.at_eof(0)
  while signalled do
    signalled = host.signal(signals)
    if signalled == "TERM" then stop = true end
    if signalled == "CHLD" then hooks.reap() end
  end
  return stop
end

--- Serves until a signal or, if asked, the end of standard input.
---@param http userdata from slsim.httpd
---@param options { url: string, until_eof: boolean?, signals: integer }
function server.run(http, options)
  listener, base = http, options.url
  local descriptors = { options.signals, options.until_eof and 0 or nil }
  while true do
    clock.run()
    local wait = math.min(send_due(), reopen(), clock.next_in() or LONGEST_WAIT)
    local signalled, eof = http:wait(wait, faults.early(), table.unpack(descriptors))
    if ended(options.signals, signalled, eof) then return end
    clock.run()
    for request in http.next, http do handle(request) end
  end
end

return server
