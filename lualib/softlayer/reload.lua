--- OS reload: a guest's system disk is written anew from an image. The guest keeps its id, hostname, addresses,
--- user metadata and the volumes it may mount.

local errors = require "errors"
local json = require "core.json"
local log = require "core.log"
local must = require "must"
local refusal = require "softlayer.refusal"
local sent_once = require "softlayer.sent_once"
local sl = require "softlayer"
local virtual_guest = require "softlayer.virtual_guest"
local wait = require "wait"

local reload = {}

local WINDOW = 10 * 60 -- seconds in which a reload whose answer is missing may still begin
local PATIENCE = 60 * 60 -- seconds for a guest that is busy, and for a confirmed reload to begin
local LONGEST = 4 * 60 * 60 -- seconds of a reload

---@class Reload
---@field image_id integer
---@field ssh_key_ids integer[]? replace the guest's
---@field user_metadata string? replaces the guest's

local function last_reload(guest)
  local transaction = guest.lastOperatingSystemReload
  return transaction and transaction.id or 0
end

local function inspect(guest_id)
  return virtual_guest.get(tostring(guest_id), "id,lastOperatingSystemReload.id")
end

-- For wait: the transaction of a reload that is not the one before.
local function begun(guest_id, before)
  local guest, err = inspect(guest_id)
  if not guest then return nil, err end
  local id = last_reload(guest)
  return id ~= before and id
end

--- Looks for the reload of a call whose answer is missing.
---@param record Record whose `after` is the last reload before that call
---@param guest_id integer
---@return integer? transaction nil: the call did not take effect
function reload.look(record, guest_id)
  if not record.after then return nil end
  local id, err = wait { what = ("a reload of guest %d"):format(guest_id), at_most = record:left(WINDOW), begun,
    guest_id, record.after }
  if id then return record:known("id", id) end
  if not err.gave_up or err.last then error(err, 0) end
  return nil
end

-- A success is the text "1". An error document may come as a text, too, also with status 200.
local function explain(answer)
  local document = type(answer) == "string" and json.decode(answer)
  local words = type(document) == "table" and document.error or json.encode(answer == nil and json.null or answer)
  local refused = type(document) == "table" and type(document.error) == "string"
  return errors.new { kind = refused and "api" or "transport", sent = true, code = refused and document.code or nil,
    words = tostring(words), message = ("the reload was answered by %s"):format(words) }
end

-- A guest that is busy refuses; that call did nothing, so it may be made again.
local function send(guest_id, configuration)
  return wait { what = ("guest %d to take a reload"):format(guest_id), at_most = PATIENCE, function()
    local answer, err = sl.Virtual_Guest:id(guest_id):reloadOperatingSystem("FORCE", configuration)
    if answer == "1" then return {} end
    err = err or explain(answer)
    if refusal.busy(err) then return false, { stage = err.words } end
    return nil, err
  end }
end

-- The number of the last reload, or of the provision, of the idle guest.
local function prepare(guest_id, wanted)
  must(wait { what = ("an idle guest %d"):format(guest_id), at_most = PATIENCE, virtual_guest.idle,
    tostring(guest_id) })
  local guest = must(inspect(guest_id))
  if wanted.user_metadata then
    log.secret(wanted.user_metadata)
    must(sl.Virtual_Guest:id(guest_id):setUserMetadata { wanted.user_metadata })
  end
  return last_reload(guest)
end

local function place(record, guest_id, wanted)
  local before = prepare(guest_id, wanted)
  local keys = wanted.ssh_key_ids or {}
  local configuration = { imageTemplateId = wanted.image_id, sshKeyIds = #keys > 0 and json.array(keys) or nil }
  return sent_once(record, {
    what = ("the reload of guest %d"):format(guest_id), field = "id", mark = { after = before },
    send = function() return send(guest_id, configuration) end,
    id_of = function()
      return must(wait { what = ("the reload of guest %d to begin"):format(guest_id), at_most = PATIENCE, begun,
        guest_id, before })
    end,
    look = function(open) return reload.look(open, guest_id) end,
  })
end

--- Reloads a guest and waits until it runs again; with the record of an earlier try goes on where that ended.
--- Raises.
---@param record Record
---@param guest_id integer
---@param wanted Reload
---@param mask string? what else to ask of the guest
---@return table guest
function reload.run(record, guest_id, wanted, mask)
  if not (record.id or record:unsure() and reload.look(record, guest_id)) then place(record, guest_id, wanted) end
  return must(wait { what = ("the reload of guest %d"):format(guest_id), at_most = LONGEST, virtual_guest.ready,
    tostring(guest_id), mask or "hostname" })
end

return reload
