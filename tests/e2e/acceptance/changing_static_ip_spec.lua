-- BATs, network_configuration (changing_static_ip): a manifest with another static address makes the VM anew.
local client = require "support.director_client"
local scenario = require "support.scenario"

local PRIVATE = 524954 -- slsim's VLAN in lon02

describe("another static address", function()
  scenario("is a new VM's, which has the disk of the old one, whose address is free", function(director, w)
    local portable = w.sim:ask("POST", "subnet", { kind = "portable", space = "PRIVATE", vlan = PRIVATE })
    local first, second = portable.addresses[1], portable.addresses[2]
    local stemcell = director:upload_stemcell()
    local function at(ip) return { default = client.manual(portable, ip) } end

    local vm = director:create_vm { stemcell = stemcell, networks = at(first) }
    local disk = director:create_disk(vm, 2048)
    director:attach_disk(vm, disk)
    vm.agent:write(disk, "data")
    director:changes()

    local moved = director:recreate_vm(vm, { networks = at(second) })
    assert.equal("removeAccessFromVirtualGuest editObject deleteObject createObject editObject setUserMetadata setTags "
      .. "allowAccessFromVirtualGuest editObject", director:changes())
    assert.equal(second, moved.agent.told.networks.default.ip)
    assert.equal("data", moved.agent:read(disk))

    local other = director:create_vm { stemcell = stemcell, networks = at(first) }
    assert.equal(first, other.agent.told.networks.default.ip)
    director:detach_disk(moved, disk)
    for _, each in ipairs { moved, other } do director:delete_vm(each) end
    director:delete_disk(disk)
  end)
end)
