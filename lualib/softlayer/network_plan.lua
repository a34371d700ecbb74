--- Which VLANs and subnets a guest must be on, and which addresses it is to have: the networks of a
--- request held against what the API knows of them.

local errors = require "errors"

local network_plan = {}

local PORTABLE = "SECONDARY_ON_VLAN"
-- SECONDARY is what a static one is as long as it leads nowhere.
local ROUTED = { STATIC_IP_ROUTED = true, GLOBAL_IP = true, SECONDARY = true }

local function by_id(list)
  local map = {}
  for _, object in ipairs(list or {}) do map[object.id] = object end
  return map
end

-- "bcr01a.dal13" and "fcr01a.dal13" stand in one pod.
local function pod_of(vlan)
  local router = vlan.primaryRouter and vlan.primaryRouter.hostname
  return router and router:match("^%a+(%d+)")
end

local function check_vlan(vlan, what, datacenter)
  local there = vlan.primaryRouter and vlan.primaryRouter.datacenter and vlan.primaryRouter.datacenter.name
  if there and there ~= datacenter then
    return errors.cloud("%s is in %s, but the VM's datacenter is %s", what, there, datacenter)
  end
  if vlan.networkSpace ~= "PRIVATE" and vlan.networkSpace ~= "PUBLIC" then
    return errors.cloud("%s: unknown network space '%s'", what, tostring(vlan.networkSpace))
  end
end

-- Puts a VLAN on its side; returns the side, or an error.
local function place(plan, vlan, what, datacenter)
  local err = check_vlan(vlan, what, datacenter)
  if err then return nil, err end
  local side = vlan.networkSpace:lower()
  local there = plan[side]
  if there and there.vlan ~= vlan.id then
    return nil, errors.cloud("Only one %s VLAN is supported, but %d and %d are both %s", side, there.vlan, vlan.id,
      side)
  end
  plan[side] = there or { vlan = vlan.id, pod = pod_of(vlan) }
  return side
end

local function place_vlan(plan, vlans, id, datacenter)
  if vlans[id] then return place(plan, vlans[id], "VLAN " .. id, datacenter) end
  return nil, errors.cloud("VLAN %d not found: there is none with that id, or the account may not see it", id)
end

local function place_subnet(plan, subnets, id, datacenter)
  local subnet = subnets[id]
  if not subnet or not subnet.networkVlan then
    return nil, errors.cloud("subnet %d not found: there is none with that id, or the account may not see it", id)
  end
  if subnet.subnetType ~= "PRIMARY" and subnet.subnetType ~= "ADDITIONAL_PRIMARY" then
    return nil, errors.cloud("subnet %d is of type %s, but a VM gets its primary address from a primary subnet", id,
      tostring(subnet.subnetType))
  end
  local side, err = place(plan, subnet.networkVlan, ("the VLAN of subnet %d"):format(id), datacenter)
  if not side then return nil, err end
  local there = plan[side].subnet
  if there and there ~= id then
    return nil, errors.cloud("Only one %s subnet is supported, but %d and %d are both %s", side, there, id, side)
  end
  plan[side].subnet = id
  return side
end

-- A dynamic network is on the sides that its VLANs and subnets are on; the public one carries it if both are.
local function place_dynamic(plan, network, found, datacenter)
  local sides = {}
  for _, id in ipairs(network.vlan_ids) do
    local side, err = place_vlan(plan, found.vlans, id, datacenter)
    if not side then return err end
    sides[side] = true
  end
  for _, id in ipairs(network.subnet_ids) do
    local side, err = place_subnet(plan, found.subnets, id, datacenter)
    if not side then return err end
    sides[side] = true
  end
  network.side = sides.public and "public" or sides.private and "private" or nil
end

local function unusable(address)
  for _, flag in ipairs { "isNetwork", "isGateway", "isBroadcast", "isReserved" } do
    if address[flag] and address[flag] ~= 0 then return flag:sub(3):lower() .. " address" end
  end
end

local function in_use(network, address)
  local owner = address.virtualGuest and "guest " .. address.virtualGuest.id
    or address.hardware and "server " .. tostring(address.hardware.id)
  return owner and errors.cloud("network '%s': the address %s is in use by %s", network.name, network.ip, owner)
end

