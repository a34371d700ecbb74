--- An account's VLANs, subnets and addresses for a double of the API, and what becomes of a request's networks there:
--- the order, and what the agent is told of them, in words.

local agent_networks = require "bosh.agent_networks"
local addresses = require "softlayer.addresses"
local guest_order = require "softlayer.guest_order"
local ip = require "ip"
local network_query = require "softlayer.network_query"
local sl = require "softlayer"
local this = {}

local function vlan(id, space, pod, datacenter)
  local router = ("%scr%s.%s"):format(space == "PUBLIC" and "f" or "b", pod or "01a", datacenter or "dal13")
  return { id = id, networkSpace = space,
    primaryRouter = { hostname = router, datacenter = { name = datacenter or "dal13" } } }
end

local VLANS = { [10] = vlan(10, "PRIVATE"), [11] = vlan(11, "PRIVATE", "01b"), [12] = vlan(12, "PRIVATE", "02a"),
  [20] = vlan(20, "PUBLIC", "01b"), [21] = vlan(21, "PUBLIC"), [22] = vlan(22, "PUBLIC", "02a"),
  [30] = vlan(30, "PRIVATE", "01a", "lon02"), [40] = vlan(40, "ODD") }

local function subnet(id, kind, base, netmask, vlan_id)
  local gateway = vlan_id and base:gsub("%d+$", function(last) return ("%d"):format(last + 1) end)
  return { id = id, subnetType = kind, networkIdentifier = base, netmask = netmask, gateway = gateway,
    networkVlan = VLANS[vlan_id] }
end

local SUBNETS = {
  subnet(100, "PRIMARY", "10.1.0.0", "255.255.255.192", 10), subnet(101, "ADDITIONAL_PRIMARY", "10.2.0.0", "255.255.255.192", 10),
  subnet(200, "PRIMARY", "169.45.1.0", "255.255.255.224", 20), subnet(130, "PRIMARY", "10.3.0.0", "255.255.255.192", 30),
  subnet(110, "SECONDARY_ON_VLAN", "10.9.0.0", "255.255.255.240", 10),
  subnet(112, "SECONDARY_ON_VLAN", "10.12.0.0", "255.255.255.240", 12),
  subnet(113, "SECONDARY_ON_VLAN", "10.30.0.0", "255.255.255.240", 30),
  subnet(210, "SECONDARY_ON_VLAN", "169.46.0.0", "255.255.255.240", 20),
  subnet(300, "STATIC_IP_ROUTED", "169.47.0.1", "255.255.255.255"), subnet(301, "GLOBAL_IP", "169.48.0.1", "255.255.255.255"),
  subnet(302, "SECONDARY", "169.49.0.0", "255.255.255.252"),
}

-- What else is known of an address, by its text.
local ADDRESSES = {
  ["10.9.0.0"] = { isNetwork = true }, ["10.9.0.1"] = { isGateway = true }, ["10.9.0.15"] = { isBroadcast = true },
  ["10.9.0.2"] = { isReserved = 1 }, ["10.9.0.10"] = { virtualGuest = { id = 5 } }, ["10.9.0.11"] = { hardware = { id = 6 } },
  ["10.9.0.12"] = { note = "bosh vm:7 director:director" }, ["10.9.0.13"] = { note = "bosh vm:8 director:director" },
  ["10.9.0.14"] = { note = "bosh vm:7 director:other" }, ["10.9.0.9"] = { note = "the printer" },
  ["169.48.0.1"] = { point = "169.45.1.9" },
}

local function address_of(text)
  for _, each in ipairs(SUBNETS) do
    if ip.same(text, each.networkIdentifier, each.netmask) then
      local address = { id = ip.number(text), ipAddress = text, isNetwork = false, isReserved = 0, subnet = each }
      for name, value in pairs(ADDRESSES[text] or {}) do address[name] = value end
      if address.point then
        address.subnet = setmetatable({ endPointIpAddress = { ipAddress = address.point } }, { __index = each })
      end
      return address
    end
  end
end

