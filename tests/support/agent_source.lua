--- How the agent in a VM reads its agent.json, fetches its settings, and finds a disk: Go's rules, in the agents that know
--- no registry (2.478 and later). What these refuse is an error here.

local agent = require "support.agent"
local json = require "core.json"

local agent_source = {}

-- Go matches the names of members without regard to case; what is absent is its zero value.
local function member(object, name)
  if type(object) ~= "table" then return nil end
  if object[name] ~= nil then return object[name] end
  for key, value in pairs(object) do
    if key:lower() == name:lower() then return value end
  end
end

-- Which members each kind of source must have to lead anywhere.
local KINDS = { HTTP = "URI", InstanceMetadata = "URI", ConfigDrive = "DiskPaths", File = "SettingsPath", CDROM = "FileName",
  VsphereGuestInfo = false }

--- Reads the text of agent.json.
---@param text string
---@return { sources: table[], resolver: string, creates_partition: boolean }
function agent_source.read(text)
  local document = assert(json.decode(text))
  local settings = member(member(document, "Infrastructure"), "Settings")
  local sources = member(settings, "Sources") or {}
  assert(#sources > 0, "MultiSettingsSource requires to have at least one source")
  for _, source in ipairs(sources) do
    assert(source.Type, "Missing source type") -- read from a map, so by its exact name
    assert(KINDS[source.Type] ~= nil, ("Unknown source type '%s'"):format(source.Type))
  end
  local linux = member(member(document, "Platform"), "Linux")
  return { sources = sources, resolver = member(linux, "DevicePathResolutionType") or "",
    creates_partition = member(linux, "CreatePartitionIfNoEphemeralDisk") == true }
end

local readers = {}

-- The body is a JSON object, or one in base64url without padding, whatever quotes are in or around it.
function readers.HTTP(source, fetch)
  local status, body = fetch((member(source, "URI") or "") .. (member(source, "UserDataPath") or ""))
  assert(status >= 200 and status < 300, "invalid status from the metadata service: " .. status)
  if type(json.decode(body)) == "table" then return agent.check(body) end
  return (agent.decode(body))
end

-- The same without the decoding.
function readers.InstanceMetadata(source, fetch)
  local status, body = fetch((member(source, "URI") or "") .. (member(source, "SettingsPath") or ""))
  assert(status >= 200 and status < 300, "invalid status from the metadata service: " .. status)
  return agent.check(body)
end

--- The settings from the first source that has any.
---@param config table of agent_source.read
---@param fetch fun(url: string): integer, string what a GET from inside the VM answers: status and body
---@return table settings
function agent_source.settings(config, fetch)
  local complaint
  for _, source in ipairs(config.sources) do
    local reader = readers[source.Type] or function() error(source.Type .. ": a SoftLayer guest has no such thing") end
    local ok, settings = pcall(reader, source, fetch)
    if ok then return settings end
    complaint = settings
  end
  error("Getting settings from all sources: " .. tostring(complaint))
end

local resolvers = {}

-- Multipath: a path is taken as it is, else the initiator logs in to the target.
function resolvers.iscsi(hint)
  if hint.path then return hint.path end
  local settings = assert(hint.iscsi_settings, "iSCSI settings are missing")
  for _, name in ipairs { "username", "password", "initiator_name", "target" } do
    assert(settings[name] and settings[name] ~= "", "iSCSI " .. name .. " is missing")
  end
  return "iscsi:" .. settings.target
end

-- /dev/disk/by-id/virtio-ID: KVM has these links, SoftLayer's hypervisor has not.
function resolvers.virtio() error "Disk ID not found: no link of that name appeared" end
resolvers.scsi = resolvers.virtio

--- Where the agent finds a disk.
---@param config table of agent_source.read
---@param hint table of attach_disk
---@return string
function agent_source.resolve(config, hint)
  local resolver = resolvers[config.resolver] or function() return assert(hint.path, "path is missing") end
  return resolver(hint)
end

return agent_source
