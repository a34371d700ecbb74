local errors = require "errors"
local hostname = require "bosh.hostname"
local image = require "softlayer.image"
local image_import = require "softlayer.image_import"
local json = require "core.json"
local network_storage = require "softlayer.network_storage"
local orphans = require "orphans"
local state = require "state"
local user = require "softlayer.user"
local virtual_guest = require "softlayer.virtual_guest"
local volume_search = require "softlayer.volume_search"

description = [[
Tells a record that something that exists is what it has ordered, so that the same request made again returns it.
]]
arguments = { "key: string", "cid: cid", "force: boolean?" }
effect    = "read"
timeout   = 10 * 60

local ORDER = "notes,billingItem.orderItem.order.id,billingItem.orderItem.order.userRecordId"

local function refuse(format, ...) error(errors.cloud(format, ...), 0) end

local function find_guest(_, cid)
  local guest = must(virtual_guest.get(cid, "id,hostname"))
  return { id = guest.id, hostname = guest.hostname }
end

local function find_volume(method, cid)
  local volume = must(network_storage.get(cid, ORDER))
  if volume.nasType == "SNAPSHOT" then refuse("%s is a snapshot", cid) end
  if method == "file_volume" and volume.nasType ~= "NAS" then refuse("%s is no file volume", cid) end
  local item = volume.billingItem.orderItem
  local order = item and item.order or refuse("the API does not tell which order made volume %s", cid)
  return { id = volume.id, order = order.id, user = order.userRecordId }
end

local function find_snapshot(_, cid)
  local snapshot = must(network_storage.find_snapshot(cid)) or refuse("snapshot %s is gone", cid)
  return { id = snapshot.id, notes = snapshot.notes }
end

local function find_image(_, cid)
  local found = must(image.find(must(image.id_of(cid)))) or refuse("image %s is gone", cid)
  return { id = found.id, nonce = image_import.nonce_of(found) }
end

local function is_attempt(record, nonce)
  local attempt = orphans.nonces { key = record.key, fields = record.stage ~= "DAMAGED" and record or nil }[nonce or ""]
  if attempt and record.stage == "DAMAGED" then record.attempts = attempt end
  return attempt ~= nil
end

local function is_our_guest(record, guest) return is_attempt(record, hostname.nonce(guest.hostname)) end

local function is_our_image(record, found) return is_attempt(record, found.nonce) end

-- A volume has no name: the order on record, or one that can be the one that was sent, speaks for it.
local function is_our_volume(record, volume)
  if record.order then return volume.order == record.order end
  if record.stage ~= "SENT" then return false end
  for _, order in ipairs(must(volume_search.candidates(record, must(user.current()).id))) do
    if order == volume.order then return true end
  end
  return false
end

local function is_our_snapshot(record, snapshot)
  return record.mark ~= nil and (snapshot.notes or ""):find(record.mark, 1, true) ~= nil
end

local forms = {
  create_vm = { find_guest, is_our_guest, "guest" },
  build_stemcell = { find_guest, is_our_guest, "guest" },
  create_disk = { find_volume, is_our_volume, "volume" },
  file_volume = { find_volume, is_our_volume, "volume" },
  snapshot_disk = { find_snapshot, is_our_snapshot, "snapshot" },
  create_stemcell = { find_image, is_our_image, "image" },
  import_stemcell = { find_image, is_our_image, "image" },
}

local function names(fields, id)
  for _, left in ipairs(fields.left_behind or {}) do
    if left.id == id then return true end
  end
  return fields.id == id
end

-- One thing belongs to one record.
---@param method string that made it
function check_others(key, method, id)
  local what = forms[method][3]
  for _, entry in ipairs(state.all()) do
    local form = forms[entry.method]
    if entry.name ~= key and entry.fields and form and form[3] == what and names(entry.fields, id) then
      refuse("%s %d is on the record %s", what, id, entry.name)
    end
  end
end

-- What the record named so far is not lost: it is left behind.
---@param object table { id =, hostname =, order = }
function give(record, object)
  local left = json.array {}
  for _, other in ipairs(record.left_behind or {}) do
    if other.id ~= object.id then left[#left + 1] = other end
  end
  local other = record.id and record.id ~= object.id or record.order and record.order ~= object.order
  if other then
    left[#left + 1] = { id = record.id, order = record.order, hostname = record.hostname,
      reason = ("%d was adopted instead"):format(object.id) }
  end
  record.left_behind, record.order = left, object.order
  must(record:save { stage = "READY", id = object.id, hostname = object.hostname, adopted = true })
end

function run(key, cid, force)
  local record <close> = must(state.open(key, true))
  local form = forms[record.method] or refuse("%s is no record of something that can be adopted", key)
  if record.stage == "DONE" and tostring(record.id) ~= cid then
    refuse("%s was answered with %s %s", key, form[3], tostring(record.id))
  end
  local find, is_ours, what = table.unpack(form)
  local object = find(record.method, cid)
  check_others(key, record.method, object.id)
  if not force and not is_ours(record, object) then
    refuse("nothing tells that %s %s belongs to %s; --force says that it does", what, cid, key)
  end
  if record.stage == "DONE" then return ("%s was answered with %s %s already"):format(key, what, cid) end
  give(record, object)
  return ("%s is %s %s now: the same request made again returns it"):format(key, what, cid)
end
