--- A record: what one order is known to have come to, on disk or, without a state directory, for this request only.

local errors = require "errors"
local json = require "core.json"
local log = require "core.log"
local moment = require "moment"
local state_file = require "state_file"
local sys = require "core.sys"

local record = {}

---@class Record
---@field stage string
---@field id integer? what was bought
---@field hostname string? its name
---@field order integer? the order that bought it
---@field spent integer[]? orders of earlier attempts and answers
---@field after integer? the newest order before it was sent
---@field sent Moment? when the order was sent last
---@field upload string? an object in the storage, or parts of it, that must be deleted in the end
---@field mark string? by which what was made is found again
---@field phase string? how far a build has come
---@field adopted boolean? a person says that it is this one
---@field director string whose request it was
---@field attempts integer how many names are spent
---@field durable boolean false: there is no directory, so nothing is known of earlier tries
---@field path string?
local Record = {}
Record.__index = Record

--- A record of which nothing is on disk yet.
---@param method string
---@param key string
---@param durable boolean
---@return Record
function record.new(method, key, durable)
  return setmetatable({ key = key, method = method, stage = "INTENT", attempts = 0, durable = durable }, Record)
end

--- The nonce of a record's attempt.
---@param key string
---@param attempt integer
---@return string
function record.nonce(key, attempt) return sys.nonce(("%s|%d"):format(key, attempt)) end

local persistent = {
  key = true, method = true, identity = true, stage = true, id = true, hostname = true, attempts = true,
  sent = true, reason = true, left_behind = true, order = true, spent = true, after = true,
  mark = true, phase = true, adopted = true, director = true, upload = true,
}

local unanswered = { SENT = true, KNOWN = true, READY = true }

--- Whether a request has ordered something, or may have, and nobody was told of it; a person's adoption is telling.
---@param fields { stage: string? } a record, or its fields
---@return boolean
function record.is_unanswered(fields) return unanswered[fields.stage] == true and not fields.adopted end

--- Changes fields and puts the record on disk before it returns.
---@param changes table
---@return boolean? done
---@return Error? err
function Record:save(changes)
  for name, value in pairs(changes) do self[name] = value end
  if not self.path then return true end
  local fields = { updated_at = os.date("!%Y-%m-%dT%H:%M:%SZ") }
  for name in pairs(persistent) do fields[name] = self[name] end
  local done, message = state_file.write(self.path, fields)
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

--- Before something is cancelled: a record that cannot be written could not say so, and would lead the next try to
--- something that is gone. What stays is found again by that try.
---@return boolean? done
---@return Error? err
function Record:still_known() return self:save { stage = "KNOWN" } end

--- 13 characters that name this attempt and no other: from the key and the number of spent names.
---@return string
function Record:nonce()
  return record.nonce(self.key, self.attempts)
end

--- True when an earlier try may have ordered something whose id is not on file.
---@return boolean
function Record:unsure()
  return self.stage == "SENT" or not self.durable
end

--- What is left of a window that began when the order was sent.
---@param window number seconds
---@return number seconds
function Record:left(window) return moment.left(window, self.sent) end

-- Its order is over, but never anybody else's.
local function let_go(self)
  if self.order then
    self.spent = self.spent or json.array {}
    self.spent[#self.spent + 1] = self.order
  end
  self.id, self.order, self.phase, self.adopted, self.attempts = nil, nil, nil, nil, self.attempts + 1
end

--- Gives the attempt up. What could not be cancelled stays listed in `left_behind`.
---@param reason string
---@param cancelled boolean verified gone
function Record:abandon(reason, cancelled)
  local left = self.left_behind or json.array {}
  if (self.id or self.order) and not cancelled then
    left[#left + 1] = { id = self.id, hostname = self.hostname, order = self.order, reason = log.redact(reason) }
  end
  let_go(self)
  return self:save { stage = "ABANDONED", reason = log.redact(reason), left_behind = left }
end

--- The answer was taken. It cannot be taken back when the disk fails now.
function Record:answered()
  local saved, err = self:save { stage = "DONE" }
  if not saved then log.warn("%s-%s is not on record as answered: %s", self.method, self.key, err.message) end
end

--- Begins anew where the same request made again means another thing, not the same one: a director may
--- well want two equal disks. What was answered before is forgotten, its names stay spent.
function Record:renew()
  if self.stage ~= "DONE" then return end
  let_go(self)
  self.stage = "INTENT"
end

--- Forgets what the record says.
function Record:remove() sys.remove(self.path) end

--- Gives the record back; other processes may take it.
function Record:release()
  if not self.handle then return end
  local over = self.stage == "DONE" and self.fleeting
  local unused = self.stage == "INTENT" and self.attempts == 0 and not self.upload
  if over or unused then self:remove() end -- nothing to remember
  state_file.unlock(self.path, self.handle)
  self.handle = nil
end
Record.__close = Record.release

return record
