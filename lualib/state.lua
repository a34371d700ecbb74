--- What must survive a crash: one small file per key in <state dir>/<account>/, written atomically
--- before anything is ordered. A file is readable, checks itself, and belongs to one process at a time.
--
--   INTENT     nothing was sent yet
--   SENT       an order may have reached the API: look before another one
--   KNOWN      the id of what was bought is on file
--   READY      it is complete; the answer was not taken yet
--   DONE       the answer was taken
--   ABANDONED  the attempt failed; `attempts` counts the names that are spent

local deadline = require "deadline"
local errors = require "errors"
local json = require "core.json"
local log = require "core.log"
local sys = require "core.sys"
local wait = require "wait"

local state = {}

local directory -- <state dir>/<account>, or nil when nothing can be written
local scope = "" -- the director: part of every key
local held = {} -- the records of this request

---@class Record
---@field stage string
---@field id integer? what was bought
---@field hostname string? its name
---@field order integer? the order that bought it
---@field after integer? the newest order before it was sent
---@field mark string? by which what was made is found again
---@field attempts integer how many names are spent
---@field durable boolean false: there is no directory, so nothing is known of earlier tries
---@field path string?
local Record = {}
Record.__index = Record

--- Names the directory; called by the engine for each request.
---@param dir string? nil: keep no state
---@param director string
function state.configure(dir, director)
  directory, scope, held = dir, director, {}
end

local function file_text(fields)
  local body = assert(json.encode(fields))
  return assert(json.encode({ record = fields, sha256 = sys.sha256(body) }, { pretty = true })) .. "\n"
end

local function damaged(path, why)
  return errors.cloud("the state file %s is damaged (%s); nothing was ordered. It says what an earlier try may have "
    .. "bought: look for that in the account, then remove the file", path, why)
end

local function parse(path, text)
  local document, message = json.decode(text)
  if not document then return nil, damaged(path, message) end
  local fields = type(document) == "table" and document.record
  if type(fields) ~= "table" then return nil, damaged(path, "no record in it") end
  if sys.sha256(json.encode(fields) or "") ~= document.sha256 then return nil, damaged(path, "its checksum differs") end
  return fields
end

local function read(path)
  local text, message, code = sys.read(path, 65536)
  if text then return parse(path, text) end
  if code == "ENOENT" then return {} end
  return nil, errors.cloud("%s", message)
end

-- Waits for the process that holds the key; two requests with one key take turns.
local function lock(path)
  return wait { what = "the other process that works on this key", at_most = deadline.remaining(), function()
    local handle, message, code = sys.lock(path)
    if handle then return handle end
    if code == "EWOULDBLOCK" or code == "EAGAIN" then return false end
    return nil, errors.cloud("%s", message)
  end }
end

