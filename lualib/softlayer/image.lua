--- Images (Virtual_Guest_Block_Device_Template_Group): what a stemcell is at SoftLayer.

local answer = require "softlayer.answer"
local errors = require "errors"
local refusal = require "softlayer.refusal"
local sl = require "softlayer"
local user = require "softlayer.user"
local wait = require "wait"

local image = {}

local SERVICE = "Virtual_Guest_Block_Device_Template_Group"

--- An image's id from a stemcell's cid.
---@param cid string
---@return integer? id
---@return Error? err
function image.id_of(cid)
  local id = cid:find("^%d+$") and math.tointeger(tonumber(cid))
  if id and id > 0 then return id end
  return nil, errors.cloud("'%s' is no stemcell's cid: the number of an image is expected", cid)
end

--- The call that asks for an image; send it alone or with others in one flight.
---@param id integer
---@return table call
function image.query(id)
  return sl[SERVICE]:id(id):mask("id,name,globalIdentifier"):later("getObject")
end

--- What an error of that call means for an operator.
---@param id integer
---@param err Error? nil: the API answered null; one of another call of the flight is handed back
---@return Error
function image.explain(id, err)
  if err and (not refusal.not_found(err) or err.service ~= SERVICE) then return err end
  return errors.cloud("stemcell %d not found: there is no image with that id, or the account may not see it. Upload "
    .. "the stemcell again, or share the image with this account", id)
end

local DETAILS = "id,name,note,accountId,globalIdentifier,publicFlag,parentId,status[keyName,name],imageType.keyName,"
  .. "blockDevicesDiskSpaceTotal,transaction[id,transactionStatus.name,transactionGroup[name,averageTimeToComplete]],"
  .. "datacenter.name,children[id,datacenter.name]"

--- An image with all that tells whether a VM can be made from it; nil without an error when it is gone for certain.
---@param id integer
---@return table?
---@return Error? err
function image.find(id)
  local found, err = sl[SERVICE]:id(id):mask(DETAILS):getObject()
  found, err = answer.object(found, err, id, "image " .. id)
  if found or not refusal.not_found(err) then return found, err end
  local certain
  certain, err = user.sees_all("image", "image " .. id)
  return nil, not certain and err or nil
end

--- The image with a global identifier, among the account's and the public ones.
---@param uuid string
---@return integer? id
---@return Error? err
function image.by_uuid(uuid)
  for service, method in pairs { Account = "getBlockDeviceTemplateGroups", [SERVICE] = "getPublicImages" } do
    local target = sl[service]:mask("id,globalIdentifier,parentId"):filter { globalIdentifier = uuid }
    local list, err = target[method](target)
    list, err = answer.list(list, err, "images")
    if not list then return nil, err end
    for _, found in ipairs(list) do
      if found.globalIdentifier == uuid and not found.parentId then return found.id end
    end
  end
  return nil, errors.cloud("there is no image with the uuid %s, or the account may not see it", uuid)
end

--- Where an image has copies, sorted.
---@param found table of image.find
---@return string[]
function image.datacenters(found)
  local names = {}
  if found.datacenter then names[1] = found.datacenter.name end
  for _, child in ipairs(found.children or {}) do names[#names + 1] = child.datacenter and child.datacenter.name end
  table.sort(names)
  return names
end

local function has(names, wanted)
  for _, name in ipairs(names) do
    if name == wanted then return true end
  end
  return false
end

-- What an operator must change before VMs can be made from the image.
local function trouble(found)
  local status = found.status
  local running = found.transaction and found.transaction.transactionStatus
  if found.parentId then return ("it is one copy of image %d: name that"):format(found.parentId) end
  if running then return ("it is not complete: %s"):format(running.name) end
  if status and status.keyName ~= "ACTIVE" then return ("its status is %s"):format(status.name or status.keyName) end
  if found.imageType and found.imageType.keyName == "ISO" then return "it is a CD" end
  if found.blockDevicesDiskSpaceTotal == 0 then return "it has no disk for virtual servers" end
end

--- Why no VM can be made from an image, in a datacenter if one is named; nil: it can.
---@param found table of image.find
---@param datacenter string?
---@return Error?
function image.unusable(found, datacenter)
  local why, places = trouble(found), image.datacenters(found)
  if not why and datacenter and #places > 0 and not has(places, datacenter) then
    why = ("it has no copy in %s, but in %s"):format(datacenter, table.concat(places, ", "))
  end
  if not why then return nil end
  return errors.cloud("no VM can be made from image %d ('%s'): %s", found.id, tostring(found.name), why)
end

-- What the API took is not believed until it shows.
local function is_gone(id)
  local found, err = image.find(id)
  if err then return nil, err end
  return found == nil
end

local function deleted(id)
  local transaction, err = sl[SERVICE]:id(id):deleteObject()
  if transaction or err == nil or refusal.not_found(err) then return true end
  if refusal.busy(err) then return false, { stage = err.words } end
  return nil, err
end

--- Deletes an image, as soon as nothing works on it, and waits until it is gone.
---@param id integer
---@return boolean? done
---@return Error? err
function image.delete(id)
  local done, err = wait { what = ("image %d to be deleted"):format(id), at_most = 60 * 60, deleted, id }
  if not done then return nil, err end
  return wait { what = ("the end of image %d"):format(id), at_most = 10 * 60, is_gone, id }
end

return image
