--- Whether somebody has what a record says that nobody was told of: a process may die between an answer and the note of
--- it. Who has a VM or a disk writes metadata on it at once, and attaches.

local network_storage = require "softlayer.network_storage"
local notes = require "bosh.notes"
local tags = require "bosh.tags"
local virtual_guest = require "softlayer.virtual_guest"

local taken = {}

local function is_empty(list) return next(list or {}) == nil end

local function has_director(guest)
  for _, name in ipairs(tags.names(guest.tagReferences)) do
    if name:find "^director:" then return true end
  end
  return false
end

--- Of a create_vm.
---@param record Record
---@return boolean? taken
---@return Error? err
function taken.vm(record)
  if record.stage ~= "READY" then return false end
  local guest, err = virtual_guest.find(tostring(record.id), "tagReferences.tag.name,allowedNetworkStorage.id")
  if err then return nil, err end
  return guest ~= nil and (has_director(guest) or not is_empty(guest.allowedNetworkStorage))
end

--- Of a create_disk.
---@param record Record
---@return boolean? taken
---@return Error? err
function taken.disk(record)
  if record.stage ~= "READY" then return false end
  local volume, err = network_storage.find(tostring(record.id), "notes,allowedVirtualGuests.id,allowedHardware.id")
  if err then return nil, err end
  return volume ~= nil and (notes.are_metadata(volume.notes) or not is_empty(volume.allowedVirtualGuests)
    or not is_empty(volume.allowedHardware))
end

return taken
