-- The storage of a host, from its side: the same methods serve guests and servers.

local access = require "slsim.model.storage_access"
local events = require "slsim.model.events"
local parts  = require "slsim.model.template_parts"
local rules  = require "slsim.model.storage_rules"

local methods = {}

local function volumes_of(list, call)
  local volumes = {}
  for i, fields in ipairs(parts.list({ list = list }, "list")) do volumes[i] = rules.volume(fields.id, call.user) end
  return volumes
end

for verb, act in pairs { allow = access.allow, remove = access.remove } do
  local name = verb .. "AccessToNetworkStorage"
  local function change(host, call, volume)
    local done = act(volume, host)
    events.log(call, verb == "allow" and "Allow Access" or "Remove Access", "Network Storage", volume)
    return done
  end
  methods[name] = { args = "networkStorageTemplateObject:object", run = function(host, call, fields)
    return change(host, call, rules.volume(fields.id, call.user))
  end }
  methods[name .. "List"] = { args = "networkStorageTemplateObjects:list", run = function(host, call, list)
    local done = true
    for _, volume in ipairs(volumes_of(list, call)) do done = change(host, call, volume) and done end
    return done
  end }
end

methods.getAttachedNetworkStorages = { args = "nasType:string?", returns = "*Network_Storage",
  run = function(host, call, nas_type) return access.attached(host, nas_type or "ISCSI", call) end }

return methods
