--- Requests to object storage. Each says the same when it is said twice, so each is repeated like a read of the API.

local deadline = require "deadline"
local errors = require "errors"
local exchange = require "exchange"
local log = require "core.log"
local retry = require "core.retry"
local sys = require "core.sys"

local sender = {}

local POLICY = { attempts = 6, base = 0.5, cap = 20 }

---@class Sender
---@field name string for messages: "object storage"
---@field client http.client
local Sender = {}
Sender.__index = Sender

--- Opens connections.
---@param name string
---@param options http.options
---@return Sender? sender
---@return Error? err
function sender.open(name, options)
  local http = require "core.http" -- loads libcurl
  local client, complaint = http.client(options)
  if not client then return nil, errors.cloud("%s", complaint.message) end
  return setmetatable({ name = name, client = client }, Sender)
end

local function may_pass(answer)
  if answer.err then return answer.err.kind == "transport" or answer.err.kind == "timeout" end
  return answer.status == 429 or answer.status == 408 or answer.status >= 500 and answer.status ~= 501
end

---@private
function Sender:failure(what, err)
  if err.kind == "interrupted" then
    return errors.stopped(sys.interrupted() and "signal" or "deadline", what)
  end
  local kind = err.kind == "api" and "refused" or err.kind -- IAM's refusal of a token
  return errors.new { kind = kind, sent = err.sent, message = ("%s: %s: %s"):format(self.name, what, err.message) }
end

local function copy(map)
  local made = {}
  for name, value in pairs(map or {}) do made[name] = value end
  return made
end

-- What puts a request on the wire: only then it says who sends it, so a replay, which sends nothing, asks nobody.
---@private
function Sender:wire(authorize)
  local function send(_, list)
    local request = copy(list[1])
    request.headers = copy(request.headers)
    local ready, err = authorize(request)
    if not ready then return { { err = err } } end
    return self.client:send { request }
  end
  return { send = send }
end

--- Sends a request until an answer says something. Each time it is authorised anew, because that carries the time.
---@param what string for messages: "uploading part 5"
---@param request http.request
---@param authorize fun(request: http.request): any, Error? adds to its headers; nil and an error: it cannot
---@return http.response? answer of any status
---@return Error? err no answer came
function Sender:send(what, request, authorize)
  local wire = self:wire(authorize)
  for attempt = 1, POLICY.attempts do
    local answer = exchange.send(wire, request)
    log.debug("%s: %s, %s", self.name, what, answer.err and answer.err.kind or "HTTP " .. answer.status)
    local pause = may_pass(answer) and retry.delay(POLICY, attempt, answer.retry_after)
    if not pause or pause >= deadline.remaining() or not sys.sleep(pause) then
      return not answer.err and answer or nil, answer.err and self:failure(what, answer.err)
    end
  end
end

--- What an answer's status means, where it is none that was expected.
---@param what string
---@param answer http.response
---@param words string? the server's
---@return Error
function Sender:refusal(what, answer, words)
  return errors.new { kind = (answer.status == 429 or answer.status >= 500) and "transport" or "refused",
    status = answer.status, message = ("%s: %s was refused: %s (HTTP %d)"):format(self.name, what,
      words or "no explanation", answer.status) }
end

return sender
