---@meta core.softlayer
-- Calls of the SoftLayer API over one session, which alone knows the credentials. Only lualib/session.lua
-- uses it; everything else says `require "softlayer"`.

local softlayer = {}

---@class softlayer.options
---@field endpoint string     base URL: "https://api.softlayer.com/rest/v3.1"
---@field username? string    absent: no authentication (the metadata service)
---@field api_key? string
---@field token? string       an IAM access token, instead of user name and key
---@field user_agent? string
---@field ca_file? string     PEM bundle that replaces the system's certificate authorities
---@field proxy? string       URL of the proxy for all calls; absent: the environment's https_proxy, no_proxy, …
---@field timeout? number     real seconds for a call that names none, 120 if absent

---@class softlayer.call
---@field service string      without the prefix: "Virtual_Guest"
---@field method string
---@field id? integer|string  a number, or letters, digits and dashes of a GUID
---@field mask? string        in any form; a bare list becomes mask[…]
---@field filter? string      JSON text
---@field offset? integer
---@field limit? integer      0 or absent: no limit
---@field body? string        JSON text; with it the call is a POST, else a GET
---@field once? boolean       never put on the wire twice
---@field timeout? number     real seconds

---@class softlayer.result
---@field value? any          the answer, null members left out unless asked for; nil also for null
---@field err? softlayer.err  nil for every answer that is no error
---@field status? integer
---@field total? integer      SoftLayer-Total-Items
---@field date? integer       the server's clock, seconds since 1970
---@field seconds number      real time of the transfer
---@field bytes_out integer
---@field bytes_in integer

---@class softlayer.err
---@field kind "transport"|"timeout"|"api"|"refused"|"interrupted"
---@field message string      of kind "api": the API's own words
---@field code? string        "SoftLayer_Exception_ObjectNotFound", of kind "api"
---@field status? integer
---@field retry_after? number seconds
---@field sent boolean        false only if nothing reached the server
---@field stopped boolean     the request's deadline or a signal ended the call, not its own trouble

---@class softlayer.session
local session = {}

---Sends up to 100 calls in one flight. Wrong fields raise; what the network or the API does is an `err`.
---@param calls softlayer.call[] fields may be added to them
---@param nulls? boolean keep the null members of answers, as json.null
---@return softlayer.result[] results one for each call, in order
function session:send(calls, nulls) end

---Closes the connections and wipes the credentials; a `<close>` variable does it too.
function session:close() end

---Opens a session; nothing is sent.
---@param options softlayer.options
---@return softlayer.session? session
---@return string? message
function softlayer.open(options) end

---The URL of a call; nothing is sent.
---@param endpoint string
---@param call softlayer.call
---@return string url
function softlayer.url(endpoint, call) end

return softlayer
