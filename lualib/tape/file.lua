--- The files of recordings: <number>-<method>.jsonl, one JSON value a line, in the order in which it happened.
--
--   { recording: 1, slcpi, method, arguments | words, context, config, … }   what was asked
--   { state: whether there is a state directory }
--   { file, text }                  a record or a cache as the request found it; without text: none
--   { moment, name, clock }         when the deadline was set, or a wait began
--   { at, took, calls, results }    calls that were sent together, one line for each attempt
--   { at, took, request, answer }   the same with the registry
--   { cut }                         why the rest is missing
--   { answer }                      of slcpi; without it the request was interrupted

local errors = require "errors"
local json = require "core.json"
local log = require "core.log"
local sys = require "core.sys"

local file = {}

file.FORMAT = 1
file.LIMIT = 64 << 20 -- bytes of one recording
file.PATTERN = "^%d%d%d%d+%-[%l%d_-]+%.jsonl$"

local MARGIN = 4096 -- for the last line
local PATIENCE = 1000 -- milliseconds for the other processes that begin a recording

local function part_of(method) return method:gsub("[^%l%d_]", "-"):sub(1, 60) end

---@param dir string
---@param method string? of one method only
---@return { number: integer, name: string, path: string }[] in their order
function file.list(dir, method)
  local found, wanted = {}, method and part_of(method)
  for _, name in ipairs(sys.list(dir) or {}) do
    local number, part = name:match "^(%d+)%-(.*)%.jsonl$"
    if name:find(file.PATTERN) and (not wanted or part == wanted) then
      found[#found + 1] = { number = math.tointeger(number), name = name, path = dir .. "/" .. name, method = part }
    end
  end
  table.sort(found, function(a, b)
    if a.number ~= b.number then return a.number < b.number end
    return a.name < b.name
  end)
  return found
end

local function lock(path)
  for _ = 1, PATIENCE do
    local handle, message, code = sys.lock(path)
    if handle then return handle end
    if code ~= "EWOULDBLOCK" and code ~= "EAGAIN" then return nil, message end
    sys.pause(0.001)
  end
  return nil, path .. " is in the hands of another process"
end

local function claim(dir, method)
  local held <close>, message = lock(dir .. "/.lock") -- so that no two get one number
  if not held then return nil, message end
  local files = file.list(dir)
  local number = #files > 0 and files[#files].number + 1 or 1
  return lock(("%s/%04d-%s.jsonl"):format(dir, number, part_of(method)))
end

--- Begins the next recording of a directory. It stays locked as long as it is written.
---@param dir string
---@param method string
---@return sys.lock
function file.create(dir, method)
  local made, message = sys.mkdir(dir)
  local handle
  if made then handle, message = claim(dir, method) end
  if not handle then error(errors.cpi("nothing can be recorded in %s: %s", dir, message), 0) end
  return handle
end

--- Whether time is counted from an event on.
---@param event Event
---@param phase string
---@return boolean
function file.is_moment(event, phase)
  return event.kind == "deadline" or event.kind == "wait" and phase == "begin"
end

--- Whether a recording of so many bytes has room for a line.
function file.has_room(size, line) return size + #line + MARGIN <= file.LIMIT end

local function text_of(path)
  local text, message = sys.read(path, file.LIMIT)
  if not text then error(errors.cpi("the recording cannot be read: %s", message), 0) end
  return text
end

--- A recording's first line; nil when it is of another format.
---@param path string
---@return table?
function file.header(path)
  local header = json.decode(text_of(path):match "^[^\n]*")
  if type(header) == "table" and header.recording == file.FORMAT then return header end
  log.warn("%s is no recording of the format %d", path, file.FORMAT)
end

--- The lines of a recording, without one that is torn.
---@param path string
---@return table[] entries with their `line`
function file.read(path)
  local entries = {}
  for line in text_of(path):gmatch "[^\n]+" do
    local entry = json.decode(line)
    if type(entry) ~= "table" then break end
    entry.line = #entries + 1
    entries[#entries + 1] = entry
  end
  return entries
end

return file
