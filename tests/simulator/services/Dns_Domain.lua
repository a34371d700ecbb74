-- DNS zones.

local dns    = require "slsim.model.dns"
local events = require "slsim.model.events"
local world  = require "slsim.world"

return { methods = {
  createObject = { static = true, args = "templateObject:object", returns = "Dns_Domain", run = function(_, call, fields)
    local zone = dns.create(call.user, fields)
    events.log(call, "Create Zone", "DNS", zone)
    return zone
  end },
  getByDomainName = { static = true, args = "name:string", returns = "*Dns_Domain", run = function(_, call, name)
    return world.listed("Dns_Domain", call, function(zone) return zone.name == name:lower() end)
  end },
  getZoneFileContents = { run = function(zone) return dns.zone_file(zone) end },
  deleteObject = { run = function(zone, call)
    dns.delete(zone)
    events.log(call, "Delete Zone", "DNS", zone)
    return true
  end },
} }
