--- Where records are kept: engine.state_dir, else below HOME, else where a director's container can write. Directors
--- start their CPI without HOME, and people have one. It is looked for when it is first needed.

local account_name = require "account_name"
local events = require "events"
local log = require "core.log"
local sys = require "core.sys"

local state_directory = {}

local DIRECTOR = "/var/vcap/store/director" -- writable for a director's workers, under bpm too, and it outlives the VM

local fixed
local account, settings, director -- of the request
local found -- { directory, message }, once it was looked for

local function candidates()
  if settings.state_dir then return { settings.state_dir } end
  local home, dirs = sys.getenv "HOME", {}
  if home then dirs[1] = home .. "/.slcpi/state" end
  if sys.list(DIRECTOR) then dirs[#dirs + 1] = DIRECTOR .. "/slcpi" end
  return dirs
end

-- Trouble that passes: with the directory as it is, nothing can be ordered now, while an order without a record would
-- be sent again as soon as there is one.
local PASSES = { EAGAIN = true, EWOULDBLOCK = true, EIO = true, ENOSPC = true, EDQUOT = true }

--- Whether files can be made in a directory: one that another user made is there and of no use.
---@param dir string
---@return boolean? done
---@return string? message
---@return string? code
function state_directory.can_lock(dir)
  local probe = dir .. "/probe.lock"
  local handle, message, code = sys.lock(probe)
  if not handle then return nil, message, code end
  sys.remove(probe)
  handle:close()
  return true
end

local function usable(dir, is_chosen)
  local done, message, code = sys.mkdir(dir)
  -- A chosen one that cannot be written is an error at the order.
  if done and not is_chosen then done, message, code = state_directory.can_lock(dir) end
  return done or PASSES[code] or false, message
end

--- Has records be somewhere else, or nowhere, whatever is configured (replay).
---@param dir string|false
function state_directory.use(dir) fixed, found = dir, nil end

--- Says whose records are meant; called by the engine for each request, while the configuration has its credentials.
---@param config table? nil: nobody's, there is no directory
---@param uuid string the director
function state_directory.configure(config, uuid)
  account, settings = config and account_name(config), config and { state_dir = config.engine.state_dir }
  director, found = uuid, nil
end

--- Whose records these are: part of every key.
---@return string
function state_directory.director() return director end

local function look()
  if fixed ~= nil then return fixed or nil, not fixed and "the recorded request had no state directory" or nil end
  if not account then return nil, "there is no usable configuration" end
  local messages, chosen = {}, nil
  for _, base in ipairs(candidates()) do
    local dir = base .. "/" .. account
    if chosen then
      if sys.list(dir) then log.warn("there are records in %s, too; engine.state_dir says which are meant", dir) end
    else
      local fits, message = usable(dir, settings.state_dir)
      if fits then chosen = dir else messages[#messages + 1] = message end
      if fits and message then log.warn("%s", message) end
    end
  end
  if chosen then return chosen end
  if #messages == 0 then return nil, "neither engine.state_dir nor HOME is set" end
  return nil, table.concat(messages, "; ")
end

--- The account's directory, made if need be.
---@return string? directory
---@return string? message why there is none
function state_directory.current()
  if not found then
    found = table.pack(look())
    events.tell { kind = "state", name = found[1] }
    if not found[1] then log.warn("no state is kept, so each order is preceded by a look: %s", found[2]) end
  end
  return found[1], found[2]
end

return state_directory
