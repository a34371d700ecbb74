-- BATs, network_configuration (multiple_manual_networks): one VM, several static addresses.
local client = require "support.director_client"
local json = require "core.json"
local scenario = require "support.scenario"

local PRIVATE, PUBLIC = 524954, 524956 -- slsim's VLANs in lon02

describe("several manual networks on one VM", function()
  scenario("are each an address of an interface, and one has the default route", function(director, w)
    local private = w.sim:ask("POST", "subnet", { kind = "portable", space = "PRIVATE", vlan = PRIVATE })
    local public = w.sim:ask("POST", "subnet", { kind = "portable", space = "PUBLIC", vlan = PUBLIC })
    local vm = director:create_vm { stemcell = director:upload_stemcell(), networks = {
      a = client.manual(private, private.addresses[1], { default = json.array { "dns" } }),
      b = client.manual(private, private.addresses[2]),
      c = client.manual(public, public.addresses[1], { default = json.array { "gateway" } }) } }
    local told = vm.agent.told.networks
    assert.same({ private.addresses[1], private.addresses[2], public.addresses[1] }, { told.a.ip, told.b.ip, told.c.ip })
    assert.same({ "eth0:0", "eth0:1", "eth1:0" }, { told.a.alias, told.b.alias, told.c.alias })
    assert.equal("createObject editObject editObject editObject setUserMetadata setTags", director:changes())
    director:delete_vm(vm)
    assert.equal("editObject editObject editObject deleteObject", director:changes())
  end)
end)
