-- The journal: one entry per call, kept in memory and appended to a file, without secrets.

local clock = require "slsim.clock"
local json  = require "core.json"
local sys   = require "core.sys"

local journal = {}

local KEPT, LONGEST = 100000, 400
local SECRET = { password = true, apikey = true, ibmapikey = true, secret = true, token = true, rootpassword = true,
  controlpanelpassword = true, refresh_token = true, passcode = true }
-- Arguments that are secret as a whole: what user data carries is the agent's settings.
local OPAQUE = { setUserMetadata = true, setCredentialPassword = true, setTransientWebhook = true,
  getPortalLoginToken = true, putSettings = true }

local entries, dropped, file

---@param name string? a file to append to
function journal.open(name)
  entries, dropped = {}, 0
  if name then file = assert(io.open(name, "a")) end
end

local function digest(text)
  return ("<%d bytes, sha256 %s>"):format(#text, sys.sha256(text))
end

local function is_secret(key, value)
  local name = type(key) == "string" and key:lower() or ""
  return type(value) == "string" and (SECRET[name] or name:find("password") or name:find("secret")) and true
end

local function clean(value, hide)
  if type(value) == "string" then
    if hide then return digest(value) end
    return #value <= LONGEST and value or value:sub(1, LONGEST) .. ("… (%d bytes)"):format(#value)
  end
  if type(value) ~= "table" then return value end
  local copy = json.is_array(value) and json.array {} or {}
  for key, member in pairs(value) do
    copy[key] = clean(member, hide or is_secret(key, member) or key == "userData")
  end
  return copy
end

--- What an entry shows of a call's arguments.
function journal.arguments(method, arguments)
  return clean(arguments, OPAQUE[method] or false)
end

---@return table entry number and times are set; the rest is filled in as the call goes on
function journal.begin()
  return { n = 0, time = sys.now(), virtual_time = clock.now() }
end

function journal.write(entry)
  entry.n = #entries + dropped + 1
  entries[#entries + 1] = entry
  if #entries > KEPT then
    entries = table.move(entries, KEPT // 2, #entries, 1, {})
    dropped = entry.n - #entries
  end
  if file then
    file:write(json.encode(entry), "\n")
    file:flush()
  end
end

--- The entries after number `since`, at most `limit`.
function journal.since(since, limit)
  local list = json.array {}
  for i = math.max(since - dropped, 0) + 1, #entries do
    if limit and #list >= limit then break end
    list[#list + 1] = entries[i]
  end
  return list
end

function journal.clear()
  entries, dropped = {}, 0
end

return journal
