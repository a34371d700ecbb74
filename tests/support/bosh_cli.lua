--- What `bosh create-env` and `bosh delete-env` do, call by call, with their state file.
--
-- A manifest is a table: name, job, stemcell { name, version, api_version, cloud_properties }, vm { cloud_properties, env },
-- networks (as the CPI gets them), disk { size, cloud_properties }?, tags?.

local agent_client = require "support.bosh_cli.agent_client"
local folder = require "support.folder"
local installed = require "support.bosh_cli.cpi"
local json = require "core.json"
local sys = require "core.sys"

local bosh_cli = {}
bosh_cli.__index = bosh_cli

local READY, GONE = 60, 2 -- seconds of patience with an agent: a new one; one that may be gone

local function save(self) self.at:write("state.json", json.encode(self.state)) end

local function load(self)
  local text = folder.read(self.at.path .. "/state.json")
  return text ~= "" and json.decode(text) or { director_id = sys.uuid(), installation_id = sys.uuid(), disks = json.array {},
    stemcells = json.array {} }
end

--- Installs the CPI.
---@param at table a support.folder
---@param cloud_provider { properties: table, mbus: string, ca: string }
function bosh_cli.open(at, cloud_provider)
  return setmetatable({ at = at, cpi = installed.install(at, cloud_provider.properties),
    agent = agent_client.open(cloud_provider.mbus, cloud_provider.ca) }, bosh_cli)
end

