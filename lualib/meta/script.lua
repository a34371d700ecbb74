---@meta
-- What a script has without `require`, besides its own names and the safe part of Lua's library: assert error
-- getmetatable ipairs next pairs pcall rawequal rawget rawlen rawset select setmetatable tonumber tostring type xpcall
-- require coroutine math string table utf8, and of os clock, time, date and difftime.

---Passes the values on, or raises the second one if it is not nil: `local guest = must(virtual_guest.get(cid))`.
---@param ... any value and error, as libraries return them
---@return any ...
function must(...) end

---Runs another script in its own environment; the stricter effect and the nearer deadline hold.
---@param name string "delete_vm"
---@param ... any its arguments, which are checked
---@return any result in the shape of API version 2
function call(name, ...) end

---@class Request
---@field method string the request's, also in a script that another one calls
---@field api_version integer
---@field rehearsal true? of `slcpi plan`, which stops what the API is sent, and nothing else
---@field context table as the director sent it, without credentials: director_uuid, request_id, vm, …

---The request.
---@type Request
request = nil

---@class Configuration
---@field softlayer table of cpi.json, by README's names, without credentials: datacenter, strict, …
---@field agent table mbus, ntp, blobstore
---@field registry table
---@field engine table by docs/engine.md

---The configuration; reading it is an error when there is none that can be used.
---@type Configuration
config = nil

---The log: [core.log](#corelog).
---@type log
log = require "core.log"

---Writes a line to the log at the level info.
---@param ... any
function print(...) end

---What a step is handed under which name, unless the step says otherwise.
---@class Names
---@field checked table a volume's order, verified by the API
---@field cid string
---@field entries table[] records, as state.all gives them
---@field err Error
---@field given table<string, any> a workflow's arguments by name
---@field guest table of SoftLayer_Virtual_Guest, with what the script's mask asks for
---@field guest_id integer
---@field id integer the API's, of what the step is about
---@field metadata table
---@field names string[] tags, "key:value"
---@field order integer id of the API's order
---@field properties table cloud_properties as BOSH sent them
---@field record Record of the order, in the hands of this process
---@field row table of orphans.rows
---@field rows table[] of orphans.rows
---@field settings table the agent's
---@field snapshot table of SoftLayer_Network_Storage
---@field spec table what `plan` made of the request, and what later steps add to it
---@field text string
---@field volume table of SoftLayer_Network_Storage, with what the script's mask asks for
