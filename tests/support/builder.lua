--- slcpi run build_stemcell against slsim and machines that speak SSH: to start it, and to see what it has made.

local build = require "support.build"
local folder = require "support.folder"
local own_network = require "support.own_network"
local world = require "support.world"

local builder = {}
builder.__index = builder

local is_root = io.popen "id -u":read "n" == 0

-- Below it the wait for SSH has seconds, also on a machine that is busy.
local SPEED = 60

--- Whether such machines can be had here. Their root is made while there is a network to fetch it from.
---@return boolean? possible
---@return string? why not
function builder.possible()
  if not is_root or not os.execute(("B=%s tests/support/ssh_root.sh"):format(build.folder)) then return nil, "not root" end
  return own_network()
end

--- A world with machines, and a folder with a stand-in for the agent.
function builder.start()
  local at = folder.open()
  at:write("agent", "#!/bin/sh\necho agent\n")
  local hook = ("tests/support/machine.sh tests/support/ssh_machine.sh %s"):format(at.path)
  return setmetatable({ at = at, world = world.start { speed = SPEED, slsim = { "--boot-hook=" .. hook } } }, builder)
end

function builder:close()
  self.world:close()
  self.at:close()
end

--- The words of the command; `false` takes one away.
---@param changes table?
---@return string[]
function builder:words(changes)
  local given = { version = "1.0", os = "ubuntu-jammy", os_code = "UBUNTU_22_64", datacenter = "ams01",
    agent = self.at.path .. "/agent", packages = "false", folder = self.at.path }
  for name, value in pairs(changes or {}) do given[name] = value or nil end
  local list = { "run", "build_stemcell" }
  for name, value in pairs(given) do list[#list + 1] = ("%s=%s"):format(name, value) end
  return list
end

---@param changes table?
---@return table run { status, stdout, stderr }
function builder:run(changes) return self.world:command(self:words(changes)) end

--- The same, which must succeed.
function builder:build(changes)
  local done = self:run(changes)
  assert(done.status == 0, done.stderr)
  return done
end

--- The images that it made.
function builder:images()
  local list = {}
  for _, image in ipairs(self.world.sim:inventory().images) do
    if image.name:find "go_agent" then list[#list + 1] = image end
  end
  return list
end

--- What is left of machines, keys and temporary folders: "" is nothing.
function builder:left()
  self.world.sim:ask("POST", "advance", { seconds = 1000 })
  local account, left = self.world.sim:inventory(), {}
  for what, count in pairs { guests = #account.guests, billed = account.billed, keys = #account.ssh_keys - 1 } do
    if count ~= 0 then left[#left + 1] = ("%d %s"):format(count, what) end
  end
  for path in io.popen(("find %s/state -name 'build_stemcell-*' -type d"):format(self.world.at.path)):lines() do
    left[#left + 1] = path
  end
  return table.concat(left, ", ")
end

--- How often a method was called.
---@param service string?
function builder:sent(method, service)
  local count = 0
  for _, call in ipairs(self.world.sim:journal(method)) do
    if not service or call.service == "SoftLayer_" .. service then count = count + 1 end
  end
  return count
end

--- The path of the light stemcell.
---@param version string?
function builder:tarball(version)
  return ("%s/light-bosh-stemcell-%s-softlayer-xen-ubuntu-jammy-go_agent.tgz"):format(self.at.path, version or "1.0")
end

--- The roots of machines that were started.
function builder:roots()
  local list = {}
  for path in io.popen(("find %s -maxdepth 1 -name '1*' ! -name '*.new'"):format(self.at.path)):lines() do
    list[#list + 1] = path
  end
  return list
end

--- Raises unless there is one image, complete, and a light stemcell that names it.
---@param stdout string of the run
function builder:check(stdout)
  local list = self:images()
  assert(#list == 1, #list .. " images")
  local group = self.world.sim:api(("SoftLayer_Virtual_Guest_Block_Device_Template_Group/%d"):format(list[1].id),
    "name,globalIdentifier,children[datacenter.name],transaction.id")
  assert(not group.transaction and group.children[1].datacenter.name == "ams01")
  assert(group.name:find "^bosh%-softlayer%-xen%-ubuntu%-jammy%-go_agent%-1%.0%-%w+$", group.name)
  assert(stdout == ("image %d (%s) in ams01\n%s\n"):format(list[1].id, group.globalIdentifier, self:tarball()), stdout)
  local text = io.popen(("tar -xzOf %s stemcell.MF"):format(folder.quoted(self:tarball()))):read "a"
  for name, value in pairs { ["virtual-disk-image-id"] = ("%d"):format(list[1].id), ["os-code"] = '"UBUNTU_22_64"',
    ["virtual-disk-image-uuid"] = ('"%s"'):format(group.globalIdentifier), ["datacenter-name"] = '"ams01"' } do
    assert(text:find(("  %s: %s\n"):format(name, value), 1, true), text)
  end
end

return builder
