--- An image captured from a guest: asked for once, found again by its name, complete when it has a copy.

local answer = require "softlayer.answer"
local errors = require "errors"
local json = require "core.json"
local log = require "core.log"
local moment = require "moment"
local refusal = require "softlayer.refusal"
local sl = require "softlayer"
local wait = require "wait"

local image_capture = {}

local MASK = "id,name,parentId,globalIdentifier,children.id,"
  .. "transaction[transactionStatus.name,transactionGroup.averageTimeToComplete]"
local WINDOW = 10 * 60 -- seconds in which a capture that was asked for may still be missing from the list
local SENDS = 2 -- with a look in between

--- The account's image of that name; nil without an error: there is none. The filter is checked, because the API
--- ignores one that it does not understand.
---@param name string
---@return table? image
---@return Error? err
function image_capture.named(name)
  local list, err = sl.Account:mask(MASK):filter({ name = name }):getBlockDeviceTemplateGroups()
  list, err = answer.list(list, err, "images")
  if not list then return nil, err end
  for _, image in ipairs(list) do
    if image.name == name and not image.parentId then return image end
  end
end

-- For wait.
local function seek(name)
  local image, err = image_capture.named(name)
  if err then return nil, err end
  return image or false
end

local function look(name, window)
  local image, err = wait { what = "the image " .. name, at_most = window, seek, name }
  if image then return image end
  if not err.gave_up or err.last then error(err, 0) end
  return nil
end

local SWAP = "SWAP"

-- What a standard image is made of: the disks that hold data.
local function data_disks(guest)
  local devices = json.array {}
  for _, device in ipairs(guest.blockDevices or {}) do
    local disk = device.diskImage or {}
    local is_swap = (disk.name or ""):find(SWAP, 1, true) or disk.type and disk.type.keyName == SWAP
    if device.mountType == "Disk" and not is_swap then devices[#devices + 1] = { id = device.id } end
  end
  return devices
end

--- What `kinds` need to know of a guest.
image_capture.GUEST = "id,blockDevices[id,device,mountType,diskImage[name,type.keyName]]"

--- The kinds of images, and how each is asked for.
image_capture.kinds = {
  standard = function(guest, name, note)
    return sl.Virtual_Guest:id(guest.id):createArchiveTransaction(name, data_disks(guest), note)
  end,
  flex = function(guest, name, note)
    return sl.Virtual_Guest:id(guest.id):captureImage { name = name, summary = note, description = note }
  end,
}

-- For wait: the outcome of the call. A guest that is busy is asked again; so it is sent once.
local function send(kind, guest, name, note)
  local value, err = image_capture.kinds[kind](guest, name, note)
  if err and refusal.busy(err) then return false, { stage = "the guest is busy" } end
  return { value = value, err = err }
end

local function ask(kind, guest, shot)
  local outcome, err = wait { what = ("guest %d to be captured"):format(guest.id), at_most = 30 * 60, send, kind, guest,
    shot.name, shot.note }
  return err or outcome.err
end

--- Captures a guest, once: `record.phase` is CAPTURING before the call leaves, and while it is, the image is looked
--- for before anything is sent. Raises.
---@param record Record
---@param guest table with GUEST
---@param shot { kind: "standard"|"flex", name: string, note: string }
---@return table image perhaps still in the making
function image_capture.take(record, guest, shot)
  local image = record.phase == "CAPTURING" and look(shot.name, record:left(WINDOW))
  for _ = 1, image and 0 or SENDS do
    assert(record:save { phase = "CAPTURING", sent = moment.now() })
    local err = ask(shot.kind, guest, shot)
    if err and (err.sent == false or not refusal.says_nothing(err)) then error(err, 0) end
    if err then log.warn("looking for the image %s: %s", shot.name, err) end
    image = look(shot.name, WINDOW)
    if image then break end
  end
  if image then return image end
  error(errors.cloud("the image %s was asked for %d times, and nothing came of it", shot.name, SENDS), 0)
end

--- For wait: done when an image has a copy and no transaction.
---@param name string
---@return table|false|nil image
---@return Progress|Error|nil
function image_capture.complete(name)
  local image, err = image_capture.named(name)
  if err then return nil, err end
  if not image then return nil, errors.cloud("the image %s is gone", name) end
  local transaction = image.transaction
  if not transaction and #(image.children or {}) > 0 then return image end
  if not transaction then return false, { stage = "no copy yet" } end
  local status, group = transaction.transactionStatus, transaction.transactionGroup
  local minutes = group and tonumber(group.averageTimeToComplete)
  return false, { stage = status and status.name, average = minutes and minutes > 0 and minutes * 60 or nil }
end

return image_capture
