--- The import of an image from object storage: sending it once, finding what it made by a mark in its note, waiting
--- until it is really over, and leaving nothing behind.

local answer = require "softlayer.answer"
local errors = require "errors"
local image = require "softlayer.image"
local json = require "core.json"
local log = require "core.log"
local moment = require "moment"
local object_storage = require "object_storage"
local refusal = require "softlayer.refusal"
local sent_once = require "softlayer.sent_once"
local sl = require "softlayer"
local wait = require "wait"

local image_import = {}

local SERVICE = "Virtual_Guest_Block_Device_Template_Group"
local BOOT_MODE = "HVM"
local LONGEST = 12 * 60 * 60 -- seconds for an import
local SETTLING = 120 -- guess [G]: seconds in which a new image may show neither its transaction nor a copy
local NO_DEVICE = "Unable to find the primary block device"

image_import.WINDOW = 10 * 60 -- seconds in which an image may still be missing from the account's list

---@class Import
---@field name string of the image
---@field by string which script makes it, and for whom: "create_stemcell by slcpi for director 5"
---@field os_code string "UBUNTU_22_64"

--- The object of a record's import in the storage.
---@param record Record
---@return string
function image_import.object(record) return ("slcpi-%s.vhd"):format(record:nonce()) end

--- What the note of a director's image begins with.
---@param request table of the script
---@return string
function image_import.maker(request)
  return ("create_stemcell by slcpi for director %s"):format(tostring(request.context.director_uuid or ""))
end

