-- Dedicated hosts.

local dedicated = require "slsim.model.dedicated"
local errors    = require "slsim.errors"
local events    = require "slsim.model.events"
local parts     = require "slsim.model.template_parts"
local places    = require "slsim.model.places"
local tags      = require "slsim.model.tags"

tags.KINDS.DEDICATED_HOST = { id = 17, description = "Dedicated Host", kind = "Virtual_DedicatedHost" }

return { methods = {
  deleteObject = { run = function(host, call)
    dedicated.cancel(host)
    events.log(call, "Cancel", "Dedicated Host", host)
    return true
  end },
  editObject = { args = "templateObject:object", run = function(host, call, fields)
    if type(fields.name) == "string" then host.name = fields.name end
    if type(fields.notes) == "string" then host.notes = fields.notes end
    events.log(call, "Edit", "Dedicated Host", host)
    return true
  end },
  setTags = { args = "tags:string", run = function(host, _, text)
    tags.set(host, "DEDICATED_HOST", text)
    return true
  end },
  getAvailableRouters = { static = true, args = "dedicatedHost:object", returns = "*Hardware_Router_Backend",
    mask = "mask[topLevelLocation]",
    run = function(_, _, fields)
      local place = places.location(parts.path_of(fields, "datacenter", "id") or parts.path_of(fields, "datacenter", "name"))
        or errors.raise("Order_InvalidLocation", "The location provided for this order is invalid.")
      local routers = {}
      for i, pod in ipairs(place.__pods) do routers[i] = pod.__backend end
      return routers
    end },
} }
