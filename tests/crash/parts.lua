--- What the scenarios of crash.vms, crash.disks and crash.registry share.

local json = require "core.json"
local requests = require "support.requests"

local parts = {}

parts.AGENT = "a5a36b3c-2b7e-4f1b-9d0a-6d1c2a3b4c5d"
parts.PUBLIC, parts.PRIVATE = 524956, 524954 -- VLANs of slsim's account in lon02

--- Raises what differs.
function parts.same(expected, found, what)
  expected, found = json.encode(expected), json.encode(found)
  if expected ~= found then error(("%s: %s instead of %s"):format(what, found, expected), 0) end
end

--- A dynamic network, perhaps with VLANs.
function parts.dynamic(vlans)
  return { type = "dynamic", cloud_properties = { vlan_ids = json.array(vlans or {}) },
    default = json.array { "dns", "gateway" } }
end

--- The request for a VM.
function parts.create_vm(networks, properties, env)
  local all = { datacenter = "lon02", cpu = 1, memory = 1024, domain = "example.com" }
  for name, value in pairs(properties or {}) do all[name] = value end
  return requests.create_vm { agent_id = parts.AGENT, stemcell = "879741", properties = all, networks = networks,
    env = env }
end

function parts.nothing() end

return parts
