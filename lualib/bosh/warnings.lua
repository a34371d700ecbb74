--- What is probably not meant: addresses that are another machine's, or mean another one to whoever uses them. Each
--- is said once per request, with what to set.

local log = require "core.log"
local loopback = require "loopback"
local virtual_guest = require "softlayer.virtual_guest"

local warnings = {}

local function object(value) return type(value) == "table" and value or {} end

-- The agent of 127.0.0.1 is in a VM of its own. (0.0.0.0 is where an agent of create-env listens.)
local function about_loopback(agent, store)
  local named = { ["agent.mbus"] = agent.mbus, ["registry"] = store and store.base,
    ["agent.blobstore.options.endpoint"] = object(object(agent.blobstore).options).endpoint }
  for name, value in pairs(named) do
    if type(value) == "string" and loopback(value) then
      log.warn("cloud.properties.%s names this machine, which for an agent is its own VM; set it to the address "
        .. "by which VMs reach the director", name)
    end
  end
end

-- SoftLayer's private addresses are those of 10.0.0.0/8.
local function property_of(ip) return ip:find "^10%." and "primaryBackendIpAddress" or "primaryIpAddress" end

-- The network of each address that a dynamic network asks for, by the property of guests that has it.
local function wanted(networks)
  local by_property = {}
  for _, network in ipairs(networks) do
    local ip = network.settings.ip
    if network.settings.type == "dynamic" and type(ip) == "string" and ip ~= "" then
      local property = property_of(ip)
      by_property[property] = by_property[property] or {}
      by_property[property][ip] = network.name
    end
  end
  return by_property
end

local function keys(map)
  local list = {}
  for key in pairs(map) do list[#list + 1] = key end
  table.sort(list)
  return list
end

-- A director copies the address of the VM that it replaces into the request for the new one; the Go CPI reloaded
-- whichever guest had it.
local function about_addresses(networks)
  for property, asked in pairs(wanted(networks)) do
    local guests, err = virtual_guest.having(property, keys(asked))
    if not guests then log.warn("it is not known whether another guest has an address that was asked for: %s", err) end
    for _, guest in ipairs(guests or {}) do
      local ip = guest[property]
      log.warn("network '%s' asks for %s, which guest %d (%s) has: it keeps it, and the new guest gets another "
        .. "address. Set the director's property enable_virtual_delete_vms to false: with true a director does not "
        .. "delete the VMs that it replaces, because an older CPI used them again", asked[ip], ip, guest.id,
        guest.hostname)
    end
  end
end

--- Warns of what is odd in a request for a VM.
---@param networks Network[]
---@param agent table of the configuration
---@param store Registry? that the VM's agent will ask
function warnings.of_vm(networks, agent, store)
  about_loopback(agent, store)
  about_addresses(networks)
end

return warnings
