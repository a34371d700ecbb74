-- The networks that the account has from the start: in two datacenters a VLAN of each space with a primary and two kinds of
-- secondary subnets, and a global address.

local network = require "slsim.model.network"
local places  = require "slsim.model.places"
local subnets = require "slsim.model.subnets"

local seed = {}

-- Datacenter, VLANs, the first address of the private portable subnet; then the ids of what has one that is known:
-- a small portable subnet with its first address, a static subnet with its address.
local PAIRS = {
  { "lon02", 524954, 524956, "10.112.166.0", small = { 1410001, 92000101 }, static = { 1410011, 92000201 } },
  { "dal13", 1292651, 1292653, "10.112.39.0", small = { 1410002, 92000111 }, static = { 1410012, 92000202 } },
}
local GLOBAL = { id = 1410021, first_id = 92000301, record_id = 82001 }

-- All but one of its addresses are taken by somebody who said so.
local function add_small(vlan, ids)
  local subnet = network.add_subnet(vlan, "SECONDARY_ON_VLAN", 29, { id = ids[1], first_id = ids[2] })
  for i = 3, #subnet.ipAddresses - 2 do subnet.ipAddresses[i].note = "printer " .. i - 2 end
end

local function add_static(account, place, ids)
  subnets.add({ accountId = account.id, space = "PUBLIC", datacenter = place }, "SECONDARY", 32, { id = ids[1], first_id = ids[2] })
end

function seed.seed(account)
  local private = {}
  for i, pair in ipairs(PAIRS) do
    local pod = places.datacenter(pair[1]).__pods[1]
    private[i] = network.add_vlan(account, pod, "PRIVATE", { id = pair[2], name = "bosh-private" })
    local public = network.add_vlan(account, pod, "PUBLIC", { id = pair[3], name = "bosh-public" })
    network.add_subnet(private[i], "SECONDARY_ON_VLAN", 26, { base = pair[4] })
    network.add_subnet(public, "SECONDARY_ON_VLAN", 28)
  end
  for i, pair in ipairs(PAIRS) do
    add_small(private[i], pair.small)
    add_static(account, places.datacenter(pair[1]), pair.static)
  end
  subnets.add_global(account.id, GLOBAL)
end

return seed
