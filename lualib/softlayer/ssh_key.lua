--- SSH keys of the account. Two texts are one key if their blobs are, whatever their comments.

local errors = require "errors"
local json = require "core.json"
local refusal = require "softlayer.refusal"
local sl = require "softlayer"
local sys = require "core.sys"
local wait = require "wait"

local ssh_key = {}

local WINDOW = 10 * 60 -- seconds in which a key that exists may still be missing from the list

-- "ssh-ed25519 AAAA… comment" has the blob of AAAA…, which begins with its own kind.
local function blob_of(text)
  local kind, encoded = text:match "^%s*(%S+)%s+(%S+)"
  local blob = kind and sys.unbase64(encoded)
  if not blob or #blob < 4 + #kind or string.unpack(">I4", blob) ~= #kind or blob:sub(5, 4 + #kind) ~= kind then
    return nil
  end
  return blob
end

--- Refuses what is no public key.
---@param text string
---@return Error?
function ssh_key.check(text)
  if blob_of(text) then return nil end
  return errors.cloud("'%s' is no public key; one looks like 'ssh-ed25519 AAAA… comment'", text:sub(1, 60))
end

local function query() return sl.Account:mask("id,key"):later "getSshKeys" end

local function find(listed, blob)
  for _, key in ipairs(listed or {}) do
    if type(key.key) == "string" and blob_of(key.key) == blob then return key.id end
  end
end

-- For wait: the key's id.
local function seek(blob)
  local found, err = sl.all { query() }
  if not found then return nil, err end
  return find(found[1], blob) or false
end

-- The API refuses a second one with the same blob, so whatever an error of the creation means, a look tells; a key
-- that exists shows sooner or later.
local function create(text, label)
  local created, failure = sl.Security_Ssh_Key:createObject { key = text, label = label }
  if created then return created.id end
  local id, err = wait { what = "the SSH key to be listed", at_most = refusal.key_exists(failure) and WINDOW or 0, seek,
    blob_of(text) }
  if id then return id end
  return nil, err.gave_up and (err.last or failure) or err
end

local function id_of(wanted, listed, label)
  if type(wanted) == "number" then return wanted end
  local text = wanted:match "^%s*(.-)%s*$"
  local id = find(listed, blob_of(text))
  if id then return id end
  return create(text, label)
end

local function has_text(wanted)
  for _, each in ipairs(wanted) do
    if type(each) == "string" then return true end
  end
  return false
end

--- The calls that ask for the account's keys, none if all are known by their ids, and what makes ids of the
--- answers. Keys that the account lacks are added to it then.
---@param wanted (integer|string)[] ids, and texts that passed ssh_key.check
---@param label string of those that are added
---@return table[] calls
---@return fun(answers: table): integer[]?, Error? resolve each id once, in the order of `wanted`
function ssh_key.query(wanted, label)
  local calls = has_text(wanted) and { query() } or {}
  return calls, function(answers)
    local ids, seen = json.array {}, {}
    for _, each in ipairs(wanted) do
      local id, err = id_of(each, answers[1], label)
      if not id then return nil, err end
      if not seen[id] then ids[#ids + 1], seen[id] = id, true end
    end
    return ids
  end
end

return ssh_key
