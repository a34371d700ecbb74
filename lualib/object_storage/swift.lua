--- OpenStack Swift, SoftLayer's older object storage: a container of its own for each file, whose segments are uploaded
--- one by one; a manifest object makes one file of them.

local errors = require "errors"
local json = require "core.json"
local log = require "core.log"
local percent = require "percent"
local sender = require "object_storage.sender"
local sys = require "core.sys"
local upload = require "object_storage.upload"
local wait = require "wait"

local swift = {}

local SHORT, LONG = 60, 15 * 60 -- seconds of a request, and of one with a segment in it
local PAGE = 1000

---@class Swift
---@field settings SwiftSettings
---@field url string? of the account, once it is known
---@field token string?
---@field sender Sender
local Swift = {}
Swift.__index = Swift

---@class SwiftSettings
---@field endpoint string URL that takes the password
---@field username string "SLOS278444-1:SL278444"
---@field key string the account's API key
---@field cluster string? where SoftLayer finds it: "dal05"; default: the first word of the endpoint's host
---@field http http.options

--- An account.
---@param settings SwiftSettings
---@return Swift? store
---@return Error? err
function swift.open(settings)
  local connections, err = sender.open("Swift", settings.http)
  if not connections then return nil, err end
  return setmetatable({ settings = settings, sender = connections }, Swift)
end

---@private
function Swift:log_in()
  local settings = self.settings
  local answer, err = self.sender:send("logging in", { url = settings.endpoint, timeout = SHORT }, function(request)
    request.headers["X-Auth-User"], request.headers["X-Auth-Key"] = settings.username, settings.key
    return true
  end)
  if not answer then return nil, err end
  if answer.status >= 300 or not answer.auth_token or not answer.storage_url then
    return nil, self.sender:refusal("logging in as " .. settings.username, answer)
  end
  log.secret(answer.auth_token)
  self.url, self.token = answer.storage_url:gsub("/+$", ""), answer.auth_token
  return true
end

---@private
function Swift:send(what, method, path, body, headers)
  local request = { method = method, url = self.url .. path, body = body, headers = headers,
    timeout = body and LONG or SHORT }
  return self.sender:send(what, request, function(unsigned)
    unsigned.headers["X-Auth-Token"] = self.token
    return true
  end)
end

-- A token that has ended is replaced once.
---@private
function Swift:call(what, method, path, body, headers)
  local fresh = not self.token
  if fresh then
    local ready, err = self:log_in()
    if not ready then return nil, err end
  end
  local answer, err = self:send(what, method, path, body, headers)
  if answer and answer.status == 401 and not fresh then
    self.token = nil
    return self:call(what, method, path, body, headers)
  end
  return answer, err
end

-- Expects one of the statuses below 300, or that there is nothing.
---@private
function Swift:change(what, method, path, body, headers)
  local answer, err = self:call(what, method, path, body, headers)
  if not answer then return nil, err end
  if answer.status < 300 or method == "DELETE" and answer.status == 404 then return true end
  return nil, self.sender:refusal(what, answer)
end

local function container_of(name) return (name:gsub("%.%w+$", "")) end
local function path_of(name, object) return ("/%s%s"):format(container_of(name), object and "/" .. object or "") end

-- The objects of the file's container; nil without an error: there is no container.
---@private
function Swift:objects(name)
  local objects, marker = {}, ""
  while true do
    local path = ("%s?format=json&limit=%d&marker=%s"):format(path_of(name), PAGE, percent.encode(marker))
    local answer, err = self:call("listing segments", "GET", path)
    if not answer then return nil, err end
    if answer.status == 404 then return nil end
    if answer.status >= 300 then return nil, self.sender:refusal("listing segments", answer) end
    local page = answer.status == 204 and {} or json.decode(answer.body)
    if type(page) ~= "table" then return nil, errors.cloud "Swift: the list of segments cannot be read" end
    for _, object in ipairs(page) do objects[#objects + 1] = object end
    if #page < PAGE then return objects end
    marker = page[#page].name
  end
end

local SEGMENT = "segment-%06d"

--- Uploads a file; segments that an interrupted try of the same one has uploaded are not sent again.
---@param name string
---@param file Source
---@return boolean? done
---@return Error? err
function Swift:put(name, file)
  local made, err = self:change("making a container", "PUT", path_of(name), "")
  if not made then return nil, err end
  local objects, complaint = self:objects(name)
  if not objects then return nil, complaint or errors.cloud("Swift: container %s is gone", container_of(name)) end
  local there = {}
  for _, object in ipairs(objects) do
    if object.name == name then return true end
    there[tonumber(object.name:match "^segment%-(%d+)$") or 0] = { etag = object.hash, size = object.bytes }
  end
  local count
  count, err = upload.parts(file, there, function(number, bytes)
    return self:change("uploading segment " .. number, "PUT", path_of(name, SEGMENT:format(number)), bytes,
      { ETag = sys.md5(bytes) })
  end)
  if not count then return nil, err end
  return self:change("completing the upload", "PUT", path_of(name, name), "",
    { ["X-Object-Manifest"] = container_of(name) .. "/segment-" })
end

---@private
function Swift:empty(name)
  local objects, err = self:objects(name)
  for _, object in ipairs(objects or {}) do
    local done
    done, err = self:change("deleting " .. object.name, "DELETE", path_of(name, object.name))
    if not done then return nil, err end
  end
  return objects, err
end

-- For wait: the list of a container may lack what was stored a moment ago; then it is not empty yet.
---@private
function Swift:remove(name)
  local objects, err = self:empty(name)
  if not objects then return not err or nil, err end
  local answer
  answer, err = self:call("deleting a container", "DELETE", path_of(name))
  if not answer then return nil, err end
  if answer.status == 409 then return false end
  if answer.status < 300 or answer.status == 404 then return true end
  return nil, self.sender:refusal("deleting a container", answer)
end

--- Deletes a file with its segments and its container.
---@param name string
---@return boolean? done also when there is none
---@return Error? err
function Swift:delete(name)
  return wait { what = ("the container %s to be deleted"):format(container_of(name)), at_most = 5 * 60, Swift.remove,
    self, name }
end

--- Whether anything of a file is there, be it segments of it.
---@param name string
---@return boolean? there
---@return Error? err
function Swift:holds(name)
  local objects, err = self:objects(name)
  if err then return nil, err end
  return objects ~= nil
end

--- How SoftLayer finds the file.
---@param name string
---@return string
function Swift:uri(name)
  local settings = self.settings
  local cluster = settings.cluster or settings.endpoint:match "^%w+://([%w-]+)"
  return ("swift://%s@%s/%s/%s"):format(settings.username:match "^[^:]*", cluster, container_of(name), name)
end

return swift
