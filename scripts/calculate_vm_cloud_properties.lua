local errors = require "errors"

description = [[
The fewest cores and the least memory SoftLayer sells that hold what is requested (MiB), and the ephemeral disk
in GB, which create_vm rounds up to what is sold.
]]
arguments = { "vm_resources: object" }
effect = "read"
timeout = 60

-- What createObject accepts for startCpus, and for maxMemory in GiB.
local CORES = { 1, 2, 4, 8, 12, 16, 32, 56 }
local MEMORY = { 1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64, 128, 242 }

local function smallest(offered, wanted, what)
  for _, size in ipairs(offered) do
    if size >= wanted then return size end
  end
  error(errors.cloud("no virtual guest has %s %s; the most is %s", tostring(wanted), what, offered[#offered]), 0)
end

local function number(resources, name)
  local value = resources[name]
  if math.type(value) == "integer" and value >= 0 then return value end
  error(errors.cloud("vm_resources.%s must be a whole number", name), 0)
end

function run(resources)
  return {
    cpu = smallest(CORES, number(resources, "cpu"), "cores"),
    memory = 1024 * smallest(MEMORY, number(resources, "ram") / 1024, "GiB of memory"),
    ephemeral_disk_size = (number(resources, "ephemeral_disk_size") + 1023) // 1024,
  }
end
