--- Tells people, in the form of Slack's incoming webhooks. One that fails is a line in the log and nothing else.

local http = require "core.http"
local json = require "core.json"
local log = require "core.log"
local webhook = require "webhook"

local SECONDS = 5 -- as long as a request may wait for it

local function post(text)
  local responses = assert(http.send { {
    url = webhook.url, method = "POST", timeout = SECONDS, headers = { ["Content-Type"] = "application/json" },
    body = assert(json.encode { text = log.redact(text) }),
  } })
  local answer = responses[1]
  if answer.err then error(answer.err.message, 0) end
  if answer.status >= 300 then error("it answered with status " .. answer.status, 0) end
end

--- Sends a line of text, if the site has a webhook.
---@param format string
---@param ... any
return function(format, ...)
  if not webhook.url then return end
  local ok, failure = pcall(post, format:format(...))
  if not ok then log.warn("nobody was notified: %s", tostring(failure)) end
end
