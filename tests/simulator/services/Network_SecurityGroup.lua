-- Security groups of the account.

local clock  = require "slsim.clock"
local events = require "slsim.model.events"
local groups = require "slsim.model.security_groups"
local world  = require "slsim.world"

local KIND = "Security Group"

local function edit(group, fields)
  if type(fields.name) == "string" and fields.name ~= "" then group.name = fields.name end
  if type(fields.description) == "string" then group.description = fields.description end
  group.modifyDate = clock.time()
end

local function change(event, act)
  return { args = "list:list", run = function(group, call, list)
    local answer = act(group, list, call.user)
    events.log(call, event, KIND, group)
    return answer
  end }
end

return { methods = {
  getAllObjects = { static = true, returns = "*Network_SecurityGroup", run = function(_, call)
    return world.listed("Network_SecurityGroup", call)
  end },
  createObject = { static = true, status = 201, args = "templateObject:object", returns = "Network_SecurityGroup",
    run = function(_, call, fields)
      local group = groups.create(call.user, fields)
      events.log(call, "Create Security Group", KIND, group)
      return group
    end },
  editObject = { args = "templateObject:object", run = function(group, call, fields)
    edit(group, fields)
    events.log(call, "Edit Security Group", KIND, group)
    return true
  end },
  deleteObject = { run = function(group, call)
    groups.delete(group)
    events.log(call, "Delete Security Group", KIND, group)
    return true
  end },
  addRules = change("Security Group Rule Added", groups.add_rules),
  editRules = change("Security Group Rule Edited", groups.edit_rules),
  removeRules = change("Security Group Rule Removed", groups.remove_rules),
  attachNetworkComponents = change("Network Component Added to Security Group", groups.attach),
  detachNetworkComponents = change("Network Component Removed from Security Group", groups.detach),
} }
