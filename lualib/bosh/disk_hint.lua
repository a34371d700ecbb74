--- What the agent must know to mount a volume: attach_disk's answer in API versions 2 and 3. A block volume's has no
--- `path`, with which the agent would not log in to the target by iSCSI.

local errors = require "errors"
local log = require "core.log"

local disk_hint = {}

-- What is needed of a host and of a volume, for masks.
disk_hint.HOST = "allowedHost[id,name,credential[username,password]]"
disk_hint.VOLUME = "serviceResourceBackendIpAddress,fileNetworkMountAddress"

local function text(value) return type(value) == "string" and value ~= "" and value or nil end

--- The hint, all of it non-empty strings.
---@param cid string
---@param volume table with the members of disk_hint.VOLUME
---@param host table? an allowedHost
---@return table? hint
---@return Error? err
function disk_hint.make(cid, volume, host)
  if volume.nasType == "NAS" then
    local path = text(volume.fileNetworkMountAddress)
    if path then return { id = cid, path = path } end
    return nil, errors.cloud("the API does not tell where file volume %s is mounted", cid)
  end
  local credential = host and host.credential or {}
  local settings = {
    initiator_name = text(host and host.name), target = text(volume.serviceResourceBackendIpAddress),
    username = text(credential.username), password = text(credential.password),
  }
  if settings.password then log.secret(settings.password) end
  for _, name in ipairs { "initiator_name", "target", "username", "password" } do
    if not settings[name] then return nil, errors.cloud("the API does not tell the %s for volume %s", name, cid) end
  end
  return { id = cid, iscsi_settings = settings }
end

return disk_hint
