--- Snapshots: made once, and found again by a mark in their notes when the answer is missing.

local answer = require "softlayer.answer"
local moment = require "moment"
local refusal = require "softlayer.refusal"
local sent_once = require "softlayer.sent_once"
local sl = require "softlayer"
local sys = require "core.sys"
local wait = require "wait"

local snapshot_order = {}

snapshot_order.WINDOW = 10 * 60 -- seconds in which a snapshot may still be missing from its volume's list
local PATIENCE = 25 * 60 -- seconds for a volume that is being changed

--- What tells this snapshot from every other one; the record keeps it.
---@param record Record
---@return string
function snapshot_order.mark(record)
  record.mark = record.mark or "[" .. sys.nonce(sys.uuid()) .. "]"
  return record.mark
end

--- For wait: the snapshot with that mark.
---@param volume_id integer|string
---@param mark string
function snapshot_order.seek(volume_id, mark)
  local list, err = sl.Network_Storage:id(volume_id):mask("id,notes"):getSnapshots()
  list, err = answer.list(list, err, "snapshots")
  if not list then return nil, err end
  for _, snapshot in ipairs(list) do
    if snapshot.notes and snapshot.notes:find(mark, 1, true) then return snapshot.id end
  end
  return false
end

--- Looks for the snapshot of a call whose answer is missing.
---@param record Record
---@param volume_id integer
---@return integer? id nil: there is none
function snapshot_order.look(record, volume_id)
  if not record.mark then return nil end
  local id, err = wait { what = "the snapshot that was asked for", at_most = record:left(snapshot_order.WINDOW),
    snapshot_order.seek, volume_id, record.mark }
  if id then return record:known("id", id) end
  if not err.gave_up or err.last then error(err, 0) end
  return nil
end

-- A volume that is being changed refuses; that call made nothing, so it may be made again. The window of a look
-- begins with the last one.
local function create(record, volume_id, notes)
  local last
  local snapshot, err = wait { what = ("volume %d to take a snapshot"):format(volume_id), at_most = PATIENCE, function()
    assert(record:save { sent = moment.now() })
    local made
    made, last = sl.Network_Storage:id(volume_id):createSnapshot(notes)
    if made then return made end
    if last and refusal.volume_busy(last) then return false, { stage = last.words } end
    return last == nil and {} or nil, last
  end }
  return snapshot, err
end

--- Makes the snapshot; see softlayer.sent_once.
---@param record Record
---@param volume_id integer
---@param notes string with the record's mark
---@return integer id
function snapshot_order.place(record, volume_id, notes)
  return sent_once(record, {
    what = ("the snapshot of volume %d"):format(volume_id), field = "id",
    send = function() return create(record, volume_id, notes) end,
    id_of = function(snapshot) return snapshot.id end,
    look = function(open) return snapshot_order.look(open, volume_id) end,
  })
end

return snapshot_order
