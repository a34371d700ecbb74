-- VLANs.

local events = require "slsim.model.events"
local tags   = require "slsim.model.tags"

return { methods = {
  editObject = { args = "templateObject:object", run = function(vlan, call, fields)
    if type(fields.name) == "string" then vlan.name = fields.name end
    if type(fields.note) == "string" then vlan.note = fields.note end
    events.log(call, "Edit VLAN", "VLAN", vlan)
    return true
  end },
  setTags = { args = "tags:string", run = function(vlan, call, text)
    tags.set(vlan, "NETWORK_VLAN", text)
    events.log(call, "Set Tags", "VLAN", vlan)
    return true
  end },
} }
