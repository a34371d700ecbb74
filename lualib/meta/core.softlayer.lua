---@meta core.softlayer

--- Calls of the API over one session that alone knows the credentials. Used by session.lua only.
local softlayer = {}

---@class CoreSession
local CoreSession = {}

---@class CoreCall
---@field service string "Virtual_Guest"
---@field method string "getObject"
---@field id integer|string|nil a number or a GUID
---@field mask string? a bare list is wrapped into mask[…]
---@field filter string? JSON text
---@field offset integer?
---@field limit integer?
---@field body string? JSON text; makes it a POST
---@field once boolean? must not be put on the wire twice
---@field timeout number? seconds of real time

---@class CoreResult
---@field value any nil for null
---@field err table? {kind, message, code?, status?, sent, retry_after?}
---@field status integer?
---@field total integer? SoftLayer-Total-Items
---@field seconds number
---@field bytes_in number
---@field bytes_out number

--- Sends all calls in one flight.
---@param calls CoreCall[] at most 100
---@return CoreResult[]
function CoreSession:send(calls) end

--- Closes the connections and wipes the key; idempotent.
function CoreSession:close() end

--- Loads libcurl on first use.
---@param options {endpoint: string, username: string?, api_key: string?, user_agent: string?, ca_file: string?, timeout: number?}
---@return CoreSession?
---@return string? message
function softlayer.open(options) end

return softlayer
