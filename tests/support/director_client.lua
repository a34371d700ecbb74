--- A director as a CPI meets it: `info` before every call, the arguments it composes, and what answers mean to it.
--- Its rules are those of Bosh::Clouds::ExternalCpi and of the director's steps; what it cannot use ends the test.

local json = require "core.json"
local stand_in = require "support.stand_in"
local sys = require "core.sys"

local director_client = {}

local MAX_VM_CREATE_TRIES = 5
local FORMAT = "softlayer-light"

---@class Director
---@field world table
---@field version integer of the CPI's API, as this director prefers it
---@field cpi table? the properties of the entry in the CPI config that answers
---@field log string what the task's log holds
---@field volumes table<string, string> what the VMs have written to each disk
local Director = {}
Director.__index = Director

--- A director in front of a world's CPI.
---@param w table a support.world
---@param version integer 1, 2 or 3
---@return Director
function director_client.new(w, version)
  return setmetatable({ world = w, version = version, uuid = sys.uuid(), log = "", volumes = {}, calls = 0, seen = 0 },
    Director)
end

local function is_null(result) return result == json.null end
local function is_boolean(result) return type(result) == "boolean" end
local function is_cid(result) return type(result) == "string" and result:find "^%g+$" ~= nil end
local function is_object(result) return type(result) == "table" and not json.is_array(result) end

local function are_cids(result)
  if not json.is_array(result) then return false end
  for _, cid in ipairs(result) do
    if not is_cid(cid) then return false end
  end
  return true
end