local function values(map)
  local list = {}
  for _, value in pairs(map) do list[#list + 1] = value end
  return list
end

--- Answers for the account: whatever the filter, so that a library that trusts it is found out. Guest 7 lives, 8 is gone.
---@param api table of lualib.fake
function this.answer(api)
  api["Account::getNetworkVlans"] = function() return values(VLANS) end
  api["Account::getSubnets"] = function() return SUBNETS end
  api["Network_Subnet_IpAddress::getByIpAddress"] = function(call) return address_of(call.args[1]) end
  api["Account::getCurrentUser"] = function() return { id = 1, hasFullVirtualGuestAccessFlag = true } end
  api["Virtual_Guest::getObject"] = function(call)
    if call.id == 7 then return { id = 7, billingItem = { id = 1 } } end
    return nil, require "lualib.fake".not_found()
  end
end

--- The plan of what networks.read returned, as create_vm makes it.
---@return table? plan, Error? err
function this.plan(list, size)
  local calls, resolve = network_query(list, size)
  local answers, err = {}, nil
  if #calls > 0 then answers, err = sl.all(calls) end
  if not answers then return nil, err end
  local plan
  plan, err = resolve(answers)
  for _, network in ipairs(list) do
    if plan and network.address then err = err or addresses.check(network, "director") end
  end
  if err then return nil, err end
  return plan
end

local MACS = { eth0 = "06:AB:00:00:00:E0", eth1 = "06:AB:00:00:00:E1" }

local function component(name, text, netmask, gateway)
  return { macAddress = MACS[name], primaryIpAddress = text, ipAddressBindings = {
    { type = "SECONDARY", ipAddress = { ipAddress = "1.1.1.1", subnet = { netmask = "x", gateway = "x" } } },
    { type = "PRIMARY", ipAddress = { ipAddress = text, subnet = { netmask = netmask, gateway = gateway } } },
  } }
end

--- A ready guest of that plan.
function this.guest(plan)
  return { id = 77, primaryBackendNetworkComponent = component("eth0", "10.1.0.5", "255.255.255.192", "10.1.0.1"),
    primaryNetworkComponent = plan.only_private and { macAddress = MACS.eth1 }
      or component("eth1", "169.45.1.5", "255.255.255.224", "169.45.1.1") }
end

local function side(name, of)
  if not of then return nil end
  return ("%s %d%s"):format(name, of.networkVlan.id, of.networkVlan.primarySubnet and "/" .. of.networkVlan.primarySubnet.id or "")
end

--- The order in words: "private 10, public 20/200"; "private only" if it is.
function this.order(plan)
  local size = { domain = "d", datacenter = "dal13", cpu = 1, memory = 1024, max_network_speed = 1000 }
  local template = guest_order.template("h", { size = size, plan = plan, image = {}, ssh_keys = {} })
  local words = { side("private", template.primaryBackendNetworkComponent) }
  words[#words + 1] = side("public", template.primaryNetworkComponent)
  words[#words + 1] = template.privateNetworkOnlyFlag and "private only" or nil
  return table.concat(words, ", ")
end

local function bits(netmask)
  local number, count = assert(ip.number(netmask), netmask), 0
  while number > 0 do number, count = number & number - 1, count + 1 end
  return count
end

--- Which interface an entry is of: by its MAC address, or by its alias.
function this.interface(entry)
  for name, mac in pairs(MACS) do
    if entry.mac == mac:lower() then return name end
  end
  return entry.alias
end

local function shown(entry)
  local words = { this.interface(entry) or "nowhere", ("%s/%d"):format(entry.ip, bits(entry.netmask)) }
  local function add(format, value) words[#words + 1] = value and format:format(value) or nil end
  add("via %s", entry.gateway)
  add("for %s", entry.default and entry.default[1] and table.concat(entry.default, "+"))
  for _, route in ipairs(entry.routes or {}) do add("%s", route.Destination .. "/" .. bits(route.Netmask) .. ">" .. route.Gateway) end
  add("%s", entry.preconfigured and "preconfigured" or entry.type == "dynamic" and "dhcp" or nil)
  return table.concat(words, " ")
end

--- The agent's networks, name → a line of words.
function this.agent(list, plan)
  local lines = {}
  for name, entry in pairs(assert(agent_networks.build(list, this.guest(plan)))) do lines[name] = shown(entry) end
  return lines
end

return this
