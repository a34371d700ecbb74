-- Any bytes as a state file: fields, or an error that names the file. And any JSON object as a record: what was
-- written is read, and no changed byte goes unnoticed.
local errors = require "errors"
local json = require "core.json"
local state_file = require "state_file"

local PATH = os.tmpname()

local function put(text)
  local file = assert(io.open(PATH, "wb"))
  assert(file:write(text))
  file:close()
end

local function get()
  local file = assert(io.open(PATH, "rb"))
  local text = file:read "a"
  file:close()
  return text
end

local function read()
  local fields, err = state_file.read(PATH)
  if fields then return fields, json.encode(fields) end
  assert(errors.is(err) and err.message:find(PATH, 1, true), "an error without the file's name")
  return nil
end

-- The byte that is changed, and how, is drawn from the input.
local function changed(text, seed)
  local at = seed % #text + 1
  local byte = text:byte(at) ~ (1 << seed % 8)
  return text:sub(1, at - 1) .. string.char(byte) .. text:sub(at + 1)
end

local function check_record(fields, seed)
  if not state_file.write(PATH, fields) then return end
  local kept, written = read()
  if not kept then return end -- larger than a record may be
  assert(written == json.encode(fields), "something else was read than was written")
  put(changed(get(), seed))
  local other, text = read()
  assert(not other or text == written, "a changed byte went unnoticed")
end

return function(text)
  put(text)
  read()
  local fields = json.decode(text)
  if type(fields) == "table" and not json.is_array(fields) then check_record(fields, #text * 7919) end
end
