-- Who may use an image, and what is known of what is in it.

local clock  = require "slsim.clock"
local errors = require "slsim.errors"
local events = require "slsim.model.events"
local guess  = require "slsim.guess"
local world  = require "slsim.world"

guess("[G]", "sharing with an account twice, with one's own, or ending what is not shared is refused")

local function own(group, call)
  if group.accountId ~= call.user.accountId then errors.public("The image belongs to another account.") end
  if group.parentId then errors.public("Only the parent of an image can be shared.") end
end

local function reference(group, account_id)
  for i, entry in ipairs(group.accountReferences) do
    if entry.accountId == account_id then return i end
  end
end

local methods = {}

methods.permitSharingAccess = { args = "accountId:int", run = function(group, call, id)
  own(group, call)
  if id == group.accountId or reference(group, id) then
    errors.public("The image is shared with the account %d already.", id)
  end
  table.insert(group.accountReferences, world.value("Virtual_Guest_Block_Device_Template_Group_Accounts",
    { accountId = id, groupId = group.id, group = group, createDate = clock.time() }))
  events.log(call, "Permit Sharing", "Image Template", group)
  return true
end }

methods.denySharingAccess = { args = "accountId:int", run = function(group, call, id)
  own(group, call)
  local at = reference(group, id) or errors.public("The image is not shared with the account %d.", id)
  table.remove(group.accountReferences, at)
  events.log(call, "Deny Sharing", "Image Template", group)
  return true
end }

methods.isCloudInit = { run = function(group) return group.__cloud_init end }
methods.isCloudInitOnlyOperatingSystem = { run = function() return false end }

local function cloud_init(value, event)
  return { run = function(group, call)
    own(group, call)
    group.__cloud_init = value
    events.log(call, event, "Image Template", group)
    return true
  end }
end
methods.addCloudInitAttribute = cloud_init(true, "Add Cloud-init")
methods.removeCloudInitAttribute = cloud_init(false, "Remove Cloud-init")

return methods
