--- What must survive a crash: one small file per key in <state dir>/<account>/, written atomically
--- before anything is ordered. A file is readable, checks itself, and belongs to one process at a time.
--
--   INTENT     nothing was sent yet
--   SENT       an order may have reached the API: look before another one
--   KNOWN      the id of what was bought is on file
--   READY      it is complete; the answer was not taken yet
--   DONE       the answer was taken
--   ABANDONED  the attempt failed; `attempts` counts the names that are spent

local answered = require "answered"
local deadline = require "deadline"
local errors = require "errors"
local moment = require "moment"
local records = require "record"
local state_directory = require "state_directory"
local state_file = require "state_file"
local sys = require "core.sys"
local wait = require "wait"

local state = {}

local held = {} -- the records of this request
local rehearsal = false

--- From now on records are read, but nothing is written, locked or forgotten.
---@param on boolean? false: no longer
function state.rehearse(on) rehearsal = on ~= false end

-- Waits for the process that holds the key; two requests with one key take turns.
local function lock(path)
  return wait { what = "the other process that works on this key", at_most = deadline.remaining(), function()
    local handle, err = state_file.lock(path)
    if handle or err then return handle, err end
    return false
  end }
end

local function fill(record, path, handle, fields)
  for name, value in pairs(fields) do record[name] = value end
  record.path, record.handle = path, handle
  return record
end

-- A record without a path is never saved.
local function read_only(record, path)
  local fields, err = state_file.read(path, record.key)
  return fields and fill(record, nil, nil, fields), err
end

-- A READY record whose answer was taken is DONE, one that was not stays open.
local function settle(taken)
  for _, each in ipairs(held) do
    if each.stage == "READY" and taken then each:answered() end
    each:release()
  end
  held = {}
end

--- Takes the record of (director, method, identity), waiting for another process that has it.
---@param method string
---@param identity string what makes the request one of its kind: the agent id
---@param fleeting boolean? once it is answered, nothing needs to be remembered
---@return Record? record
---@return Error? err
function state.take(method, identity, fleeting)
  local directory, director = state_directory.current(), state_directory.director()
  local key = sys.nonce(("%s|%s|%s"):format(director, method, identity))
  local record = records.new(method, key, directory ~= nil)
  record.director, record.identity, record.fleeting = director, identity, fleeting
  if not directory then return record end
  local path = state_file.path(directory, ("%s-%s"):format(method, key))
  if rehearsal then return read_only(record, path) end
  local handle, err = lock(path)
  if not handle then return nil, err end
  local fields
  fields, err = state_file.read(path, key)
  if not fields then
    state_file.unlock(path, handle)
    return nil, err
  end
  if #held == 0 then answered.await(settle) end
  held[#held + 1] = fill(record, path, handle, fields)
  return record
end

--- Takes a record that is there, by its name, if no other process has it; a `<close>` variable gives it back.
--- Unlike one that was taken it is not DONE because something was answered.
---@param name string "create_vm-abcdefghijklm"
---@param damaged boolean? a damaged one, too: its stage is DAMAGED until it is saved
---@return Record? record
---@return Error? err
function state.open(name, damaged)
  local directory = state_directory.current()
  local parts = directory and state_file.parts(directory, name)
  if not parts then return nil, errors.cloud("'%s' is no record's name", name) end
  local handle, err = state_file.lock(parts.path)
  if not handle then return nil, err or errors.cloud("%s is in the hands of another process", name) end
  local record = fill(records.new(parts.method, parts.key, true), parts.path, handle, { stage = "DAMAGED" })
  local fields
  fields, err = state_file.read(parts.path, parts.key)
  if fields and fields.stage then return fill(record, parts.path, handle, fields) end
  if not fields and damaged then return record end
  record:release()
  return nil, err or errors.cloud("there is no record %s in %s", name, directory)
end

--- Every record of this account, whoever made it, as it stands on disk; those in the making, too.
---@return { name: string, method: string, key: string, held: boolean, fields: table?, err: Error? }[]
function state.all()
  local entries = {}
  for _, parts in ipairs(state_file.list(state_directory.current())) do
    local busy = state_file.is_held(parts.path)
    local fields, err = state_file.read(parts.path, parts.key)
    if err or fields.stage then
      entries[#entries + 1] = { name = parts.name, method = parts.method, key = parts.key, held = busy, fields = fields,
        err = err }
    end
  end
  return entries
end

--- The records of this director's requests that ended without an answer, and that no process works on.
---@param method string
---@return string[] names for state.open
function state.unanswered(method)
  local names, director = {}, state_directory.director()
  for _, entry in ipairs(state.all()) do
    local ours = entry.method == method and not entry.held and entry.fields and entry.fields.director == director
    if ours and records.is_unanswered(entry.fields) then names[#names + 1] = entry.name end
  end
  return names
end

local function has_order(fields, order)
  if fields.order == order then return true end
  for _, spent in ipairs(fields.spent or {}) do
    if spent == order then return true end
  end
  return false
end

-- The fields of all records of this account. Raises at a damaged one: it might be the one that is sought.
local function each()
  local names, i = state_file.list(state_directory.current()), 0
  return function()
    i = i + 1
    if not names[i] then return nil end
    local fields, err = state_file.read(names[i].path)
    if err then error(err, 0) end
    return fields
  end
end

--- Whether a record of this account has an order, or had it.
---@param order integer
---@return boolean
function state.claimed(order)
  for fields in each() do
    if has_order(fields, order) then return true end
  end
  return false
end

local function age_of(fields) return fields.sent and moment.certain_age(fields.sent) or math.huge end

--- Whether an order may be that of another record, which has no answer either: of a request in this moment, or of one
--- that ended without.
---@param record { method: string, key: string?, sent: Moment? }
---@param order integer
---@param window number seconds after which an order that was sent cannot appear any more
---@return boolean
function state.disputed(record, order, window)
  for other in each() do
    local open = other.stage == "SENT" and other.method == record.method and other.key ~= record.key
    local late = age_of(other) <= age_of(record) + window
    if open and late and (other.after or 0) < order then return true end
  end
  return false
end

local function is_only_about(path, method, id)
  local fields = state_file.read(path)
  if not fields or fields.method ~= method or tostring(fields.id) ~= id then return false end
  return not fields.left_behind or #fields.left_behind == 0
end

local function forget_file(path, method, id)
  if not is_only_about(path, method, id) then return end
  local handle = state_file.lock(path)
  if not handle then return end -- somebody works on it; the record is theirs
  if is_only_about(path, method, id) then sys.remove(path) end
  state_file.unlock(path, handle)
end

--- Forgets the records of something that is gone for good.
---@param method string that made it
---@param id string
function state.forget(method, id)
  if rehearsal then return end
  for _, parts in ipairs(state_file.list(state_directory.current())) do
    if parts.method == method then forget_file(parts.path, method, id) end
  end
end

return state
