--- What the API's user may see. The API answers ObjectNotFound for a missing permission too, so a
--- missing object is gone only for a user who sees all objects of its kind.

local errors = require "errors"
local sl = require "softlayer"

local user = {}

local function flag(name) return function(found) return found[name] end end

local function permission(key)
  return function(found)
    for _, granted in ipairs(found.permissions or {}) do
      if granted.keyName == key then return true end
    end
    return false
  end
end

-- What lets a user see all objects of a kind, and its name for people.
local sights = {
  image = { flag "hasFullVirtualGuestAccessFlag", "access to all virtual servers" },
  virtual_guest = { flag "hasFullVirtualGuestAccessFlag", "access to all virtual servers" },
  hardware = { flag "hasFullHardwareAccessFlag", "access to all bare metal servers" },
  network_storage = { permission "NAS_MANAGE", "NAS_MANAGE (manage storage)" },
}

local MASK = "id,hasFullVirtualGuestAccessFlag,hasFullHardwareAccessFlag,permissions.keyName"

local known

--- Who calls; asked once per request.
---@return table? user
---@return Error? err
function user.current()
  if not known then
    local found, err = sl.Account:mask(MASK):getCurrentUser()
    if not found then return nil, err or errors.cloud("the API does not tell who its user is") end
    known = found
  end
  return known
end

--- Makes sure that "not found" means "gone" for this kind of object.
---@param kind "image"|"virtual_guest"|"hardware"|"network_storage"
---@param what string the object, for the message
---@return boolean? certain
---@return Error? err names the missing permission
function user.sees_all(kind, what)
  local sees, name = table.unpack(sights[kind])
  local found, err = user.current()
  if not found then return nil, err end
  if sees(found) then return true end
  return nil, errors.cloud("%s was not found, but that proves nothing: the API's user lacks the permission '%s', "
    .. "without which existing ones are hidden too", what, name)
end

return user
