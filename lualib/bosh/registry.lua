--- The BOSH registry, which only old installations still run: agents of stemcells below API version 2 fetch
--- their settings from it, and user metadata tells them no more than where it is and under which name.

local address = require "bosh.registry_address"
local clients = require "bosh.client"
local deadline = require "deadline"
local errors = require "errors"
local exchange = require "exchange"
local json = require "core.json"
local log = require "core.log"
local retry = require "core.retry"
local secrets = require "secrets"
local sys = require "core.sys"

local registry = {}

local POLICY = { attempts = 5, base = 1, cap = 10 } -- every call says the same when it is said twice
local SECONDS = 30 -- of one call

---@class Registry: RegistryAddress
---@field perhaps boolean the agent may as well have its settings from the user metadata
local Registry = {}
Registry.__index = Registry

local function object(value) return type(value) == "table" and value or {} end

local function stemcell_version(request)
  local version = object(object(request.context.vm).stemcell).api_version
  return type(version) == "number" and version or nil
end

-- A present director tells no version of a stemcell whose stemcell.MF has none, as those of the registry's time.
local function need(request)
  if request.api_version < 2 then return "certain" end
  local version = stemcell_version(request)
  if not version then return "perhaps" end
  return version < 2 and "certain" or nil
end

--- The registry that this request's VM has its settings in; nil: they are in its user metadata.
---@param config table
---@param request table
---@return Registry?
---@return Error? err
function registry.of(config, request)
  local needed = need(request)
  if not needed then return nil end
  local found, err = address.of(config)
  if not found then return nil, err end
  found.perhaps = needed == "perhaps"
  return setmetatable(found, Registry)
end

local function named_version(request)
  local version = stemcell_version(request)
  if version then return version < 2 and ("the stemcell's API version is %s"):format(version) or nil end
  -- The CLI always tells it, and people need not.
  return request.api_version >= 2 and clients.is_director(request) and "the stemcell has no API version (api_version "
    .. "in its stemcell.MF)" or nil
end

--- What would keep the agent of a new VM from its settings; better known before anything is ordered.
---@param config table
---@param request table
---@return Error?
function registry.check(config, request)
  local found, err = registry.of(config, request)
  local old = not found and not err and named_version(request)
  if not old then return err end
  return errors.cloud("%s, so its agent needs a registry, but the configuration has no "
    .. "cloud.properties.registry; use a stemcell of API version 2 or higher", old)
end

-- 500 is how the registry that was written in Ruby says "there is none".
local function is_absent(answer) return answer.status == 404 or answer.status == 500 end

local function may_pass(answer, method)
  if answer.err then return answer.err.kind == "transport" or answer.err.kind == "timeout" end
  return answer.status == 429 or answer.status > 500 or answer.status == 500 and method == "PUT"
end

local function send(client, request)
  for attempt = 1, POLICY.attempts do
    local answer = exchange.send(client, request)
    local pause = may_pass(answer, request.method) and retry.delay(POLICY, attempt, answer.retry_after)
    if not pause or pause >= deadline.remaining() or not sys.sleep(pause) then return answer end
  end
end

---@private
function Registry:failure(answer, method, id)
  local err = answer.err
  if err and err.kind == "interrupted" then
    return errors.stopped(sys.interrupted() and "signal" or "deadline", "asking the registry " .. self.base)
  elseif err then
    return errors.new { kind = err.kind, sent = err.sent,
      message = ("the registry %s: %s"):format(self.base, err.message) }
  end
  return errors.new { kind = "transport", status = answer.status,
    message = ("the registry %s answered %s of the settings of guest %s with HTTP %d%s"):format(self.base, method, id,
      answer.status, answer.status == 401 and "; check registry.username and registry.password" or "") }
end

