-- Placement groups.

local dedicated = require "slsim.model.dedicated"
local events    = require "slsim.model.events"
local places    = require "slsim.model.places"
local world     = require "slsim.world"

return { methods = {
  createObject = { static = true, status = 201, args = "templateObject:object", returns = "Virtual_PlacementGroup",
    run = function(_, call, fields)
      local group = dedicated.create_group(call.user, fields)
      events.log(call, "Create", "Placement Group", group)
      return group
    end },
  editObject = { args = "templateObject:object", run = function(group, call, fields)
    if type(fields.name) == "string" then group.name = fields.name end
    events.log(call, "Edit", "Placement Group", group)
    return true
  end },
  deleteObject = { run = function(group, call)
    dedicated.delete_group(group)
    events.log(call, "Delete", "Placement Group", group)
    return true
  end },
  getAvailableRouters = { static = true, args = "datacenterId:int?", returns = "*Hardware_Router_Backend",
    mask = "mask[topLevelLocation]", -- slcli reads it without asking
    run = function(_, _, id)
      local wanted = id and places.location(id)
      return world.select("Hardware_Router", function(router)
        return router.__type == "SoftLayer_Hardware_Router_Backend" and (not id or router.__datacenter == wanted)
      end)
    end },
} }
