-- Subnets.

local events  = require "slsim.model.events"
local network = require "slsim.model.network"
local routes  = require "slsim.model.routes"
local tags    = require "slsim.model.tags"

return { methods = {
  editNote = { args = "note:string", run = function(subnet, call, note)
    subnet.note = note
    events.log(call, "Edit Subnet", "Subnet", subnet)
    return true
  end },
  setTags = { args = "tags:string", run = function(subnet, call, text)
    tags.set(subnet, "NETWORK_SUBNET", text)
    events.log(call, "Set Tags", "Subnet", subnet)
    return true
  end },
  route = { args = "type:string identifier:string", run = routes.route },
  clearRoute = { run = routes.clear },
  createSubnetRouteUpdateTransaction = { args = "newEndPointIpAddress:string?", run = routes.to_address },
  getRoutableEndpointIpAddresses = { returns = "*Network_Subnet_IpAddress", run = routes.end_points },
  getSubnetForIpAddress = { static = true, args = "ipAddress:string", returns = "Network_Subnet",
    run = function(_, _, address)
      local ip = network.find_ip(address)
      return ip and ip.subnet
    end },
} }
