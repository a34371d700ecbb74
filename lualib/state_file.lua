--- The files of records: readable, with a digest over what they say, and a lock file beside each.
--
--   <state dir>/<account>/<method>-<key>.json

local errors = require "errors"
local events = require "events"
local json = require "core.json"
local sys = require "core.sys"

local state_file = {}

local LIMIT = 65536 -- bytes
local NONCE = 13 -- characters of a key

local function damaged(path, why)
  return errors.cloud("the state file %s is damaged (%s); nothing was ordered. It says what an earlier try may have "
    .. "bought: look for that in the account, then remove the file", path, why)
end

--- The path of a record, and of its lock.
---@param directory string
---@param name string "create_vm-abcdefghijklm"
function state_file.path(directory, name) return ("%s/%s.json"):format(directory, name) end

local function lock_path(path) return (path:gsub("json$", "lock")) end

local function parse(path, text)
  local document, message = json.decode(text)
  if not document then return nil, damaged(path, message) end
  local fields = type(document) == "table" and document.record
  if type(fields) ~= "table" then return nil, damaged(path, "no record in it") end
  if sys.sha256(json.encode(fields) or "") ~= document.sha256 then return nil, damaged(path, "its checksum differs") end
  return fields
end

--- What a file says.
---@param path string
---@param key string? whose record it must be
---@return table? fields empty when there is no file
---@return Error? err
function state_file.read(path, key)
  local text, message, code = sys.read(path, LIMIT)
  events.tell { kind = "file", name = path, text = text }
  if not text and code == "ENOENT" then return {} end
  if not text and code == "EFBIG" then return nil, damaged(path, message) end
  if not text then return nil, errors.cloud("%s", message) end
  local fields, err = parse(path, text)
  if fields and key and (fields.key or key) ~= key then return nil, damaged(path, "it belongs to another key") end
  return fields, err
end

--- Puts a record on disk before it returns.
---@param path string
---@param fields table
---@return boolean? done
---@return string? message
function state_file.write(path, fields)
  local body = assert(json.encode(fields))
  local text = assert(json.encode({ record = fields, sha256 = sys.sha256(body) }, { pretty = true })) .. "\n"
  return sys.write_atomic(path, text)
end

--- Takes a record's lock, if nobody has it.
---@param path string
---@return sys.lock? handle
---@return Error? err nil: another process has it
function state_file.lock(path)
  local handle, message, code = sys.lock(lock_path(path))
  if handle or code == "EWOULDBLOCK" or code == "EAGAIN" then return handle end
  return nil, errors.cloud("%s", message)
end

--- Gives it back.
---@param path string
---@param handle sys.lock
function state_file.unlock(path, handle)
  sys.remove(lock_path(path))
  handle:close()
end

--- Whether a process works on this record now.
---@param path string
---@return boolean
function state_file.is_held(path)
  local handle, err = state_file.lock(path)
  if handle then state_file.unlock(path, handle) end
  return not handle and not err
end

---@class StateName
---@field name string "create_vm-abcdefghijklm"
---@field method string
---@field key string
---@field path string

--- A record's name taken apart; nil when it is none.
---@param directory string
---@param name string
---@return StateName?
function state_file.parts(directory, name)
  local method, key = name:match "^([%l_]+)%-([a-z2-7]+)$"
  if not key or #key ~= NONCE then return nil end
  return { name = name, method = method, key = key, path = state_file.path(directory, name) }
end

--- The names of all records, sorted.
---@param directory string?
---@return StateName[]
function state_file.list(directory)
  local found = {}
  for _, file in ipairs(directory and sys.list(directory) or {}) do
    found[#found + 1] = state_file.parts(directory, file:match "^(.*)%.json$" or "")
  end
  table.sort(found, function(a, b) return a.name < b.name end)
  return found
end

return state_file
