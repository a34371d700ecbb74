--- Volumes and snapshots: how to find one, when it is gone, busy or ready, and which guests may mount it.

local answer = require "softlayer.answer"
local errors = require "errors"
local refusal = require "softlayer.refusal"
local sl = require "softlayer"
local user = require "softlayer.user"

local network_storage = {}

-- What tells that a volume is alive and idle; part of every mask here.
local LIFE = "id,username,nasType,billingItem.id,activeTransactions[id,elapsedSeconds,transactionStatus[name],"
  .. "transactionGroup[name,averageTimeToComplete]]"

--- A volume's id from a cid.
---@param cid string
---@param what string? "disk" if absent
---@return integer? id
---@return Error? err
function network_storage.id_of(cid, what)
  local id = cid:find("^%d+$") and math.tointeger(tonumber(cid))
  if id and id > 0 then return id end
  return nil, errors.cloud("'%s' is no %s's cid: a positive number is expected", cid, what or "disk")
end

local function fetch(id, mask)
  local query = sl.Network_Storage:id(id):mask(LIFE .. (mask and "," .. mask or ""))
  local object, err = query:getObject()
  if not err or not refusal.not_found(err) then return answer.object(object, err, id, "volume " .. id) end
  local _, doubt = user.sees_all("network_storage", "volume " .. id)
  return nil, doubt
end

--- The volume, or nil without an error when it is gone for certain: the API says so to a user who sees all
--- volumes, or its billing has ended, which is what a cancellation does at once.
---@param cid string
---@param mask string? what else to ask for
---@return table? volume
---@return Error? err
function network_storage.find(cid, mask)
  local id, err = network_storage.id_of(cid)
  if not id then return nil, err end
  local volume
  volume, err = fetch(id, mask)
  if not volume or not volume.billingItem then return nil, err end
  return volume
end

--- The same, but a volume that is gone is a DiskNotFound.
---@param cid string
---@param mask string?
---@return table? volume
---@return Error? err
function network_storage.get(cid, mask)
  local volume, err = network_storage.find(cid, mask)
  if volume or err then return volume, err end
  return nil, errors.disk_not_found("Disk '%s' not found", cid)
end

--- A snapshot, or nil without an error when it is gone.
---@param cid string
---@return table? snapshot
---@return Error? err
function network_storage.find_snapshot(cid)
  local id, err = network_storage.id_of(cid, "snapshot")
  if not id then return nil, err end
  local snapshot
  snapshot, err = fetch(id)
  if not snapshot then return nil, err end
  if snapshot.nasType ~= "SNAPSHOT" then return nil, errors.cloud("%s is no snapshot but a volume", cid) end
  return snapshot
end

local function progress(volume)
  local transaction = (volume.activeTransactions or {})[1]
  local group = transaction and transaction.transactionGroup
  local minutes = group and tonumber(group.averageTimeToComplete)
  local status = transaction and transaction.transactionStatus
  return { stage = status and status.name, average = minutes and minutes > 0 and minutes * 60 or nil }
end

local function is_busy(volume) return #(volume.activeTransactions or {}) > 0 end

--- For wait: done when no transaction runs; "gone" when the volume is.
---@param cid string
---@param mask string?
function network_storage.idle(cid, mask)
  local volume, err = network_storage.find(cid, mask)
  if err then return nil, err end
  if not volume then return "gone" end
  if is_busy(volume) then return false, progress(volume) end
  return volume
end

--- For wait: done when the volume can be mounted, not only when it is listed.
---@param cid string
function network_storage.mountable(cid)
  local volume, err = network_storage.get(cid, "isReadyToMount,capacityGb")
  if not volume then return nil, err end
  if not is_busy(volume) and volume.isReadyToMount then return volume end
  return false, progress(volume)
end

--- For wait: done when a call on the volume was taken. What the API refuses because the volume is being
--- changed, or is not ready yet, or answers with a bare `false`, may be taken later.
---@param call fun(): any, Error?
function network_storage.taken(call)
  local value, err = call()
  if value then return value end
  if err and not refusal.volume_busy(err) then return nil, err end
  return false, { stage = err and err.words }
end

--- True when a guest is among those that may mount the volume.
---@param volume table with allowedVirtualGuests
---@param guest_id integer
function network_storage.is_allowed(volume, guest_id)
  for _, guest in ipairs(volume.allowedVirtualGuests or {}) do
    if guest.id == guest_id then return true end
  end
  return false
end

return network_storage
