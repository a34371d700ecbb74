--- The agent's side: how it fetches its settings, and what its decoder (Go's encoding/json into
--- typed fields) accepts. Go ignores unknown members and takes null for any field.

local json = require "core.json"
local sys = require "core.sys"

local agent = {}

local check -- (value, type, path), below

local function object_of(fields)
  return function(value, path)
    assert(type(value) == "table" and not json.is_array(value), path .. " must be an object")
    for name, member in pairs(value) do
      local wanted = fields[name:lower()]
      if wanted then check(member, wanted, path .. "." .. name) end
    end
  end
end

local function map_of(wanted)
  return function(value, path)
    assert(type(value) == "table" and not json.is_array(value), path .. " must be an object")
    for name, member in pairs(value) do check(member, wanted, path .. "." .. name) end
  end
end

local function list_of(wanted)
  return function(value, path)
    assert(json.is_array(value), path .. " must be an array")
    for i, member in ipairs(value) do check(member, wanted, ("%s[%d]"):format(path, i)) end
  end
end

local simple = {
  string = function(value) return type(value) == "string" end,
  boolean = function(value) return type(value) == "boolean" end,
  integer = function(value) return math.type(value) == "integer" end,
  unsigned = function(value) return math.type(value) == "integer" and value >= 0 end,
  any = function() return true end,
}

function check(value, wanted, path)
  if value == json.null then return end
  if type(wanted) == "function" then return wanted(value, path) end
  assert(simple[wanted](value), ("%s must be of type %s"):format(path, wanted))
end

-- A disk's hint is decoded by hand: members that are no strings panic the agent.
local ISCSI = object_of { username = "string", password = "string", initiator_name = "string", target = "string" }
local HINT = object_of { path = "string", volume_id = "string", id = "string", lun = "string", host_device_id = "string",
  iscsi_settings = ISCSI }
local function hint(value, path)
  if type(value) ~= "string" then HINT(value, path) end
end

local BLOBSTORE = object_of { provider = "string", options = map_of "any" }
local TMPFS = object_of { tmpfs = "boolean", tmpfs_size = "string" }

local SETTINGS = object_of {
  agent_id = "string",
  mbus = "string",
  ntp = list_of "string",
  blobstore = BLOBSTORE,
  vm = object_of { name = "string" },
  disks = object_of { system = "string", ephemeral = hint, persistent = map_of(hint), raw_ephemeral = list_of(hint) },
  networks = map_of(object_of {
    type = "string", ip = "string", netmask = "string", gateway = "string", prefix = "string", mac = "string",
    alias = "string", resolved = "boolean", use_dhcp = "boolean", preconfigured = "boolean",
    dns = list_of "string", default = list_of "string",
    routes = list_of(object_of { destination = "string", gateway = "string", netmask = "string" }),
  }),
  env = object_of {
    persistent_disk_fs = "string", persistent_disk_partitioner = "string", persistent_disk_mount_options = list_of "string",
    bosh = object_of {
      password = "string", keep_root_password = "boolean", remove_dev_tools = "boolean",
      remove_static_libraries = "boolean", authorized_keys = list_of "string", swap_size = "unsigned",
      mbus = object_of { urls = list_of "string",
        cert = object_of { ca = "string", certificate = "string", private_key = "string" } },
      ipv6 = object_of { enable = "boolean" }, job_dir = TMPFS, run_dir = TMPFS, blobstores = list_of(BLOBSTORE),
      ntp = list_of "string", parallel = "integer", agent = object_of { settings = object_of { tmpfs = "boolean" } },
    },
  },
}

--- Reads the settings document.
---@param text string
---@return table settings
function agent.check(text)
  local settings = assert(json.decode(text))
  SETTINGS(settings, "settings")
  assert(type(settings.agent_id) == "string" and settings.agent_id ~= "", "the metadata does not provide settings")
  return settings
end

--- Decodes what the metadata service answered: base64url without padding, its quotes taken away.
---@param body string
---@return table settings
---@return string text the document itself
function agent.decode(body)
  local bare = body:gsub('"', ""):gsub("\r?\n$", "")
  assert(bare:find("^[%w_-]+$") and #bare % 4 ~= 1, "no base64url without padding: " .. bare:sub(1, 80))
  local text = assert(sys.unbase64(bare))
  return agent.check(text), text
end

--- Fetches and decodes the settings of a machine.
---@param sim table support.simulator
---@param id integer|string
function agent.settings(sim, id)
  return agent.decode(sim:metadata_text(id, "getUserMetadata"))
end

--- What the user data of a machine says that has its settings in a BOSH registry.
---@return { registry: { endpoint: string }, server: { name: string }, dns: table }
function agent.user_data(sim, id)
  local bare = sim:metadata_text(id, "getUserMetadata"):gsub('"', "")
  return json.decode(sys.unbase64(bare))
end

--- The settings of such a machine, found as agents of API version 1 did: by the user data alone.
---@return table? settings
---@return integer? status of the registry's answer when it has none
function agent.registered(sim, id)
  local data = agent.user_data(sim, id)
  local scheme, userpwd, rest = data.registry.endpoint:match "^(%a+://)([^@]*)@(.*)$"
  local plain = userpwd:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end)
  local answer = sim.client:send({ { userpwd = plain,
    url = ("%s%s/instances/%s/settings"):format(scheme, rest, data.server.name) } })[1]
  if answer.status ~= 200 then return nil, answer.status end
  return (agent.decode(sys.base64url(json.decode(answer.body).settings)))
end

return agent
