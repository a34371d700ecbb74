-- The machines that tests/support/machine.sh makes of slsim's guests: what the other specs rely on.
local eventually = require "support.eventually"
local folder = require "support.folder"
local own_network = require "support.own_network"
local requests = require "support.requests"
local world = require "support.world"

local isolated, why = own_network()
if not isolated then
  return describe("a machine", function() pending("needs network namespaces of its own: " .. why) end)
end

-- Tells each connection what the metadata service said, and its event.
local PROGRAM = [[#!/bin/bash
metadata=${SLSIM_METADATA_URL#*://} told=$0.$SLSIM_GUEST_ID
host=${metadata%%:*} port=${metadata#*:}
exec 3<>"/dev/tcp/$host/${port%%/*}"
printf 'GET /%s/rest/v3.1/SoftLayer_Resource_Metadata/getId.json HTTP/1.0\r\n\r\n' "${metadata#*/}" >&3
{ cat <&3; echo "$SLSIM_EVENT"; } >"$told"
exec socat -U "TCP-LISTEN:6868,bind=$SLSIM_PRIVATE_IP,fork,reuseaddr" "OPEN:$told,rdonly"
]]

local function output(command)
  local pipe = assert(io.popen(command .. " 2>&1"))
  local text = pipe:read "a"
  pipe:close()
  return text
end

local function answer(ip, port) return output(("bash -c 'exec 3<>/dev/tcp/%s/%d && cat <&3'"):format(ip, port)) end

describe("a machine", function()
  local w
  before_each(function()
    local at = folder.open()
    local program = at:write("program", PROGRAM)
    os.execute("chmod +x " .. program)
    w = world.start { slsim = { "--boot-hook=tests/support/machine.sh " .. program } }
    w.programs = at
  end)
  after_each(function()
    w:close()
    w.programs:close()
    eventually("no machine", function() return output "ip netns list" == "" end)
  end)

  local function boot()
    local cid = w:result(requests.create_vm())[1]
    local guest = w.sim:api("SoftLayer_Virtual_Guest/" .. cid .. "/getObject", "primaryIpAddress,primaryBackendIpAddress,"
      .. "primaryNetworkComponent[macAddress,primarySubnet],primaryBackendNetworkComponent[macAddress,primarySubnet]")
    eventually("the machine", function() return answer(guest.primaryBackendIpAddress, 6868):find(cid, 1, true) end)
    return cid, guest
  end

  it("has the interfaces that SoftLayer tells", function()
    local cid, guest = boot()
    for device, own in pairs { eth0 = guest.primaryBackendNetworkComponent, eth1 = guest.primaryNetworkComponent } do
      local text = output(("ip -n %s address show %s"):format(cid, device))
      assert.truthy(text:find("link/ether " .. own.macAddress, 1, true), text)
    end
    local text = output(("ip -n %s -4 -brief address"):format(cid))
    for _, address in ipairs { guest.primaryIpAddress, guest.primaryBackendIpAddress } do
      assert.truthy(text:find(address .. "/", 1, true), text)
    end
    local routes = output(("ip -n %s route"):format(cid))
    assert.truthy(routes:find("default via " .. guest.primaryNetworkComponent.primarySubnet.gateway, 1, true), routes)
  end)

  it("answers where its program listens, and refuses elsewhere", function()
    local cid, guest = boot()
    local text = answer(guest.primaryBackendIpAddress, 6868)
    assert.truthy(text:find(cid .. "boot", 1, true), text)
    assert.truthy(answer(guest.primaryIpAddress, 6868):find "Connection refused")
    assert.truthy(answer(guest.primaryBackendIpAddress, 22):find "Connection refused")
  end)

  it("starts its program anew at a reboot, and goes when it is deleted", function()
    local cid, guest = boot()
    w:result(requests.of("reboot_vm", cid))
    eventually("the reboot", function() return answer(guest.primaryBackendIpAddress, 6868):find(cid .. "reboot", 1, true) end)
    w:result(requests.of("delete_vm", cid))
    eventually("its end", function() return output "ip netns list" == "" end)
    eventually("the end of its wires", function() return output "ip -brief link show type veth" == "" end)
  end)

  it("ends with slsim", function()
    boot()
    os.execute("kill " .. w.sim.pid)
    eventually("its end", function() return output "ip netns list" == "" end)
  end)
end)
