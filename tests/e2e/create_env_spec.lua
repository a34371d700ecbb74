-- bosh create-env and delete-env against slsim: the release's bin/cpi, called as the CLI calls it, and machines with an
-- agent that answers at the address in its settings and nowhere else.
local agent_decoder = require "support.agent"
local authority = require "support.authority"
local bosh_cli = require "support.bosh_cli"
local eventually = require "support.eventually"
local folder = require "support.folder"
local json = require "core.json"
local own_network = require "support.own_network"
local simulator = require "support.simulator"

local isolated, why = own_network()
if not isolated then
  return describe("create-env", function() pending("needs network namespaces of its own: " .. why) end)
end

local IP, PRIVATE, PUBLIC = "10.112.166.20", 524954, 524956 -- a portable address of slsim's account, and the VLANs beside it
local LOGIN = "mbus:mbus-password"
local SPEED = 1000

local at, sim, cli, manifest

local function text_of(path) return folder.read(path) end

local function cloud_provider(files)
  return { mbus = ("https://%s@%s:6868"):format(LOGIN, IP), ca = files.ca, properties = {
    softlayer = { username = "sim", api_key = "sim-api-key", api_endpoint = sim.url,
      engine = { speed = SPEED, rate_limit = 0 } },
    agent = { mbus = ("https://%s@0.0.0.0:6868"):format(LOGIN) },
    blobstore = { provider = "local", path = "/var/vcap/micro_bosh/data/cache" },
  } }
end

local function first_manifest(files)
  return {
    name = "bosh", job = "bosh", tags = { team = "cloud" },
    stemcell = { name = "bosh-softlayer-xen-ubuntu-jammy-go_agent", version = "1.2", api_version = 3,
      cloud_properties = { ["virtual-disk-image-id"] = 879741, ["datacenter-name"] = "lon02", infrastructure = "softlayer" } },
    vm = { cloud_properties = { datacenter = "lon02", domain = "example.com", cpu = 4, memory = 8192 },
      env = { bosh = { mbus = { cert = { ca = text_of(files.ca), certificate = text_of(files.cert),
        private_key = text_of(files.key) } } } } },
    networks = {
      default = { type = "manual", ip = IP, netmask = "255.255.255.192", gateway = "10.112.166.1",
        cloud_properties = {}, dns = json.array { "10.0.80.11" } },
      dynamic = { type = "dynamic", cloud_properties = { vlan_ids = json.array { PUBLIC, PRIVATE } },
        dns = json.array { "10.0.80.11" }, default = json.array { "gateway", "dns" } },
    },
    disk = { size = 20480, cloud_properties = {} },
  }
end

local function guest_of(cid)
  return sim:api("SoftLayer_Virtual_Guest/" .. cid .. "/getObject", "primaryIpAddress,primaryBackendIpAddress,"
    .. "tagReferences.tag.name,allowedHost[name,credential[username,password]]")
end

-- What the director's job has on its disk: a line for each start.
local function database(cid)
  local lines = {}
  for line in text_of(("%s/store/volumes/%s/database"):format(at.path, cid)):gmatch "[^\n]+" do lines[#lines + 1] = line end
  return lines
end

local function current_disk()
  for _, disk in ipairs(cli.state.disks) do
    if disk.id == cli.state.current_disk_id then return disk.cid end
  end
end

local function agent_id() return agent_decoder.settings(sim, cli.state.current_vm_cid).agent_id end

local function connect(ip)
  local pipe = assert(io.popen(("bash -c 'exec 3<>/dev/tcp/%s/6868' 2>&1"):format(ip)))
  local said = pipe:read "a"
  pipe:close()
  return said == "" and "accepted" or said:match "Connection refused" or said
end

local function orders(method) return #sim:journal(method) end

local function left_over()
  sim:ask("POST", "advance", { seconds = 1000 })
  local inventory = sim:inventory()
  return { guests = #inventory.guests, volumes = #inventory.volumes, billed = inventory.billed, notes = #inventory.notes }
end

local FIRST = { "info", "create_stemcell", "create_vm", "set_vm_metadata", "create_disk", "attach_disk", "set_disk_metadata" }
local NOTHING = { guests = 0, volumes = 0, billed = 0, notes = 0 }

describe("create-env", function()
  local nothing
  before_each(function()
    at = folder.open()
    local hook = ("tests/support/machine.sh tests/support/machine_agent.py %s/store"):format(at.path)
    sim = simulator.start(at, { "--speed=" .. SPEED, "--boot-hook=" .. hook })
    nothing = left_over()
    local files = authority.issue(at, "IP:" .. IP)
    cli, manifest = bosh_cli.open(at, cloud_provider(files)), first_manifest(files)
  end)
  after_each(function()
    local complaints = sim:stop()
    at:close()
    assert.equal("", complaints)
  end)

  it("deploys a director, deploys nothing when nothing changed, and delete-env leaves nothing", function()
    assert.is_true(cli:create_env(manifest))
    assert.same(FIRST, cli.cpi:taken())
    local cid, disk, first = cli.state.current_vm_cid, current_disk(), agent_id()
    assert.same({ first }, database(disk))

    assert.is_false(cli:create_env(manifest))
    assert.same({}, cli.cpi:taken())

    cli:delete_env()
    assert.same({ "has_vm", "delete_vm", "delete_disk", "delete_stemcell" }, cli.cpi:taken())
    assert.same(nothing, left_over())
    print(cid, json.encode(sim:inventory()))
  end)
end)