--- Takes the record of (director, method, identity), waiting for another process that has it.
---@param method string
---@param identity string what makes the request one of its kind: the agent id
---@param fleeting boolean? once it is answered, nothing needs to be remembered
---@return Record? record
---@return Error? err
function state.take(method, identity, fleeting)
  local key = sys.nonce(("%s|%s|%s"):format(scope, method, identity))
  local record = { key = key, method = method, identity = identity, stage = "INTENT", attempts = 0,
    fleeting = fleeting }
  setmetatable(record, Record)
  record.durable = directory ~= nil
  if not directory then return record end
  record.path = ("%s/%s-%s.json"):format(directory, method, key)
  local handle, err = lock(record.path:gsub("json$", "lock"))
  if not handle then return nil, err end
  local fields
  fields, err = read(record.path)
  if fields and (fields.key or key) ~= key then fields, err = nil, damaged(record.path, "it belongs to another key") end
  if not fields then
    handle:close()
    return nil, err
  end
  for name, value in pairs(fields) do record[name] = value end
  record.handle, held[#held + 1] = handle, record
  return record
end

local persistent = {
  key = true, method = true, identity = true, stage = true, id = true, hostname = true, attempts = true,
  sent_at = true, reason = true, left_behind = true, order = true, after = true,
  mark = true,
}

--- Changes fields and puts the record on disk before it returns.
---@param changes table
---@return boolean? done
---@return Error? err
function Record:save(changes)
  for name, value in pairs(changes) do self[name] = value end
  if not self.path then return true end
  local fields = { updated_at = os.date("!%Y-%m-%dT%H:%M:%SZ") }
  for name in pairs(persistent) do fields[name] = self[name] end
  local done, message = sys.write_atomic(self.path, file_text(fields))
  if done then return true end
  return nil, errors.cloud("the state directory cannot be written, so nothing may be ordered: %s", message)
end

--- What was bought is known. It is in hand, and SENT on disk leads back to it: a disk that fails now must not
--- lose it, so that is a warning.
---@param field "id"|"order"
---@param value integer
---@return integer value
function Record:known(field, value)
  local saved, err = self:save { stage = "KNOWN", [field] = value }
  if not saved then log.warn("%s %d is not on record yet: %s", field, value, err.message) end
  return value
end

--- 13 characters that name this attempt and no other: from the key and the number of spent names.
---@return string
function Record:nonce()
  return sys.nonce(("%s|%d"):format(self.key, self.attempts))
end

--- True when an earlier try may have ordered something whose id is not on file.
---@return boolean
function Record:unsure()
  return self.stage == "SENT" or not self.durable
end

--- Gives the attempt up. What could not be cancelled stays listed in `left_behind`.
---@param reason string
---@param cancelled boolean verified gone
function Record:abandon(reason, cancelled)
  local left = self.left_behind or json.array {}
  if (self.id or self.order) and not cancelled then
    left[#left + 1] = { id = self.id, hostname = self.hostname, order = self.order }
  end
  self.id, self.order, self.reason, self.left_behind = nil, nil, log.redact(reason), left
  return self:save { stage = "ABANDONED", attempts = self.attempts + 1 }
end

--- Begins anew where the same request made again means another thing, not the same one: a director may
--- well want two equal disks. What was answered before is forgotten, its names stay spent.
function Record:renew()
  if self.stage ~= "DONE" then return end
  self.id, self.order, self.stage, self.attempts = nil, nil, "INTENT", self.attempts + 1
end

local function release(record)
  if not record.handle then return end
  local over = record.stage == "DONE" and record.fleeting
  if over or record.stage == "INTENT" and record.attempts == 0 then sys.remove(record.path) end -- nothing to remember
  sys.remove((record.path:gsub("json$", "lock")))
  record.handle:close()
  record.handle = nil
end

--- Ends the request: a READY record whose answer was taken is DONE, one that was not stays open.
---@param answered boolean whether the client took the answer
function state.settle(answered)
  for _, record in ipairs(held) do
    if record.stage == "READY" and answered then record:save { stage = "DONE" } end
    release(record)
  end
  held = {}
end

--- Whether another record of this account has this value, such as the number of an order.
---@param field string
---@param value any
---@return boolean
function state.claimed(field, value)
  for _, name in ipairs(directory and sys.list(directory) or {}) do
    local fields = name:find "^%l[%l_]*%-.*%.json$" and read(directory .. "/" .. name)
    if fields and fields[field] == value then return true end
  end
  return false
end

local function is_only_about(path, method, id)
  local fields = read(path)
  if not fields or fields.method ~= method or tostring(fields.id) ~= id then return false end
  return not fields.left_behind or #fields.left_behind == 0
end

local function forget_file(path, method, id)
  if not is_only_about(path, method, id) then return end
  local handle <close> = sys.lock((path:gsub("json$", "lock")))
  if not handle then return end -- somebody works on it; the record is theirs
  if is_only_about(path, method, id) then sys.remove(path) end
  sys.remove((path:gsub("json$", "lock")))
end

--- Forgets the records of something that is gone for good.
---@param method string that made it
---@param id string
function state.forget(method, id)
  local names = directory and sys.list(directory)
  for _, name in ipairs(names or {}) do
    if name:find(method .. "-", 1, true) == 1 and name:find("%.json$") then
      forget_file(directory .. "/" .. name, method, id)
    end
  end
end

return state