---@private
function Registry:call(method, id, body)
  local http = require "core.http" -- loads libcurl, which hardly a request needs twice
  local client, complaint = http.client { ca_file = self.ca_file, connect_timeout = SECONDS }
  if not client then return nil, errors.cloud("%s", complaint.message) end
  local opened <close> = client
  local answer = send(opened, { url = ("%s/instances/%s/settings"):format(self.base, id), method = method, body = body,
    headers = body and { ["Content-Type"] = "application/json" } or nil, timeout = SECONDS, plain_http = true,
    userpwd = self.username and ("%s:%s"):format(self.username, self.password or "") or nil })
  if not answer.err then log.info("registry: %s of the settings of guest %s, HTTP %d", method, id, answer.status) end
  if not answer.err and answer.status < 300 then return answer end
  if not answer.err and is_absent(answer) and method ~= "PUT" then return nil end
  return nil, self:failure(answer, method, id)
end

local function contains(list, wanted)
  for _, each in ipairs(object(list)) do
    if each == wanted then return true end
  end
  return false
end

-- The name servers of the network whose default is dns; of the only one in any case.
local function name_servers(networks)
  local name, only = next(networks)
  if not next(networks, name) then return only.dns end
  for _, network in pairs(networks) do
    if contains(network.default, "dns") then return network.dns end
  end
end

--- What the user metadata holds in place of the settings; with them where the agent may need either.
-- Agents have no other credentials than those in the URL, and the registry knows no SoftLayer guest by its address.
---@param id integer the guest's
---@param settings table
---@return table
function Registry:user_data(id, settings)
  local data = { registry = { endpoint = address.with_credentials(self) }, server = { name = tostring(id) },
    dns = { nameserver = name_servers(settings.networks) } }
  for name, value in pairs(self.perhaps and settings or {}) do data[name] = value end
  return data
end

--- Writes the settings of a guest.
---@param id integer|string the guest's
---@param settings table
---@return boolean? done
---@return Error? err
function Registry:put(id, settings)
  local answer, err = self:call("PUT", id, assert(json.encode(settings)))
  return answer and true, err
end

--- The settings of a guest; nil without an error when there are none.
---@param id integer|string the guest's
---@return table? settings
---@return Error? err
function Registry:get(id)
  local answer, err = self:call("GET", id)
  if not answer then return nil, err end
  local document = json.decode(answer.body)
  local settings = json.decode(type(object(document).settings) == "string" and document.settings or "")
  if type(settings) ~= "table" then
    return nil, errors.new { kind = "transport",
      message = ("the registry %s has settings of guest %s that cannot be read"):format(self.base, id) }
  end
  secrets.learn(settings)
  return settings
end

--- Removes the settings of a guest, if there are any.
---@param id integer|string the guest's
---@return boolean? done
---@return Error? err
function Registry:delete(id)
  local _, err = self:call("DELETE", id)
  return not err or nil, err
end

-- Gives one disk of the settings a hint, or takes it away; the other disks stay as they are.
local function change_disk(settings, cid, hint)
  local disks = object(settings.disks)
  local persistent = object(disks.persistent)
  if json.is_array(persistent) then persistent = {} end
  persistent[cid] = hint
  settings.disks, disks.persistent = disks, persistent
  return settings
end

--- Tells the guest's agent how to mount a disk.
---@param id integer|string the guest's
---@param cid string
---@param hint table of bosh.disk_hint
---@return boolean? done
---@return Error? err
function Registry:add_disk(id, cid, hint)
  local settings, err = self:get(id)
  if settings then return self:put(id, change_disk(settings, cid, hint)) end
  if not err and self.perhaps then return true end
  return nil, err or errors.cloud("the registry %s has no settings of guest %s, so its agent cannot be told of disk %s",
    self.base, id, cid)
end

--- The agent's settings name this disk no more.
---@param id integer|string the guest's
---@param cid string
---@return boolean? done
---@return Error? err
function Registry:remove_disk(id, cid)
  local settings, err = self:get(id)
  if not settings then return not err or nil, err end
  if object(object(settings.disks).persistent)[cid] == nil then return true end
  return self:put(id, change_disk(settings, cid, nil))
end

return registry
