-- BATs, ipv6_network_configuration: SoftLayer chooses IPv6 addresses itself, so a manifest's is refused, before anything
-- is ordered.
local client = require "support.director_client"
local json = require "core.json"
local scenario = require "support.scenario"

local function ipv6(ip, prefix)
  return { type = "manual", ip = ip, prefix = prefix, netmask = "ffff:ffff:ffff:ffff::", gateway = "2001:db8::1",
    cloud_properties = {} }
end

describe("an IPv6 address of a manifest", function()
  for what, networks in pairs {
    ["alone"] = { default = ipv6("2001:db8::5", "128") },
    ["beside IPv4 (dual stack)"] = { default = client.dynamic(), six = ipv6("2001:db8::5", "128") },
    ["as a prefix"] = { default = client.dynamic({}, json.array { "dns", "gateway" }), six = ipv6("2001:db8:0:1::", "80") },
  } do
    scenario(what .. " is not supported", function(director)
      local stemcell = director:upload_stemcell()
      local err = director:refused("NotSupported", "create_vm", { "agent", stemcell.cid,
        { datacenter = "lon02", cpu = 1, memory = 1024 }, networks, json.array {}, {} }, stemcell)
      assert.matches("IPv6", err.message)
      assert.is_false(err.ok_to_retry)
      assert.equal("", director:changes())
    end)
  end
end)
