--- The CLI's side of an agent's https message bus.

local http = require "core.http"
local json = require "core.json"
local sys = require "core.sys"

local agent_client = {}
agent_client.__index = agent_client

--- mbus is cloud_provider's URL, "https://user:password@address:port"; ca the file of its authority.
---@param mbus string
---@param ca string
function agent_client.open(mbus, ca)
  local login, address = mbus:match "^https://([^@]+)@(.+)$"
  return setmetatable({ url = "https://" .. address, login = login, ca = ca }, agent_client)
end

local function send(self, request)
  local client <close> = assert(http.client { ca_file = self.ca, connect_timeout = 1 })
  request.userpwd, request.timeout = self.login, 5
  return client:send({ request })[1]
end

local function message(self, method, arguments)
  local body = { method = method, arguments = json.array(arguments), reply_to = "cli" }
  local answer = send(self, { url = self.url .. "/agent", method = "POST", body = json.encode(body) })
  if answer.status ~= 200 then return nil, answer.err and answer.err.message or "status " .. answer.status end
  local told = assert(json.decode(answer.body))
  if told.exception then error(("the agent's answer to %s: %s"):format(method, told.exception.message), 0) end
  return told.value
end

--- Sends a message whose answer is there at once.
function agent_client:ask(method, ...)
  local value, problem = message(self, method, { ... })
  return value == nil and error(("%s: %s"):format(method, problem), 0) or value
end

--- Sends a message that begins a task, and waits for its end.
function agent_client:run(method, ...)
  local value = self:ask(method, ...)
  while type(value) == "table" and value.state == "running" and value.agent_task_id do
    value = self:ask("get_task", value.agent_task_id)
  end
  return value
end

--- Waits for the agent.
---@param seconds number
---@return boolean ready
---@return string? problem the last one
function agent_client:wait(seconds)
  local last = sys.monotonic() + seconds
  local value, problem
  repeat
    value, problem = message(self, "ping", {})
    if value then return value == "pong" end
    sys.pause(0.02)
  until sys.monotonic() > last
  return false, problem
end

function agent_client:put_blob(id, text)
  assert(send(self, { url = ("%s/blobs/%s"):format(self.url, id), method = "PUT", body = text }).status == 201)
end

function agent_client:get_blob(id)
  return send(self, { url = ("%s/blobs/%s"):format(self.url, id) }).body
end

return agent_client
