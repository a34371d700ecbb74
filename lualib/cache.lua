--- Answers of the API that change rarely, on disk beside the records of one account. A file that is not whole is begun
--- anew:
---
---     <sha256 of the rest> <JSON of { at, value }>

local json = require "core.json"
local log = require "core.log"
local sys = require "core.sys"

local cache = {}

local LIMIT = 4 << 20 -- bytes of one file

local directory

--- Names the account's directory; called by the engine for each request.
---@param dir string? nil: keep nothing
function cache.configure(dir) directory = dir end

local function stored(path, age)
  local sum, text = (sys.read(path, LIMIT) or ""):match "^(%x+) (.*)$"
  if not sum or sys.sha256(text) ~= sum then return nil end
  local document = assert(json.decode(text, { null = "absent" }))
  local old = sys.now() - document.at
  return old >= 0 and old < age and document.value or nil
end

local function store(path, value)
  local text = assert(json.encode { at = sys.now(), value = value })
  return sys.write_atomic(path, ("%s %s"):format(sys.sha256(text), text))
end

--- The value of that name, at most `age` seconds old; else what `fetch` gives, which is kept.
---@param name string fit for a file
---@param age number
---@param fetch fun(): any?, Error?
---@param anew boolean? fetch in any case
---@return any? value
---@return Error? err
function cache.get(name, age, fetch, anew)
  local path = directory and ("%s/cache-%s"):format(directory, name)
  local known = path and not anew and stored(path, age)
  if known then return known end
  local value, err = fetch()
  if value == nil or not path then return value, err end
  local done, message = store(path, value)
  if not done then log.warn("%s is not kept: %s", name, message) end
  return value
end

return cache