local function is_vm(result, version, arguments)
  if version == 1 then return is_cid(result) end
  if not (json.is_array(result) and #result == 2 and is_cid(result[1]) and is_object(result[2])) then return false end
  for name in pairs(arguments[4]) do
    if not is_object(result[2][name]) then return false end
  end
  return true
end

local function is_hint(result, version)
  if version == 1 then return is_null(result) end
  return type(result) == "string" and result ~= "" or is_object(result) and next(result) ~= nil
end

-- What each method's result must be.
local SHAPES = {
  create_stemcell = is_cid, create_vm = is_vm, create_disk = is_cid, snapshot_disk = is_cid, current_vm_id = is_cid,
  has_vm = is_boolean, has_disk = is_boolean, get_disks = are_cids, attach_disk = is_hint,
  calculate_vm_cloud_properties = is_object, info = is_object,
  update_disk = function(result) return is_null(result) or is_cid(result) end,
}
for method in ([[delete_stemcell delete_vm reboot_vm set_vm_metadata set_disk_metadata delete_disk detach_disk
  delete_snapshot resize_disk]]):gmatch "%S+" do SHAPES[method] = is_null end

-- Calls for which a director knows the VM's stemcell.
local WITH_STEMCELL = { create_vm = true, delete_vm = true, attach_disk = true, detach_disk = true }

function Director:context(method, stemcell)
  self.calls = self.calls + 1
  self.request_id = ("cpi-%06d"):format(self.calls)
  local context = { director_uuid = self.uuid, request_id = self.request_id }
  if self.version > 1 and stemcell and WITH_STEMCELL[method] then
    context.vm = { stemcell = { api_version = stemcell.api_version } }
  end
  for name, value in pairs(self.cpi or {}) do context[name] = value end
  return context
end

local function send(self, request)
  local document, run = self.world:ask(request)
  self.log = self.log .. run.stderr
  return document
end

--- What the CPI says of itself.
function Director:info()
  local document = send(self, { method = "info", arguments = json.array {}, context = self:context "info" })
  assert(document.error == json.null, "info failed")
  local info = document.result
  assert(math.type(info.api_version) == "integer" and info.api_version >= 2, "info must report api_version 2 or higher")
  assert(are_cids(info.stemcell_formats), "stemcell_formats must be strings")
  return info
end

-- The version of a call. Directors ask for it each time; those that know only the first version never do.
local function version_of(self) return self.version == 1 and 1 or math.min(self:info().api_version, self.version) end

--- One call, after its `info`.
---@param method string
---@param arguments any[]
---@param stemcell table? of the VM
---@return any? result of the shape that this version of the method has
---@return table? err { type, message, ok_to_retry }
function Director:attempt(method, arguments, stemcell)
  local version = version_of(self)
  local document = send(self, { method = method, arguments = json.array(arguments),
    context = self:context(method, stemcell), api_version = version > 1 and version or nil })
  if document.error ~= json.null then return nil, document.error end
  local fits = SHAPES[method](document.result, version, arguments)
  assert(fits, ("version %d of %s cannot answer %s"):format(version, method, json.encode(document.result)))
  return document.result
end

--- The same for a call that must succeed.
function Director:call(method, arguments, stemcell)
  local result, err = self:attempt(method, arguments, stemcell)
  if err then error(("%s: %s: %s"):format(method, err.type, err.message), 0) end
  return result
end

--- The same for a call that may be answered with one of these errors.
---@return any? result
---@return string? kind the error's
function Director:tolerant(kinds, method, arguments, stemcell)
  local result, err = self:attempt(method, arguments, stemcell)
  if not err then return result end
  local kind = err.type:match "^Bosh::Clouds::(%a+)$"
  for known in kinds:gmatch "%a+" do
    if kind == known then return nil, kind end
  end
  error(("%s: %s: %s"):format(method, err.type, err.message), 0)
end

--- The error of a call that must fail.
---@param kind string "DiskNotFound"
function Director:refused(kind, method, arguments, stemcell)
  local result, err = self:attempt(method, arguments, stemcell)
  if not err then error(("%s succeeded: %s"):format(method, json.encode(result)), 2) end
  if err.type ~= "Bosh::Clouds::" .. kind then error(("%s: %s: %s"):format(method, err.type, err.message), 2) end
  return err
end

-- Stemcells

--- Uploads a light stemcell; from version 3 on with the tags of the runtime config.
---@param properties table? the manifest's cloud_properties
---@return table stemcell { cid, api_version }
function Director:upload_stemcell(properties)
  local formats = self:info().stemcell_formats
  assert(table.concat(formats, " "):find(FORMAT, 1, true), "the CPI does not take " .. FORMAT)
  local image = self.world.at:write("stemcell/image", "")
  local arguments = { image, properties or { infrastructure = "softlayer", ["datacenter-name"] = "lon02",
    ["virtual-disk-image-id"] = 879741, ["virtual-disk-image-uuid"] = "e7cb4e31-5a4f-4b1c-b0a0-5c57d4b0a1b2" } }
  if self.version >= 3 then arguments[3] = { tags = { owner = "bosh" } } end
  return { cid = self:call("create_stemcell", arguments), api_version = 3 }
end

function Director:delete_stemcell(stemcell) self:call("delete_stemcell", { stemcell.cid }) end

-- Networks, as a director sends them

local BOTH = json.array { "dns", "gateway" }

function director_client.dynamic(cloud_properties, default)
  return { type = "dynamic", cloud_properties = cloud_properties or {}, default = default or BOTH, prefix = "32",
    dns = json.array { "10.0.80.11" } }
end

--- A manual network of a subnet that slsim made.
---@param made table the answer of `POST subnet`
---@param ip string
---@param changes table?
function director_client.manual(made, ip, changes)
  local network = { type = "manual", ip = ip, prefix = "32", cloud_properties = { vlan_ids = json.array { made.vlan } } }
  for name, value in pairs(changes or {}) do network[name] = value end
  return network
end

function director_client.vip(ip) return { type = "vip", ip = ip, prefix = "32", cloud_properties = {} } end

-- VMs

-- A shallow merge, later ones win: AZ, type, extensions.
local function merged(...)
  local all = {}
  for _, properties in ipairs { ... } do
    for name, value in pairs(properties) do all[name] = value end
  end
  return all
end

local AZ = { datacenter = "lon02" }
local VM_TYPE = { cpu = 1, memory = 1024, domain = "example.com" }

local function environment(self, wanted, agent_id)
  local name = ("bosh-%s-cf-%s"):format(self.uuid, wanted.group)
  return { bosh = { group = name, groups = json.array { "bosh", "cf", wanted.group, "bosh-cf", "cf-" .. wanted.group, name },
    password = "$6$salt$hash", tags = wanted.tags, mbus = { cert = { ca = "ca of " .. self.uuid,
      certificate = agent_id .. ".bootstrap.agent.bosh-internal", private_key = "a private key" } } } }
end

-- A failed creation is repeated as it was when the CPI says that this may help.
local function created(self, arguments, stemcell)
  for try = 1, MAX_VM_CREATE_TRIES do
    local result, err = self:attempt("create_vm", arguments, stemcell)
    if result then return type(result) == "table" and result[1] or result end
    local again = err.type == "Bosh::Clouds::VMCreationFailed" and err.ok_to_retry and try < MAX_VM_CREATE_TRIES
    if not again then error(("create_vm: %s: %s"):format(err.type, err.message), 0) end
  end
end

--- The metadata of an instance's VM, and what more there is.
function director_client.metadata(wanted, more)
  return merged(wanted.tags or {}, { director = "bosh", deployment = "cf", id = wanted.id, job = wanted.group,
    instance_group = wanted.group, index = "0", name = wanted.group .. "/" .. wanted.id,
    created_at = "2026-08-22T08:00:00Z" }, more or {})
end

--- Writes a VM's metadata; a CPI may leave that out.
function Director:set_vm_metadata(vm, more)
  self:tolerant("NotImplemented", "set_vm_metadata", { vm.cid, director_client.metadata(vm.wanted, more) })
end

--- Creates a VM and waits for its agent. Where anything after the creation fails, the VM is deleted again.
---@param wanted { stemcell: table, group: string?, networks: table?, az: table?, vm_type: table?, vm_extensions: table[]?,
---disks: string[]?, tags: table?, metadata: table?, deaf: boolean? }
---@return table vm { cid, agent, stemcell, disks, wanted }
function Director:create_vm(wanted)
  wanted.group, wanted.id = wanted.group or "web", wanted.id or sys.uuid()
  local agent_id = sys.uuid()
  local cloud_properties = merged(wanted.az or AZ, wanted.vm_type or VM_TYPE, table.unpack(wanted.vm_extensions or {}))
  local cid = created(self, { agent_id, wanted.stemcell.cid, cloud_properties,
    wanted.networks or { default = director_client.dynamic() }, json.array { table.unpack(wanted.disks or {}) },
    environment(self, wanted, agent_id) }, wanted.stemcell)
  local vm = { cid = cid, stemcell = wanted.stemcell, disks = {}, wanted = wanted }
  local ready, trouble = pcall(function()
    self:set_vm_metadata(vm, wanted.metadata)
    assert(not wanted.deaf, "the agent does not answer")
    vm.agent = stand_in.start(self.world.sim, cid, agent_id, self.version == 1, self.volumes)
  end)
  if ready then return vm end
  self:delete_vm(vm)
  error(trouble, 0)
end

--- Deletes a VM; one that is gone is as good.
---@return boolean? missing
function Director:delete_vm(vm)
  local _, gone = self:tolerant("VMNotFound", "delete_vm", { vm.cid }, vm.stemcell)
  return gone ~= nil
end

function Director:has_vm(vm) return self:call("has_vm", { vm.cid }) end

-- A dynamic network's request has the address that the agent of the VM before it had told.
local function networks_after(vm)
  local networks = {}
  for name, network in pairs(vm.wanted.networks or { default = director_client.dynamic() }) do
    local told = network.type == "dynamic" and vm.agent and vm.agent.told.networks[name] or {}
    networks[name] = merged(network, { ip = told.ip or network.ip, netmask = told.netmask, gateway = told.gateway })
  end
  return networks
end

--- What a director wants of the VM that follows this one.
---@param changes table?
function director_client.successor(vm, changes)
  return merged(vm.wanted, { disks = vm.disks, networks = networks_after(vm) }, changes or {})
end

--- Deletes a VM and makes another in its place, with its disks.
---@param changes table? of what is wanted
---@return table vm the new one
function Director:recreate_vm(vm, changes)
  local disks = { table.unpack(vm.disks) }
  if vm.agent then
    for _, cid in ipairs(disks) do self:detach_disk(vm, cid) end
  end
  self:delete_vm(vm)
  vm.disks = disks
  local new = self:create_vm(director_client.successor(vm, changes))
  for _, cid in ipairs(disks) do self:attach_disk(new, cid) end
  return new
end

-- Disks

-- Of no two attachments the same.
local function moment(self) return ("2026-08-22T%02d:%02d:%02dZ"):format(self.calls // 3600, self.calls // 60 % 60, self.calls % 60) end

function Director:create_disk(vm, size, cloud_properties)
  return self:call("create_disk", { size, cloud_properties or {}, vm.cid })
end

--- Attaches a disk, tells the agent, writes the disk's metadata, mounts it.
function Director:attach_disk(vm, cid)
  local hint = self:call("attach_disk", { vm.cid, cid }, vm.stemcell)
  vm.agent:add_persistent_disk(cid, hint)
  self:tolerant("NotImplemented", "set_disk_metadata", { cid, merged(vm.wanted.tags or {}, { director = "bosh",
    deployment = "cf", instance_id = vm.wanted.id, instance_index = "0", instance_group = vm.wanted.group,
    attached_at = moment(self) }) })
  vm.agent:mount_disk(cid)
  vm.disks[#vm.disks + 1] = cid
end

--- Unmounts a disk and detaches it.
---@param inactive boolean? that it is not attached is as good
function Director:detach_disk(vm, cid, inactive)
  if vm.agent then vm.agent:remove_persistent_disk(cid) end
  self:tolerant(inactive and "DiskNotAttached" or "", "detach_disk", { vm.cid, cid }, vm.stemcell)
  for i, known in ipairs(vm.disks) do
    if known == cid then table.remove(vm.disks, i) end
  end
end

--- The cleanup of an orphaned disk: only one that is not found is gone.
function Director:delete_disk(cid, snapshots)
  for _, snapshot in ipairs(snapshots or {}) do
    self:tolerant("DiskNotFound", "delete_snapshot", { snapshot })
  end
  self:tolerant("DiskNotFound", "delete_disk", { cid })
end

function Director:has_disk(cid) return self:call("has_disk", { cid }) end

--- A new disk beside the old one, whose data it takes over.
---@return string cid of the new one, with the old one detached
function Director:copy_disk(vm, old, size, cloud_properties)
  local new = self:create_disk(vm, size, cloud_properties)
  self:attach_disk(vm, new)
  vm.agent:migrate_disk(old, new)
  self:detach_disk(vm, old)
  return new
end

--- A disk's new size or type: in place if the CPI can, else by a copy, whose original becomes an orphan and goes.
---@param method "resize_disk"|"update_disk"
---@return string cid
---@return boolean copied
function Director:change_disk(vm, cid, method, size, cloud_properties)
  self:detach_disk(vm, cid)
  local result, unable = self:tolerant("NotImplemented NotSupported", method, { cid, size, cloud_properties })
  local now = type(result) == "string" and result or cid
  self:attach_disk(vm, now)
  if not unable then return now, false end
  local copy = self:copy_disk(vm, cid, size, cloud_properties)
  self:delete_disk(cid)
  return copy, true
end

-- The journal

--- What the CPI changed through the API since the last look: "createObject setUserMetadata setTags".
---@return string methods in order
function Director:changes()
  local methods = {}
  for _, call in ipairs(self.world.sim:ask("GET", "journal?since=" .. self.seen)) do
    self.seen = call.n
    local changing = not (call.method:find "^get" or call.method:find "^verify" or call.method:find "^generate")
    local of_api = call.service:find "^SoftLayer_" and (call.user_agent or ""):find "^slcpi"
    if changing and of_api then methods[#methods + 1] = call.method end
  end
  return table.concat(methods, " ")
end

return director_client
