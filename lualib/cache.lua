--- Answers of the API that change rarely, on disk beside the records of one account: { at, value } in a file each.

local events = require "events"
local kept_file = require "kept_file"
local log = require "core.log"
local state_directory = require "state_directory"
local sys = require "core.sys"

local cache = {}

local function stored(path, age)
  local document, text = kept_file.read(path, { null = "absent" })
  events.tell { kind = "file", name = path, text = text }
  if not document then return nil end
  local old = sys.now() - document.at
  return old >= 0 and old < age and document.value or nil
end

--- The value of that name, at most `age` seconds old; else what `fetch` gives, which is kept.
---@param name string fit for a file
---@param age number
---@param fetch fun(): any?, Error?
---@param anew boolean? fetch in any case
---@return any? value
---@return Error? err
function cache.get(name, age, fetch, anew)
  local directory = state_directory.current()
  local path = directory and ("%s/cache-%s"):format(directory, name)
  local known = path and not anew and stored(path, age)
  if known then return known end
  local value, err = fetch()
  if value == nil or not path then return value, err end
  local done, message = kept_file.write(path, { at = sys.now(), value = value })
  if not done then log.warn("%s is not kept: %s", name, message) end
  return value
end

return cache
