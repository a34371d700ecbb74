--- What the API's user may see. The API answers ObjectNotFound for a missing permission too, so a
--- missing object is gone only for a user who sees all objects of its kind.

local errors = require "errors"
local sl = require "softlayer"

local user = {}

-- The flag of User_Customer that lets a user see all devices of a kind.
local flags = {
  virtual_guest = { "hasFullVirtualGuestAccessFlag", "access to all virtual servers" },
  hardware = { "hasFullHardwareAccessFlag", "access to all bare metal servers" },
}

local known

--- Makes sure that "not found" means "gone" for this kind of object.
---@param kind "virtual_guest"|"hardware"
---@param what string the object, for the message
---@return boolean? certain
---@return Error? err names the missing permission
function user.sees_all(kind, what)
  local flag, permission = table.unpack(flags[kind])
  if not known then
    local found, err = sl.Account:mask("id,hasFullVirtualGuestAccessFlag,hasFullHardwareAccessFlag"):getCurrentUser()
    if not found then return nil, err or errors.cloud("the API does not tell who its user is") end
    known = found
  end
  if known[flag] then return true end
  return nil, errors.cloud("%s was not found, but that proves nothing: the API's user lacks the permission '%s', "
    .. "without which existing ones are hidden too", what, permission)
end

return user