local function without(list, unwanted)
  local left = json.array {}
  for _, item in ipairs(list) do
    if item ~= unwanted then left[#left + 1] = item end
  end
  return left
end

local function by_id(list, id)
  for _, item in ipairs(list) do
    if item.id == id then return item end
  end
end

local function cids(list)
  local all = json.array {}
  for i, item in ipairs(list) do all[i] = item.cid end
  return all
end

-- Stemcells.

local function upload_stemcell(self, stemcell)
  for _, known in ipairs(self.state.stemcells) do
    if known.name == stemcell.name and known.version == stemcell.version then return known end
  end
  local image = self.at:write("stemcell/image", "")
  local cid = self.cpi:call(nil, "create_stemcell", image, stemcell.cloud_properties)
  local record = { id = sys.uuid(), name = stemcell.name, version = stemcell.version, api_version = stemcell.api_version,
    cid = cid }
  table.insert(self.state.stemcells, record)
  save(self)
  return record
end

local function delete_stemcells(self)
  for _, stemcell in ipairs(self.state.stemcells) do
    if stemcell.id ~= self.state.current_stemcell_id then
      self.cpi:call("StemcellNotFound", "delete_stemcell", stemcell.cid)
      self.state.stemcells = without(self.state.stemcells, stemcell)
      save(self)
    end
  end
end

-- The VM.

local function shut_down(self)
  local agent = self.agent
  if not agent:wait(GONE) then return end
  agent:run("run_script", "pre-stop", {})
  assert(math.type(agent:run("drain", "shutdown")) == "integer")
  agent:run "stop"
  agent:run("run_script", "post-stop", {})
  for _, cid in ipairs(agent:ask "list_disk") do agent:run("unmount_disk", cid) end
end

local function delete_vm(self)
  local cid = self.state.current_vm_cid
  if not cid then return end
  if self.cpi:call(nil, "has_vm", cid) then shut_down(self) end
  self.cpi:call("VMNotFound", "delete_vm", cid)
  self.state.current_vm_cid, self.state.current_stemcell_id = nil, nil
  save(self)
end

local function vm_metadata(manifest)
  local metadata = { deployment = manifest.name, job = manifest.job, instance_group = manifest.job, index = "0",
    director = "bosh-init", name = manifest.job .. "/0", created_at = os.date "!%Y-%m-%dT%H:%M:%SZ" }
  for name, value in pairs(manifest.tags or {}) do metadata[name] = value end
  return metadata
end

local function create_vm(self, manifest, stemcell)
  local env = json.decode(json.encode(manifest.vm.env))
  env.bosh.tags = manifest.tags
  local answer = self.cpi:call(nil, "create_vm", sys.uuid(), stemcell.cid, manifest.vm.cloud_properties, manifest.networks,
    cids(self.state.disks), env)
  self.state.current_vm_cid, self.state.current_stemcell_id = answer[1], stemcell.id
  save(self)
  self.cpi:call("NotImplemented", "set_vm_metadata", answer[1], vm_metadata(manifest))
  assert(self.agent:wait(READY))
end

-- The disk.

local function disk_metadata(manifest)
  local metadata = { deployment = manifest.name, director = "bosh-init", instance_group = manifest.job, instance_index = "0",
    attached_at = os.date "!%Y-%m-%dT%H:%M:%SZ" }
  for name, value in pairs(manifest.tags or {}) do metadata[name] = value end
  return metadata
end

local function attach_disk(self, manifest, disk)
  local hint = self.cpi:call(nil, "attach_disk", self.state.current_vm_cid, disk.cid)
  self.cpi:call("NotImplemented", "set_disk_metadata", disk.cid, disk_metadata(manifest))
  assert(self.agent:wait(READY))
  if hint ~= json.null then self.agent:run("add_persistent_disk", disk.cid, hint) end
  self.agent:run("mount_disk", disk.cid)
end

local function create_disk(self, manifest)
  local wanted = manifest.disk
  local cid = self.cpi:call(nil, "create_disk", wanted.size, wanted.cloud_properties, self.state.current_vm_cid)
  local disk = { id = sys.uuid(), cid = cid, size = wanted.size, cloud_properties = wanted.cloud_properties }
  table.insert(self.state.disks, disk)
  save(self)
  attach_disk(self, manifest, disk)
  return disk
end

local function delete_disk(self, disk)
  self.cpi:call("DiskNotFound", "delete_disk", disk.cid)
  self.state.disks = without(self.state.disks, disk)
  save(self)
end

local function make_current(self, disk)
  self.state.current_disk_id = disk.id
  save(self)
end

local function migrate_disk(self, manifest, old)
  local new = create_disk(self, manifest)
  self.agent:run "migrate_disk"
  make_current(self, new)
  self.cpi:call(nil, "detach_disk", self.state.current_vm_cid, old.cid)
  assert(self.agent:wait(READY))
  delete_disk(self, old)
end

local function update_disk(self, manifest)
  local disk, wanted = by_id(self.state.disks, self.state.current_disk_id), manifest.disk
  if not disk then return make_current(self, create_disk(self, manifest)) end
  attach_disk(self, manifest, disk)
  local kept = disk.size == wanted.size and json.encode(disk.cloud_properties) == json.encode(wanted.cloud_properties)
  if not kept then migrate_disk(self, manifest, disk) end
end

local function start_job(self)
  local agent = self.agent
  agent:run("apply", { configuration_hash = "initial" })
  assert(agent:ask("get_state").networks)
  local templates = sys.uuid()
  agent:put_blob(templates, "rendered templates")
  agent:run "stop"
  agent:run("apply", { rendered_templates_archive = { blobstore_id = templates } })
  agent:run("run_script", "pre-start", {})
  agent:ask "start"
  assert(agent:ask("get_state").job_state == "running")
  agent:run("run_script", "post-start", {})
end

local function begin(self, stemcell_api_version)
  self.state = load(self)
  self.cpi.director_id, self.cpi.stemcell_api_version = self.state.director_id, stemcell_api_version
end

--- bosh create-env. Raises what the CLI would end with.
---@param manifest table
---@return boolean deployed false: nothing has changed
function bosh_cli:create_env(manifest)
  local digest, stemcell = sys.sha256(json.encode(manifest)), manifest.stemcell
  begin(self, stemcell.api_version)
  if self.state.current_manifest_sha == digest then return false end
  if self.cpi:info() ~= 2 or stemcell.api_version < 2 then error "The `bosh` cli requires CPI v2.0 or greater" end
  local uploaded = upload_stemcell(self, stemcell)
  self.state.current_manifest_sha = nil
  save(self)
  delete_vm(self)
  create_vm(self, manifest, uploaded)
  if manifest.disk then update_disk(self, manifest) end
  start_job(self)
  self.state.current_manifest_sha = digest
  save(self)
  delete_stemcells(self)
  return true
end

--- bosh delete-env.
function bosh_cli:delete_env()
  self.state = load(self)
  local current = by_id(self.state.stemcells, self.state.current_stemcell_id)
  begin(self, current and current.api_version)
  delete_vm(self)
  while self.state.disks[1] do delete_disk(self, self.state.disks[1]) end
  delete_stemcells(self)
  os.remove(self.at.path .. "/state.json")
end

return bosh_cli