-- A manual address is one of a portable subnet, on the interface of the subnet's VLAN.
local function place_manual(plan, network, address, found, datacenter)
  local subnet = address.subnet or {}
  if subnet.subnetType ~= PORTABLE or not subnet.networkVlan then
    return errors.cloud("network '%s': the address %s is in a subnet of type %s, but only those of portable subnets "
      .. "can be given to a VM", network.name, network.ip, tostring(subnet.subnetType))
  end
  local what = unusable(address)
  if what then return errors.cloud("network '%s': %s is its subnet's %s", network.name, network.ip, what) end
  local err = in_use(network, address)
  if err then return err end
  for _, id in ipairs(network.subnet_ids) do
    if id ~= subnet.id then
      return errors.cloud("network '%s': the address %s is in subnet %d, not in subnet %d", network.name, network.ip,
        subnet.id, id)
    end
  end
  for _, id in ipairs(network.vlan_ids) do
    local _, problem = place_vlan(plan, found.vlans, id, datacenter)
    if problem then return problem end
    if id ~= subnet.networkVlan.id and found.vlans[id].networkSpace == subnet.networkVlan.networkSpace then
      return errors.cloud("network '%s': the address %s is on VLAN %d, not on VLAN %d", network.name, network.ip,
        subnet.networkVlan.id, id)
    end
  end
  network.side, err = place(plan, subnet.networkVlan, ("the VLAN of %s"):format(network.ip), datacenter)
  network.address = { id = address.id, ip = network.ip, note = address.note, netmask = subnet.netmask }
  return err
end

local function place_vip(plan, network, address)
  local subnet = address.subnet or {}
  if not ROUTED[subnet.subnetType] then
    return errors.cloud("network '%s': %s is in a subnet of type %s, but a vip is a static or a global IP address",
      network.name, network.ip, tostring(subnet.subnetType))
  end
  local point = subnet.endPointIpAddress and subnet.endPointIpAddress.ipAddress
  network.side, plan.vip = "public", network
  network.address = { id = address.id, ip = network.ip, note = address.note, netmask = "255.255.255.255",
    subnet = subnet.id, end_point = point }
end

local function place_network(plan, network, found, datacenter)
  if network.type == "dynamic" then return place_dynamic(plan, network, found, datacenter) end
  local address = found.addresses[network]
  if not address then
    return errors.cloud("network '%s': no subnet of the account has the address %s", network.name, network.ip)
  end
  if network.type == "vip" then return place_vip(plan, network, address) end
  return place_manual(plan, network, address, found, datacenter)
end

-- Of two dynamic networks on one side only one could have the interface's primary address.
local function settle_sides(list, plan)
  local taken = {}
  for _, network in ipairs(list) do
    network.side = network.side or plan.only_private and "private" or "public"
    if network.type == "dynamic" then
      local other = taken[network.side]
      if other then
        return errors.cloud("networks '%s' and '%s' are both dynamic and %s: a VM has one primary address on each side",
          other, network.name, network.side)
      end
      taken[network.side] = network.name
    end
  end
end

local function check_whole(list, plan)
  local private, public = plan.private, plan.public
  if public and not private then
    return errors.cloud("A private network is required. Please check vlan_ids: only a public VLAN is named")
  end
  if public and plan.only_private then
    return errors.cloud("the VM is to be private only (private_network_only_flag), but VLAN %d is public", public.vlan)
  end
  if private and public and private.pod and public.pod and private.pod ~= public.pod then
    return errors.cloud("VLAN %d and VLAN %d are in different pods (%s and %s); a VM's VLANs must be in one",
      private.vlan, public.vlan, private.pod, public.pod)
  end
  if plan.vip and plan.only_private then
    return errors.cloud("network '%s': a vip needs a public interface, but the VM is private only", plan.vip.name)
  end
  return settle_sides(list, plan)
end

--- Holds the networks against what was found. Sets each network's `side`, and `address` of a manual or vip one.
---@param list Network[]
---@param size table
---@param found { vlans: table[]?, subnets: table[]?, addresses: table<Network, table> }
---@return table? plan { private = { vlan, subnet? }?, public = …?, only_private: boolean }
---@return Error? err
function network_plan.resolve(list, size, found)
  local plan = {}
  found.vlans, found.subnets = by_id(found.vlans), by_id(found.subnets)
  for _, key in ipairs { "private_vlan_id", "public_vlan_id" } do
    if size[key] then
      local side, err = place_vlan(plan, found.vlans, size[key], size.datacenter)
      if not side then return nil, err end
    end
  end
  plan.only_private = size.private_network_only_flag
  for _, network in ipairs(list) do
    local err = place_network(plan, network, found, size.datacenter)
    if err then return nil, err end
    plan.only_private = plan.only_private or network.only_private
  end
  plan.only_private = plan.only_private or plan.private ~= nil and plan.public == nil
  local err = check_whole(list, plan)
  if err then return nil, err end
  return plan
end

return network_plan
