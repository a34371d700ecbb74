-- BATs, with_release_stemcell: a VM is reached by its static address and by its vip.
local client = require "support.director_client"
local json = require "core.json"
local scenario = require "support.scenario"

local PRIVATE, PUBLIC = 524954, 524956 -- slsim's VLANs in lon02

describe("a VM", function()
  scenario("is reached by its static address and by its vip, as is the one in its place", function(director, w)
    local portable = w.sim:ask("POST", "subnet", { kind = "portable", space = "PRIVATE", vlan = PRIVATE })
    local static, vip = portable.addresses[1], w.sim:ask("POST", "subnet", { kind = "static", datacenter = "lon02" }).addresses[1]
    local vm = director:create_vm { stemcell = director:upload_stemcell(), networks = {
      default = client.dynamic({ vlan_ids = json.array { PUBLIC, PRIVATE } }), static = client.manual(portable, static),
      public = client.vip(vip) } }

    local function check(one)
      local told = one.agent.told.networks
      assert.same({ static, "eth0:0" }, { told.static.ip, told.static.alias })
      assert.same({ vip, "eth1:0" }, { told.public.ip, told.public.alias })
      local guest = w.sim:api("SoftLayer_Virtual_Guest/" .. one.cid .. "/getObject", "primaryIpAddress")
      local point = w.sim:api("SoftLayer_Network_Subnet_IpAddress/getByIpAddress", "subnet.endPointIpAddress.ipAddress", { vip })
      assert.equal(guest.primaryIpAddress, point.subnet.endPointIpAddress.ipAddress)
    end
    check(vm)
    local new = director:recreate_vm(vm)
    check(new)
    director:delete_vm(new)
  end)
end)
