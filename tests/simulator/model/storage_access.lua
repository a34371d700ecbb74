-- Which hosts may mount a volume, and the names and secrets they do it with.

local clock   = require "slsim.clock"
local errors  = require "slsim.errors"
local guess   = require "slsim.guess"
local random  = require "slsim.random"
local storage = require "slsim.model.storage"
local world   = require "slsim.world"

guess("[G]", "a host and its volumes are in one datacenter; subnets are authorised for file volumes only")
guess("[G]", "a host's IQN and CHAP pair exist from its first authorisation, and stay; removing what was not authorised is true")
guess("[G]", "a CHAP password has at least 12 characters with a letter and a digit")

local access = {}

--- Kinds of hosts: how their allowed host is called.
access.KINDS = {
  Virtual_Guest = { letter = "V", table = "VIRTUAL_GUEST", type = "VirtualGuest" },
  Hardware = { letter = "H", table = "HARDWARE", type = "Hardware" },
  Network_Subnet = { letter = "S", table = "SUBNET", type = "Subnet" },
  Network_Subnet_IpAddress = { letter = "I", table = "IP_ADDRESS", type = "IpAddress" },
}

local function account_of(host) return host.account or host.subnet and world.get("Account", host.subnet.accountId)
  or world.get("Account", host.accountId) end

local function datacenter_of(host) return host.datacenter or host.subnet and host.subnet.datacenter end

local function make_allowed_host(host)
  local kind, account = access.KINDS[host.__kind], account_of(host)
  local username = ("IBM01SU%d-%s%d"):format(account.id, kind.letter, host.id)
  local credential = world.create("Network_Storage_Credential", { accountId = ("%d"):format(account.id), account = account,
    createDate = clock.time(), modifyDate = nil, nasCredentialTypeId = 2, username = username, password = random.text(16) })
  return world.create("Network_Storage_Allowed_Host_" .. kind.type, { accountId = account.id, account = account,
    name = "iqn.2005-05.com.softlayer:" .. username, credentialId = credential.id, credential = credential,
    resourceTableId = host.id, resourceTableName = kind.table, resource = host, subnetsInAcl = {} },
    "Network_Storage_Allowed_Host")
end

--- The host that a call names, if its user may see it.
---@param kind string without the prefix
function access.host(kind, fields, user)
  local id = type(fields) == "table" and math.tointeger(fields.id)
  local host = access.KINDS[kind] and id and world.get(kind, id)
  if not host or not world.may_see(user, host) or account_of(host).id ~= user.accountId then
    errors.not_found(id or "")
  end
  return host
end

local function has(volume, host)
  for _, other in ipairs(volume.__hosts) do
    if other == host then return true end
  end
  return false
end

local function check(volume, host)
  storage.must_be_paid(volume)
  storage.must_be_idle(volume, "Host Authorization")
  if not volume.__mountable or clock.now() < volume.__mountable then
    errors.raise("Network_Storage_Group_AccessControlError",
      ("Access denied, the volume %s is not yet ready for mount."):format(volume.username))
  end
  if host.__kind == "Network_Subnet" and volume.nasType ~= "NAS" then
    errors.public("Subnets can only be authorized for file volumes.")
  end
  if datacenter_of(host) ~= volume.datacenter then
    errors.public("The host %d is not in the datacenter of the volume %s.", host.id, volume.username)
  end
end

local function refused_once(volume)
  if volume.__refusals <= 0 then return false end
  volume.__refusals = volume.__refusals - 1
  return true
end

--- Lets a host mount a volume.
---@return boolean done
function access.allow(volume, host)
  check(volume, host)
  if has(volume, host) then return true end
  if refused_once(volume) then return false end
  host.__allowed_host = host.__allowed_host or make_allowed_host(host)
  host.__volumes = host.__volumes or {}
  table.insert(volume.__hosts, host)
  table.insert(host.__volumes, volume)
  return true
end

---@return boolean done
function access.remove(volume, host)
  storage.must_be_idle(volume, "Host Authorization")
  storage.take(volume.__hosts, host)
  storage.take(host.__volumes or {}, volume)
  return true
end

--- Lets several hosts mount a volume: all of them, or none.
---@return table[] allowed_hosts
function access.allow_all(volume, hosts)
  for _, host in ipairs(hosts) do
    check(volume, host)
    if has(volume, host) then
      errors.raise("Network_Storage_Group_MassAccessControlModification",
        ("The host %d is already authorized for the volume %s."):format(host.id, volume.username))
    end
  end
  local allowed = {}
  for i, host in ipairs(hosts) do
    access.allow(volume, host)
    allowed[i] = host.__allowed_host
  end
  return allowed
end

---@return table[] allowed_hosts
function access.remove_all(volume, hosts)
  local allowed = {}
  for _, host in ipairs(hosts) do
    access.remove(volume, host)
    allowed[#allowed + 1] = host.__allowed_host
  end
  return allowed
end

function access.set_password(allowed_host, text)
  if #text < 12 or not text:find "%a" or not text:find "%d" then
    errors.invalid("password", "The password is not strong.")
  end
  local credential = allowed_host.credential
  credential.password, credential.modifyDate = text, clock.time()
end

local function volumes_of(host, call)
  local found = {}
  for _, volume in ipairs(host.__volumes or {}) do
    if world.may_see(call and call.user, volume) then found[#found + 1] = volume end
  end
  return found
end

for kind in pairs(access.KINDS) do
  world.derive(kind, {
    allowedHost = function(host) return host.__allowed_host end,
    allowedNetworkStorage = volumes_of,
  })
end

world.derive("Network_Storage_Allowed_Host", {
  assignedVolumes = function(allowed_host, call) return volumes_of(allowed_host.resource, call) end,
})

--- A host's volumes of a kind: ISCSI or NAS.
function access.attached(host, nas_type, call)
  local found = {}
  for _, volume in ipairs(volumes_of(host, call)) do
    if volume.nasType == nas_type then found[#found + 1] = volume end
  end
  return found
end

return access
