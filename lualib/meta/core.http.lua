---@meta core.http
-- HTTP: a list of requests goes out in one flight, a list of responses comes back in the same order.
-- Certificates are always verified, redirects are never followed, and plain http reaches only this
-- machine or an endpoint that `plain_http` names. Wrong fields raise; whatever the network does is a
-- response with `err`. Tables are read without metamethods.
--
--   local http   = require "core.http"
--   local client = assert(http.client { user_agent = "example" })
--   local answer = client:send { { url = "https://api.example/rest/v3.1/Account.json" } }[1]
--   if answer.err then return nil, answer.err end

local http = {}

---@class http.request
---@field url string          without user and password
---@field method? "GET"|"HEAD"|"POST"|"PUT"|"DELETE"  GET if absent
---@field headers? table<string, string>  Content-Length, Transfer-Encoding and Expect are refused
---@field body? string
---@field userpwd? string     "user:password" for Basic authentication
---@field once? boolean       never put on the wire twice, also not when a kept connection dies
---@field plain_http? boolean the configuration names this plain http endpoint
---@field timeout? number     real seconds for the whole transfer, 120 if absent; the deadline may come sooner
---@field max_bytes? integer  of the decoded answer, 32 MiB if absent

---@class http.response
---@field status? integer       nil together with `err`
---@field body? string          nil together with `err`
---@field content_type? string
---@field location? string
---@field storage_url? string   X-Storage-Url, and
---@field auth_token? string    X-Auth-Token: Swift's answer to a password
---@field retry_after? number   seconds from now, whichever form the server chose
---@field total_items? integer  SoftLayer-Total-Items
---@field err? http.err
---@field seconds number        real time that the transfer took
---@field bytes_out integer
---@field bytes_in integer

---@class http.err
---@field kind "transport"|"timeout"|"interrupted"|"refused"
---@field message string  one line: host, port and what happened; no credentials, path or query
---@field sent boolean    false only if it is certain that no byte of the request reached the server
---@field status? integer if a status line was read before the answer broke

---@class http.client
local client = {}

---Sends up to 1024 requests in one flight, at most 8 at a time per host, over kept connections.
---Ends early, with responses of kind "interrupted", when a signal arrives or the deadline passes.
---@param requests http.request[]
---@return http.response[]
function client:send(requests) end

---Closes the connections; closing twice is fine. A `<close>` variable does it too.
function client:close() end

---@class http.options
---@field ca_file? string         PEM bundle that replaces the system's certificate authorities
---@field proxy? string           URL, for all requests; absent: the environment's https_proxy, no_proxy, …
---@field user_agent? string
---@field connect_timeout? number seconds, 30 if absent

---Opens a client; the first one in a process loads libcurl.
---@param options? http.options
---@return http.client? client
---@return http.err? err
function http.client(options) end

---Sends one flight over a client of its own, closed afterwards; for a single conversation.
---@param requests http.request[]
---@return http.response[]? responses
---@return http.err? err
function http.send(requests) end

return http
