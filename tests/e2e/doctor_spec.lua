-- slcpi doctor: each check sees what is wrong, and no check keeps another.
local build = require "support.build"
local class = require "softlayer.class"
local folder = require "support.folder"
local json = require "core.json"
local requests = require "support.requests"
local world = require "support.world"

local PLACE = { cloud = { properties = { softlayer = { datacenter = "dal13" } } } }
local ORDER = { "configuration", "endpoint", "key", "clock", "may see servers", "may use storage", "may order",
  "may cancel", "may change", "VLANs", "volumes", "rate limit", "state_dir", "overlay" }

local w

local function softlayer(fields) return { cloud = { properties = { softlayer = fields } } } end

-- The rows by their names, and the run.
local function examine(words, environment)
  local run = w:command({ "doctor", "--format", "json", table.unpack(words or {}) }, environment)
  local rows, order = {}, {}
  for i, row in ipairs(assert(json.decode(run.stdout), run.stderr).checks) do rows[row.check], order[i] = row, row.check end
  return rows, run.status, order
end

local function statuses(rows)
  local found = {}
  for _, row in pairs(rows) do found[row.status] = (found[row.status] or 0) + 1 end
  return found
end

local function check(name, status, words, given, environment)
  local rows, exit_status = examine(given, environment)
  assert.equal(status, rows[name].status, json.encode(rows[name]))
  assert.truthy(rows[name].seen:find(words, 1, true), rows[name].seen)
  assert.equal(status == "fail" and 1 or 0, exit_status)
  return rows
end

