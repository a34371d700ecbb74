--- Where records are kept: engine.state_dir, else below HOME, else where a director's container can write. Directors
--- start their CPI without HOME, and people have one.

local account_name = require "account_name"
local log = require "core.log"
local sys = require "core.sys"

local state_directory = {}

local DIRECTOR = "/var/vcap/store/director" -- writable for a director's workers, under bpm too, and it outlives the VM

local function candidates(settings)
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

local function usable(dir, settings)
  local done, message, code = sys.mkdir(dir)
  -- A chosen one that cannot be written is an error at the order.
  if done and not settings.state_dir then done, message, code = state_directory.can_lock(dir) end
  return done or PASSES[code] or false, message
end

local fixed

--- Has records be somewhere else, or nowhere, whatever is configured (replay).
---@param dir string|false
function state_directory.use(dir) fixed = dir end

--- The account's directory, made if need be.
---@param config table
---@return string? directory
---@return string? message why there is none
function state_directory.of(config)
  if fixed ~= nil then return fixed or nil, not fixed and "the recorded request had no state directory" or nil end
  local account, messages, chosen = account_name(config), {}, nil
  for _, base in ipairs(candidates(config.engine)) do
    local dir = base .. "/" .. account
    if chosen then
      if sys.list(dir) then log.warn("there are records in %s, too; engine.state_dir says which are meant", dir) end
    else
      local fits, message = usable(dir, config.engine)
      if fits then chosen = dir else messages[#messages + 1] = message end
      if fits and message then log.warn("%s", message) end
    end
  end
  if chosen then return chosen end
  if #messages == 0 then return nil, "neither engine.state_dir nor HOME is set" end
  return nil, table.concat(messages, "; ")
end

return state_directory
