-- BATs, network_configuration (dynamic_networking): SoftLayer chooses the address, and a new VM's is its own.
local scenario = require "support.scenario"

describe("a dynamic network", function()
  scenario("has the address that SoftLayer gave, not that of the VM before, which the director sends", function(director, w)
    local vm = director:create_vm { stemcell = director:upload_stemcell() }
    local function check(one)
      local told = one.agent.told.networks.default
      local guest = w.sim:api("SoftLayer_Virtual_Guest/" .. one.cid .. "/getObject", "primaryIpAddress,"
        .. "primaryNetworkComponent[macAddress,primarySubnet[netmask,gateway]]")
      local component = guest.primaryNetworkComponent
      assert.same({ guest.primaryIpAddress, component.macAddress:lower(), component.primarySubnet.netmask,
        component.primarySubnet.gateway }, { told.ip, told.mac, told.netmask, told.gateway })
      assert.is_true(told.preconfigured)
    end
    check(vm)
    local new = director:recreate_vm(vm)
    local asked = new.wanted.networks.default.ip
    assert.equal(vm.agent.told.networks.default.ip, asked)
    assert.not_equal(asked, new.agent.told.networks.default.ip)
    check(new)
    director:delete_vm(new)
  end)
end)
