-- What the doctor makes of what it is told: permissions, VLANs, a director's settings.
local director = require "doctor.director"
local folder = require "support.folder"
local json = require "core.json"
local network = require "doctor.network"
local permissions = require "doctor.permissions"

local function user(flags, ...)
  local list = {}
  for i, name in ipairs { ... } do list[i] = { keyName = name } end
  return { hasFullVirtualGuestAccessFlag = flags, hasFullHardwareAccessFlag = flags, permissions = list }
end

local function by_check(rows)
  local found = {}
  for _, row in ipairs(rows) do found[row.check] = row end
  return found
end

describe("permissions", function()
  it("that nothing works without are failures, others warnings, by name", function()
    local rows = by_check(permissions.rows(user(false, "SERVER_ADD")))
    assert.equal("fail", rows["may see servers"].status)
    assert.truthy(rows["may see servers"].seen:find("hasFullVirtualGuestAccessFlag", 1, true))
    assert.equal("fail", rows["may use storage"].status)
    assert.truthy(rows["may use storage"].seen:find("NAS_MANAGE", 1, true))
    assert.equal("warn", rows["may order"].status)
    assert.is_nil(rows["may order"].seen:find("SERVER_ADD", 1, true))
    assert.truthy(rows["may order"].seen:find("ADD_SERVICE_STORAGE", 1, true))
    assert.equal("fail", rows["may cancel"].status)
    assert.equal("warn", rows["may change"].status)
  end)

  it("are fine when all are there, bare metal or not", function()
    local all = user(true, "NAS_MANAGE", "SERVER_ADD", "ADD_SERVICE_STORAGE", "PUBLIC_NETWORK_COMPUTE", "SERVER_CANCEL",
      "SERVICE_CANCEL", "REMOTE_MANAGEMENT", "HOSTNAME_EDIT", "SERVER_UPGRADE", "NETWORK_ROUTE_MANAGE",
      "CUSTOMER_SSH_KEY_MANAGEMENT")
    for _, hardware in ipairs { true, false } do
      all.hasFullHardwareAccessFlag = hardware
      local rows = permissions.rows(all)
      for _, row in ipairs(rows) do assert.equal("ok", row.status, row.check) end
      assert.equal(not hardware, rows[1].seen:find("hasFullHardwareAccessFlag", 1, true) ~= nil)
    end
  end)

  it("that the API does not list are missing", function()
    assert.equal("fail", permissions.rows({})[1].status)
  end)
end)

describe("VLANs", function()
  local function vlan(space, router) return { networkSpace = space, primaryRouter = router and { hostname = router } } end

  it("are counted by pod", function()
    assert.equal("3 in dal13: pod01 (1 private, 1 public), pod02 (1 private, 0 public)", network.row({
      vlan("PRIVATE", "bcr01a.dal13"), vlan("PUBLIC", "fcr01a.dal13"), vlan("PRIVATE", "bcr02a.dal13") }, "dal13").seen)
    assert.equal("2: ams01.pod01 (1 private, 0 public), dal13.pod01 (0 private, 1 public)",
      network.row { vlan("PUBLIC", "fcr01a.dal13"), vlan("PRIVATE", "bcr01a.ams01") }.seen)
    assert.equal("1 in dal13: no pod (1 private, 0 public)", network.row({ vlan "PRIVATE" }, "dal13").seen)
    assert.equal("ok", network.row({}, "dal13").status)
  end)
end)

describe("a director's settings", function()
  local at
  setup(function() at = folder.open() end)
  teardown(function() at:close() end)

  local function look(document, softlayer, engine)
    local text = type(document) == "string" and document or json.encode(document)
    return by_check(director.rows(at:write("director.yml", text), { softlayer = softlayer or {}, engine = engine or {} }))
  end

  local function rendered(more)
    local document = { cloud = { provider = { name = "slcpi" } }, snapshots = { enabled = false } }
    for name, value in pairs(more or {}) do document[name] = value end
    return document
  end

  local function manifest(properties, of_group)
    return { instance_groups = { { name = "bosh", properties = { director = of_group },
      jobs = { { name = "nats" }, { name = "director", properties = { director = properties } } } } } }
  end

  local function statuses(rows)
    local found = {}
    for name, row in pairs(rows) do found[name] = row.status end
    return found
  end

  it("are fine as a director has them by default", function()
    assert.same({ enable_virtual_delete_vms = "ok", cpi_job = "ok", enable_cpi_resize_disk = "ok",
      enable_cpi_update_disk = "ok", enable_snapshots = "ok" }, statuses(look(rendered())))
  end)

  it("that leave VMs behind are a failure, in both kinds of files", function()
    assert.equal("fail", look(rendered { enable_virtual_delete_vms = true }).enable_virtual_delete_vms.status)
    assert.equal("fail", look(manifest { enable_virtual_delete_vms = true, cpi_job = "x" }).enable_virtual_delete_vms.status)
    assert.equal("fail", look(manifest(nil, { enable_virtual_delete_vms = true })).enable_virtual_delete_vms.status)
    local both = look(manifest({ enable_virtual_delete_vms = false }, { enable_virtual_delete_vms = true, cpi_job = "x" }))
    assert.equal("ok", both.enable_virtual_delete_vms.status)
    assert.equal("is x", both.cpi_job.seen)
    assert.equal("fail", look(manifest {}).cpi_job.status)
  end)

  it("about disks are held against softlayer.native_resize", function()
    local native = { native_resize = true }
    assert.equal("warn", look(rendered(), native).enable_cpi_resize_disk.status)
    assert.equal("warn", look(rendered(), native).enable_cpi_update_disk.status)
    assert.equal("ok", look(rendered { enable_cpi_resize_disk = true }, native).enable_cpi_resize_disk.status)
    assert.equal("ok", look(rendered { enable_cpi_resize_disk = true }).enable_cpi_resize_disk.status)
  end)

  it("of bpm are held against engine.state_dir", function()
    local function status(state_dir, volumes)
      return look(manifest { use_bpm_for_workers = true, cpi_additional_volumes = volumes }, {},
        { state_dir = state_dir }).use_bpm_for_workers.status
    end
    assert.equal("ok", status())
    assert.equal("ok", status "/var/vcap/store/director/slcpi")
    assert.equal("fail", status "/var/vcap/store/slcpi")
    assert.equal("fail", status "/var/vcap/store/directory")
    assert.equal("ok", status("/var/vcap/store/slcpi", { { path = "/var/vcap/store/slcpi", writable = true } }))
    assert.equal("fail", status("/var/vcap/store/slcpi", { { path = "/var/vcap/store/slcpi" } }))
  end)

  for what, text in pairs { YAML = "name: bosh\n", ["a list"] = "[]", ["another object"] = '{"a":1}', ["a text"] = '"a"',
    ["odd members"] = '{"cloud":5,"instance_groups":[7,{"jobs":"x"}]}' } do
    it("in a file of " .. what .. " are a failure that tells what is needed", function()
      local rows = look(text)
      assert.equal("fail", rows.director.status)
      assert.truthy(rows.director.advice:find("JSON", 1, true))
    end)
  end

  it("in no file are a failure", function()
    assert.equal("fail", director.rows("/no/such/file", { softlayer = {}, engine = {} })[1].status)
  end)
end)
