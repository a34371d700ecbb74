-- import_stemcell: a stemcell's disk through each object storage, killed anywhere and made again, and failing.
local eventually = require "support.eventually"
local folder = require "support.folder"
local json = require "core.json"
local leaks = require "support.leaks"
local stemcells = require "support.stemcells"
local sys = require "core.sys"
local world = require "support.world"

-- Calls at which it is killed: before they are carried out, and after. With SLCPI_ROUNDS all of them.
local KILLS = {
  ["COS with HMAC"] = { before = { 1, 3, 6, 9, 10, 12 }, after = { 3, 5, 6, 9, 10, 12 } },
  ["COS with IAM"] = { before = { 1 }, after = { 6, 11 } },
  Swift = { before = { 2, 5, 7, 8 }, after = { 2, 4, 7, 8 } },
}
local function all_calls()
  local all = {}
  for nth = 1, 16 do all[nth] = nth end
  return all
end

local IMAGE = "SoftLayer_Virtual_Guest_Block_Device_Template_Group"
local METHODS = { ["COS with HMAC"] = "uploadPart", ["COS with IAM"] = "uploadPart", Swift = "putObject" }

describe("import_stemcell", function()
  local w, at, path
  setup(function()
    at = folder.open()
    path = stemcells.write(at)
  end)
  teardown(function() at:close() end)
  before_each(function() w = world.start { speed = 2500 } end)
  after_each(function() w:close() end)

  local function configure(storage)
    w:configure { cloud = { properties = { softlayer = stemcells.storages(w.sim)[storage] } } }
  end

  local function words() return { "run", "import_stemcell", path .. "/stemcell.tgz", "folder=" .. w.at.path } end

  local function succeed()
    local run = w:command(words())
    assert.equal(0, run.status, run.stderr)
    return run
  end

  -- How often each part was stored; what hung was carried out or not, as `executed` says.
  local function stored(storage, executed)
    local counts = {}
    for _, call in ipairs(w.sim:journal(METHODS[storage])) do
      local part = call.arguments[1].partNumber or call.id:match "segment%-0*(%d+)$"
      local done = call.status == json.null and executed or call.status ~= json.null and call.status < 300
      if part and done then counts[tonumber(part)] = (counts[tonumber(part)] or 0) + 1 end
    end
    return counts
  end

  local function is_done(run)
    local images = stemcells.images(w.sim)
    assert.equal(1, #images)
    assert.same({}, stemcells.leftovers(w.sim))
    assert.truthy(run.stdout:find(("image %d, %%a+%%d+\n"):format(images[1].id)), run.stdout)
    w.sim:ask("POST", "advance", { seconds = 1000 })
    local made = w.sim:api(("%s/%d/getObject"):format(IMAGE, images[1].id), "transaction.id,children.datacenter.name")
    assert.equal(json.null, made.transaction or json.null)
    assert.equal(1, #made.children)
    local tarball = run.stdout:match "\n(/.-%.tgz)\n"
    local pipe = assert(io.popen(("tar xzOf '%s' stemcell.MF"):format(tarball)))
    local manifest = pipe:read "a"
    assert(pipe:close())
    assert.truthy(manifest:find(("virtual-disk-image-id: %d\n"):format(images[1].id), 1, true), manifest)
    assert.truthy(manifest:find('operating_system: "ubuntu-focal"', 1, true), manifest)
    local records = w:records()
    assert.equal(1, #records)
    assert.equal("DONE", records[1].stage)
    local sum = assert(io.popen(("sha1sum '%s'"):format(tarball))):read(40)
    assert.equal("sha1 " .. sum, run.stdout:match "sha1 %x+")
  end

  -- Has it hang at a call, and kills it there; nil when it ended before.
  local function strike(rule)
    local number = w.sim:fault(rule)
    local process = w:begin_command(words())
    local hit = eventually("the call that hangs", function()
      for _, fault in ipairs(w.sim:ask("GET", "faults")) do
        if fault.number == number and fault.fired > 0 then return "hit" end
      end
      return not process:signal "0" and "ended"
    end)
    process:signal "KILL"
    process:finish()
    w.sim:heal()
    return hit == "hit" or nil
  end

  for storage in pairs(METHODS) do
    it("goes through " .. storage, function()
      configure(storage)
      is_done(succeed())
      assert.same({ 1, 1, 1 }, stored(storage))
      local modes = w.sim:journal "setBootMode"
      assert.same({ json.array { "HVM" }, 200 }, { modes[#modes].arguments, modes[#modes].status })
    end)

    for moment, calls in pairs(KILLS[storage]) do
      for _, nth in ipairs(sys.getenv "SLCPI_ROUNDS" and all_calls() or calls) do
        it(("through %s goes on after a kill %s call %d"):format(storage, moment, nth), function()
          configure(storage)
          local executed = moment == "after"
          assert(strike(("*.* nth=%d do=hang%s"):format(nth, executed and " executed" or "")))
          is_done(succeed())
          assert.same({ 1, 1, 1 }, stored(storage, executed))
        end)
      end
    end

    it(("through %s goes on after a kill while it deletes the object"):format(storage), function()
      configure(storage)
      assert(strike "*.deleteObject count=1 do=hang executed")
      is_done(succeed())
      assert.same({ 1, 1, 1 }, stored(storage))
    end)
  end

  local function fail(told)
    local run = w:command(words())
    assert.equal(1, run.status)
    assert.truthy(run.stderr:find(told, 1, true), run.stderr)
    return run
  end

  local function is_clean()
    assert.same({}, stemcells.images(w.sim))
    assert.same({}, stemcells.leftovers(w.sim))
    for _, record in ipairs(w:records()) do
      assert.equal("ABANDONED", record.stage)
      assert.same({}, record.left_behind)
    end
  end

  for rule, told in pairs {
    ["*.createFrom* do=stuck"] = "has ended without a copy", ["*.createFrom* do=error text=Nonsense"] = "Nonsense",
    ["*.setBootMode do=error text=Nonsense"] = "Nonsense",
    ["COS.uploadPart nth=2 do=error status=403 code=AccessDenied"] = "uploading part 2 was refused",
    ["COS.completeMultipartUpload do=error status=400 code=InvalidPart"] = "completing the upload was refused",
    ["Swift.putObject nth=2 do=error status=403"] = "uploading segment 2 was refused",
  } do
    it("leaves nothing when it fails: " .. rule, function()
      configure(rule:find "^Swift" and "Swift" or "COS with HMAC")
      w.sim:fault(rule)
      fail(told)
      is_clean()
      w.sim:heal()
      is_done(succeed())
    end)
  end

  it("leaves nothing when its object is taken away before it was read", function()
    configure "COS with HMAC"
    w.sim:ask("POST", "speed", { speed = 0 })
    local process = w:begin_command(words())
    eventually("the import", function() return #w.sim:journal "createFromIcos" == 1 end)
    local uri = w.sim:journal "createFromIcos"[1].arguments[1].uri
    assert(stemcells.bucket(w.sim):delete(uri:match "[^/]+$"))
    w.sim:ask("POST", "advance", { seconds = 1000 })
    w.sim:ask("POST", "speed", { speed = 2500 })
    local run = process:finish()
    assert.equal(1, run.status)
    assert.truthy(run.stderr:find("or was taken away before it was read", 1, true), run.stderr)
    is_clean()
  end)

  for _, rule in ipairs { "COS.uploadPart count=2 do=error status=503 code=SlowDown", "COS.* p=0.2 do=drop executed",
    "COS.* p=0.2 do=reset", "COS.completeMultipartUpload count=1 do=drop executed", "*.createFromIcos count=1 do=drop executed",
    "*.createFromIcos count=1 do=html status=504 late=60", "*.createFromIcos count=1 do=drop" } do
    it("goes on through trouble on the way: " .. rule, function()
      configure "COS with HMAC"
      w.sim:fault(rule)
      is_done(succeed())
      assert.is_true(#w.sim:journal "createFromIcos" <= 2)
    end)
  end

  it("finds its image when the account shows it late", function()
    w:close()
    w = world.start { speed = 2500, slsim = { "--lag=200" } }
    configure "COS with HMAC"
    assert(strike "*.createFromIcos do=hang executed")
    is_done(succeed())
    assert.equal(1, #w.sim:journal "createFromIcos")
  end)

  it("is on record after a signal; reap takes away what it has uploaded", function()
    configure "COS with HMAC"
    w.sim:fault "COS.uploadPart nth=2 do=hang"
    local process = w:begin_command(words())
    eventually("the second part", function() return w.sim:ask("GET", "faults")[1].fired == 1 end)
    process:signal "TERM"
    assert.equal(1, process:finish().status)
    w.sim:heal()
    assert.equal(1, #stemcells.leftovers(w.sim))
    local listed = w:command { "orphans" }
    assert.truthy(listed.stdout:find "upload +%- +slcpi%-%w+%.vhd .- exists +import_stemcell%-", listed.stdout)
    local reaped = w:command { "reap", "--yes" }
    assert.equal(0, reaped.status, reaped.stdout .. reaped.stderr)
    is_clean()
    assert.same({}, w:records())
    assert.truthy(w:command { "orphans" }.stdout:find "no orphans")
  end)

  it("is on record when it was killed; reap takes away its image, too", function()
    configure "COS with HMAC"
    assert(strike "*.createFromIcos do=hang executed")
    local listed = w:command { "orphans" }.stdout
    assert.truthy(listed:find "image +%d+ +bosh%-softlayer%-xen%-ubuntu%-focal%-go_agent%-1.5 .- exists", listed)
    assert.truthy(listed:find "upload .- exists", listed)
    local reaped = w:command { "reap", "--yes" }
    assert.equal(0, reaped.status, reaped.stdout .. reaped.stderr)
    is_clean()
    assert.same({}, w:records())
  end)

  it("tells no secret, whatever happens", function()
    for storage, secrets in pairs { ["COS with HMAC"] = { "sim-secret-key", "sim-iam-key", "sim-api-key" },
      ["COS with IAM"] = { "sim-iam-key", "sim-api-key" }, Swift = { "sim-api-key" } } do
      configure(storage)
      local text = table.concat(secrets, ", ")
      for _, rule in ipairs { "COS.listParts nth=2 do=html status=500", "*.createFrom* do=unauthorized", "*.* do=unauthorized",
        ('*.* do=error status=403 text="no %s"'):format(text) } do
        w.sim:fault(rule)
        local run = w:command { "run", "--log-level", "debug", table.unpack(words(), 2) }
        leaks.check("stderr", run.stderr, secrets)
        leaks.check("stdout", run.stdout, secrets)
        for _, record in ipairs(w:record_paths()) do leaks.check(record, folder.read(record), secrets) end
        w.sim:heal()
        os.remove((run.stdout:match "\n(/.-%.tgz)\n") or "")
      end
    end
  end)

  it("fits into the memory that is there by default, and a little below", function()
    configure "COS with HMAC"
    w:configure { cloud = { properties = { softlayer = stemcells.storages(w.sim)["COS with HMAC"] } },
      engine = { memory_mb = 48 } }
    is_done(succeed())
  end)

  it("refuses before anything is sent what cannot become a light stemcell", function()
    fail "the configuration has none: set softlayer.cos_bucket"
    configure "COS with HMAC"
    local function refused(told, ...)
      local run = w:command { "run", "import_stemcell", ... }
      assert.equal(1, run.status)
      assert.truthy(run.stderr:find(told, 1, true), run.stderr)
    end
    refused("No such file", "nothing.tgz")
    refused("a disk file needs os= and version=", path .. "/image")
    refused("'a/b' is no os", path .. "/image", "os=a/b", "version=1")
    refused("is not known here", path .. "/image", "os=plan-9", "version=1")
    w.at:write("light-bosh-stemcell-1.5-softlayer-xen-ubuntu-focal-go_agent.tgz", "mine")
    refused("is there already", path .. "/stemcell.tgz", "folder=" .. w.at.path)
    assert.same({}, w.sim:journal())
    assert.same({}, w:records())
  end)

  it("takes a disk file, whose system and version are given", function()
    configure "COS with HMAC"
    local run = w:command { "run", "import_stemcell", path .. "/disk.raw", "os=ubuntu-xenial", "version=7",
      "os_code=UBUNTU_20_64", "api_version=2", "folder=" .. w.at.path }
    assert.equal(0, run.status, run.stderr)
    assert.truthy(run.stdout:find("light-bosh-stemcell-7-softlayer-xen-ubuntu-xenial-go_agent.tgz", 1, true))
    assert.equal("UBUNTU_20_64", w.sim:journal "createFromIcos"[1].arguments[1].operatingSystemReferenceCode)
  end)
end)
