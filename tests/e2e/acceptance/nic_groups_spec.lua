-- BATs, network_configuration (nic_groups): networks of one group share an interface.
local client = require "support.director_client"
local json = require "core.json"
local scenario = require "support.scenario"

local PRIVATE = 524954 -- slsim's VLAN in lon02

describe("networks of one nic_group", function()
  scenario("are addresses of one interface", function(director, w)
    local portable = w.sim:ask("POST", "subnet", { kind = "portable", space = "PRIVATE", vlan = PRIVATE })
    local vm = director:create_vm { stemcell = director:upload_stemcell(), networks = {
      a = client.manual(portable, portable.addresses[1], { nic_group = "1",
        default = json.array { "dns", "gateway" } }),
      b = client.manual(portable, portable.addresses[2], { nic_group = "1" }) } }
    local told = vm.agent.told.networks
    assert.same({ "eth0:0", "1" }, { told.a.alias, told.a.nic_group })
    assert.same({ "eth0:1", "1" }, { told.b.alias, told.b.nic_group })
    director:delete_vm(vm)
  end)
end)