--- Whether an image's note says that it was made so.
---@param found table with its note
---@param by string
---@return boolean
function image_import.was_made_by(found, by)
  return type(found.note) == "string" and found.note:sub(1, #by + 2) == by .. " ["
end

--- The mark in an image's note; "": it has none of ours.
---@param found table with its note
---@return string
function image_import.nonce_of(found)
  return type(found.note) == "string" and found.note:match "by slcpi.* %[(%w+)%]$" or ""
end

--- For wait: the private image with a mark in its note.
---@param nonces table<string, any> of the record's attempts; one of them is the mark
---@param name string? of the image, which shortens the list
function image_import.seek(nonces, name)
  local images = sl.Account:mask("id,note,parentId")
  if name then images = images:filter { name = name } end
  local list, err = images:getPrivateBlockDeviceTemplateGroups()
  list, err = answer.list(list, err, "images")
  if not list then return nil, err end
  for _, found in ipairs(list) do
    if not found.parentId and nonces[image_import.nonce_of(found)] then return found.id end
  end
  return false
end

--- Looks for the image of a call whose answer is missing.
---@param record Record
---@param name string
---@return integer? id nil: there is none
function image_import.look(record, name)
  local id, err = wait { what = "the image that was asked for", at_most = record:left(image_import.WINDOW),
    image_import.seek, { [record:nonce()] = true }, name }
  if id then return record:known("id", id) end
  if not err.gave_up or err.last then error(err, 0) end
  return nil
end

--- The image of an earlier try of the same request, if it made one.
---@param record Record
---@param name string
---@return integer? id
function image_import.resume(record, name)
  record:renew()
  return record.id or record:unsure() and image_import.look(record, name) or nil
end

--- Brings the disk into the storage; what an interrupted try has brought is not sent again. It is on record first.
--- Raises.
---@param record Record
---@param store Cos|Swift
---@param disk Source
function image_import.upload(record, store, disk)
  local object = image_import.object(record)
  assert(record:save { stage = record.stage == "SENT" and "SENT" or "INTENT", upload = object })
  log.info("uploading the disk as %s", store:uri(object))
  assert(store:put(object, disk))
end

--- Has SoftLayer fetch the object; see softlayer.sent_once.
---@param record Record
---@param store Cos|Swift
---@param import Import
---@return integer id
function image_import.place(record, store, import)
  local method, fields = object_storage.import_of(store, image_import.object(record))
  fields.name, fields.note = import.name, ("%s [%s]"):format(import.by, record:nonce())
  fields.operatingSystemReferenceCode = import.os_code
  return sent_once(record, {
    what = "the import of an image", field = "id",
    send = function() return sl[SERVICE][method](sl[SERVICE], fields) end,
    id_of = function(group) return group.id end,
    look = function(open) return image_import.look(open, import.name) end,
  })
end

local function progress(found)
  local transaction = found.transaction
  local group, status = transaction.transactionGroup, transaction.transactionStatus
  local minutes = group and tonumber(group.averageTimeToComplete)
  return { stage = status and status.name, average = minutes and minutes > 0 and minutes * 60 or nil }
end

-- Which is how the API says that an import failed: the image stays, without copies and with nothing that makes them.
local function failed(found)
  return errors.cloud("the import of image %d has ended without a copy: what was uploaded is no disk that SoftLayer "
    .. "takes, or was taken away before it was read", found.id)
end

-- The image, whatever it is like; false while it is so new that it may be hidden.
local function look_at(record)
  local new = record.sent and moment.age(record.sent) < image_import.WINDOW
  local found, err = image.find(record.id)
  if found then return found end
  if err then return nil, err end
  if new then return false, { stage = "not visible yet" } end
  return nil, errors.cloud("image %d is gone", record.id)
end

local function set_boot_mode(id)
  local done, err = sl[SERVICE]:id(id):setBootMode(BOOT_MODE)
  if done or err == nil then return true end
  if err.kind == "api" and err.words:find(NO_DEVICE, 1, true) or refusal.busy(err) or refusal.not_found(err) then
    return false, { stage = err.words }
  end
  return nil, err
end

--- For wait: an import that is over, with the boot mode that BOSH's images need. Its first disk, which has the mode,
--- comes some time after the image.
---@param record Record
---@param state { mode: boolean?, begun: boolean? } what was seen and done before
function image_import.complete(record, state)
  local found, told = look_at(record)
  if not found then return found, told end
  local copies = #image.datacenters(found) > 0
  state.begun = state.begun or found.transaction ~= nil
  if not copies and not found.transaction then
    local settling = record.sent and moment.age(record.sent) < SETTLING
    if state.begun or not settling then return nil, failed(found) end
    return false, { stage = "not begun yet" }
  end
  if not state.mode then
    local err
    state.mode, err = set_boot_mode(record.id)
    if state.mode == nil then return nil, err end
  end
  if found.transaction then return false, progress(found) end
  if found.status and found.status.keyName ~= "ACTIVE" then return false, { stage = found.status.keyName } end
  return state.mode and copies and found or false
end

--- Waits until the import is over and gives the image; then nobody needs the object any more. Raises.
---@param record Record
---@param store Cos|Swift
---@return table image of image.find
function image_import.await(record, store)
  local found, err = wait { what = ("the import of image %d"):format(record.id), at_most = LONGEST,
    image_import.complete, record, {} }
  if not found then error(err, 0) end
  assert(store:delete(image_import.object(record)))
  record.upload = nil
  return found
end

--- Gives back what a failed try has made: the image, the object and the parts of it.
---@param record Record
---@param store Cos|Swift
---@param err Error why; learns whether the request may be made again
function image_import.abandon(record, store, err)
  local object, id = image_import.object(record), record.id
  if id then assert(record:still_known()) end
  local deleted, failure = true, nil
  if id then deleted, failure = image.delete(id) end
  local removed, trouble = store:delete(object)
  if not removed then
    record.left_behind = record.left_behind or json.array {}
    table.insert(record.left_behind, { upload = object, reason = log.redact(err.message) })
  end
  record.upload = nil
  assert(record:abandon(err.message, deleted ~= nil))
  if failure then error(failure, 0) end
  if not removed then error(errors.cloud("%s stays: %s", store:uri(object), trouble.message), 0) end
  err.ok_to_retry = not refusal.permanent(err) and err.kind ~= "bug"
end

return image_import