describe("slcpi doctor", function()
  before_each(function()
    w = world.start()
    w:configure(PLACE)
    w:configure { cloud = PLACE.cloud, engine = { rate_limit = 40 } }
  end)
  after_each(function() w:close() end)

  it("has one line for each check, changes nothing, and is content with a good account", function()
    local rows, status, order = examine()
    assert.equal(0, status)
    assert.same({ ok = #ORDER }, statuses(rows))
    assert.same(ORDER, order)
    local text = w:command { "doctor" }
    assert.equal(0, text.status)
    local lines = {}
    for line in text.stdout:gmatch "[^\n]+" do lines[#lines + 1] = line end
    assert.equal(#ORDER, #lines)
    for i, line in ipairs(lines) do assert.equal(("ok  %-15s  "):format(ORDER[i]), line:sub(1, 21)) end
    for _, call in ipairs(w.sim:journal()) do assert.equal("read", class(call.method), call.method) end
    assert.is_true(#w.sim:journal() > 0)
  end)

  it("tells a configuration that cannot be used, and what is then not checked", function()
    w:configure(softlayer { api_key = "" })
    local rows = check("configuration", "fail", "softlayer.api_key is missing")
    assert.same({ fail = 1, warn = 8, ok = 1 }, statuses(rows))
    w:configure { engine = { nonsense = 1 } }
    check("configuration", "fail", "engine.nonsense is no known key")
  end)

  it("tells an endpoint that does not answer", function()
    w:configure(softlayer { api_endpoint = "http://127.0.0.1:1/rest/v3.1", datacenter = "dal13" })
    local rows = check("endpoint", "fail", "Failed to connect")
    for _, name in ipairs { "key", "clock", "permissions", "VLANs", "volumes" } do
      assert.equal("warn", rows[name].status)
      assert.truthy(rows[name].seen:find("not checked", 1, true))
    end
    assert.equal("ok", rows.state_dir.status)
  end)

  it("tells a wrong key, and shows neither key", function()
    w:configure(softlayer { api_key = "the-wrong-key" })
    local rows = check("key", "fail", "Access Denied")
    assert.equal("ok", rows.clock.status)
    assert.equal("warn", rows.permissions.status)
    local run = w:command { "doctor" }
    assert.is_nil((run.stdout .. run.stderr):find("the-wrong-key", 1, true))
  end)

  it("tells what the API says instead of a user", function()
    w.sim:fault "Account.getCurrentUser do=text value=[]"
    check("key", "fail", "does not tell whose it is")
  end)

  for name, seconds in pairs { ["ahead of"] = 90, behind = -90 } do
    it("tells a clock that is " .. name .. " the API's", function()
      local environment = { "CLOCK_STEP=" .. seconds, "LD_PRELOAD=" .. build.folder .. "/stepped_clock.so" }
      local rows = check("clock", "warn", name .. " the API's", nil, environment)
      local skew = math.tointeger(tonumber(rows.clock.seen:match "^%d+"))
      assert.is_true(skew >= 88 and skew <= 92, rows.clock.seen)
    end)
  end

  it("bears a minute of skew", function()
    check("clock", "ok", "ahead of", nil, { "CLOCK_STEP=50", "LD_PRELOAD=" .. build.folder .. "/stepped_clock.so" })
  end)

  it("tells missing permissions by name", function()
    w.sim:ask("POST", "user", { permissions = { SERVER_CANCEL = false, REMOTE_MANAGEMENT = false } })
    local rows = check("may cancel", "fail", "SERVER_CANCEL")
    assert.equal("warn", rows["may change"].status)
    assert.equal("ok", rows["may order"].status)
    w.sim:ask("POST", "user", { permissions = { SERVER_CANCEL = true, NAS_MANAGE = false } })
    check("may use storage", "fail", "NAS_MANAGE")
    w.sim:ask("POST", "user", { permissions = { NAS_MANAGE = true }, hasFullVirtualGuestAccessFlag = false })
    check("may see servers", "fail", "hasFullVirtualGuestAccessFlag")
  end)

  it("tells the VLANs of the datacenter, and a datacenter that is none", function()
    check("VLANs", "ok", "2 in dal13: pod01 (1 private, 1 public)")
    w:configure(softlayer { datacenter = "dal99" })
    check("VLANs", "fail", "there is no datacenter 'dal99'")
  end)

  it("tells the datacenters of a stemcell's image", function()
    check("stemcell", "warn", "is in ams01", { "--stemcell", "380214" })
    w:configure(softlayer { datacenter = "ams01" })
    check("stemcell", "ok", "is in ams01", { "--stemcell", "380214" })
    check("stemcell", "fail", "stemcell 5 not found", { "--stemcell", "5" })
    check("stemcell", "fail", "is no stemcell's cid", { "--stemcell", "x" })
  end)

  it("tells how many volumes there may be", function()
    check("volumes", "ok", "0 of 700 (global)")
    local function limits(...)
      w.sim:heal()
      w.sim:ask("POST", "fault", { on = "Network_Storage.getVolumeCountLimits", ["do"] = "text",
        value = json.encode(json.array { ... }) })
    end
    local function limit(place, most, used)
      return { datacenterName = place, maximumAvailableCount = most, provisionedCount = used }
    end
    limits(limit("global", "700", 5), limit("dal13", 10, 9), limit("ams01", 1, 1), { datacenterName = "dal13" })
    check("volumes", "warn", "9 of 10 (dal13)")
    limits(limit(nil, 2, 2))
    check("volumes", "fail", "2 of 2 (global)")
    limits()
    check("volumes", "warn", "no limit")
  end)

  it("goes on when a check fails", function()
    w.sim:fault "Network_Storage.getVolumeCountLimits do=text value=5"
    w.sim:fault "Account.getNetworkVlans do=error code=SoftLayer_Exception_Public"
    local rows, status, order = examine()
    assert.equal(1, status)
    assert.same(ORDER, order)
    assert.equal("fail", rows.volumes.status)
    assert.equal("fail", rows.VLANs.status)
    assert.equal("ok", rows.state_dir.status)
  end)

  it("tells the rate limit in force and what is wrong with it", function()
    check("rate limit", "ok", "40 calls per second, shared by " .. w.at.path)
    w:configure { engine = { rate_limit = 0 } }
    check("rate limit", "warn", "none")
    w:configure { engine = { rate_limit = 51 } }
    check("rate limit", "warn", "51 calls per second")
    w:configure { engine = { rate_limit = 40, state_dir = "/proc/none" } }
    local rows = examine()
    assert.same({ "warn", "fail" }, { rows["rate limit"].status, rows.state_dir.status })
    assert.truthy(rows["rate limit"].seen:find("for each process by itself", 1, true))
  end)

  it("tells a state directory that cannot be used, open records and damaged ones", function()
    w:begin(requests.create_vm(), { wrap = { "bash", "-c", '"$@" | true', "bash" } }):finish()
    w.sim:ask("GET", "inventory")
    check("state_dir", "warn", "; records: 1, 1 of what they ordered was never returned")
    local file = assert(io.open(w:record_paths()[1], "r+b"))
    file:seek("set", 30)
    file:write "#"
    file:close()
    check("state_dir", "fail", "; records: 1, 1 damaged: create_vm-")
    w:configure { cloud = PLACE.cloud, engine = { state_dir = "/proc/none" } }
    check("state_dir", "fail", "/proc/none")
  end)

  it("tells an overlay's files, or why they are not used", function()
    local overlay = w:overlay {
      ["scripts/ours.lua"] = 'description = "x" arguments = {} effect = "read" timeout = 1 function run() end',
      ["hooks/create_vm.lua"] = "function before.plan() end",
      ["lualib/ours.lua"] = "return 1",
    }
    check("overlay", "ok", overlay .. "; scripts: 1, hook files: 1, libraries: 1", { "--overlay", overlay })
    w.at:write("overlay/hooks/create_vm.lua", "function before.plam() end")
    check("overlay", "fail", "plam", { "--overlay", overlay })
    w.at:write("overlay/hooks/create_vm.lua", "function before.plan() end")
    w.at:write("overlay/lualib/ours.lua", "return return")
    check("overlay", "fail", "ours.lua:1:", { "--overlay", overlay })
    assert(os.execute("chmod g+w " .. folder.quoted(overlay)))
    local rows = check("overlay", "fail", "is writable for its group", { "--overlay", overlay })
    assert.equal("ok", rows.key.status)
    assert.truthy(rows.overlay.seen:find("and 2 more", 1, true))
    check("overlay", "fail", "No such file", { "--overlay", "/no/such/overlay" })
  end)

  it("tells the director's settings of a file", function()
    local path = w.at:write("director.yml", json.encode { enable_virtual_delete_vms = true,
      cloud = { provider = { name = "slcpi" } } })
    local rows = check("enable_virtual_delete_vms", "fail", "is on", { "--director", path })
    assert.equal("ok", rows.cpi_job.status)
  end)
end)

describe("slcpi doctor with an IAM key", function()
  it("is content", function()
    w = world.start { iam = true }
    w:configure { cloud = PLACE.cloud, engine = { rate_limit = 40 } }
    local rows, status = examine()
    w:close()
    assert.equal(0, status)
    assert.same({ ok = #ORDER }, statuses(rows))
  end)
end)
