--- Requests to object storage. Each says the same when it is said twice, so each is repeated like a read of the API.

local deadline = require "deadline"
local errors = require "errors"
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
  return errors.new { kind = err.kind, sent = err.sent, message = ("%s: %s: %s"):format(self.name, what, err.message) }
end

--- Sends a request until an answer says something; made anew each time, because it carries the time.
---@param what string for messages: "uploading part 5"
---@param make fun(): http.request?, Error?
---@return http.response? answer of any status
---@return Error? err no answer came
function Sender:send(what, make)
  for attempt = 1, POLICY.attempts do
    local request, err = make()
    if not request then return nil, err end
    local answer = self.client:send({ request })[1]
    log.debug("%s: %s, %s, %.1f s", self.name, what, answer.err and answer.err.kind or "HTTP " .. answer.status,
      answer.seconds)
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
