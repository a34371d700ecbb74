--- Changes of a volume in place: more space, other IOPS, another tier. Only some volumes can be changed, and
--- what cannot is a NotSupported: a director copies the disk only then.

local errors = require "errors"
local json = require "core.json"
local must = require "must"
local network_storage = require "softlayer.network_storage"
local refusal = require "softlayer.refusal"
local sl = require "softlayer"
local state = require "state"
local storage_catalogue = require "softlayer.storage_catalogue"
local volume_order = require "softlayer.volume_order"
local wait = require "wait"

local volume_change = {}

local MASK = "capacityGb,provisionedIops,storageTierLevel,staasVersion,hasEncryptionAtRest,snapshotCapacityGb,"
  .. "serviceResource.datacenter.name"

local void = { CANCELLED = true, DENIED = true }

local function refuse(format, ...) return errors.not_supported(format, ...) end

--- The volume with what tells whether and how it can be changed.
---@param cid string
---@return table? volume
---@return Error? err
function volume_change.find(cid) return network_storage.get(cid, MASK) end

-- What it is now, in the words of cloud_properties.
local function present(volume, prices)
  return { size = volume.capacityGb, tier = storage_catalogue.tier_of(prices, volume.storageTierLevel),
    iops = math.tointeger(tonumber(volume.provisionedIops)) }
end

local function cannot(volume)
  if (tonumber(volume.staasVersion) or 0) < 2 then
    return refuse("volume %d is of an older kind that cannot be changed in place", volume.id)
  end
  if not volume.hasEncryptionAtRest or volume.hasEncryptionAtRest == 0 then
    return refuse("volume %d is not encrypted at rest, so it cannot be changed in place", volume.id)
  end
end

-- What it shall be: what was not asked for stays.
local function target(volume, wanted, now)
  if now.tier and wanted.iops or not now.tier and wanted.tier then
    return nil, refuse("volume %d cannot be turned from %s storage into the other kind", volume.id,
      now.tier and "endurance" or "performance")
  end
  local size = math.max(wanted.size, storage_catalogue.SMALLEST)
  if size < now.size then
    return nil, refuse("volume %d cannot be made smaller than %d GB", volume.id, now.size)
  end
  return { size = size, iops = not now.tier and (wanted.iops or now.iops) or nil,
    tier = now.tier and (wanted.tier or now.tier), keeps_speed = not wanted.iops and not wanted.tier, change = true }
end

local function is_done(now, goal)
  return now.size == goal.size and (goal.tier and now.tier == goal.tier or goal.iops and now.iops == goal.iops)
end

-- For wait: the change shows on the volume.
local function shows(cid, goal, prices, record)
  local volume, err = network_storage.idle(cid, MASK)
  if not volume then return volume, err end -- false and its progress: still busy
  if volume == "gone" then return nil, errors.disk_not_found("Disk '%s' not found", cid) end
  if is_done(present(volume, prices), goal) then return volume end
  local order = record.order
  local status = order and sl.Billing_Order:id(order):mask("id,status"):getObject()
  if status and void[status.status] then
    err = errors.cloud("order %d, which was to change volume %s, is %s", order, cid, status.status)
    must(record:abandon(err.message, true))
    return nil, err
  end
  return false, { stage = status and ("order %d is %s"):format(order, status.status) }
end

-- Orders the change, or goes on with the order that an earlier try sent. A second one for the same change would
-- be refused by the API, so nothing is bought twice.
local function order(record, volume, goal)
  if volume_order.resume(record) then return end
  local checked, err = volume_order.check(goal, function(choice) return volume_order.change(choice, volume.id) end)
  if checked then return volume_order.place(record, checked) end
  if refusal.already_so(err) then return end
  if goal.keeps_speed and err.kind == "refused" then
    err = refuse("volume %d cannot have %d GB at the speed that it has: %s", volume.id, goal.size, err.message)
  end
  error(err, 0)
end

-- What an earlier try ordered is done as well, whoever looked last; nothing is on record where nothing was ordered.
local function finish(record, volume, changed)
  if changed or record.stage ~= "INTENT" then must(record:save { stage = "READY", id = volume.id }) end
  return changed
end

--- Changes a volume and waits until the change has happened.
---@param cid string
---@param wanted { size: integer, iops: integer?, tier: number? } GB
---@return boolean changed
function volume_change.to(cid, wanted)
  local prices = assert(storage_catalogue.prices())
  local volume = must(wait { what = "an idle volume " .. cid, at_most = 20 * 60, network_storage.idle, cid, MASK })
  if volume == "gone" then error(errors.disk_not_found("Disk '%s' not found", cid), 0) end
  local now = present(volume, prices)
  local goal = must(target(volume, wanted, now))
  local record = must(state.take("change_disk", json.encode { cid, goal.size, goal.iops or goal.tier or json.null }))
  if is_done(now, goal) then return finish(record, volume, false) end
  must(nil, cannot(volume))
  order(record, volume, goal)
  must(wait { what = "the change of volume " .. cid, at_most = 3 * 60 * 60, shows, cid, goal, prices, record })
  return finish(record, volume, true)
end

return volume_change
