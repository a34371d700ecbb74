-- Single addresses.

local events  = require "slsim.model.events"
local network = require "slsim.model.network"

return { methods = {
  getByIpAddress = { static = true, args = "ipAddress:string", returns = "Network_Subnet_IpAddress",
    run = function(_, _, address) return network.find_ip(address) end },
  editObject = { args = "templateObject:object", run = function(ip, call, fields)
    if type(fields.note) == "string" then ip.note = fields.note end
    events.log(call, "Edit IP Address", "Subnet", ip.subnet)
    return true
  end },
} }
