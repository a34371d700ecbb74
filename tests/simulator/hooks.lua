-- What slsim starts beside itself: the boot hook, a command that stands for the machine and is started when it
-- boots, reboots or goes, and the delivery of webhooks.

local host = require "slsim.host"

local hooks = { running = {} }

---@param options { command: string?, metadata: fun(machine: table): string }
function hooks.start(options)
  hooks.command, hooks.metadata = options.command, options.metadata
end

-- What SoftLayer puts into root's authorized_keys.
local function ssh_keys(machine)
  local lines = {}
  for i, key in ipairs(machine.sshKeys or {}) do lines[i] = key.key end
  return table.concat(lines, "\n")
end

-- What SoftLayer itself writes into a machine's network configuration.
local function describe_side(into, side, component)
  local subnet = component and component.primarySubnet or {}
  into[#into + 1] = ("SLSIM_%s_IP=%s"):format(side, component and component.primaryIpAddress or "")
  into[#into + 1] = ("SLSIM_%s_NETMASK=%s"):format(side, subnet.netmask or "")
  into[#into + 1] = ("SLSIM_%s_GATEWAY=%s"):format(side, subnet.gateway or "")
end

---@param event "boot"|"reboot"|"delete"
function hooks.machine(event, machine)
  if not hooks.command then return end
  local image = machine.blockDeviceTemplateGroup
  local environment = {
    "SLSIM_EVENT=" .. event,
    ("SLSIM_GUEST_ID=%d"):format(machine.id),
    "SLSIM_POST_INSTALL_URI=" .. (machine.postInstallScriptUri or ""),
    "SLSIM_OS=" .. (machine.operatingSystemReferenceCode or ""),
    ("SLSIM_IMAGE_ID=%s"):format(image and image.id or ""),
    ("SLSIM_IMAGE_GUEST=%s"):format(image and image.__guest or ""),
    "SLSIM_METADATA_URL=" .. hooks.metadata(machine),
    "SLSIM_SSH_KEYS=" .. ssh_keys(machine),
  }
  describe_side(environment, "PRIVATE", machine.primaryBackendNetworkComponent)
  describe_side(environment, "PUBLIC", machine.primaryNetworkComponent)
  local pid, problem = host.spawn(hooks.command, environment)
  if not pid then return io.stderr:write("slsim: boot hook: ", problem, "\n") end
  hooks.running[pid] = machine.id
end

--- Sends bytes to a webhook, beside everything else.
function hooks.post(machine, host_name, port, bytes)
  local pid, problem = host.post(host_name, port, bytes)
  if not pid then return io.stderr:write("slsim: webhook: ", problem, "\n") end
  hooks.running[pid] = machine.id
end

--- Takes note of commands that ended.
function hooks.reap()
  for pid, status in host.reap do
    if hooks.running[pid] and status ~= 0 then
      io.stderr:write(("slsim: the hook of machine %d ended with %d\n"):format(hooks.running[pid], status))
    end
    hooks.running[pid] = nil
  end
end

--- Machines do not outlive their cloud.
function hooks.stop()
  for pid in pairs(hooks.running) do host.stop(pid) end
end

return hooks
